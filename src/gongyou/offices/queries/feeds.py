"""What a private calendar address shows: its owner's shifts and out-visits, nothing of anybody else."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.installation import installed
from gongyou.offices.models import DutyShift, Feed, OutVisit
from gongyou.offices.queries.duty import shift_view
from gongyou.offices.queries.rota import MyDuties, visit_view

BEFORE, AFTER = timedelta(days=31), timedelta(days=120)


def digest_of(token: str) -> bytes:
    """What is stored of a token."""
    return installed().keyring.digest(b"duty-feed:" + token.encode())


def duties_by_token(token: str) -> MyDuties | None:
    """None for an address that was revoked or never given."""
    feed = Feed.objects.filter(digest=digest_of(token), revoked_at=None).first()
    return duties_of(feed.account_id) if feed else None


def duties_of(account_id: UUID) -> MyDuties:
    """The shifts and out-visits of one account around now."""
    now = moment.now()
    shifts = DutyShift.objects.filter(
        holder_account_id=account_id, until_at__gt=now - BEFORE, from_at__lt=now + AFTER
    )
    visits = OutVisit.objects.filter(
        holder_account_id=account_id, until_at__gt=now - BEFORE, from_at__lt=now + AFTER
    ).exclude(state=OutVisit.State.CANCELLED)
    return MyDuties(
        tuple(shift_view(row) for row in shifts.order_by("from_at")),
        tuple(visit_view(row) for row in visits.order_by("from_at")),
    )


def my_duties(actor: Actor) -> MyDuties:
    """The actor's own."""
    actor.require("duty.own")
    return duties_of(actor.id)


def has_feed(actor: Actor) -> bool:
    return Feed.objects.filter(account_id=actor.id, revoked_at=None).exists()
