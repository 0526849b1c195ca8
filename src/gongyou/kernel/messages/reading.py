"""What was sent about a matter, and the desk's list of messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from gongyou.basics.refusal import says
from gongyou.kernel import bars
from gongyou.kernel.access import Actor
from gongyou.kernel.messages.sending import NOUN, READ
from gongyou.kernel.models.messages import Message
from gongyou.kernel.personal_data import record_read

CODES = "codes"
"""The class of one-time codes: their text is opened for nobody but the carrier."""


@dataclass(frozen=True)
class MessageView:
    """A message as the desk shows it. `text` is empty in lists, for one-time codes and after erasure."""

    id: UUID
    subject: str
    template: str
    message_class: str
    phone_masked: str
    text: str
    state: str
    queued_at: datetime
    not_before: datetime
    sent_at: datetime | None
    failure: str


@dataclass(frozen=True)
class MessagePage:
    """One page, newest first; `next` is the cursor of the following page, empty at the end."""

    items: tuple[MessageView, ...]
    next: str


def messages_of(actor: Actor, subject: str) -> tuple[MessageView, ...]:
    """The messages about one subject within the actor's scope, oldest first, opened: one access record."""
    actor.require(READ)
    bars.refuse_barred(actor, subject)
    rows = list(
        Message.objects.filter(actor.scope(READ).filter(), subject=subject)
        .exclude(message_class=CODES)
        .order_by("queued_at", "id")
    )
    grant = record_read(actor, NOUN, [row.id for row in rows], actor.purpose or says("查看短信"))
    return tuple(_view(row, row.text.open(grant) if row.text else "") for row in rows)


def list_messages(actor: Actor, cursor: str = "", *, state: str = "", size: int = 30) -> MessagePage:
    """Messages within the actor's scope, newest first, without their texts.

    Raises ValueError for a cursor that is none.
    """
    actor.require(READ)
    rows = Message.objects.filter(actor.scope(READ).filter()).defer("text", "phone")
    barred = bars.barred_subjects(actor)
    rows = rows.exclude(subject__in=barred) if barred else rows
    if state:
        rows = rows.filter(state=state)
    if cursor:
        stamp, _, row_id = cursor.partition("~")
        queued_at = datetime.fromisoformat(stamp)
        # The first condition is implied by the second; written apart it bounds the index (docs/decisions).
        rows = rows.filter(
            Q(queued_at__lte=queued_at) & (Q(queued_at__lt=queued_at) | Q(id__lt=UUID(row_id)))
        )
    found = list(rows.order_by("-queued_at", "-id")[: size + 1])
    shown = found[:size]
    for_few = bars.subjects_for_few(actor, {row.subject: row.office_path for row in shown})
    more = f"{shown[-1].queued_at.isoformat()}~{shown[-1].id}" if len(found) > size else ""
    return MessagePage(tuple(_view(row, "") for row in shown if row.subject not in for_few), more)


def _view(row: Message, text: str) -> MessageView:
    return MessageView(
        id=row.id,
        subject=row.subject,
        template=row.template,
        message_class=row.message_class,
        phone_masked=row.phone_masked,
        text=text,
        state=row.state,
        queued_at=row.queued_at,
        not_before=row.not_before,
        sent_at=row.sent_at,
        failure=row.failure,
    )
