"""Faults: reported by anybody, repaired by one, seen to work by another."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.worklist import drop_todos, put_todo
from gongyou.offices.inputs import read_label
from gongyou.offices.models import Facility, FaultEvent, FaultTicket
from gongyou.offices.queries.rules import needed_rules
from gongyou.offices.queries.stations import OPEN, FaultView, fault_view
from gongyou.offices.steps.stock import working_days_on

USE = "stations.use"
KEEP = "stations.keep"
FAULT, VERIFY = "offices.fault", "offices.verify"
STATE = FaultTicket.State
HOUR, MOST_PER_HOUR = timedelta(hours=1), 30


@action("offices.report_fault", right=USE, answers=FaultView)
def report_fault(act: Act, *, facility_id: UUID, text: str, is_down: bool = True) -> FaultView:
    """Anybody says that something does not work; a fault already known gets one more report, not a second ticket.

    Raises NotAllowed, NotFound, Refusal, DomainError after too many reports in an hour.
    """
    facility = _locked_facility(facility_id)
    note = read_label(text, "text", 200)
    _check_pace(act, facility)
    row = FaultTicket.objects.filter(facility=facility, state__in=OPEN).first()
    if row is not None:
        _again(row, is_down=is_down)
    else:
        days = needed_rules(facility.office.area).repair_days
        row = FaultTicket(
            id=new_id(), facility=facility, office=facility.office, text=note, is_down=is_down,
            reported_at=act.now, due_at=working_days_on(act, facility.office, days),
        )  # fmt: skip
    row.save()
    _todo(act, row, FAULT)
    return _noted(act, row, "reported", note)


@action("offices.accept_fault", right=KEEP, answers=FaultView)
def accept_fault(act: Act, *, fault_id: UUID) -> FaultView:
    """The station knows and sees to it. Raises NotAllowed, NotFound, DomainError."""
    row = _locked_fault(act, fault_id, {STATE.REPORTED})
    row.state = STATE.ACCEPTED
    row.save(update_fields=["state"])
    return _noted(act, row, "accepted")


@action("offices.repair_fault", right=KEEP, answers=FaultView)
def repair_fault(act: Act, *, fault_id: UUID, note: str) -> FaultView:
    """It is said to work again; somebody else has to see it. Raises NotAllowed, NotFound, Refusal, DomainError."""
    row = _locked_fault(act, fault_id, {STATE.REPORTED, STATE.ACCEPTED})
    text = read_label(note, "note", 200)
    row.state, row.repaired_at, row.repaired_by = STATE.REPAIRED, act.now, act.actor.id
    row.save()
    _todo(act, row, VERIFY)
    return _noted(act, row, "repaired", text)


@action("offices.verify_fault", right=KEEP, answers=FaultView)
def verify_fault(act: Act, *, fault_id: UUID, works: bool, note: str = "") -> FaultView:
    """Somebody other than who repaired it has looked. Not working: back to repair, down since the first report.

    Raises NotAllowed, NotFound, Refusal, DomainError for whoever repaired it.
    """
    row = _locked_fault(act, fault_id, {STATE.REPAIRED})
    text = read_label(note, "note", 200, is_needed=False)
    if row.repaired_by == act.actor.id:
        raise DomainError(
            "fault_own_repair",
            says("修的人不能自己验收。"),
            says("请另一位同事看过再确认。"),
            status=409,
        )
    if works:
        row.state, row.closed_at, row.closed_by = STATE.VERIFIED, act.now, act.actor.id
        drop_todos(act, subject_id=row.pk)
    else:
        row.state, row.repaired_at, row.repaired_by = STATE.ACCEPTED, None, None
        _todo(act, row, FAULT)
    row.save()
    return _noted(act, row, "verified" if works else "not_fixed", text)


@action("offices.dismiss_fault", right=KEEP, answers=FaultView)
def dismiss_fault(act: Act, *, fault_id: UUID, note: str) -> FaultView:
    """It works after all; the reason is kept and the time does not count as down. Raises NotAllowed, NotFound, Refusal."""
    row = _locked_fault(act, fault_id, {STATE.REPORTED, STATE.ACCEPTED})
    text = read_label(note, "note", 200)
    row.state, row.closed_at, row.closed_by = STATE.UNFOUNDED, act.now, act.actor.id
    row.save()
    drop_todos(act, subject_id=row.pk)
    return _noted(act, row, "unfounded", text)


def _again(row: FaultTicket, *, is_down: bool) -> None:
    row.reports += 1
    row.is_down = row.is_down or is_down
    if row.state == STATE.REPAIRED:
        row.state, row.repaired_at, row.repaired_by = STATE.ACCEPTED, None, None


def _locked_facility(facility_id: UUID) -> Facility:
    row = (
        Facility.objects.select_for_update(of=("self",))
        .select_related("office")
        .filter(pk=facility_id, withdrawn_at=None, office__is_active=True)
        .first()
    )
    if row is None:
        raise NotFound(says("没有找到这件设施，可能已经撤走。"))
    return row


def _locked_fault(act: Act, fault_id: UUID, states: set[FaultTicket.State]) -> FaultTicket:
    row = (
        FaultTicket.objects.select_for_update(of=("self",))
        .select_related("facility", "office")
        .filter(pk=fault_id)
        .first()
    )
    if row is None:
        raise NotFound(says("没有找到这张报修单。"))
    act.require(KEEP, row.office.path)
    if row.state not in states:
        raise DomainError(
            "fault_not_now",
            says("这张报修单已经到了另一步。"),
            says("请刷新页面看最新情况。"),
            status=409,
        )
    return row


def _check_pace(act: Act, facility: Facility) -> None:
    """A poster is public: what a joker can send is bounded per station."""
    lately = FaultEvent.objects.filter(
        fault__office=facility.office, kind="reported", at__gt=act.now - HOUR, actor_kind="visitor"
    )
    if act.actor.kind == "visitor" and lately.count() >= MOST_PER_HOUR:
        raise DomainError(
            "fault_pace", says("这里刚刚收到很多报修。"), says("请过一会儿再报，或打站点电话。"), status=429
        )


def _todo(act: Act, row: FaultTicket, kind: str) -> None:
    drop_todos(act, subject_id=row.pk)
    put_todo(
        act, kind=kind, subject_id=row.pk, office_id=row.office.pk, office_path=row.office.path,
        number=row.office.code, title=_title(row), due_at=row.due_at,
    )  # fmt: skip


def _title(row: FaultTicket) -> str:
    """What the pack calls the thing; the worklist shows it in the reader's language."""
    kinds = needed_rules(row.office.area).facilities
    return next((kind.title for kind in kinds if kind.id == row.facility.kind), row.facility.kind)


def _noted(act: Act, row: FaultTicket, kind: str, note: str = "") -> FaultView:
    FaultEvent.objects.create(
        id=new_id(),
        fault=row,
        kind=kind,
        at=act.now,
        actor_id=act.actor.id,
        actor_kind=act.actor.kind,
        note=note,
    )
    act.about(f"fault:{row.pk}", row.office.path)
    return fault_view(row)
