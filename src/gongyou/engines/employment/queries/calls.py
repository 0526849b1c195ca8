"""Calls after placement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gongyou.engines.employment.models import FollowUp
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.registry.queries import MaskedPerson, show_people

READ = "employment.read"


@dataclass(frozen=True)
class HarmView:
    """What a call found, for whoever takes it up."""

    follow_up_id: UUID
    person_id: UUID
    office_path: str
    days: int
    outcome: str
    why: str
    employer: str
    title: str


@dataclass(frozen=True)
class CallView:
    """One call: due or done. `person` None: out of the reader's reach, or erased."""

    id: UUID
    referral_id: UUID
    days: int
    due_on: date
    outcome: str
    why: str
    wage_fen: int | None
    matter_number: str
    done_at: datetime | None
    person_id: UUID
    person: MaskedPerson | None
    employer: str
    title: str
    started_on: date


_WITH = ("placement__referral__intention", "placement__referral__post", "placement__organisation")


def harm_of(follow_up_id: UUID) -> HarmView:
    """Unguarded: for the flow that files it. Raises NotFound."""
    row = FollowUp.objects.select_related(*_WITH).filter(pk=follow_up_id).first()
    if row is None:
        raise NotFound
    referral = row.placement.referral
    return HarmView(
        row.pk, referral.intention.person_id, row.placement.office_path, row.days, row.outcome, row.why,
        row.placement.organisation.name, referral.post.title,
    )  # fmt: skip


def list_calls(actor: Actor, *, is_open: bool = True, size: int = 100) -> tuple[CallView, ...]:
    """Calls in reach by their day; done ones newest first. Raises NotAllowed."""
    actor.require(READ)
    rows = FollowUp.objects.select_related(*_WITH).filter(actor.scope(READ).filter("placement__office_path"))
    if is_open:
        rows = rows.filter(done_at=None, placement__left_on=None).order_by("due_on", "id")
    else:
        rows = rows.filter(done_at__isnull=False).order_by("-done_at", "id")
    return _views(actor, list(rows[:size]))


def call_of(actor: Actor, follow_up_id: UUID) -> CallView:
    """Raises NotFound, NotAllowed."""
    row = FollowUp.objects.select_related(*_WITH).filter(pk=follow_up_id).first()
    if row is None:
        raise NotFound
    actor.require(READ, row.placement.office_path)
    return _views(actor, [row])[0]


def _views(actor: Actor, rows: list[FollowUp]) -> tuple[CallView, ...]:
    people = show_people(actor, [row.placement.referral.intention.person_id for row in rows]) if rows else {}
    return tuple(
        CallView(
            row.pk,
            row.placement.referral_id,
            row.days,
            row.due_on,
            row.outcome,
            row.why,
            row.wage_fen,
            row.matter_number,
            row.done_at,
            row.placement.referral.intention.person_id,
            people.get(row.placement.referral.intention.person_id),
            row.placement.organisation.name,
            row.placement.referral.post.title,
            row.placement.started_on,
        )
        for row in rows
    )
