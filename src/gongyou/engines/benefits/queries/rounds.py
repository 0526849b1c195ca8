"""Rounds, their lines, and what a period came to: every figure opens to its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid5

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from gongyou.basics.refusal import says
from gongyou.engines.benefits.definitions import OrderState, RecoveryState
from gongyou.engines.benefits.models import Entitlement, Line, Order, Recovery, Round
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.kernel.personal_data import record_read

T = TypeVar("T")
READ = "benefits.read"
NOUN = "entitlement"
PAGE = 50


@dataclass(frozen=True)
class RoundView:
    """A round with its counts. `rows_read` of `rows_total`: progress while it is taken in."""

    id: UUID
    programme: str
    area: str
    office_id: UUID
    office_path: str
    period: str
    instalment: int
    number: int
    run_id: UUID
    only_subject: str
    rules_hash: str
    state: str
    rows_total: int
    rows_read: int
    line_count: int
    sum_fen: int
    digest: str
    list_id: UUID | None
    approval_id: UUID | None
    prepared_by_name: str
    prepared_at: datetime
    committed_at: datetime | None
    order_count: int
    order_sum_fen: int
    refusal: Mapping[str, object]


@dataclass(frozen=True)
class Stand:
    """Payments of one state: `state` is an `OrderState`."""

    state: str
    count: int
    sum_fen: int


@dataclass(frozen=True)
class PeriodTotals:
    """What a period of a programme came to in one area. `stands`: payments by state; each opens with `list_orders`."""

    programme: str
    area: str
    period: str
    subjects: int
    decided_fen: int
    stands: tuple[Stand, ...]
    recoverable_count: int
    recoverable_fen: int
    recovered_fen: int
    rounds: tuple[RoundView, ...]

    def of(self, *states: str) -> int:
        """Fen of some states."""
        return sum(stand.sum_fen for stand in self.stands if stand.state in states)


@dataclass(frozen=True)
class LineView:
    subject: str
    name: str
    decided_fen: int
    before_fen: int

    @property
    def difference_fen(self) -> int:
        return self.decided_fen - self.before_fen


@dataclass(frozen=True)
class OrderView:
    """One payment in a list. `number`: as the bank carries it."""

    id: UUID
    entitlement_id: UUID
    subject: str
    name: str
    amount_fen: int
    state: str
    attempt: int

    @property
    def number(self) -> str:
        return self.id.hex


@dataclass(frozen=True)
class Page(Generic[T]):
    """`next`: the cursor of the following page, empty at the end."""

    items: tuple[T, ...]
    next: str


def round_view(row: Round) -> RoundView:
    return RoundView(**{name: getattr(row, name) for name in RoundView.__dataclass_fields__})


def rounds_in(actor: Actor) -> QuerySet[Round]:
    """Raises NotAllowed."""
    actor.require(READ)
    return Round.objects.filter(actor.scope(READ).filter("office_path"))


def round_of(actor: Actor, round_id: UUID) -> RoundView:
    """Raises NotFound, also outside the actor's scope."""
    row = rounds_in(actor).filter(pk=round_id).first()
    if row is None:
        raise NotFound(says("没有找到这一轮发放。"))
    return round_view(row)


def list_rounds(actor: Actor, *, programme: str = "", cursor: str = "", size: int = 30) -> Page[RoundView]:
    """Newest first. Raises NotAllowed, ValueError for a cursor that is none."""
    rows = rounds_in(actor)
    if programme:
        rows = rows.filter(programme=programme)
    if cursor:
        rows = rows.filter(pk__lt=UUID(cursor))
    found = [round_view(row) for row in rows.order_by("-id")[: size + 1]]
    return Page(tuple(found[:size]), str(found[size - 1].id) if len(found) > size else "")


def list_round_lines(
    actor: Actor, round_id: UUID, *, purpose: str, cursor: str = "", size: int = PAGE
) -> Page[LineView]:
    """What a round says, by subject; the cursor is the last subject shown. The read is recorded. Raises NotFound."""
    of = round_of(actor, round_id)
    rows = Line.objects.filter(round=of.id, subject__gt=cursor).order_by("subject")
    fields = ("subject", "name", "decided_fen", "before_fen")
    found = [LineView(*row) for row in rows.values_list(*fields)[: size + 1]]
    items = tuple(found[:size])
    record_read(actor, NOUN, [uuid5(of.id, line.subject) for line in items], purpose)
    return Page(items, items[-1].subject if len(found) > size else "")


