"""Out-visits: where chairs and cadres go to listen, beside the duty in the station."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from gongyou.basics.refusal import Refusal, says
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.offices.inputs import read_label
from gongyou.offices.models import OutVisit
from gongyou.offices.queries.rota import VisitView, visit_view
from gongyou.offices.steps import active_office
from gongyou.offices.steps.shifts import holder_key, shifts_of, take_turns, visits_of

OWN = "duty.own"
WRITE = "duty.write"
LONGEST_VISIT = timedelta(hours=16)


@action("offices.plan_visit", right=OWN, answers=VisitView)
def plan_visit(
    act: Act,
    *,
    office_id: UUID,
    place: str,
    from_at: datetime,
    until_at: datetime,
    holder_name: str,
    holder_account_id: UUID | None = None,
) -> VisitView:
    """Somebody of the office goes to a place to listen; they can't be on duty in a station at the time.

    Raises NotAllowed, NotFound, Refusal, DomainError.
    """
    office = active_office(office_id)
    act.require(OWN if holder_account_id == act.actor.id else WRITE, office.path)
    if not timedelta(0) < until_at - from_at <= LONGEST_VISIT:
        raise Refusal("visit_times", says("出诊的起止时间不对。"), says("请检查时间。"), field="until_at")
    row = OutVisit(
        id=new_id(),
        office=office,
        place=read_label(place, "place", 80),
        holder_account_id=holder_account_id,
        holder_name=read_label(holder_name, "holder_name", 40),
        from_at=from_at,
        until_at=until_at,
        planned_by=act.actor.id,
    )
    take_turns([holder_key(row.holder_account_id, row.holder_name, office.pk)])
    _refuse_double(row)
    row.save()
    act.about(f"visit:{row.pk}", office.path)
    return visit_view(row)


@action("offices.record_visit", right=OWN, answers=VisitView)
def record_visit(act: Act, *, visit_id: UUID, heard_count: int, summary: str) -> VisitView:
    """The visit was made: how many spoke and about what; each matter itself is filed apart.

    Raises NotAllowed, NotFound, Refusal, DomainError before it began and for a cancelled one.
    """
    row = _locked_visit(act, visit_id)
    if row.state == OutVisit.State.CANCELLED or row.from_at > act.now:
        raise DomainError(
            "visit_not_now", says("这次出诊还没开始，或者已经取消。"), says("请核对日期。"), status=409
        )
    if not 0 <= heard_count <= 9999:
        raise Refusal("heard_count", says("人数不对。"), says("请填0至9999。"), field="heard_count")
    row.state, row.heard_count = OutVisit.State.MADE, heard_count
    row.summary = read_label(summary, "summary", 400, is_needed=False)
    row.recorded_at = act.now
    row.save()
    act.about(f"visit:{row.pk}", row.office.path)
    return visit_view(row)


@action("offices.cancel_visit", right=OWN, answers=VisitView)
def cancel_visit(act: Act, *, visit_id: UUID) -> VisitView:
    """It does not take place. Raises NotAllowed, NotFound, DomainError for one that was made."""
    row = _locked_visit(act, visit_id)
    if row.state == OutVisit.State.MADE:
        raise DomainError(
            "visit_made", says("这次出诊已经记下了，不能取消。"), says("请核对是哪一次。"), status=409
        )
    row.state = OutVisit.State.CANCELLED
    row.save(update_fields=["state"])
    act.about(f"visit:{row.pk}", row.office.path)
    return visit_view(row)


def _locked_visit(act: Act, visit_id: UUID) -> OutVisit:
    row = (
        OutVisit.objects.select_for_update(of=("self",)).select_related("office").filter(pk=visit_id).first()
    )
    if row is None:
        raise NotFound(says("没有找到这次出诊。"))
    act.require(OWN if row.holder_account_id == act.actor.id else WRITE, row.office.path)
    return row


def _refuse_double(row: OutVisit) -> None:
    who = (row.holder_account_id, row.holder_name, row.office_id, row.from_at, row.until_at)
    shift = shifts_of(*who).select_related("office").first()
    visit = visits_of(*who).first()
    if shift is not None or visit is not None:
        raise DomainError(
            "visit_double",
            says("{name}在这段时间已经排在“{place}”。"),
            says("请换人、换班或调整时间。"),
            field="holder_name",
            name=row.holder_name,
            place=shift.office.name if shift else visit.place if visit else "",
            status=409,
        )
