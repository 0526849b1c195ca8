"""The weekly bulletin of an office and everything below it: what it says, and the ones that were issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from gongyou.basics.refusal import says
from gongyou.engines.casework.queries.exclusions import list_exclusions
from gongyou.engines.casework.queries.figures import READ, Extent
from gongyou.engines.casework.queries.risen import late_lines, rungs_taken
from gongyou.insight.measures import Measure, measures
from gongyou.insight.models import Bulletin
from gongyou.insight.topics import WEEK, hot_topics
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotAllowed, NotFound
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView

FIGURE_DAYS = 90
"""A week holds too few matters for rates: figures look back over these days to the week's Sunday."""


@dataclass(frozen=True)
class Named:
    """An office as a bulletin names it, in both languages."""

    name: str
    name_en: str


NOBODY = Named("", "")


@dataclass(frozen=True)
class StepLine:
    """One rung of a ladder taken in the week."""

    number: str
    office: Named
    step: str
    does: str
    reached: Named
    told_as: str
    at: datetime


@dataclass(frozen=True)
class LateLine:
    number: str
    office: Named
    due_at: datetime


@dataclass(frozen=True)
class FigureLine:
    """A figure with both sides. `coverage`: the answered and the due call-backs it is never shown without."""

    id: str
    title: str
    class_title: str
    counted: str
    of: str
    numerator: int
    denominator: int
    waiting: int
    left_out: int
    value: str
    """An exact fraction as 'a/b'; empty where the sample is too small."""
    coverage: tuple[int, int] | None
    target: int | None

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.value) if self.value else None


@dataclass(frozen=True)
class TopicLine:
    title: str
    count: int
    before: tuple[int, ...]
    repeats: int
    is_taken_up: bool


@dataclass(frozen=True)
class LeftOut:
    """An exclusion asked for or decided in the week."""

    number: str
    ground: str
    asked_by: Named
    decided_by: Named
    is_approved: bool | None


@dataclass(frozen=True)
class Gap:
    """Hours without anybody of the office's own on duty. `is_open`: still nobody."""

    office: Named
    from_at: datetime
    until_at: datetime
    filled_by: Named
    is_open: bool


@dataclass(frozen=True)
class Content:
    """Everything a bulletin says. No person is named in it."""

    office: Named
    week_on: date
    steps: tuple[StepLine, ...]
    late: tuple[LateLine, ...]
    figures: tuple[FigureLine, ...]
    figures_since: date
    topics: tuple[TopicLine, ...]
    left_out: tuple[LeftOut, ...]
    gaps: tuple[Gap, ...]

    @property
    def week_until(self) -> date:
        return self.week_on + WEEK - timedelta(days=1)


CONTENT = TypeAdapter(Content)


@dataclass(frozen=True)
class BulletinView:
    """`issued_at` None: a draft, counted now. An issued one says for ever what it said then."""

    content: Content
    office_id: UUID
    area: str
    issued_at: datetime | None = None
    issued_name: str = ""
    digest: str = ""


def compose(actor: Actor, office: OfficeView, week_on: date) -> Content:
    """What the bulletin of a week says, counted now. Raises NotAllowed."""
    if not actor.may(READ, office.path):
        raise NotAllowed(READ)
    until = week_on + WEEK - timedelta(days=1)
    week = Extent(week_on, until, office.area, office.path)
    season = Extent(until - timedelta(days=FIGURE_DAYS - 1), until, office.area, office.path)
    names = {o.path: Named(o.name, o.name_en) for o in offices.tree(office.area, with_closed=True)}
    return Content(
        office=Named(office.name, office.name_en),
        week_on=week_on,
        steps=_steps(actor, week, names),
        late=tuple(LateLine(r.number, names[r.office_path], r.due_at) for r in late_lines(actor, week)),
        figures=_figures(measures(actor, season)),
        figures_since=season.since,
        topics=tuple(
            TopicLine(t.title, t.count, t.before, t.repeats, t.taken_up is not None)
            for t in hot_topics(actor, week, week_on)
        ),
        left_out=_left_out(actor, season, week),
        gaps=_gaps(actor, office, week, names),
    )


def _steps(actor: Actor, week: Extent, names: Mapping[str, Named]) -> tuple[StepLine, ...]:
    return tuple(
        StepLine(
            number=row.number,
            office=names.get(row.office_path, NOBODY),
            step=row.step,
            does=row.does,
            reached=names.get(row.reached_path, NOBODY),
            told_as=row.told_as,
            at=row.at,
        )
        for row in rungs_taken(actor, week)
    )


