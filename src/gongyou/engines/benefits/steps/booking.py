"""Entries in the fund's book, so that rounds and batches say what happened and never how books work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from gongyou.basics.refusal import says
from gongyou.engines.benefits.models import Batch, Round
from gongyou.engines.benefits.queries.rules import rules_at
from gongyou.engines.benefits.steps.totals import Hex
from gongyou.institutions.ledger.steps import Control, Entry, Order, Selected, post
from gongyou.kernel.access import SYSTEM_ID
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError


@dataclass(frozen=True)
class Posting:
    """What a posting is about. `makers`: who may have prepared it, the first that is not the one who posts."""

    book_id: UUID
    label: str
    purpose: str
    makers: tuple[UUID | None, ...]
    approval_id: UUID | None = None


def book(act: Act, posting: Posting, flow: str, entries: Sequence[Entry]) -> None:
    """Post entries of one flow; none is no posting. Raises DomainError as the ledger says it."""
    if entries:
        _post(act, posting, flow, entries, Control(len(entries), sum(fen for _, _, fen in entries)))


def book_rows(
    act: Act, posting: Posting, flow: str, rows: QuerySet[Any], order: str, instalment: Any, control: Control
) -> None:
    """Post one entry for each of these rows, which never leave the database.

    `order` names the column of the payment's id; `control`: what the caller counted. Raises DomainError as the ledger.
    """
    if control.count:
        entries = rows.values(c0=Hex(order), c1=instalment, c2=F("amount_fen")).order_by("c0")
        _post(act, posting, flow, Selected(*entries.query.sql_with_params()), control)


def _post(
    act: Act, posting: Posting, flow: str, entries: Sequence[Entry] | Selected, control: Control
) -> None:
    order = Order(
        book_id=posting.book_id,
        flow=flow,
        posted_on=act.now.date(),
        reference=f"{posting.label}-{flow}-{act.id.hex[-12:]}",
        purpose=posting.purpose[:200],
        prepared_by=_maker(act, posting.makers),
        approval_id=posting.approval_id,
    )
    post(act, order, entries, control)


def _maker(act: Act, makers: Iterable[UUID | None]) -> UUID:
    """Whoever prepared it; the platform posts what two persons decided, so it is never both."""
    found = next((m for m in makers if m is not None and m != act.actor.id), None)
    if found is None and act.actor.id != SYSTEM_ID:
        raise DomainError(
            "same_person",
            says("制单和记账不能是同一个人。"),
            says("请由另一位同志办理这一步。"),
            status=409,
        )
    return found or act.id


def purpose_of(row: Round | Batch) -> str:
    """What stands in the books: the benefit by its title, and the period."""
    return f"{row.period}年{rules_at(row.rules_hash).title}"


def number_of(row_id: UUID) -> str:
    """Our id as the bank and the books carry it."""
    return row_id.hex
