"""Procedures: ids once, steps and grounds, days within reason, lengths the tables hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Protocol

from gongyou.basics.areas import NATION
from gongyou.basics.refusal import says
from gongyou.institutions.procedures.definitions import Procedures
from gongyou.packkit.checks.cases import first_day
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Document, Keys, LocalRules, Packs, ProgrammePack, read_as
from gongyou.packkit.procedures import PROCEDURES, entries_of, filled, merged, resolve_procedures

MOST_DAYS = 366
LONGEST_ID, LONGEST_TITLE = 40, 60


class Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...


def check(packs: Packs) -> Iterator[Finding]:
    for pack in packs.programmes:
        if PROCEDURES in pack.documents:
            on = last_change(packs, pack)
            declared, findings = resolve_procedures(packs, pack, NATION, on)
            yield from findings
            if declared is not None:
                yield from _content(pack.documents[PROCEDURES], declared)
    for area in packs.areas:
        for local in area.procedures:
            yield from _local(packs, area.code, local)


def last_change(packs: Packs, pack: ProgrammePack) -> date:
    """A day on which every value of the programme is in force."""
    return max((a.from_on for v in pack.values.values for a in v.amounts), default=first_day(packs, pack))


def _local(packs: Packs, code: str, local: LocalRules) -> Iterator[Finding]:
    """Each entry changes one of the programme's, says its document, and what comes out can be read."""
    pack = packs.programme(local.content.programme)
    base = pack.documents.get(PROCEDURES) if pack else None
    if pack is None or base is None or not isinstance(base.data, dict):
        if pack is not None:
            message = says("“{name}”没有 procedures.yaml，没有什么可改。")
            yield local.document.finding("procedures.nothing", message, ("programme",), name=pack.id)
        return
    whole = merged(base.data, local)
    mine: dict[str, list[Any]] = {}
    for kind, number, entry in entries_of(local):
        own = next((one for one in whole.get(kind) or () if one.get("id") == entry.get("id")), None)
        if own is None:
            message = says("“{programme}”的 procedures.yaml 里没有“{name}”。")
            yield local.document.finding(
                "procedures.unknown",
                message,
                (kind, number, "id"),
                programme=pack.id,
                name=entry.get("id", ""),
            )
            return
        if not entry.get("source"):
            message = says("要写明依据（source）和可信程度（confidence）。")
            yield local.document.finding("procedures.source", message, (kind, number))
        mine.setdefault(kind, []).append(own)
    document = Document(local.document.file, mine, local.document.lines)
    data, findings = filled(packs, pack, code, last_change(packs, pack), document)
    declared, wrong = read_as(Document(document.file, data, document.lines), Procedures)
    yield from (*findings, *(() if findings else wrong))
    if declared is not None and not findings:
        yield from _content(local.document, declared)


def _content(document: Document, declared: Procedures) -> Iterator[Finding]:
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
