"""Accounts, and payments that wait for one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gongyou.engines.benefits.models import NOUN, AccountChase, ChaseStep, SubjectAccount
from gongyou.engines.benefits.queries.rounds import Page
from gongyou.kernel.access import Actor
from gongyou.kernel.personal_data import record_read

READ = "benefits.read"
PAGE = 50


@dataclass(frozen=True)
class AccountView:
    """An account as pages show it: never more of the number than its last four."""

    id: UUID
    subject: str
    account_name: str
    account_tail: str
    bank_name: str
    source: str
    state: str
    proposed_at: datetime
    confirmed_at: datetime | None
    needs_second: bool

    @property
    def masked(self) -> str:
        return f"**** {self.account_tail}" if self.account_tail else ""


@dataclass(frozen=True)
class ChaseDone:
    kind: str
    at: datetime
    note: str


@dataclass(frozen=True)
class ChaseView:
    """A payment without a working account. `next_on`: when the next thing happens by itself."""

    id: UUID
    order_id: UUID
    subject: str
    name: str
    amount_fen: int
    programme: str
    area: str
    period: str
    reason: str
    opened_on: date
    next_on: date | None
    listed_on: date | None
    state: str
    done: tuple[ChaseDone, ...]


def account_view(row: SubjectAccount) -> AccountView:
    return AccountView(**{name: getattr(row, name) for name in AccountView.__dataclass_fields__})


def accounts_of(actor: Actor, subjects: Iterable[str], *, purpose: str) -> tuple[AccountView, ...]:
    """Every account of some subjects, newest first; the read is recorded. Raises NotAllowed."""
    actor.require(READ)
    rows = SubjectAccount.objects.filter(
        actor.scope(READ).filter("office_path"), subject__in=list(subjects)
    ).order_by("-proposed_at")
    found = tuple(map(account_view, rows))
    record_read(actor, NOUN, [view.id for view in found], purpose)
    return found


def proposed_accounts(actor: Actor, *, purpose: str, size: int = PAGE) -> tuple[AccountView, ...]:
    """Accounts that wait for their second person, oldest first. Raises NotAllowed."""
    actor.require(READ)
    rows = SubjectAccount.objects.filter(actor.scope(READ).filter("office_path"), state="proposed")
    found = tuple(map(account_view, rows.order_by("proposed_at")[:size]))
    record_read(actor, NOUN, [view.id for view in found], purpose)
    return found


def list_chases(
    actor: Actor,
    *,
    state: str = "open",
    is_listed: bool = False,
    purpose: str,
    cursor: str = "",
    size: int = PAGE,
) -> Page[ChaseView]:
    """Payments that wait for an account; `is_listed`: those on the named list. Raises NotAllowed, ValueError."""
    actor.require(READ)
    rows = AccountChase.objects.filter(actor.scope(READ).filter("office_path"), state=state)
    if is_listed:
        rows = rows.filter(listed_on__isnull=False)
    if cursor:
        rows = rows.filter(pk__gt=UUID(cursor))
    found = list(rows.select_related("order__entitlement").order_by("pk")[: size + 1])
    views = chase_views(found[:size])
    record_read(actor, "entitlement", [row.order.entitlement_id for row in found[:size]], purpose)
    return Page(views, str(found[size - 1].pk) if len(found) > size else "")


def chase_views(rows: list[AccountChase]) -> tuple[ChaseView, ...]:
    done: dict[UUID, list[ChaseDone]] = {}
    for step in ChaseStep.objects.filter(chase__in=rows).order_by("at", "pk"):
        done.setdefault(step.chase_id, []).append(ChaseDone(step.kind, step.at, step.note))
    return tuple(
        ChaseView(
            row.pk, row.order_id, row.order.entitlement.subject, row.order.entitlement.name, row.order.amount_fen,
            row.order.entitlement.programme, row.order.entitlement.area,
            row.order.entitlement.period, row.reason, row.opened_on, row.next_on,
            row.listed_on, row.state, tuple(done.get(row.pk, ())),
        )
        for row in rows
    )  # fmt: skip