def _figures(found: tuple[Measure, ...]) -> tuple[FigureLine, ...]:
    """Figures with anything behind them, and every one that has a target."""
    by_id = {measure.id: measure for measure in found}
    worth = [m for m in found if m.denominator or m.excluded or m.left_out or m.definition.target is not None]
    return tuple(_figure(measure, by_id.get(measure.definition.beside)) for measure in worth)


def _figure(measure: Measure, beside: Measure | None) -> FigureLine:
    return FigureLine(
        id=measure.id,
        title=measure.definition.title,
        class_title=measure.definition.class_title,
        counted=measure.definition.counted,
        of=measure.definition.of,
        numerator=measure.numerator,
        denominator=measure.denominator,
        waiting=measure.excluded,
        left_out=measure.left_out,
        value="" if measure.value is None else f"{measure.value.numerator}/{measure.value.denominator}",
        coverage=(beside.numerator, beside.denominator) if beside else None,
        target=measure.definition.target,
    )


def _left_out(actor: Actor, season: Extent, week: Extent) -> tuple[LeftOut, ...]:
    def in_week(at: datetime | None) -> bool:
        return at is not None and week.since <= at.astimezone(moment.SHANGHAI).date() <= week.until

    return tuple(
        LeftOut(
            number=row.number,
            ground=row.ground,
            asked_by=_named(row.asked_by),
            decided_by=_named(row.decided_by),
            is_approved=row.is_approved,
        )
        for row in list_exclusions(actor, season)
        if in_week(row.asked_at) or in_week(row.decided_at)
    )


def _named(office: OfficeView | None) -> Named:
    return Named(office.name, office.name_en) if office else NOBODY


def _gaps(actor: Actor, office: OfficeView, week: Extent, names: Mapping[str, Named]) -> tuple[Gap, ...]:
    since = datetime.combine(week.since, time(), tzinfo=moment.SHANGHAI)
    until = since + WEEK
    found = offices.list_gaps(actor, since=since, until=until)
    fillers = offices.offices({gap.filled_by_office_id for gap in found})
    return tuple(
        Gap(
            office=names.get(gap.office_path, NOBODY),
            from_at=gap.from_at,
            until_at=gap.until_at,
            filled_by=_named(fillers.get(gap.filled_by_office_id)),
            is_open=gap.is_open,
        )
        for gap in found
        if gap.office_path.startswith(office.path)
    )


def bulletin_of(actor: Actor, office_id: UUID, week_on: date) -> BulletinView:
    """The issued bulletin of a week, or what it would say now. Raises NotFound, NotAllowed."""
    office = offices.office(office_id)
    if not actor.may(READ, office.path):
        raise NotAllowed(READ)
    if week_on.weekday() or week_on > moment.today():
        raise NotFound(says("没有这一周的周报。"))
    row = Bulletin.objects.filter(office_id=office_id, week_on=week_on).first()
    if row is None:
        return BulletinView(compose(actor, office, week_on), office.id, office.area)
    return _view(row)


def _view(row: Bulletin) -> BulletinView:
    content = CONTENT.validate_python(row.content)
    return BulletinView(content, row.office_id, row.area, row.issued_at, row.issued_name, row.digest)


@dataclass(frozen=True)
class BulletinLine:
    """An issued bulletin in the list."""

    office: OfficeView
    week_on: date
    issued_at: datetime
    issued_name: str
    steps: int
    late: int


def list_bulletins(actor: Actor, *, office_path: str = "", limit: int = 60) -> tuple[BulletinLine, ...]:
    """Issued bulletins within reach, the latest week first. Raises NotAllowed."""
    actor.require(READ)
    rows = Bulletin.objects.filter(actor.scope(READ).filter(), office_path__startswith=office_path)
    found = list(rows.order_by("-week_on", "office_path")[:limit])
    places = offices.offices({row.office_id for row in found})
    return tuple(
        BulletinLine(
            office=places[row.office_id],
            week_on=row.week_on,
            issued_at=row.issued_at,
            issued_name=row.issued_name,
            steps=_length(row.content, "steps"),
            late=_length(row.content, "late"),
        )
        for row in found
    )


def _length(content: Mapping[str, Any], part: str) -> int:
    return len(content[part])
