"""Keeping a matter out of the wrong hands: conflicts of interest, protected people, names that two persons open."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.basics.workdays import Unit, due
from gongyou.engines.casework.definitions import Owner
from gongyou.engines.casework.models import Case, Conflict, IdentityRequest, Protection, StaffTie
from gongyou.engines.casework.queries.proof import Own
from gongyou.engines.casework.queries.protecting import is_protected
from gongyou.engines.casework.queries.reading import readable
from gongyou.engines.casework.queries.views import Standing
from gongyou.engines.casework.steps.barring import put_bars, put_bars_for_tie, take_out_of_barred_hands
from gongyou.engines.casework.steps.matter import Matter, load, office_of, write_text
from gongyou.engines.casework.steps.standing import standing
from gongyou.kernel import bars, worklist
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.offices import queries as offices

PROTECT, DECIDE = "casework.protect", "casework.decide_protection"
ON_LIST = "casework.identity"
DECIDE_WITHIN = 1
"""Working days in which a request to read a protected name is decided."""


@dataclass(frozen=True)
class Involved:
    """Whom a conflict names: an office, a colleague, an organisation of the register; at least one of them."""

    kind: str
    account_id: UUID | None = None
    office_id: UUID | None = None
    organisation_id: UUID | None = None


@action("casework.declare_conflict", right=PROTECT, answers=Standing)
def declare_conflict(act: Act, *, case_id: UUID, involved: Involved, reason: str) -> Standing:
    """Bar somebody from a matter, at once and above every right; what they held goes to the next office up."""
    matter = _load_readable(act, case_id)
    _check(involved)
    _declare(act, matter, involved, reason)
    return standing(matter)


def _declare(act: Act, matter: Matter, involved: Involved, reason: str) -> None:
    place = offices.office(involved.office_id) if involved.office_id else None
    conflict = Conflict.objects.create(
        case=matter.row,
        kind=involved.kind,
        account_id=involved.account_id,
        office_id=place.id if place else None,
        office_path=place.path if place else "",
        organisation_id=involved.organisation_id,
        reason=write_text(act, matter, "reason", reason),
        declared_by=act.actor.id,
        declared_at=act.now,
    )
    put_bars(act, conflict)
    take_out_of_barred_hands(act, matter)


def _check(involved: Involved) -> None:
    if involved.kind not in Conflict.Kind.values:
        raise DomainError("conflict_kind", says("请选择是哪种利害关系。"), field="kind")
    if not (involved.account_id or involved.office_id or involved.organisation_id):
        raise DomainError(
            "conflict_nobody",
            says("没有写明要回避的是谁。"),
            says("请选择单位、填写同事的登录名，或选择用人单位。"),
            field="office",
        )


@action("casework.name_employer", right=PROTECT, answers=Standing)
def name_employer(act: Act, *, case_id: UUID, organisation_id: UUID, reason: str) -> Standing:
    """The employer the matter is about, and how that is known: its declared people are barred, its workers counted.

    Named once; the same again changes nothing. Lifted like any conflict.
    """
    matter = _load_readable(act, case_id)
    known = Conflict.objects.filter(
        case=matter.row,
        kind=Conflict.Kind.EMPLOYER,
        organisation_id=organisation_id,
        lifted_at__isnull=True,
    )
    if not known.exists():
        _declare(act, matter, Involved(Conflict.Kind.EMPLOYER, organisation_id=organisation_id), reason)
    return standing(matter)


@action("casework.lift_conflict", right=DECIDE, answers=Standing)
def lift_conflict(act: Act, *, case_id: UUID, conflict_id: UUID, reason: str) -> Standing:
    """The conflict was declared by mistake, or is over: decided above, never by who it bars."""
    matter = load(act, case_id)
    act.require(DECIDE, matter.row.office_path)
    conflict = Conflict.objects.filter(pk=conflict_id, case=matter.row, lifted_at__isnull=True).first()
    if conflict is None:
        raise NotFound
    write_text(act, matter, "reason", reason)
    Conflict.objects.filter(pk=conflict.pk).update(lifted_by=act.actor.id, lifted_at=act.now)
    bars.lift(act, cause_id=conflict.pk)
    return standing(matter)


@action("casework.declare_staff_tie", right=PROTECT, answers=UUID)
def declare_staff_tie(
    act: Act, *, other_account_id: UUID | None = None, organisation_id: UUID | None = None
) -> UUID:
    """Say of oneself: this colleague is my relative, or I belong to this employer. It reaches what is declared already."""
    if other_account_id is None and organisation_id is None:
        raise DomainError("tie_nobody", says("没有写明是哪位同事或哪个单位。"), field="login")
    if other_account_id == act.actor.id:
        raise DomainError("tie_oneself", says("这是您自己的登录名。"), field="login")
    tie = StaffTie.objects.create(
        account_id=act.actor.id,
        other_account_id=other_account_id,
        organisation_id=organisation_id,
        declared_by=act.actor.id,
        declared_at=act.now,
    )
    act.about(f"staff_tie:{tie.pk}")
    put_bars_for_tie(act, tie)
    return tie.pk


@action("casework.protect_case", right=PROTECT, answers=Standing)
def protect_case(act: Act, *, case_id: UUID, kind: str) -> Standing:
    """The person must not become known, or fears or suffers retaliation: their name opens for two persons only."""
    matter = _load_readable(act, case_id)
    _protect(act, matter, kind)
    return standing(matter)


@action("casework.report_retaliation", right="casework.track", answers=Standing)
def report_retaliation(act: Act, *, own: Own, text: str) -> Standing:
    """The person says that somebody threatens or punishes them for having spoken."""
    matter = load(act, own.case_id)
    write_text(act, matter, "supplement", text)
    _protect(act, matter, Protection.Kind.RETALIATION)
    return standing(matter)


def _protect(act: Act, matter: Matter, kind: str) -> None:
    if kind not in Protection.Kind.values:
        raise DomainError("protection_kind", says("请选择为什么要保护。"), field="kind")
    row = Protection.objects.filter(case=matter.row, kind=kind, lifted_at__isnull=True).first()
    if row is not None:
        return
    Protection.objects.create(case=matter.row, kind=kind, declared_by=act.actor.id, declared_at=act.now)
    if kind == Protection.Kind.RETALIATION:
        _put_todo(act, matter, "casework.retaliation", says("有人担心被报复，请上级过问"))


@action("casework.look_after_retaliation", right=DECIDE, answers=Standing)
def look_after_retaliation(act: Act, *, case_id: UUID, text: str) -> Standing:
    """The upper level wrote down what it did for somebody who fears retaliation; the name stays protected."""
    matter = load(act, case_id)
    act.require(DECIDE, matter.row.office_path)
    write_text(act, matter, "measures", text)
    worklist.drop_todos(act, subject_id=matter.row.pk, kinds=["casework.retaliation"])
    return standing(matter)


@action("casework.ask_identity", right="casework.read", answers=UUID)
def ask_identity(act: Act, *, case_id: UUID, reason: str) -> UUID:
    """Ask to read a protected name, with the reason; somebody else decides."""
    matter = _load_readable(act, case_id)
    if not is_protected(matter.row):
        raise DomainError("not_protected", says("这件事没有受保护的姓名，可以直接查看并留记录。"), status=409)
    request = IdentityRequest.objects.create(
        case=matter.row,
        asked_by=act.actor.id,
        asked_by_name=act.actor.name,
        reason=write_text(act, matter, "reason", reason),
        asked_at=act.now,
    )
    _put_todo(act, matter, ON_LIST, says("有人申请查看受保护的姓名"))
    return request.pk


@action("casework.decide_identity", right=DECIDE, answers=bool)
def decide_identity(act: Act, *, case_id: UUID, request_id: UUID, is_granted: bool) -> bool:
    """Agree or not. Raises DomainError when the asker decides on their own request."""
    matter = load(act, case_id)
    act.require(DECIDE, matter.row.office_path)
    request = IdentityRequest.objects.select_for_update().filter(pk=request_id, case=matter.row).first()
    if request is None or request.decided_at is not None:
        raise NotFound(says("没有等待决定的申请。"))
    if request.asked_by == act.actor.id:
        raise DomainError(
            "own_request", says("不能自己同意自己的申请。"), says("请由另一位负责人决定。"), status=403
        )
    IdentityRequest.objects.filter(pk=request.pk).update(
        decided_by=act.actor.id, decided_at=act.now, is_granted=is_granted
    )
    if not IdentityRequest.objects.filter(case=matter.row, decided_at__isnull=True).exists():
        worklist.drop_todos(act, subject_id=matter.row.pk, kinds=[ON_LIST])
    return is_granted


def _load_readable(act: Act, case_id: UUID) -> Matter:
    """A matter the actor may read. Raises NotFound, NotAllowed."""
    row = Case.objects.filter(pk=case_id).first()
    if row is None:
        raise NotFound
    if not readable(act.actor, row):
        raise NotAllowed("casework.read")
    return load(act, case_id)


def _put_todo(act: Act, matter: Matter, kind: str, title: str) -> None:
    """Something for the level above the handler, due within a working day."""
    upper = office_of(matter, Owner.UPPER)
    due_at = due(start=act.now, budget=DECIDE_WITHIN, unit=Unit.WORKING_DAY, calendar=matter.calendar).due_at
    worklist.put_todo(
        act,
        kind=kind,
        subject_id=matter.row.pk,
        office_id=upper.id,
        office_path=upper.path,
        number=matter.row.number,
        title=f"{matter.type.title} · {title}",
        due_at=due_at or act.now,
    )
