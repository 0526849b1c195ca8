"""Every dissatisfied answer opens the review, whose clock starts with it."""

from __future__ import annotations

from collections.abc import Iterator

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import Happens, Owner
from gongyou.packkit.checks.cases import TypeAt, types_of
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Packs
from gongyou.packkit.walking import is_whole, walk

_REVIEW = "review"


def check(packs: Packs) -> Iterator[Finding]:
    for at in types_of(packs):
        if is_whole(at.case_type):
            yield from _opens_review(at)
        yield from _owners(at)


def _opens_review(at: TypeAt) -> Iterator[Finding]:
    seen: set[str] = set()
    for step in walk(at.case_type):
        if step.on is not Happens.CALLED_DISSATISFIED or step.before.state in seen:
            continue
        seen.add(step.before.state)
        if _REVIEW not in step.after.clocks:
            message = says(
                "“不满意”之后没有复盘的期限：这里必须进入等待复盘的状态，期限“review”从这一步开始。"
            )
            yield at.finding("dissatisfied.review", message, at.transition_keys(step.on, step.before.state))


def _owners(at: TypeAt) -> Iterator[Finding]:
    """Nobody calls back or reviews their own answer."""
    for number, clock in enumerate(at.case_type.clocks):
        if clock.id == _REVIEW and clock.owner is Owner.HANDLER:
            message = says("复盘不能由承办单位自己主持，owner 应为 upper。")
            yield at.finding("dissatisfied.owner", message, ("clocks", number, "owner"))
        if clock.id == "call_back" and clock.owner is not Owner.CALLER:
            message = says("回访不能由承办单位来做，owner 应为 caller。")
            yield at.finding("dissatisfied.owner", message, ("clocks", number, "owner"))
