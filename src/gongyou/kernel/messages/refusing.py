"""Phones that want no messages of a class any more, and those that want them again."""

from __future__ import annotations

from gongyou.basics.identity import read_phone
from gongyou.basics.refusal import says
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.models.accounts import Account
from gongyou.kernel.models.messages import Message, MessageRefusal
from gongyou.kernel.personal_data import record_read
from gongyou.kernel.plain_reads import Question, one
from gongyou.kernel.sealed_fields import blind_index

REFUSE = "messages.refuse"


_REFUSED = "SELECT 1 FROM kernel_messagerefusal WHERE phone_index = %s AND message_class = %s"


def asking_refused(phone: str, message_class: str) -> Question:
    """What a message to this phone will ask, to be asked ahead. The phone has been read."""
    return Question(_REFUSED, (blind_index(Message, "phone", phone), message_class))


def is_refused(phone_index: bytes, message_class: str) -> bool:
    """Whether the phone behind this index of `Message.phone` refused the class."""
    return one(_REFUSED, [phone_index, message_class], sees_waiting=False) is not None


def refuses_messages(*, phone: str, message_class: str) -> bool:
    """Whether a phone, already opened by the caller for its purpose, wants no messages of a class."""
    return is_refused(blind_index(Message, "phone", read_phone(phone)), message_class)


@action("messages.refuse", right=REFUSE, answers=bool)
def refuse_messages(act: Act, *, phone: str, message_class: str) -> bool:
    """Stop messages of a class to a phone (a worker: to the own one). False: they were stopped already."""
    number = _phone_to_decide_about(act, phone)
    _, is_new = MessageRefusal.objects.get_or_create(
        phone_index=blind_index(Message, "phone", number),
        message_class=message_class,
        defaults={"since": act.now},
    )
    return is_new


@action("messages.allow", right=REFUSE, answers=bool)
def allow_messages(act: Act, *, phone: str, message_class: str) -> bool:
    """Take a refusal back. False: there was none."""
    number = _phone_to_decide_about(act, phone)
    rows = MessageRefusal.objects.filter(
        phone_index=blind_index(Message, "phone", number), message_class=message_class
    )
    return bool(rows.delete()[0])


def _phone_to_decide_about(act: Act, phone: str) -> str:
    number = read_phone(phone)
    if act.actor.kind == "worker" and number != _own_phone(act):
        raise NotAllowed(REFUSE)
    return number


def _own_phone(act: Act) -> str:
    account = Account.objects.filter(pk=act.actor.id).first()
    if account is None or account.phone is None:
        return ""
    grant = record_read(act.actor, "account", [account.id], says("本人设置短信接收"))
    return str(account.phone.open(grant))
