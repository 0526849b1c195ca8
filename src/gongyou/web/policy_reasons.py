"""Reasons of a decision as the desk, leaders and employers read them: names of rules and values, which are conditions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from gongyou.policy.nodes import ConditionNode, Graph

DAYS = {
    "law_on": _("法律日期"),
    "last_year_from": _("上年度第一天"),
    "last_year_until": _("上年度最后一天"),
}
"""The days of law that rules may use beside facts and values."""


def titles_in(policies: Any) -> dict[str, str]:
    """Rules, values, columns and tables by their names in sentences; the policy's own words win."""
    found: dict[str, str] = {name: str(word) for name, word in DAYS.items()}
    for one in policies:
        for value in one.values:
            found |= dict.fromkeys(value.columns, value.title) | {value.id: value.title}
        for table in one.spec.tables:
            found[table.id] = table.title
            found |= {c.name: c.title for c in table.columns} | {c.id: c.title for c in table.columns}
        found |= one.spec.titles
    return found


def conditions_of(graph: Graph) -> frozenset[str]:
    """The conditions of the outcome and what they are combined of: other flags are neither good nor bad."""
    found = set(graph.conditions)
    for node in reversed(list(graph.nodes.values())):
        if isinstance(node, ConditionNode) and node.name in found:
            found |= set(node.declared.of)
    return frozenset(found)
