"""Hot topics: what rose against the weeks before, what is said again and again, and what was taken up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from django.db.models import Q, QuerySet

from gongyou.engines.casework.queries.figures import READ, Extent
from gongyou.engines.casework.queries.topics import (
    Span,
    TopicCounts,
    TopicKey,
    TopicLine,
    count_topics,
    list_topic,
    topic_titles,
)
from gongyou.insight.models import ProactiveTopic
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView

WEEKS_BEFORE = 4
LEAST_HOT = 5
"""Fewer matters in a week say nothing about a topic."""
RISE = Fraction(3, 2)
"""Hot: at least half as many again as in the average week before."""
OFTEN = 3
"""So many matters said again make a topic of repeats."""
REPEAT_DAYS = 30
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class HotTopic:
    """A topic in a week. `before` are the weeks before, the nearest first; `repeats` of the last thirty days."""

    key: TopicKey
    title: str
    count: int
    before: tuple[int, ...]
    repeats: int
    taken_up: UUID | None = None

    @property
    def average(self) -> Fraction:
        return Fraction(sum(self.before), len(self.before))

    @property
    def has_risen(self) -> bool:
        return self.count >= LEAST_HOT and self.count >= self.average * RISE

    @property
    def is_repeated(self) -> bool:
        return self.repeats >= OFTEN


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def hot_topics(actor: Actor, extent: Extent, week_on: date) -> tuple[HotTopic, ...]:
    """Topics of the week that rose or are said again and again, the most spoken of first. Raises NotAllowed.

    Of the extent only area, office and programme count; the week begins on the Monday `week_on`.
    """
    week = Span(week_on, week_on + WEEK - timedelta(days=1))
    before = tuple(Span(week.since - WEEK * n, week.until - WEEK * n) for n in range(1, WEEKS_BEFORE + 1))
    counted = count_topics(actor, _from(extent, before[-1].since, week.until), (week, *before))
    month = Span(week.until - timedelta(days=REPEAT_DAYS - 1), week.until)
    again = {c.key: c for c in count_topics(actor, _from(extent, month.since, month.until), (month,))}
    topics = {c.key: _topic(c, again.get(c.key)) for c in counted}
    for key, found in again.items():
        topics.setdefault(key, HotTopic(key, found.title, 0, (0,) * WEEKS_BEFORE, found.repeats))
    taken = {TopicKey(t.programme, t.type_id, t.topic): t.pk for t in _open(actor, extent)}
    worth = [replace(t, taken_up=taken.get(t.key)) for t in topics.values() if t.has_risen or t.is_repeated]
    return tuple(sorted(worth, key=lambda t: (-t.count, -t.repeats, t.key)))


def _topic(counted: TopicCounts, again: TopicCounts | None) -> HotTopic:
    repeats = again.repeats if again else 0
    return HotTopic(counted.key, counted.title, counted.counts[0], counted.counts[1:], repeats)


def _from(extent: Extent, since: date, until: date) -> Extent:
    return replace(extent, since=since, until=until)


@dataclass(frozen=True)
class RepeatedTopic:
    key: TopicKey
    title: str
    repeats: int
    is_open: bool
    """Somebody took it up, and it still runs or ran in the period."""


def topics_repeated(actor: Actor, extent: Extent) -> tuple[RepeatedTopic, ...]:
    """Topics with at least three matters of the period that were said again. Raises NotAllowed."""
    counted = count_topics(actor, extent, (Span(extent.since, extent.until),))
    ended = Q(closed_at__isnull=True) | Q(closed_at__date__gte=extent.since)
    taken = {TopicKey(t.programme, t.type_id, t.topic) for t in _within(actor, extent).filter(ended)}
    return tuple(
        RepeatedTopic(c.key, c.title, c.repeats, c.key in taken) for c in counted if c.repeats >= OFTEN
    )


def _within(actor: Actor, extent: Extent) -> QuerySet[ProactiveTopic]:
    """Topics taken up within reach: by offices of the extent, or by those above them."""
    actor.require(READ)
    found = ProactiveTopic.objects.filter(actor.scope(READ).filter())
    if extent.area:
        found = found.filter(area=extent.area)
    if extent.office_path:
        above = Q(office_path__in=lines_up(extent.office_path))
        found = found.filter(Q(office_path__startswith=extent.office_path) | above)
    return found


def lines_up(path: str) -> list[str]:
    """The paths of an office and of everything above it, the office first."""
    parts = path.rstrip("/").split("/")
    return ["/".join(parts[:count]) + "/" for count in range(len(parts), 0, -1)]


def _open(actor: Actor, extent: Extent) -> QuerySet[ProactiveTopic]:
    return _within(actor, extent).filter(closed_at__isnull=True)


@dataclass(frozen=True)
class TakenUp:
    """A topic somebody took up. `since` counts the matters of the topic received after it was opened."""

    id: UUID
    key: TopicKey
    title: str
    office: OfficeView
    reason: str
    matters: int
    repeats: int
    plan: str
    opened_name: str
    opened_at: datetime
    due_on: date
    result: str
    closed_at: datetime | None


def list_taken_up(actor: Actor, extent: Extent, limit: int = 100) -> tuple[TakenUp, ...]:
    """Topics taken up within reach, those that run first. Raises NotAllowed."""
    rows = list(_within(actor, extent).order_by("closed_at", "-opened_at")[:limit])
    rows.sort(key=lambda row: row.closed_at is not None)
    return _views(rows)


def access_taken_up(actor: Actor, id: UUID) -> TakenUp:
    """Raises NotFound, also outside the actor's reach."""
    actor.require(READ)
    row = ProactiveTopic.objects.filter(actor.scope(READ).filter(), pk=id).first()
    if row is None:
        raise NotFound
    return _views([row])[0]


def _views(rows: list[ProactiveTopic]) -> tuple[TakenUp, ...]:
    titles = topic_titles(TopicKey(r.programme, r.type_id, r.topic) for r in rows)
    places = offices.offices({r.office_id for r in rows})
    return tuple(
        TakenUp(
            id=row.pk,
            key=TopicKey(row.programme, row.type_id, row.topic),
            title=titles[TopicKey(row.programme, row.type_id, row.topic)],
            office=places[row.office_id],
            reason=row.reason,
            matters=row.matters,
            repeats=row.repeats,
            plan=row.plan,
            opened_name=row.opened_name,
            opened_at=row.opened_at,
            due_on=row.due_on,
            result=row.result,
            closed_at=row.closed_at,
        )
        for row in rows
    )


def matters_of(actor: Actor, extent: Extent, key: TopicKey) -> tuple[TopicLine, ...]:
    """The matters behind a topic, newest first. Raises NotAllowed."""
    return list_topic(actor, extent, key)
