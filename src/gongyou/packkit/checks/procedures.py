"""Procedures: ids once, steps and grounds, days within reason, lengths the tables hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from gongyou.basics.refusal import says
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Document, Keys, Packs, ProgrammePack

MOST_DAYS = 366
LONGEST_ID, LONGEST_TITLE = 40, 60


class Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...


def check(packs: Packs) -> Iterator[Finding]:
    for pack in packs.programmes:
        if pack.procedures is not None:
            yield from _pack(pack, pack.documents["procedures"])


def _pack(pack: ProgrammePack, document: Document) -> Iterator[Finding]:
    declared = pack.procedures
    if declared is None:
        return
    for kind, entries in (
        ("approvals", declared.approvals),
        ("publicity", declared.publicity),
        ("objections", declared.objections),
    ):
        yield from _named(document, (kind,), entries)
    for number, plan in enumerate(declared.approvals):
        yield from _named(document, ("approvals", number, "steps"), plan.steps)
        yield from _filled(document, ("approvals", number, "steps"), plan.steps)
        for place, step in enumerate(plan.steps):
            yield from _days(document, ("approvals", number, "steps", place, "days"), step.days)
    for number, rule in enumerate(declared.publicity):
        yield from _days(document, ("publicity", number, "days"), rule.days)
        yield from _named(document, ("publicity", number, "columns"), rule.columns)
    for number, objection in enumerate(declared.objections):
        yield from _days(document, ("objections", number, "days"), objection.days)
        yield from _named(document, ("objections", number, "grounds"), objection.grounds)
        yield from _filled(document, ("objections", number, "grounds"), objection.grounds)


def _named(document: Document, at: Keys, entries: Sequence[Named]) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        keys = (*at, number)
        if entry.id in seen:
            yield document.finding("ids.twice", says("“{name}”用了两次。"), (*keys, "id"), name=entry.id)
        seen.add(entry.id)
        if not 0 < len(entry.id) <= LONGEST_ID:
            yield document.finding("procedures.id", says("名称要有1到40个字符。"), (*keys, "id"))
        if not 0 < len(entry.title) <= LONGEST_TITLE:
            yield document.finding("procedures.title", says("标题要有1到60个字。"), (*keys, "title"))


def _filled(document: Document, keys: Keys, entries: Sequence[object]) -> Iterator[Finding]:
    if not entries:
        yield document.finding("procedures.empty", says("这里至少要声明一项。"), keys)


def _days(document: Document, keys: Keys, days: int) -> Iterator[Finding]:
    if not 1 <= days <= MOST_DAYS:
        message = says("期限是{days}天，应在1到366天之间。")
        yield document.finding("procedures.days", message, keys, days=days)
