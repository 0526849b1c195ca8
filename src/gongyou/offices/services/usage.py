"""How a station is used and looked after. No person is tracked: counts, stars, rounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import F

from gongyou.basics.refusal import Refusal, says
from gongyou.kernel import moment
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError
from gongyou.kernel.ids import new_id
from gongyou.kernel.worklist import drop_todos
from gongyou.offices.inputs import read_label
from gongyou.offices.models import Inspection, Rating, UseCount
from gongyou.offices.queries.rules import needed_rules
from gongyou.offices.queries.stations import InspectionView, inspection_view
from gongyou.offices.steps import active_office

USE = "stations.use"
KEEP = "stations.keep"
MOST_A_DAY = 20_000
HOUR, RATINGS_PER_HOUR = timedelta(hours=1), 60


@dataclass(frozen=True)
class CheckAnswer:
    """One line of the checklist."""

    id: str
    is_fine: bool
    note: str = ""


@action("offices.tap_use", right=USE, answers=int)
def tap_use(act: Act, *, office_id: UUID) -> int:
    """A visitor says "I used it today"; the day's count. Raises NotFound, DomainError where it can't be true."""
    office = active_office(office_id)
    row, is_new = UseCount.objects.get_or_create(
        office=office, day=moment.today(), source=UseCount.Source.TAP, defaults={"count": 1}
    )
    if not is_new:
        if row.count >= MOST_A_DAY:
            raise DomainError(
                "use_pace", says("今天的人次已经记满。"), says("请找站点工作人员。"), status=429
            )
        UseCount.objects.filter(pk=row.pk).update(count=F("count") + 1)
        row.refresh_from_db(fields=["count"])
    act.about(f"office:{office.pk}", office.path)
    return row.count


@action("offices.count_use", right=KEEP, answers=int)
def count_use(act: Act, *, office_id: UUID, day: date, count: int) -> int:
    """What staff counted on a day; counted again it replaces. Raises NotAllowed, NotFound, Refusal."""
    office = active_office(office_id)
    act.require(KEEP, office.path)
    if not 0 <= count <= MOST_A_DAY:
        raise Refusal(
            "use_count", says("人次不对。"), says("请填0至{most}。"), field="count", most=MOST_A_DAY
        )
    if day > moment.today():
        raise Refusal("use_day", says("这一天还没到。"), says("请核对日期。"), field="day")
    UseCount.objects.update_or_create(
        office=office, day=day, source=UseCount.Source.STAFF, defaults={"count": count}
    )
    act.about(f"office:{office.pk}", office.path)
    return count


@action("offices.rate_station", right=USE, answers=int)
def rate_station(act: Act, *, office_id: UUID, stars: int, text: str = "") -> int:
    """One to five stars after use. Raises NotFound, Refusal, DomainError after too many in an hour."""
    office = active_office(office_id)
    if not 1 <= stars <= 5:
        raise Refusal("stars", says("请选一至五颗星。"), field="stars")
    if Rating.objects.filter(office=office, at__gt=act.now - HOUR).count() >= RATINGS_PER_HOUR:
        raise DomainError("rating_pace", says("这里刚刚收到很多评价。"), says("请过一会儿再评。"), status=429)
    words = read_label(text, "text", 200, is_needed=False)
    Rating.objects.create(id=new_id(), office=office, at=act.now, stars=stars, text=words)
    act.about(f"office:{office.pk}", office.path)
    return stars


@action("offices.inspect_station", right=KEEP, answers=InspectionView)
def inspect_station(act: Act, *, office_id: UUID, answers: tuple[CheckAnswer, ...]) -> InspectionView:
    """A round along the whole checklist. Raises NotAllowed, NotFound, Refusal for a line left out."""
    office = active_office(office_id)
    act.require(KEEP, office.path)
    points = needed_rules(office.area).checks
    given = {answer.id: answer for answer in answers}
    missing = next((point for point in points if point.id not in given), None)
    if missing is not None:
        raise Refusal(
            "check_missing",
            says("还有一项没有查：{point}"),
            says("请逐项填写。"),
            field=missing.id,
            point=missing.text,
        )
    lines = [
        {
            "id": point.id,
            "text": point.text,
            "is_fine": given[point.id].is_fine,
            "note": read_label(given[point.id].note, point.id, 80, is_needed=False),
        }
        for point in points
    ]
    row = Inspection.objects.create(
        id=new_id(), office=office, at=act.now, actor_id=act.actor.id, answers=lines,
        wrong=sum(not line["is_fine"] for line in lines),
    )  # fmt: skip
    drop_todos(act, subject_id=office.pk, kinds=["offices.inspect"])
    act.about(f"office:{office.pk}", office.path)
    return inspection_view(row)
