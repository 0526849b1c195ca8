"""The month's theme: one topic an office looks at, shown to workers and leaders, its matters counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from gongyou.engines.casework.queries.figures import READ, Extent
from gongyou.engines.casework.queries.topics import Span, TopicKey, count_topics, topic_titles
from gongyou.insight.models import MonthlyTheme
from gongyou.insight.topics import lines_up
from gongyou.kernel.access import Actor
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView

__all__ = ["MonthTheme", "last_of", "month_of", "theme_for_workers", "themes_of"]


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def last_of(month: date) -> date:
    """The last day of a month given by its first."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


@dataclass(frozen=True)
class MonthTheme:
    """A theme. `count` and `before`: matters of its topic in the month and in the one before (None: not counted)."""

    office: OfficeView
    month: date
    key: TopicKey
    title: str
    text: str
    set_name: str
    set_at: datetime
    count: int | None = None
    before: int | None = None


def themes_of(actor: Actor, month: date, *, office_path: str = "") -> tuple[MonthTheme, ...]:
    """The themes of a month within reach, each with its matters counted. Raises NotAllowed."""
    actor.require(READ)
    rows = MonthlyTheme.objects.filter(
        actor.scope(READ).filter(),
        month=month,
        superseded_at__isnull=True,
        office_path__startswith=office_path,
    )
    return tuple(_view(row, *_counts(actor, row)) for row in rows.order_by("office_path"))


def _counts(actor: Actor, row: MonthlyTheme) -> tuple[int, int]:
    """First rounds of the topic at the office and below it, this month and the month before."""
    earlier = month_of(row.month - timedelta(days=1))
    extent = Extent(earlier, last_of(row.month), row.area, row.office_path, row.programme)
    spans = (Span(row.month, last_of(row.month)), Span(earlier, row.month - timedelta(days=1)))
    key = TopicKey(row.programme, row.type_id, row.topic)
    found = next((c.counts for c in count_topics(actor, extent, spans) if c.key == key), (0, 0))
    return found[0], found[1]


def theme_for_workers(office_id: UUID, month: date) -> MonthTheme | None:
    """What a worker reads at a station: its own theme, or that of the nearest office above it that has one."""
    paths = lines_up(offices.office(office_id).path)
    rows = MonthlyTheme.objects.filter(office_path__in=paths, month=month, superseded_at__isnull=True)
    nearest = max(rows, key=lambda row: len(row.office_path), default=None)
    return _view(nearest) if nearest else None


def _view(row: MonthlyTheme, count: int | None = None, before: int | None = None) -> MonthTheme:
    key = TopicKey(row.programme, row.type_id, row.topic)
    return MonthTheme(
        office=offices.office(row.office_id),
        month=row.month,
        key=key,
        title=topic_titles([key])[key],
        text=row.text,
        set_name=row.set_name,
        set_at=row.set_at,
        count=count,
        before=before,
    )
