"""Whether somebody may speak for the person of a matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.basics.workdays import Unit, due
from gongyou.engines.casework.models import Case, Mandate
from gongyou.engines.casework.steps.matter import Matter, write_text
from gongyou.kernel import worklist
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError
from gongyou.offices.queries import OfficeView

ASKED = "casework.mandate"
PROOFS = {
    "paper": says("书面委托"),
    "recording": says("录音录像"),
    "certificate": says("户口簿、出生证明等证件"),
    "witnessed": says("本人当面说，有见证人"),
}
SCOPES = {
    "supplement": says("补充情况"),
    "rate": says("评价答复"),
    "withdraw": says("撤回"),
    "reopen": says("要求重新办理"),
}
SPEAKS_ALONE = frozenset({Mandate.Basis.GUARDIAN, Mandate.Basis.HEIR})
"""On these grounds nobody else can answer: a child, somebody who died."""


@dataclass(frozen=True)
class MandateGiven:
    """What a mandate says. `subject_cannot`: why the person can't answer themselves; empty where they can."""

    basis: str
    proof: str
    valid_from: date
    valid_until: date | None = None
    scope: tuple[str, ...] = ()
    may_be_called: bool = False
    subject_cannot: str = ""
    file_id: UUID | None = None


def check_mandate(given: MandateGiven) -> None:
    """Raises DomainError naming the field."""
    if given.basis not in Mandate.Basis.values:
        raise DomainError("mandate_basis", says("请选择凭什么代办。"), field="basis")
    if given.proof not in PROOFS:
        raise DomainError("mandate_proof", says("请选择有什么凭证。"), field="proof")
    if set(given.scope) - set(SCOPES):
        raise DomainError("mandate_scope", says("请从列出的事项中选择代办范围。"), field="scope")
    if given.valid_until is not None and given.valid_until < given.valid_from:
        raise DomainError("mandate_dates", says("委托的截止日早于起始日。"), field="valid_until")


def store_mandate(act: Act, matter: Matter, proxy_id: UUID, given: MandateGiven) -> Mandate:
    """Note the mandate and take the asking for it off the list."""
    check_mandate(given)
    Mandate.objects.filter(case=matter.row, proxy_id=proxy_id, withdrawn_at__isnull=True).update(
        withdrawn_at=act.now, withdrawn_by=act.actor.id
    )
    why = given.subject_cannot.strip()
    row = Mandate.objects.create(
        case=matter.row,
        proxy_id=proxy_id,
        basis=given.basis,
        proof=given.proof,
        file_id=given.file_id,
        scope=list(given.scope),
        may_be_called=given.may_be_called,
        subject_cannot=write_text(act, matter, "reason", why) if why else None,
        valid_from=given.valid_from,
        valid_until=given.valid_until,
        noted_by=act.actor.id,
        noted_at=act.now,
    )
    worklist.drop_todos(act, subject_id=matter.row.pk, kinds=[ASKED])
    return row


def ask_for_mandate(act: Act, matter: Matter, office: OfficeView) -> None:
    """Somebody speaks for the person and nobody knows whether they may: asking is work with a date."""
    rules = matter.type.proxies
    if rules is None:
        return
    within = due(start=act.now, budget=rules.ask_within, unit=Unit.WORKING_DAY, calendar=matter.calendar)
    worklist.put_todo(
        act,
        kind=ASKED,
        subject_id=matter.row.pk,
        office_id=office.id,
        office_path=office.path,
        number=matter.row.number,
        title=f"{matter.type.title} · {says('补代办凭证')}",
        due_at=within.due_at or act.now,
        is_provisional=within.provisional,
    )


def in_force(row: Case, on: date) -> Mandate | None:
    """The mandate that holds on a day, the latest where several do."""
    found = Mandate.objects.filter(case=row, withdrawn_at__isnull=True, valid_from__lte=on)
    return next(
        (m for m in found.order_by("-noted_at") if m.valid_until is None or on <= m.valid_until), None
    )


def may_answer_calls(mandate: Mandate) -> bool:
    """Whether the call-back may be answered by the proxy: the mandate says so, or the person can't."""
    return mandate.basis in SPEAKS_ALONE or mandate.may_be_called or mandate.subject_cannot_id is not None


def require_scope(act: Act, matter: Matter, wanted: str) -> None:
    """A proxy acts within the mandate only. Raises DomainError."""
    mandate = in_force(matter.row, act.now.date())
    if mandate is None:
        raise DomainError(
            "no_mandate",
            says("您是代办人，还没有本人的委托凭证。"),
            says("请把委托书或监护证明交到站点登记，或请本人自己来办。"),
            status=403,
        )
    if mandate.basis not in SPEAKS_ALONE and wanted not in mandate.scope:
        raise DomainError(
            "beyond_mandate",
            says("本人的委托里没有这一项。"),
            says("请本人自己来办，或到站点补充委托范围。"),
            status=403,
        )
