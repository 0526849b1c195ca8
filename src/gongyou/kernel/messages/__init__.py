"""What is sent to people: steps and actions to send, resend and refuse; queries of what was sent."""

from gongyou.kernel.messages.reading import CODES, MessagePage, MessageView, list_messages, messages_of
from gongyou.kernel.messages.refusing import allow_messages, asking_refused, refuse_messages, refuses_messages
from gongyou.kernel.messages.sending import (
    CarrierRefused,
    MessageSent,
    earliest_sending,
    resend_message,
    send_message,
)
from gongyou.kernel.messages.templates import fill

__all__ = [
    "CODES",
    "CarrierRefused",
    "MessagePage",
    "MessageSent",
    "MessageView",
    "allow_messages",
    "asking_refused",
    "earliest_sending",
    "fill",
    "list_messages",
    "messages_of",
    "refuse_messages",
    "refuses_messages",
    "resend_message",
    "send_message",
]
