"""What people speak about: first rounds by topic and week, repeats by topic. No personal content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from gongyou.engines.casework.definitions import CaseProgramme
from gongyou.engines.casework.models import RoundFact
from gongyou.engines.casework.queries.definitions import staff_types, type_of
from gongyou.engines.casework.queries.figures import Extent, facts_within
from gongyou.kernel import bars, catalogue
from gongyou.kernel.access import Actor


@dataclass(frozen=True, order=True)
class TopicKey:
    """A topic as a programme declares it."""

    programme: str
    type_id: str
    topic: str

    @property
    def text(self) -> str:
        """For addresses."""
        return f"{self.programme}.{self.type_id}.{self.topic}"

    @classmethod
    def read(cls, text: str) -> TopicKey | None:
        parts = text.split(".")
        return cls(*parts) if len(parts) == 3 and all(parts) else None

    def condition(self) -> Q:
        return Q(programme=self.programme, type_id=self.type_id, topic=self.topic)


@dataclass(frozen=True)
class Span:
    """Days from `since` to `until`, both included."""

    since: date
    until: date


@dataclass(frozen=True)
class TopicCounts:
    """First rounds of one topic in each span, and how many of those of the first span were said again."""

    key: TopicKey
    title: str
    counts: tuple[int, ...]
    repeats: int


def count_topics(actor: Actor, extent: Extent, spans: tuple[Span, ...]) -> tuple[TopicCounts, ...]:
    """First rounds by topic in every span of an extent that holds them all, in one query."""
    rounds = facts_within(actor, extent).filter(round=1).exclude(topic="")
    counted = {
        f"span_{n}": Count("id", filter=Q(received_on__gte=s.since, received_on__lte=s.until))
        for n, s in enumerate(spans)
    }
    said_again = Q(
        received_on__gte=spans[0].since, received_on__lte=spans[0].until, repeat_days__isnull=False
    )
    rows: list[Mapping[str, Any]] = [
        *rounds.values("programme", "type_id", "topic")
        .annotate(**counted, again=Count("id", filter=said_again))
        .order_by("programme", "type_id", "topic")
    ]
    keys = [TopicKey(r["programme"], r["type_id"], r["topic"]) for r in rows]
    titles = topic_titles(keys)
    return tuple(
        TopicCounts(key, titles[key], tuple(row[f"span_{n}"] for n in range(len(spans))), row["again"])
        for key, row in zip(keys, rows, strict=True)
    )


def topic_titles(keys: Iterable[TopicKey]) -> dict[TopicKey, str]:
    """What the programme calls a topic; its id where nobody ever said it."""
    found = {}
    for key in set(keys):
        latest = (
            RoundFact.objects.filter(key.condition()).order_by("-received_on").select_related("case").first()
        )
        if latest is None:
            found[key] = _declared(key)
            continue
        topics = type_of(latest.case.definition, latest.case.type_id).topics
        found[key] = next((t.title for t in topics if t.id == key.topic), key.topic)
    return found


def _declared(key: TopicKey) -> str:
    """What the programme calls a topic nobody has spoken of yet, wherever it runs."""
    for name in sorted(catalogue.names("running")):
        published = catalogue.current("running", name)
        if published is None or name.split("/")[1:] != [key.programme, "case"]:
            continue
        types = catalogue.read_as(published.hash, CaseProgramme).types
        titles = [t.title for c in types if c.id == key.type_id for t in c.topics if t.id == key.topic]
        if titles:
            return titles[0]
    return key.topic


@dataclass(frozen=True)
class TopicChoice:
    key: TopicKey
    title: str
    type_title: str


def topics_in(area: str) -> tuple[TopicChoice, ...]:
    """Every topic of what may be filed in an area, as the programmes order them."""
    return tuple(
        TopicChoice(TopicKey(t.programme, t.type_id, topic.id), topic.title, t.title)
        for t in staff_types(area)
        for topic in t.topics
    )


@dataclass(frozen=True)
class TopicLine:
    """A matter of a topic, masked as every list of figures."""

    case_id: UUID
    number: str
    office_path: str
    received_on: date
    closed_as: str
    was_repeated: bool


def list_topic(actor: Actor, extent: Extent, key: TopicKey, limit: int = 200) -> tuple[TopicLine, ...]:
    """First rounds of a topic, newest first; those the actor is barred from are counted but not shown."""
    rows = facts_within(actor, extent).filter(key.condition(), round=1).select_related("case")
    barred = bars.barred_ids(actor)
    rows = rows.exclude(case_id__in=barred) if barred else rows
    return tuple(
        TopicLine(
            r.case_id, r.case.number, r.office_path, r.received_on, r.closed_as, r.repeat_days is not None
        )
        for r in rows.order_by("-received_on", "-id")[:limit]
    )
