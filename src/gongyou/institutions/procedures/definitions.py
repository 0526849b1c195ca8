"""What a pack declares about procedures: who approves what, how a list is made public, how one objects."""

from __future__ import annotations

from collections import Counter
from typing import Literal, get_args

from gongyou.basics.definition import definition
from gongyou.basics.refusal import Refusal, says
from gongyou.basics.values import Confidence

ApprovalRight = Literal["procedures.review", "procedures.approve", "procedures.approve_payment"]
"""What a step may ask for; which role holds it, `config/roles.py` says."""
At = Literal["same", "upper", "root"]
"""Where the right must be held: the office the matter lies with, the one above it, the top of its area."""
DayUnit = Literal["working_day", "calendar_day"]
Mask = Literal["full", "name", "resident_id", "credit_code", "phone", "hidden"]
MASKS: tuple[str, ...] = get_args(Mask)


@definition
class ApprovalStepDeclaration:
    """One person's yes. `days` in working days: until when it stands on the worklist before it is late."""

    id: str
    title: str
    right: ApprovalRight
    at: At = "same"
    days: int = 3


@definition
class ApprovalPlan:
    """Steps in their order; each by another person than the preparer and than every step before."""

    id: str
    title: str
    steps: tuple[ApprovalStepDeclaration, ...]
    source: str
    confidence: Confidence = Confidence.ASSUMED


@definition
class PublicityColumn:
    """A column of the list as the public sees it. A mask that doesn't fit the value hides it whole."""

    id: str
    title: str
    mask: Mask


@definition
class PublicityRule:
    """How long a list is public and what it shows: the name under `name_mask`, the amount, and the columns."""

    id: str
    title: str
    days: int
    unit: DayUnit = "working_day"
    name_title: str = "名称"
    name_mask: Mask = "full"
    shows_amount: bool = True
    columns: tuple[PublicityColumn, ...] = ()
    notice: str = ""
    """What stands above the list: whom to tell what is wrong, and how."""
    source: str
    confidence: Confidence


@definition
class ObjectionGround:
    id: str
    title: str
    needs_evidence: bool = False


@definition
class ObjectionRule:
    """Until when an objection is answered, and on which grounds one may object."""

    id: str
    title: str
    days: int
    unit: DayUnit = "working_day"
    grounds: tuple[ObjectionGround, ...]
    kept_months: int = 36
    """How long the objector's words and contact stay after the decision."""
    source: str
    confidence: Confidence


@definition
class Procedures:
    """`procedures.yaml` of a programme."""

    approvals: tuple[ApprovalPlan, ...] = ()
    publicity: tuple[PublicityRule, ...] = ()
    objections: tuple[ObjectionRule, ...] = ()


def check_approval_plan(plan: ApprovalPlan) -> None:
    """Raises Refusal naming the entry: no step, a step declared twice, no days."""
    if not plan.steps:
        raise Refusal(
            "plan_empty",
            says("审批流程“{plan}”没有步骤。"),
            says("请至少声明一步。"),
            field="steps",
            plan=plan.id,
        )
    for name, count in Counter(step.id for step in plan.steps).items():
        if count > 1:
            raise Refusal(
                "plan_twice",
                says("审批流程“{plan}”里“{name}”声明了两次。"),
                says("请改名或删去一个。"),
                field="steps",
                plan=plan.id,
                name=name,
            )
    for step in plan.steps:
        check_days(step.days, plan.id)


def check_days(days: int, name: str) -> None:
    """Raises Refusal: a period has at least one day and at most a year."""
    if not 1 <= days <= 366:
        raise Refusal(
            "days_wrong",
            says("“{name}”的期限是{days}天，应在1到366天之间。"),
            says("请核对天数。"),
            field="days",
            name=name,
            days=days,
        )
