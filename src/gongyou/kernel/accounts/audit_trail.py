"""What the audit administrator reads: the chain, reads of personal data, and whether all is intact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from gongyou.kernel import audit
from gongyou.kernel.access import Actor
from gongyou.kernel.actions import Act, action
from gongyou.kernel.audit import Verdict
from gongyou.kernel.models.audit import AuditRecord, ReadRecord

READ = "audit.read"
VERIFY = "audit.verify"


@dataclass(frozen=True)
class Trace:
    """One action of the chain."""

    id: int
    at: datetime
    action: str
    actor_id: UUID
    actor_kind: str
    office_path: str
    subject: str
    place: str  # lane-sequence, to find it in the chain


@dataclass(frozen=True)
class TracePage:
    """Newest first; `next` is the cursor of the following page, 0 at the end."""

    items: tuple[Trace, ...]
    next: int


@dataclass(frozen=True)
class ReadTrace:
    """One page or file that showed personal data."""

    id: UUID
    at: datetime
    actor_id: UUID
    actor_kind: str
    noun: str
    purpose: str
    count: int


@dataclass(frozen=True)
class Wanted:
    """What to look for; empty values don't narrow. `until` is exclusive."""

    since: datetime | None = None
    until: datetime | None = None
    actor_id: UUID | None = None
    action: str = ""
    subject: str = ""

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.since is not None:
            rows = rows.filter(at__gte=self.since)
        if self.until is not None:
            rows = rows.filter(at__lt=self.until)
        return rows if self.actor_id is None else rows.filter(actor_id=self.actor_id)


def list_records(actor: Actor, wanted: Wanted, *, cursor: int = 0, size: int = 50) -> TracePage:
    """Actions within the actor's scope; `action` is a beginning ('accounts.'), `subject` a whole one."""
    actor.require(READ)
    scope = actor.scope(READ)
    rows = wanted.narrow(AuditRecord.objects.filter(Q() if scope.covers("") else scope.filter()))
    if wanted.action:
        rows = rows.filter(action__startswith=wanted.action)
    if wanted.subject:
        rows = rows.filter(subject=wanted.subject)
    if cursor:
        rows = rows.filter(pk__lt=cursor)
    found = list(rows.order_by("-id")[: size + 1])
    items = tuple(
        Trace(
            id=row.pk,
            at=row.at,
            action=row.action,
            actor_id=row.actor_id,
            actor_kind=row.actor_kind,
            office_path=row.office_path,
            subject=row.subject,
            place=f"{row.lane}-{row.seq}",
        )
        for row in found[:size]
    )
    return TracePage(items, items[-1].id if len(found) > size else 0)


def list_reads(actor: Actor, wanted: Wanted, *, size: int = 100) -> tuple[ReadTrace, ...]:
    """Reads of personal data, newest first, for who audits the whole installation: reads have no office."""
    actor.require(READ, "")
    rows = wanted.narrow(ReadRecord.objects.all()).order_by("-id")[:size]
    return tuple(ReadTrace(r.pk, r.at, r.actor_id, r.actor_kind, r.noun, r.purpose, len(r.ids)) for r in rows)


def verify_audit(actor: Actor) -> Verdict:
    """Walk the whole chain; that it was walked, and what came out, is itself an action.

    The walk runs outside the transaction: writers need not wait for it.
    """
    actor.require(VERIFY)
    verdict = audit.verify()
    _note_verdict(actor, is_intact=verdict.is_intact, records=verdict.records, broken=list(verdict.broken))
    return verdict


@action("audit.verify", right=VERIFY)
def _note_verdict(act: Act, *, is_intact: bool, records: int, broken: list[str]) -> None:
    act.about("audit:intact" if is_intact else "audit:broken")
