"""The guard: every way to answer the route test leads somewhere; sanctions stay inside the law; two books."""

from __future__ import annotations

from collections.abc import Iterator

from gongyou.basics.refusal import Refusal, says
from gongyou.engines.oversight.definitions import routes, sanctions, screens
from gongyou.institutions.ledger.definitions import check_plan
from gongyou.packkit.checks.procedures import last_change
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Document, Packs, ProgrammePack, read_as
from gongyou.packkit.oversight import ROUTES, SANCTIONS, resolve_routes, resolve_sanctions


def check(packs: Packs) -> Iterator[Finding]:
    for pack in packs.programmes:
        yield from _screens(pack)
        on = last_change(packs, pack)
        for area in (
            "",
            *(a.code for a in packs.areas if any(o.content.programme == pack.id for o in a.overlays)),
        ):
            table, findings = resolve_routes(packs, pack, area, on)
            yield from findings
            if table is not None:
                document = pack.documents[ROUTES]
                for keys, message, params in routes.faults_of(table):
                    yield document.finding("routes.wrong", message, keys, **params)
            rules, findings = resolve_sanctions(packs, pack, area, on)
            yield from findings
            if rules is not None:
                yield from _sanctions(pack, pack.documents[SANCTIONS], rules)


def _screens(pack: ProgrammePack) -> Iterator[Finding]:
    """Screens in their form, with values that are whole numbers."""
    document = pack.documents.get("screens")
    if document is None:
        return
    declared, findings = read_as(document, screens.Screens)
    yield from findings
    plain = {v.id for v in pack.values.values if all(isinstance(a.amount, int) for a in v.amounts)}
    for number, screen in enumerate(declared.screens if declared else ()):
        for keys, message, params in screens.faults_of(screen):
            yield document.finding("screens.wrong", message, ("screens", number, *keys), **params)
        for keys, name in screens.named_values(screen):
            if name not in plain:
                message = says("没有“{name}”这个值，或它不是整数。")
                yield document.finding("screens.value", message, ("screens", number, *keys), name=name)


def _sanctions(pack: ProgrammePack, document: Document, rules: sanctions.SanctionRules) -> Iterator[Finding]:
    for keys, message, params in sanctions.faults_of(rules):
        yield document.finding("sanctions.wrong", message, keys, **params)
    for number, plan in enumerate(rules.books):
        try:
            check_plan(plan)
        except Refusal as refusal:
            message = says("{sentence}")
            yield document.finding("sanctions.book", message, ("books", number), sentence=refusal.sentence())
    declared = pack.documents.get("procedures")
    plans = declared.data.get("approvals", ()) if declared and isinstance(declared.data, dict) else ()
    known = {plan.get("id") for plan in plans if isinstance(plan, dict)}
    for key in ("decision_approval", "extension_approval"):
        name = getattr(rules, key)
        if name not in known:
            message = says("procedures.yaml 里没有“{name}”这个审批流程。")
            yield document.finding("sanctions.approval", message, (key,), name=name)
