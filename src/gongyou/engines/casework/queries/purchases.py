"""Requested facilities: the list, one task with those who asked, matters that ask for something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count

from gongyou.engines.casework.models import Case, Purchase
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.engines.casework.queries.lists import in_scope, lines
from gongyou.engines.casework.queries.reading import READ
from gongyou.engines.casework.queries.views import CaseLine
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotAllowed, NotFound


@dataclass(frozen=True)
class PurchaseLine:
    id: UUID
    title: str
    spot: str
    state: str
    office_id: UUID
    asked_at: datetime
    expected_on: date | None
    asker_count: int


@dataclass(frozen=True)
class PurchaseView:
    line: PurchaseLine
    version: int
    reason: str
    decided_at: datetime | None
    supplier: str
    amount_fen: int | None
    ordered_at: datetime | None
    installed_at: datetime | None
    askers: tuple[CaseLine, ...]
    hidden: int
    """Askers whose matters this reader may not see."""
    steps: frozenset[str]
    may_join: tuple[CaseLine, ...]


def list_purchases(actor: Actor, limit: int = 200) -> tuple[PurchaseLine, ...]:
    """Within reach of `casework.read`, what still has to be done first. Raises NotAllowed."""
    actor.require(READ)
    rows = Purchase.objects.filter(actor.scope(READ).filter()).annotate(askers=Count("asks"))
    found = sorted(
        rows.order_by("-asked_at", "-id")[:limit], key=lambda r: r.state in ("installed", "refused")
    )
    return tuple(_line(row, row.askers) for row in found)


def _line(row: Purchase, askers: int) -> PurchaseLine:
    return PurchaseLine(
        row.pk, row.title, row.spot, row.state, row.office_id, row.asked_at, row.expected_on, askers
    )


def purchase_view(actor: Actor, purchase_id: UUID) -> PurchaseView:
    """Raises NotFound, NotAllowed."""
    row = Purchase.objects.filter(pk=purchase_id).first()
    if row is None:
        raise NotFound
    if not actor.may(READ, row.office_path):
        raise NotAllowed(READ)
    asked = list(row.asks.values_list("case_id", flat=True))
    askers = in_scope(actor).filter(pk__in=asked).order_by("received_at", "id")
    steps = _steps(actor, row)
    return PurchaseView(
        line=_line(row, len(asked)),
        version=row.version,
        reason=row.reason,
        decided_at=row.decided_at,
        supplier=row.supplier,
        amount_fen=row.amount_fen,
        ordered_at=row.ordered_at,
        installed_at=row.installed_at,
        askers=lines(askers),
        hidden=len(asked) - askers.count(),
        steps=steps,
        may_join=asking_matters(actor, row.office_id) if "join" in steps else (),
    )


def _steps(actor: Actor, row: Purchase) -> frozenset[str]:
    found = set()
    handles = actor.may("casework.handle", row.office_path)
    if row.state == "asked" and actor.may("casework.approve", row.office_path) and row.asked_by != actor.id:
        found.add("decide")
    if row.state == "approved" and handles:
        found.add("order")
    if row.state == "ordered" and handles:
        found.add("install")
    if row.state in ("asked", "approved", "ordered") and handles:
        found.add("join")
    return frozenset(found)


def asking_matters(actor: Actor, office_id: UUID | None = None, limit: int = 100) -> tuple[CaseLine, ...]:
    """Open matters in reach whose topic asks for a facility and that are in no task yet."""
    rows = in_scope(actor).filter(closed_at__isnull=True, purchase_ask__isnull=True).exclude(topic="")
    if office_id is not None:
        rows = rows.filter(office_id=office_id)
    # Topics are few, versions are few: asked per pair, not per matter.
    pairs = rows.order_by().values_list("definition", "type_id", "topic").distinct()
    asking = [pair for pair in pairs if is_facility(*pair)]
    found: list[Case] = []
    for definition, type_id, topic in asking:
        some = rows.filter(definition=definition, type_id=type_id, topic=topic)
        # Answered ones wait for their call-back: they ask for nothing any more.
        found += list(some.exclude(state__in=_answered(definition, type_id)).order_by("received_at")[:limit])
    return lines(sorted(found, key=lambda row: row.received_at)[:limit])


def is_facility(definition: str, type_id: str, topic_id: str) -> bool:
    topics = type_of(definition, type_id).topics
    return any(topic.id == topic_id and topic.facility for topic in topics)


def _answered(definition: str, type_id: str) -> frozenset[str]:
    """States after an answer: a call-back is possible."""
    case_type = type_of(definition, type_id)
    return frozenset(
        state for t in case_type.transitions if t.on.value.startswith("called_") for state in t.at
    )
