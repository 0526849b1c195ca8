"""Benefits: every flow in the book, bank files whose columns are known, days in order, columns the policy has."""

from __future__ import annotations

from collections.abc import Iterator

from gongyou.basics.refusal import Refusal, says
from gongyou.engines.benefits.definitions import BenefitRules, faults_of
from gongyou.institutions.ledger.definitions import check_plan
from gongyou.packkit.benefits import BENEFITS, resolve_benefits
from gongyou.packkit.checks.cases import first_day
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Document, Packs, ProgrammePack


def check(packs: Packs) -> Iterator[Finding]:
    for pack in packs.programmes:
        document = pack.documents.get(BENEFITS)
        if document is None:
            if "benefits" in pack.head.rooms:
                message = says("要发放待遇（benefits），却没有 benefits.yaml。")
                yield pack.documents["programme"].finding("ids.room", message, ("rooms",))
            continue
        on = max((a.from_on for v in pack.values.values for a in v.amounts), default=first_day(packs, pack))
        rules, _used, findings = resolve_benefits(packs, pack, "", on)
        yield from findings
        if rules is not None:
            yield from _content(document, rules, pack)


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
