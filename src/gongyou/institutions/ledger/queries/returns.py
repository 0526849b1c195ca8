"""A return file against what was sent: what agrees, what is missing, extra, differing or was not paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from gongyou.institutions.ledger.models import ReturnFile
from gongyou.institutions.ledger.queries.books import posting
from gongyou.kernel.access import Actor

SHOWN = 200


@dataclass(frozen=True)
class Difference:
    """`kind`: missing (sent, no answer) | extra (answered, never sent) | differing (another amount) | failed."""

    kind: str
    reference: str
    instalment: int
    sent_fen: int | None
    returned_fen: int | None
    reason: str


@dataclass(frozen=True)
class Reconciliation:
    """Counts over the whole file; the differences themselves up to a page's length."""

    file_id: UUID
    posting_id: UUID
    name: str
    digest: str
    received_at: datetime
    line_count: int
    sum_fen: int
    matched: int
    failed: int
    missing: int
    extra: int
    differing: int
    differences: tuple[Difference, ...]

    @property
    def is_clean(self) -> bool:
        return not (self.missing or self.extra or self.differing)


_JOIN = (
    "FROM ledger_transfer t LEFT JOIN ledger_returnline r ON r.file_id = %s AND r.reference = t.reference"
    " AND r.instalment = t.instalment WHERE t.posting_id = %s"
)
_EXTRA = (
    "FROM ledger_returnline r LEFT JOIN ledger_transfer t ON t.posting_id = %s AND t.reference = r.reference"
    " AND t.instalment = r.instalment WHERE r.file_id = %s AND t.id IS NULL"
)
_COUNTS = (
    "SELECT coalesce(sum(CASE WHEN r.id IS NOT NULL AND r.amount_fen = t.amount_fen AND r.is_paid THEN 1 ELSE 0 END), 0),"
    " coalesce(sum(CASE WHEN r.id IS NOT NULL AND r.amount_fen = t.amount_fen AND NOT r.is_paid THEN 1 ELSE 0 END), 0),"
    " coalesce(sum(CASE WHEN r.id IS NULL THEN 1 ELSE 0 END), 0),"
    " coalesce(sum(CASE WHEN r.id IS NOT NULL AND r.amount_fen <> t.amount_fen THEN 1 ELSE 0 END), 0) "
)
_ROWS = (
    "SELECT CASE WHEN r.id IS NULL THEN 'missing' WHEN r.amount_fen <> t.amount_fen THEN 'differing' ELSE 'failed' END,"
    " t.reference, t.instalment, t.amount_fen, r.amount_fen, coalesce(r.reason, '') "
)
_DIFFERS = " AND (r.id IS NULL OR r.amount_fen <> t.amount_fen OR NOT r.is_paid) ORDER BY t.id LIMIT %s"


def reconciliation(file: ReturnFile) -> Reconciliation:
    """Unguarded: for steps and guarded readers."""
    file_id, posting_id = _id(file.pk), _id(file.posting_id)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS + _JOIN, [file_id, posting_id])
        matched, failed, missing, differing = map(int, cursor.fetchone())
        cursor.execute("SELECT count(*) " + _EXTRA, [posting_id, file_id])
        extra = int(cursor.fetchone()[0])
        cursor.execute(_ROWS + _JOIN + _DIFFERS, [file_id, posting_id, SHOWN])
        rows = [Difference(*row) for row in cursor.fetchall()]
        cursor.execute(
            f"SELECT r.reference, r.instalment, r.amount_fen, r.reason {_EXTRA} ORDER BY r.id LIMIT %s",
            [posting_id, file_id, SHOWN],
        )
        rows += [Difference("extra", ref, n, None, fen, why) for ref, n, fen, why in cursor.fetchall()]
    return Reconciliation(
        file.pk, file.posting_id, file.name, file.digest, file.received_at, file.line_count, file.sum_fen,
        matched, failed, missing, extra, differing, tuple(rows[:SHOWN]),
    )  # fmt: skip


def _id(value: UUID) -> UUID | str:
    return value.hex if connection.vendor == "sqlite" else value


def reconciliations(actor: Actor, posting_id: UUID) -> tuple[Reconciliation, ...]:
    """Every return file of a posting, newest first. Raises NotFound, NotAllowed."""
    found = posting(actor, posting_id)
    files = ReturnFile.objects.filter(posting_id=found.id).order_by("-received_at", "-id")
    return tuple(map(reconciliation, files))
