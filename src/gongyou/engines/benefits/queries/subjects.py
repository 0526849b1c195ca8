"""One subject's way: computed → listed → approved → batched → sent → paid or returned, and what the money was for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.benefits.definitions import OrderState, RecoveryState, own_path
from gongyou.engines.benefits.models import (
    AccountChase,
    BatchLine,
    Entitlement,
    Line,
    Order,
    Recovery,
    Round,
    SubjectAccount,
    UseOfMoney,
)
from gongyou.engines.benefits.queries.accounts import AccountView, ChaseView, account_view, chase_views
from gongyou.institutions.procedures import queries as procedures
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.kernel.personal_data import record_read

READ = "benefits.read"
OWN = "benefits.own"
NOUN = "entitlement"


@dataclass(frozen=True)
class Stop:
    """One station of the way. `kind`: computed | listed | published | approved | owed | batched | sent | paid |
    returned | cancelled | lapsed | claimed | recovered. `id`: round, list, approval, payment, batch or claim."""

    kind: str
    at: datetime
    amount_fen: int
    id: UUID
    note: str = ""


@dataclass(frozen=True)
class UseView:
    id: UUID
    purpose: str
    amount_fen: int
    used_on: date
    note: str
    file_id: UUID | None
    reverses_id: UUID | None
    noted_at: datetime


@dataclass(frozen=True)
class RecoveryView:
    id: UUID
    amount_fen: int
    recovered_fen: int
    state: str
    claimed_at: datetime

    @property
    def open_fen(self) -> int:
        return self.amount_fen - self.recovered_fen if self.state == RecoveryState.OPEN else 0


@dataclass(frozen=True)
class SubjectPath:
    """Everything about one subject's benefit of a period. `run_id`: the decision that explains why and how much."""

    entitlement_id: UUID
    programme: str
    area: str
    period: str
    instalment: int
    subject: str
    name: str
    decided_fen: int
    paid_fen: int
    recovered_fen: int
    run_id: UUID
    round_id: UUID
    stops: tuple[Stop, ...]
    accounts: tuple[AccountView, ...]
    chases: tuple[ChaseView, ...]
    recoveries: tuple[RecoveryView, ...]
    uses: tuple[UseView, ...]

    @property
    def used_fen(self) -> int:
        return sum(use.amount_fen for use in self.uses)

    @property
    def left_fen(self) -> int:
        """Paid, and not accounted for yet."""
        return self.paid_fen - self.used_fen


@dataclass(frozen=True)
class Pending:
    """A subject in a round that is not promised yet: what was computed, and how far the round has come."""

    round_id: UUID
    programme: str
    area: str
    period: str
    decided_fen: int
    run_id: UUID
    state: str
    list_id: UUID | None


def use_view(row: UseOfMoney) -> UseView:
    return UseView(
        row.pk, row.purpose, row.amount_fen, row.used_on, row.note, row.file_id, row.reverses_id, row.noted_at
    )


def paths_of(actor: Actor, subject: str, *, purpose: str) -> tuple[SubjectPath, ...]:
    """All benefits of a subject, newest period first: for staff within reach, for the employer itself.

    The read is recorded. Raises NotAllowed.
    """
    rows = _visible(actor, subject)
    found = [row for row in rows.order_by("-period", "programme", "instalment")]
    record_read(actor, NOUN, [row.pk for row in found], purpose)
    return tuple(_path(row) for row in found)


def path_of(actor: Actor, entitlement_id: UUID, *, purpose: str) -> SubjectPath:
    """Raises NotFound, NotAllowed."""
    head = Entitlement.objects.filter(pk=entitlement_id).first()
    row = _visible(actor, head.subject).filter(pk=entitlement_id).first() if head else None
    if row is None:
        raise NotFound(says("没有找到这个对象。"))
    record_read(actor, NOUN, [row.pk], purpose)
    return _path(row)


def pending_of(actor: Actor, subject: str, *, purpose: str) -> tuple[Pending, ...]:
    """What was computed for a subject and is not approved yet, newest first. Raises NotAllowed."""
    lines = Line.objects.filter(
        subject=subject, round__state__in=["taken", "listed", "approving", "approved"]
    )
    if actor.kind == "staff":
        actor.require(READ)
        lines = lines.filter(actor.scope(READ).filter("round__office_path"))
    else:
        actor.require(OWN, own_path(subject))
    found = list(lines.select_related("round").order_by("-round__prepared_at"))
    record_read(actor, NOUN, [line.pk for line in found], purpose)
    return tuple(
        Pending(line.round_id, line.round.programme, line.round.area, line.round.period, line.decided_fen,
                line.run_id, line.round.state, line.round.list_id)
        for line in found
    )  # fmt: skip


def _visible(actor: Actor, subject: str):  # type: ignore[no-untyped-def]
    rows = Entitlement.objects.filter(subject=subject)
    if actor.kind == "staff":
        actor.require(READ)
        return rows.filter(actor.scope(READ).filter("office_path"))
    actor.require(OWN, own_path(subject))
    return rows


