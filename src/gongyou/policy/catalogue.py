"""Policies as one reads them: rules beside their article, every value with its document and the area that gave it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from gongyou.policy.explain import explained_value
from gongyou.policy.library import load_policy, policies_in
from gongyou.policy.nodes import ConditionNode, Graph, RuleNode
from gongyou.policy.values import values_digest


def listed(root: Path) -> list[dict[str, Any]]:
    """All policies below a folder of packs."""
    found = []
    for name in policies_in(root):
        policy = load_policy(root, name)
        years = policy.spec.in_force
        found.append(
            {
                "id": name,
                "title": policy.spec.title,
                "from": years.from_on.isoformat(),
                "until": years.until_on.isoformat() if years.until_on else None,
                "uses": [used.id for used in policy.uses],
                "tables": [table.id for table in policy.spec.tables],
                "policy_hash": policy.digest,
            }
        )
    return found


def shown(graph: Graph, area: str) -> dict[str, Any]:
    """One policy on a day in a place: its rules in order, and the values that decide."""
    titles: dict[str, str] = {}
    for policy in graph.policy.every():
        titles.update(policy.spec.titles)
    return {
        "id": graph.policy.id,
        "title": graph.policy.spec.title,
        "area": area,
        "on": graph.on.isoformat(),
        "policy_hash": graph.policy.digest,
        "values_hash": values_digest(graph.values),
        "simulated": any(v.is_set for v in graph.values.values()),
        "rules": [_rule(graph, node, titles) for node in graph.results()],
        "values": [asdict(explained_value(graph.values[name])) for name in sorted(graph.asked)],
    }


def _rule(graph: Graph, node: Any, titles: dict[str, str]) -> dict[str, Any]:
    declared = [b.declared for b in node.bodies] if isinstance(node, RuleNode) else [node.declared]
    return {
        "name": node.name,
        "title": titles.get(node.name, node.name),
        "unit": node.unit.kind.value,
        "source": "；".join(dict.fromkeys(d.source for d in declared if d.source)),
        "says": [d.says for d in declared if d.says],
        "file": declared[0].file,
        "line": declared[0].line,
        "how": node.declared.how if isinstance(node, ConditionNode) else "",
        "needs": list(graph.needed(node)),
    }
