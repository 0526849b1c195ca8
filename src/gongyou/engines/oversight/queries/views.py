"""What pages and other rooms read of the guard: frozen, masked; opened only through `access_…`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gongyou.basics.identity import mask_name
from gongyou.engines.oversight.definitions.sanctions import Sanction, SanctionRules
from gongyou.engines.oversight.definitions.words import RUNNING
from gongyou.engines.oversight.models import Decision, Extension, Happening, Hearing, Matter, Payment
from gongyou.engines.oversight.queries.dates import ways_until
from gongyou.engines.oversight.queries.rules import reason_titles, rules_at
from gongyou.kernel import moment


@dataclass(frozen=True)
class MatterLine:
    """A matter in a list: no whole name."""

    id: UUID
    number: str
    state: str
    name_masked: str
    amount_fen: int
    score: int | None
    employer_name: str
    hospitals: tuple[str, ...]
    received_at: datetime
    due_on: date | None
    may_claim_until: date | None
    may_claim: bool
    is_late: bool
    days_left: int | None
    version: int


@dataclass(frozen=True)
class PaymentView:
    id: UUID
    money: str
    amount_fen: int
    paid_on: date
    receipt: str
    noted_by: UUID
    noted_by_name: str
    confirmed_by_name: str
    confirmed_at: datetime | None


@dataclass(frozen=True)
class DecisionView:
    """A proposed or issued sanction with every date that follows from it."""

    id: UUID
    number: str
    state: str
    facts: str
    sanction: Sanction
    found_fen: int
    band: str
    fine_fen: int
    is_first: bool
    gives_back: bool
    late_reason: str
    digest: str
    approval_id: UUID
    proposed_by_name: str
    issued_by_name: str
    issued_on: date | None
    days_used: int | None
    days_allowed: int | None
    delivered_on: date | None
    pay_until: date | None
    review_until: date | None
    sue_until: date | None
    suspended_from: date | None
    suspended_until: date | None
    payments: tuple[PaymentView, ...]

    @property
    def is_late(self) -> bool:
        return (
            self.days_used is not None
            and self.days_allowed is not None
            and self.days_used > self.days_allowed
        )

    def paid(self, money: str) -> int:
        """Confirmed by a second person."""
        return sum(p.amount_fen for p in self.payments if p.money == money and p.confirmed_at is not None)

    def owed(self, money: str) -> int:
        return self.sanction.returned_fen if money == "returned" else self.fine_fen


@dataclass(frozen=True)
class HearingView:
    """That something was said; the words open with a purpose."""

    id: UUID
    kind: str
    on: date
    place: str
    document: str
    by_name: str
    second_name: str
    at: datetime


@dataclass(frozen=True)
class ExtensionView:
    id: UUID
    days: int
    document: str
    reason: str
    approval_id: UUID
    approved_at: datetime | None
    is_refused: bool


@dataclass(frozen=True)
class HappeningView:
    kind: str
    at: datetime
    by_name: str
    by_kind: str
    document: str
    note: str
    data: dict[str, Any]


@dataclass(frozen=True)
class MatterView:
    """A whole matter, masked."""

    line: MatterLine
    area: str
    programme: str
    office_id: UUID
    office_path: str
    source: str
    clue_ref: str
    reasons: tuple[str, ...]
    settlements: tuple[str, ...]
    employer_id: str
    first_seen_on: date | None
    injured_on: date | None
    first_officer: UUID | None
    first_officer_name: str
    second_officer: UUID | None
    second_officer_name: str
    filed_on: date | None
    told_on: date | None
    answer_until: date | None
    referred_on: date | None
    ended_on: date | None
    rules: SanctionRules
    days_run: int | None
    days_allowed: int | None
    hearings: tuple[HearingView, ...]
    extensions: tuple[ExtensionView, ...]
    decisions: tuple[DecisionView, ...]
    history: tuple[HappeningView, ...]

    @property
    def id(self) -> UUID:
        return self.line.id

    @property
    def state(self) -> str:
        return self.line.state

    @property
    def decision(self) -> DecisionView | None:
        """The one in force or on its way."""
        return next((d for d in self.decisions if d.state in ("open", "issued")), None)

    def is_officer(self, actor_id: UUID) -> bool:
        return actor_id in (self.first_officer, self.second_officer)


def line_of(row: Matter) -> MatterLine:
    today = moment.today()
    is_running = row.state in RUNNING and row.due_on is not None
    return MatterLine(
        id=row.pk,
        number=row.number,
        state=row.state,
        name_masked=row.name_masked,
        amount_fen=row.amount_fen,
        score=row.score,
        employer_name=row.employer_name,
        hospitals=tuple(row.hospitals),
        received_at=row.received_at,
        due_on=row.due_on,
        may_claim_until=row.may_claim_until,
        may_claim=row.may_claim_until is not None and row.may_claim_until >= today,
        is_late=is_running and row.due_on < today,  # type: ignore[operator]
        days_left=(row.due_on - today).days if is_running and row.due_on else None,
        version=row.version,
    )


def masked(name: str, reference: str) -> str:
    """The surname, or the last four of the number where no name is known."""
    return mask_name(name) if name else f"****{reference[-4:]}"


def matter_view(row: Matter) -> MatterView:
    rules, titles = rules_at(row.rules_hash), reason_titles(row.area, row.programme)
    extensions = tuple(_extension(e) for e in row.extensions.order_by("asked_at"))
    allowed = rules.clocks.decide_days + sum(e.days for e in extensions if e.approved_at is not None)
    decisions = tuple(decision_view(d, row.area, rules) for d in row.decisions.order_by("proposed_at"))
    issued = next((d for d in decisions if d.state == "issued"), None)
    end = (issued.issued_on if issued else None) or row.ended_on or moment.today()
    return MatterView(
        line=line_of(row),
        area=row.area,
        programme=row.programme,
        office_id=row.office_id,
        office_path=row.office_path,
        source=row.source,
        clue_ref=row.clue_ref,
        reasons=tuple(titles.get(reason, reason) for reason in row.reasons),
        settlements=tuple(row.settlements),
        employer_id=row.employer_id,
        first_seen_on=row.first_seen_on,
        injured_on=row.injured_on,
        first_officer=row.first_officer,
        first_officer_name=row.first_officer_name,
        second_officer=row.second_officer,
        second_officer_name=row.second_officer_name,
        filed_on=row.filed_on,
        told_on=row.told_on,
        answer_until=row.answer_until,
        referred_on=row.referred_on,
        ended_on=row.ended_on,
        rules=rules,
        days_run=(end - row.filed_on).days if row.filed_on else None,
        days_allowed=allowed if row.filed_on else None,
        hearings=tuple(_hearing(h) for h in row.hearings.order_by("at")),
        extensions=extensions,
        decisions=decisions,
        history=tuple(_happening(h) for h in row.happenings.order_by("at", "id")),
    )


def decision_view(row: Decision, area: str, rules: SanctionRules) -> DecisionView:
    ways = ways_until(area, row.delivered_on, rules) if row.delivered_on else (None, None, None)
    return DecisionView(
        id=row.pk,
        number=row.number,
        state=row.state,
        facts=row.facts,
        sanction=Sanction(row.returned_fen, row.fine_tenths, row.suspension_months),
        found_fen=row.found_fen,
        band=row.band,
        fine_fen=row.fine_fen,
        is_first=row.is_first,
        gives_back=row.gives_back,
        late_reason=row.late_reason,
        digest=row.digest,
        approval_id=row.approval_id,
        proposed_by_name=row.proposed_by_name,
        issued_by_name=row.issued_by_name,
        issued_on=row.issued_on,
        days_used=row.days_used,
        days_allowed=row.days_allowed,
        delivered_on=row.delivered_on,
        pay_until=ways[0],
        review_until=ways[1],
        sue_until=ways[2],
        suspended_from=row.suspended_from,
        suspended_until=row.suspended_until,
        payments=tuple(_payment(p) for p in row.payments.order_by("noted_at")),
    )


def _payment(row: Payment) -> PaymentView:
    return PaymentView(
        row.pk, row.money, row.amount_fen, row.paid_on, row.receipt,
        row.noted_by, row.noted_by_name, row.confirmed_by_name, row.confirmed_at,
    )  # fmt: skip


def _hearing(row: Hearing) -> HearingView:
    return HearingView(
        row.pk, row.kind, row.on, row.place, row.document, row.by_name, row.second_name, row.at
    )


def _extension(row: Extension) -> ExtensionView:
    return ExtensionView(
        row.pk, row.days, row.document, row.reason, row.approval_id, row.approved_at, row.is_refused
    )


def _happening(row: Happening) -> HappeningView:
    return HappeningView(row.kind, row.at, row.by_name, row.by_kind, row.document, row.note, row.data)
