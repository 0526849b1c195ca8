"""What a programme declares in an area, as it was published; a pinned declaration by its hash."""

from __future__ import annotations

from gongyou.basics.refusal import says
from gongyou.institutions.procedures.definitions import (
    ApprovalPlan,
    ObjectionRule,
    Procedures,
    PublicityRule,
)
from gongyou.kernel import catalogue
from gongyou.kernel.errors import NotFound

KIND = "procedures"
"""The kind under which packkit publishes `procedures.yaml`, by `area/programme`."""


def declared_procedures(area: str, programme: str) -> Procedures:
    """Those of the area, else of the area above. Raises NotFound."""
    for code in (area, f"{area[:4]}00", f"{area[:2]}0000"):
        found = catalogue.current_hash(KIND, f"{code}/{programme}")
        if found is not None:
            return catalogue.read_as(found, Procedures)
    raise NotFound(
        says("{area}的“{programme}”没有声明审批、公示和异议。"), area=area[:6], programme=programme[:60]
    )


def approval_plan(area: str, programme: str, plan_id: str) -> ApprovalPlan:
    """Raises NotFound."""
    for plan in declared_procedures(area, programme).approvals:
        if plan.id == plan_id:
            return plan
    raise _unknown(plan_id)


def publicity_rule(area: str, programme: str, rule_id: str) -> PublicityRule:
    """Raises NotFound."""
    for rule in declared_procedures(area, programme).publicity:
        if rule.id == rule_id:
            return rule
    raise _unknown(rule_id)


def objection_rule(area: str, programme: str) -> ObjectionRule:
    """The first a programme declares. Raises NotFound."""
    for rule in declared_procedures(area, programme).objections:
        return rule
    raise _unknown("objections")


def pinned_rule(digest: str) -> PublicityRule:
    """The rule a list was made under. Raises NotFound."""
    return catalogue.read_as(digest, PublicityRule)


def _unknown(name: str) -> NotFound:
    return NotFound(says("规则包里没有“{name}”。"), name=name[:60])
