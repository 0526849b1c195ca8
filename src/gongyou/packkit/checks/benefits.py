"""Benefits: every flow in the book, bank files whose columns are known, days in order, columns the policy has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from gongyou.basics.refusal import Refusal, says
from gongyou.engines.benefits.definitions import BenefitRules, faults_of
from gongyou.institutions.ledger.definitions import check_plan
from gongyou.packkit.benefits import BENEFITS, resolve_benefits
from gongyou.packkit.checks.procedures import last_change
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Document, Packs, ProgrammePack
from gongyou.packkit.procedures import resolve_procedures


def check(packs: Packs) -> Iterator[Finding]:
    for pack in packs.programmes:
        document = pack.documents.get(BENEFITS)
        if document is None:
            if "benefits" in pack.head.rooms:
                message = says("要发放待遇（benefits），却没有 benefits.yaml。")
                yield pack.documents["programme"].finding("ids.room", message, ("rooms",))
            continue
        on = last_change(packs, pack)
        for area in ("", *_areas_that_differ(packs, pack)):
            rules, _used, findings = resolve_benefits(packs, pack, area, on)
            yield from findings
            if rules is not None:
                where = document if not area else _local_values(packs, pack, area)
                yield from _content(where, rules, pack) if not area else _local(where, rules)
        yield from _names_are_masked(packs, pack, document, on)


def _areas_that_differ(packs: Packs, pack: ProgrammePack) -> list[str]:
    return [a.code for a in packs.areas if any(o.content.programme == pack.id for o in a.overlays)]


def _local_values(packs: Packs, pack: ProgrammePack, code: str) -> Document:
    area = packs.area(code)
    return next(o.document for o in (area.overlays if area else ()) if o.content.programme == pack.id)


def _local(document: Document, rules: BenefitRules) -> Iterator[Finding]:
    """Values of an area must fit each other, too: the list after the last reminder, the end after the list."""
    for _keys, message, params in faults_of(rules):
        yield document.finding("benefits.wrong", message, ("values",), **params)


def _names_are_masked(packs: Packs, pack: ProgrammePack, document: Document, on: date) -> Iterator[Finding]:
    """A list of persons never shows whole names, in no area."""
    for area in ("", *(a.code for a in packs.areas if a.procedures)):
        rules, _used, _findings = resolve_benefits(packs, pack, area, on)
        declared, _wrong = resolve_procedures(packs, pack, area, on)
        shown = (
            next((r for r in declared.publicity if rules and r.id == rules.publicity), None)
            if declared
            else None
        )
        if (
            rules is not None
            and rules.subject_kind == "person"
            and shown is not None
            and shown.name_mask == "full"
        ):
            message = says("发给个人的名单，公示时姓名要遮去一部分（name_mask: name）。")
            yield document.finding("benefits.names", message, ("publicity",))


def _content(document: Document, rules: BenefitRules, pack: ProgrammePack) -> Iterator[Finding]:
    for keys, message, params in faults_of(rules):
        yield document.finding("benefits.wrong", message, keys, **params)
    try:
        check_plan(rules.book)
    except Refusal as refusal:
        yield document.finding("benefits.book", says("{sentence}"), ("book",), sentence=refusal.sentence())
    yield from _columns(document, rules, pack)
    for number, purpose in enumerate(rules.use_purposes):
        if purpose.source and purpose.source not in {source.id for source in pack.sources.sources}:
            message = says("sources.yaml 里没有“{name}”。")
            yield document.finding("sources.unknown", message, ("use_purposes", number), name=purpose.source)


def _columns(document: Document, rules: BenefitRules, pack: ProgrammePack) -> Iterator[Finding]:
    """The name and the account come from the policy's own table."""
    if pack.policy is None:
        yield document.finding("benefits.policy", says("这个规则包没有 policy.yaml，没有什么可发放。"), ())
        return
    known = {column.id for column in pack.policy.table(pack.policy.subject).columns}
    for key in ("name_column", "account_column"):
        name = getattr(rules, key)
        if name and name not in known:
            message = says("政策的对象表里没有“{name}”这一列。")
            yield document.finding("benefits.column", message, (key,), name=name)
