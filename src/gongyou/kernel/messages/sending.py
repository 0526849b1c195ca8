"""Sending: queued with the action that says it, carried by an errand whose key is the message's id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import ClassVar
from uuid import UUID

from gongyou.basics.identity import mask_phone, read_phone
from gongyou.basics.refusal import Refusal, says
from gongyou.kernel import moment
from gongyou.kernel.access import system_actor
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.inserting import insert, new_row
from gongyou.kernel.installation import installed
from gongyou.kernel.jobs import MAX_TRIES, Payload, errand
from gongyou.kernel.messages.refusing import is_refused
from gongyou.kernel.models.events import Job
from gongyou.kernel.models.messages import Message
from gongyou.kernel.personal_data import record_read
from gongyou.kernel.writing import writing

READ = "messages.read"
SEND = "messages.send"
NOUN = "message"

QUIET_FROM, QUIET_UNTIL = time(21), time(8)
"""Nobody is woken by the office: texts that are not urgent wait for the morning."""


class CarrierRefused(Exception):
    """The carrier will never take this text (bad number, blocked content, no account): another try is useless."""


@dataclass(frozen=True)
class MessageSent:
    """The carrier took the text."""

    name: ClassVar[str] = "kernel.message_sent"
    message_id: UUID
    subject: str
    template: str


@dataclass(frozen=True)
class Outcome:
    """What became of one try to send: sent | failed | withheld | postponed | nothing."""

    kind: str
    reference: str = ""
    reason: str = ""
    not_before: datetime | None = None


def earliest_sending(at: datetime) -> datetime:
    """`at`, or the end of the quiet hours (Asia/Shanghai) it falls into."""
    local = at.astimezone(moment.SHANGHAI)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return at
    day = local.date() + timedelta(days=1 if local.time() >= QUIET_FROM else 0)
    return datetime.combine(day, QUIET_UNTIL, moment.SHANGHAI)


def send_message(
    act: Act,
    *,
    template: str,
    text: str,
    phone: str,
    subject: str,
    office_path: str,
    message_class: str = "casework",
    is_urgent: bool = False,
) -> UUID:
    """Queue a text (step). It leaves if and only if the action commits; a refused class is kept as withheld.

    Raises Refusal for a phone that is none.
    """
    number = read_phone(phone)
    message = new_row(
        Message,
        id=new_id(),
        subject=subject,
        office_path=office_path,
        template=template,
        message_class=message_class,
        is_urgent=is_urgent,
        phone=number,
        phone_masked=mask_phone(number),
        text=text,
        not_before=act.now if is_urgent else earliest_sending(act.now),
        queued_at=act.now,
    )
    if is_refused(bytes(message.phone_index or b""), message_class):
        message.state = Message.State.WITHHELD
    insert(message)
    if message.state == Message.State.QUEUED:
        _enqueue(act, message.id, message.not_before)
    return message.id


def _enqueue(act: Act, message_id: UUID, due_at: datetime) -> None:
    payload = {"message": str(message_id), "sending": str(act.id)}
    act.enqueue(SEND, payload, due_at=due_at, unique_key=_job_key(payload))


def _job_key(payload: Payload) -> str:
    return f"{SEND}:{payload['message']}:{payload['sending']}"


def _carry(payload: Payload) -> Outcome:
    """Hand the text to the carrier; its id is the idempotency key. Raises OSError while tries are left."""
    message = Message.objects.filter(pk=payload["message"], state=Message.State.QUEUED).first()
    if message is None or message.phone is None or message.text is None:
        return Outcome("nothing")
    now = moment.now()
    earliest = now if message.is_urgent else earliest_sending(now)
    if earliest > now:
        return Outcome("postponed", not_before=earliest)  # the job came late: into the night
    if is_refused(bytes(message.phone_index or b""), message.message_class):
        return Outcome("withheld")
    carrier = installed().sms
    if carrier is None:
        return Outcome("failed", reason=says("本系统没有配置短信通道。"))
    with writing():
        grant = record_read(system_actor(SEND), NOUN, [message.id], says("发送短信"))
    try:
        reference = carrier.send(
            key=str(message.id), phone=message.phone.open(grant), text=message.text.open(grant)
        )
    except CarrierRefused as refusal:
        return Outcome("failed", reason=str(refusal))
    except OSError as error:
        if _has_tries_left(payload):
            raise
        return Outcome("failed", reason=f"{type(error).__name__}: {error}")
    return Outcome("sent", reference=reference)


def _has_tries_left(payload: Payload) -> bool:
    tries = Job.objects.filter(unique_key=_job_key(payload)).values_list("tries", flat=True).first()
    return tries is not None and tries < MAX_TRIES


@errand(SEND, prepare=_carry)
def _note_outcome(act: Act, payload: Payload, outcome: Outcome) -> None:
    """Store what became of the try. A message that changed meanwhile is left as it is."""
    rows = Message.objects.filter(pk=payload["message"], state=Message.State.QUEUED)
    message = rows.first()
    if message is None or outcome.kind == "nothing":
        return
    act.about(message.subject, message.office_path)
    if outcome.not_before is not None:
        rows.update(not_before=outcome.not_before)
        _enqueue(act, message.id, outcome.not_before)
    elif outcome.kind == "sent":
        rows.update(
            state=Message.State.SENT, sent_at=act.now, carrier_reference=outcome.reference[:80], failure=""
        )
        act.publish(MessageSent(message_id=message.id, subject=message.subject, template=message.template))
    elif outcome.kind == "withheld":
        rows.update(state=Message.State.WITHHELD)
    else:
        rows.update(state=Message.State.FAILED, failure=outcome.reason[:200])


@action("messages.resend", right=READ, answers=str)
def resend_message(act: Act, *, message_id: UUID) -> str:
    """Give a failed message a fresh row of tries. Returns its state. Raises NotFound, NotAllowed, Refusal."""
    message = Message.objects.select_for_update().filter(pk=message_id).first()
    if message is None:
        raise NotFound
    act.require(READ, message.office_path)
    act.about(message.subject, message.office_path)
    if message.state != Message.State.FAILED or message.phone is None:
        raise Refusal(
            "message_not_failed",
            says("只有发送失败的短信才能重发。"),
            says("请刷新页面查看这条短信的最新状态。"),
            status=409,
        )
    due_at = act.now if message.is_urgent else earliest_sending(act.now)
    message.state, message.failure, message.not_before = Message.State.QUEUED, "", due_at
    message.save(update_fields=["state", "failure", "not_before"])
    _enqueue(act, message.id, due_at)
    return str(message.state)
