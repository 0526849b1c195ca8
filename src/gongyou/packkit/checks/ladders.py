"""Ladders: rungs of clocks there are, in the order they are taken, each at one moment; nobody leads before he helps."""

from __future__ import annotations

from collections.abc import Iterator

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import Rises, Rung
from gongyou.packkit.checks.cases import TypeAt, types_of
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Packs


def check(packs: Packs) -> Iterator[Finding]:
    for at in types_of(packs):
        seen: set[str] = set()
        last: dict[str, tuple[int, int]] = {}
        for number, rung in enumerate(at.case_type.ladder):
            keys = ("ladder", number)
            if rung.id in seen:
                yield at.finding("ladder.twice", says("台阶“{name}”写了两次。"), (*keys, "id"), name=rung.id)
            seen.add(rung.id)
            yield from _one(at, number, rung)
            if _place(rung) <= last.get(rung.clock, (0, -1)):
                message = says("台阶“{name}”不晚于上一级；请按时间先后写。")
                yield at.finding("ladder.order", message, keys, name=rung.title)
            last[rung.clock] = _place(rung)


def _place(rung: Rung) -> tuple[int, int]:
    return (rung.share, 0) if not rung.late else (100, rung.late)


def _one(at: TypeAt, number: int, rung: Rung) -> Iterator[Finding]:
    keys = ("ladder", number)
    if rung.clock not in {clock.id for clock in at.case_type.clocks}:
        yield at.finding("ladder.clock", says("没有期限“{name}”。"), (*keys, "clock"), name=rung.clock)
    if bool(rung.share) == bool(rung.late):
        message = says("台阶“{name}”要写走到期限的百分之几（share），或过期后多久（late），只写一个。")
        yield at.finding("ladder.when", message, keys, name=rung.title)
    if not 0 <= rung.share <= 100 or rung.late < 0:
        yield at.finding("ladder.share", says("share 在1至100之间，late 至少是1。"), (*keys, "share"))
    if rung.does is Rises.LEAD and not rung.late:
        message = says("期限没有过，不能改由上级主办。")
        yield at.finding("ladder.lead", message, (*keys, "does"))