def periods(actor: Actor) -> tuple[tuple[str, str, str], ...]:
    """(programme, area, period) there are rounds of, newest period first."""
    rows = rounds_in(actor).order_by("-period", "programme", "area")
    return tuple(rows.values_list("programme", "area", "period").distinct())


def period_totals(actor: Actor, *, programme: str, area: str, period: str) -> PeriodTotals:
    """Decided, owed, under way, paid, returned, lapsed, asked back. Raises NotAllowed, NotFound."""
    rounds = rounds_in(actor).filter(programme=programme, area=area, period=period).order_by("number")
    views = tuple(map(round_view, rounds))
    if not views:
        raise NotFound(says("这一期没有发放。"))
    mine = Entitlement.objects.filter(programme=programme, area=area, period=period)
    head = mine.aggregate(n=Count("pk", filter=Q(decided_fen__gt=0)), fen=Coalesce(Sum("decided_fen"), 0))
    orders = Order.objects.filter(entitlement__in=mine).values("state")
    stands = orders.annotate(n=Count("pk"), fen=Sum("amount_fen")).values_list("state", "n", "fen")
    by_state = {state: Stand(state, n, fen) for state, n, fen in stands}
    claims = Recovery.objects.filter(entitlement__in=mine).aggregate(
        n=Count("pk", filter=Q(state=RecoveryState.OPEN)),
        fen=Coalesce(Sum(F("amount_fen") - F("recovered_fen"), filter=Q(state=RecoveryState.OPEN)), 0),
        back=Coalesce(Sum("recovered_fen"), 0),
    )
    return PeriodTotals(
        programme, area, period, head["n"], head["fen"],
        tuple(by_state.get(s.value, Stand(s.value, 0, 0)) for s in OrderState),
        claims["n"], claims["fen"], claims["back"], views,
    )  # fmt: skip


@dataclass(frozen=True)
class OrderFilter:
    """What to open: a period of a programme in an area; a state, a round or a batch narrows it."""

    programme: str
    area: str
    period: str
    states: tuple[str, ...] = ()
    round_id: UUID | None = None
    batch_id: UUID | None = None
    subject: str = ""


def list_orders(
    actor: Actor, which: OrderFilter, *, purpose: str, cursor: str = "", size: int = PAGE
) -> Page[OrderView]:
    """The payments behind a figure, by id. The read is recorded. Raises NotAllowed, ValueError for a bad cursor."""
    actor.require(READ)
    rows = Order.objects.filter(
        actor.scope(READ).filter("entitlement__office_path"),
        entitlement__programme=which.programme,
        entitlement__area=which.area,
        entitlement__period=which.period,
    )
    narrowed: dict[str, Any] = {
        "state__in": which.states,
        "round": which.round_id,
        "lines__batch": which.batch_id,
        "entitlement__subject__startswith": which.subject.strip().upper(),
        "pk__gt": UUID(cursor) if cursor else None,
    }
    rows = rows.filter(**{key: value for key, value in narrowed.items() if value})
    return orders_page(actor, rows, purpose=purpose, size=size)


def orders_page(actor: Actor, rows: QuerySet[Order], *, purpose: str, size: int) -> Page[OrderView]:
    fields: Sequence[str] = (
        "pk", "entitlement_id", "entitlement__subject", "entitlement__name", "amount_fen", "state", "attempt",
    )  # fmt: skip
    found = [OrderView(*row) for row in rows.order_by("pk").values_list(*fields)[: size + 1]]
    items = tuple(found[:size])
    record_read(actor, NOUN, [item.entitlement_id for item in items], purpose)
    return Page(items, str(items[-1].id) if len(found) > size else "")


def office_of_round(round_id: UUID) -> UUID:
    """The office a round is kept at. Unguarded. Raises NotFound."""
    found = Round.objects.filter(pk=round_id).values_list("office_id", flat=True).first()
    if found is None:
        raise NotFound(says("没有找到这一轮发放。"))
    return found
