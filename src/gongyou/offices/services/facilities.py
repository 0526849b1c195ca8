"""What stands in a station, and its opening hours by weekday with single days that differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.refusal import Refusal, says
from gongyou.kernel import moment
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.worklist import drop_todos
from gongyou.offices.inputs import check_hours, read_hour, read_label
from gongyou.offices.models import Facility, FaultTicket, HoursException, WeeklyHours
from gongyou.offices.models.hours import HOLIDAY
from gongyou.offices.queries.rules import needed_rules
from gongyou.offices.queries.stations import OPEN, FacilityView, facility_view
from gongyou.offices.steps import active_office
from gongyou.offices.steps.rota import fill_again, resettle

SET_UP = "stations.set_up"


@dataclass(frozen=True)
class DayHours:
    """Hours of one weekday (7: public holidays) as 'HH:MM'; both empty: closed."""

    weekday: int
    opens: str = ""
    closes: str = ""


@action("offices.add_facility", right=SET_UP, answers=FacilityView)
def add_facility(
    act: Act, *, office_id: UUID, kind: str, label: str = "", pieces: int = 1, since_on: date | None = None
) -> FacilityView:
    """Something people can use from now on. Raises NotAllowed, NotFound, Refusal, DomainError."""
    office = active_office(office_id)
    act.require(SET_UP, office.path)
    if kind not in {k.id for k in needed_rules(office.area).facilities}:
        raise Refusal("facility_kind", says("没有这种设施。"), says("请从列出的设施中选择。"), field="kind")
    if not 1 <= pieces <= 999:
        raise Refusal("facility_pieces", says("数量不对。"), says("请填1至999。"), field="pieces")
    row = Facility.objects.create(
        id=new_id(),
        office=office,
        kind=kind,
        label=read_label(label, "label", 60, is_needed=False),
        pieces=pieces,
        since_on=since_on or moment.today(),
    )
    act.about(f"facility:{row.pk}", office.path)
    return facility_view(row)


@action("offices.withdraw_facility", right=SET_UP, answers=FacilityView)
def withdraw_facility(act: Act, *, facility_id: UUID) -> FacilityView:
    """It is not there any more; an open fault ends with it. Raises NotAllowed, NotFound."""
    row = (
        Facility.objects.select_for_update(of=("self",))
        .select_related("office")
        .filter(pk=facility_id)
        .first()
    )
    if row is None:
        raise NotFound(says("没有找到这件设施。"))
    act.require(SET_UP, row.office.path)
    if row.withdrawn_at is None:
        row.withdrawn_at = act.now
        row.save(update_fields=["withdrawn_at"])
    for fault in FaultTicket.objects.filter(facility=row, state__in=OPEN):
        # What was down stays down in the figures up to this moment.
        fault.state, fault.repaired_at = FaultTicket.State.VERIFIED, fault.repaired_at or act.now
        fault.repaired_by, fault.closed_at, fault.closed_by = None, act.now, act.actor.id
        fault.save()
        drop_todos(act, subject_id=fault.pk)
    act.about(f"facility:{row.pk}", row.office.path)
    return facility_view(row)


@action("offices.set_weekly_hours", right=SET_UP, answers=UUID)
def set_weekly_hours(act: Act, *, office_id: UUID, days: tuple[DayHours, ...]) -> UUID:
    """The whole week at once; none: open on working days at the office's hours. The rota's gaps are settled anew.

    Raises NotAllowed, NotFound, Refusal.
    """
    office = active_office(office_id)
    act.require(SET_UP, office.path)
    rows = [_weekday(day) for day in days]
    if len({row.weekday for row in rows}) < len(rows):
        raise Refusal("hours_twice", says("有一天写了两次。"), says("每天只写一行。"), field="days")
    WeeklyHours.objects.filter(office=office).delete()
    for row in rows:
        row.office = office
    WeeklyHours.objects.bulk_create(rows)
    fill_again(act, office)
    act.about(f"office:{office.pk}", office.path)
    return office.pk


@action("offices.set_day_apart", right=SET_UP, answers=UUID)
def set_day_apart(
    act: Act, *, office_id: UUID, day: date, opens: str = "", closes: str = "", reason: str
) -> UUID:
    """One day with other hours, or closed, and why. Raises NotAllowed, NotFound, Refusal."""
    office = active_office(office_id)
    act.require(SET_UP, office.path)
    hours = _weekday(DayHours(0, opens, closes))
    HoursException.objects.update_or_create(
        office=office,
        day=day,
        defaults={
            "opens": hours.opens,
            "closes": hours.closes,
            "reason": read_label(reason, "reason", 80),
        },
    )
    fill_again(act, office, day, day)
    act.about(f"office:{office.pk}", office.path)
    return office.pk


@action("offices.drop_day_apart", right=SET_UP, answers=UUID)
def drop_day_apart(act: Act, *, office_id: UUID, day: date) -> UUID:
    """The day is like any other again. Raises NotAllowed, NotFound."""
    office = active_office(office_id)
    act.require(SET_UP, office.path)
    HoursException.objects.filter(office=office, day=day).delete()
    resettle(act, office)
    act.about(f"office:{office.pk}", office.path)
    return office.pk


def _weekday(day: DayHours) -> WeeklyHours:
    if not 0 <= day.weekday <= HOLIDAY:
        raise Refusal("weekday", says("没有这一天。"), says("请填0至7。"), field="days")
    if not day.opens.strip() and not day.closes.strip():
        return WeeklyHours(id=new_id(), weekday=day.weekday)
    opens, closes = read_hour(day.opens, "opens"), read_hour(day.closes, "closes")
    check_hours(opens, closes)
    return WeeklyHours(id=new_id(), weekday=day.weekday, opens=opens, closes=closes)