def _path(row: Entitlement) -> SubjectPath:
    orders = list(Order.objects.filter(entitlement=row).order_by("pk"))
    claims = list(Recovery.objects.filter(entitlement=row).order_by("claimed_at"))
    stops = [*_rounds(row), *_payments(orders), *_claims(claims)]
    chases = (
        AccountChase.objects.filter(order__in=orders)
        .select_related("order__entitlement")
        .order_by("opened_on")
    )
    accounts = SubjectAccount.objects.filter(area=row.area, subject=row.subject).order_by("-proposed_at")
    return SubjectPath(
        entitlement_id=row.pk,
        programme=row.programme,
        area=row.area,
        period=row.period,
        instalment=row.instalment,
        subject=row.subject,
        name=row.name,
        decided_fen=row.decided_fen,
        paid_fen=sum(o.amount_fen for o in orders if o.state == OrderState.PAID),
        recovered_fen=sum(c.recovered_fen for c in claims),
        run_id=row.run_id,
        round_id=row.round_id,
        stops=tuple(sorted(stops, key=lambda stop: stop.at)),
        accounts=tuple(map(account_view, accounts)),
        chases=chase_views(list(chases)),
        recoveries=tuple(
            RecoveryView(c.pk, c.amount_fen, c.recovered_fen, c.state, c.claimed_at) for c in claims
        ),
        uses=tuple(map(use_view, UseOfMoney.objects.filter(entitlement=row).order_by("used_on", "noted_at"))),
    )


def _rounds(row: Entitlement) -> Iterator[Stop]:
    lines = Line.objects.filter(
        subject=row.subject, round__programme=row.programme, round__area=row.area, round__period=row.period,
        round__instalment=row.instalment,
    )  # fmt: skip
    for line in lines.exclude(round__state="dropped").select_related("round"):
        of: Round = line.round
        yield Stop("computed", of.prepared_at, line.decided_fen, of.pk)
        for found in procedures.lists_of_run(str(of.pk)):
            if found.published_at is not None and procedures.has_line(found.id, row.subject):
                yield Stop("published", found.published_at, line.decided_fen, found.id)
        if of.committed_at is not None and of.approval_id is not None:
            ended = procedures.approval([of.approval_id])[of.approval_id].ended_at
            yield Stop("approved", ended or of.committed_at, line.decided_fen, of.approval_id)
            yield Stop("owed", of.committed_at, line.decided_fen - line.before_fen, of.pk)


def _payments(orders: list[Order]) -> Iterator[Stop]:
    for line in BatchLine.objects.filter(order__in=orders).select_related("batch").order_by("attempt"):
        batch = line.batch
        if batch.state == "dissolved":
            continue
        yield Stop("batched", batch.prepared_at, line.amount_fen, batch.pk, batch.number)
        if batch.sent_at is not None:
            yield Stop("sent", batch.sent_at, line.amount_fen, batch.pk, batch.number)
        if line.answered_at is not None:
            yield Stop(line.result, line.answered_at, line.amount_fen, batch.pk, line.reason)
    ended = AccountChase.objects.filter(order__in=orders, state="lapsed").prefetch_related("steps", "order")
    for chase in ended:
        last = chase.steps.order_by("-at").first()
        if last is not None:
            yield Stop("lapsed", last.at, chase.order.amount_fen, chase.order_id)


def _claims(claims: list[Recovery]) -> Iterator[Stop]:
    for claim in claims:
        yield Stop("claimed", claim.claimed_at, claim.amount_fen, claim.pk, claim.state)


def list_recoveries(
    actor: Actor, *, purpose: str, size: int = 200
) -> tuple[tuple[str, str, RecoveryView], ...]:
    """Open claims within reach: subject, name, claim. The read is recorded. Raises NotAllowed."""
    actor.require(READ)
    rows = Recovery.objects.filter(
        actor.scope(READ).filter("entitlement__office_path"), state=RecoveryState.OPEN
    )
    found = list(rows.select_related("entitlement").order_by("claimed_at")[:size])
    record_read(actor, NOUN, [row.entitlement_id for row in found], purpose)
    return tuple(
        (r.entitlement.subject, r.entitlement.name,
         RecoveryView(r.pk, r.amount_fen, r.recovered_fen, r.state, r.claimed_at))
        for r in found
    )  # fmt: skip


@dataclass(frozen=True)
class OwnRound:
    """The newest round of a period in an area: where an employer looks whether, why and how much."""

    round_id: UUID
    programme: str
    area: str
    period: str
    run_id: UUID
    state: str
    public_list_id: UUID | None
    """The list that is public now: until its days are over one may object."""


def own_rounds(actor: Actor, subject: str, area: str) -> tuple[OwnRound, ...]:
    """Newest period first, one for each programme and period: rounds that have been made public, whoever is on them.

    Raises NotAllowed.
    """
    actor.require(OWN, own_path(subject))
    states = ["listed", "approving", "approved", "committed"]
    newest: dict[tuple[str, str], Round] = {}
    for row in Round.objects.filter(area=area, state__in=states, only_subject="").order_by("-number"):
        newest.setdefault((row.programme, row.period), row)
    ordered = sorted(newest.values(), key=lambda row: (row.period, row.programme), reverse=True)
    return tuple(_own_round(row) for row in ordered)


def _own_round(row: Round) -> OwnRound:
    public = [found for found in procedures.lists_of_run(str(row.pk)) if found.state == "published"]
    open_now = next((found.id for found in public if found.over_at is None), None)
    return OwnRound(row.pk, row.programme, row.area, row.period, row.run_id, row.state, open_now)
