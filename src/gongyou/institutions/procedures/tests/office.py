"""Who prepares, reviews, approves and objects in the test county; a plan, a rule and grounds of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from gongyou.basics.values import Confidence
from gongyou.institutions.procedures import steps
from gongyou.institutions.procedures.definitions import (
    ApprovalPlan,
    ApprovalStepDeclaration,
    ObjectionGround,
    ObjectionRule,
    Procedures,
    PublicityColumn,
    PublicityRule,
)
from gongyou.institutions.procedures.queries import ApprovalView, ListView
from gongyou.institutions.procedures.steps import ListLine
from gongyou.kernel import catalogue
from gongyou.kernel.access import Actor, Holding
from gongyou.kernel.actions import Act, in_act
from gongyou.kernel.canonical import plain
from gongyou.kernel.ids import new_id
from gongyou.kernel.writing import writing
from tests.yunshan.county import County

PROGRAMME = "test-refund"
PLAN = ApprovalPlan(
    id="list",
    title="名单审批",
    steps=(
        ApprovalStepDeclaration(id="review", title="复核", right="procedures.review"),
        ApprovalStepDeclaration(id="approve", title="批准", right="procedures.approve", at="root"),
    ),
    source="test",
)
RULE = PublicityRule(
    id="list",
    title="返还名单公示",
    days=5,
    columns=(
        PublicityColumn(id="credit_code", title="统一社会信用代码", mask="credit_code"),
        PublicityColumn(id="contact", title="联系人", mask="name"),
    ),
    source="test",
    confidence=Confidence.ASSUMED,
)
OBJECTIONS = ObjectionRule(
    id="list",
    title="名单异议",
    days=10,
    grounds=(
        ObjectionGround(id="amount", title="金额不对"),
        ObjectionGround(id="missing", title="应在名单而不在", needs_evidence=True),
    ),
    source="test",
    confidence=Confidence.ASSUMED,
)
DIGEST = "ab" * 32


def staff(role: str, county: County, name: str = "") -> Actor:
    root = county.root
    return Actor(new_id(), "staff", name or role, (Holding(role, root.id, root.path),))


def _acting(name: str, actor: Actor, body: Callable[[Act], Any], inputs: Any) -> Any:
    """As an engine's own action would: in a transaction of its own."""
    with writing():
        return in_act(name, actor, body, inputs)


@dataclass(frozen=True)
class Desk:
    maker: Actor
    reviewer: Actor
    leader: Actor
    office_path: str
    area: str

    def draft(self, lines: Sequence[ListLine], *, run_ref: str = "run-1", **other: Any) -> ListView:
        given: dict[str, Any] = {
            "rule": RULE, "office_path": self.office_path, "programme": PROGRAMME, "period": "2025",
            "run_ref": run_ref, "title": "2025年度稳岗返还名单", "lines": lines,
        } | other  # fmt: skip
        found: ListView = _acting(
            "tests.prepare", self.maker, lambda act: steps.prepare_list(act, **given), {}
        )
        return found

    def seal(self, list_id: UUID) -> ListView:
        found: ListView = _acting(
            "tests.seal", self.maker, lambda act: steps.seal_list(act, list_id=list_id), {}
        )
        return found

    def sealed(self, lines: Sequence[ListLine] | None = None, *, run_ref: str = "run-1") -> ListView:
        return self.seal(self.draft(some_lines(3) if lines is None else lines, run_ref=run_ref).id)

    def ask(
        self, digest: str = DIGEST, *, about: UUID | None = None, plan: ApprovalPlan = PLAN
    ) -> ApprovalView:
        found: ApprovalView = _acting(
            "tests.ask",
            self.maker,
            lambda act: steps.open_approval(
                act,
                plan=plan,
                office_path=self.office_path,
                about_kind="test",
                about_id=about or new_id(),
                digest=digest,
                count=3,
                sum_fen=600_00,
            ),
            {},
        )
        return found


def open_desk(county: County) -> Desk:
    leader = staff("leader", county, "批准人")
    content = plain(Procedures(approvals=(PLAN,), publicity=(RULE,), objections=(OBJECTIONS,)))
    _acting(
        "tests.publish",
        leader,
        lambda act: catalogue.publish(
            act, kind="procedures", name=f"{county.root.area}/{PROGRAMME}", content=content
        ),
        {},
    )
    return Desk(
        staff("policy_officer", county, "经办人"),
        staff("policy_reviewer", county, "复核人"),
        leader,
        county.root.path,
        county.root.area,
    )


def some_lines(count: int, *, fen: int = 100_00) -> list[ListLine]:
    return [
        ListLine(f"subject-{n}", f"第{n}制造有限公司", fen + n, {"credit_code": "91370828MA3C1ABC0X", "contact": "欧阳小山"})
        for n in range(1, count + 1)
    ]  # fmt: skip


def raw(sql: str, *values: object) -> int:
    """As somebody with a database shell would."""
    fit = [v.hex if isinstance(v, UUID) and connection.vendor == "sqlite" else v for v in values]
    with connection.cursor() as cursor:
        cursor.execute(sql, fit)
        return cursor.rowcount
