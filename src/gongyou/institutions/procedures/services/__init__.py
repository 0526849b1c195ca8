"""Actions of people: decide, publish, close, object."""

from gongyou.institutions.procedures.services.approving import decide_approval, withdraw_approval
from gongyou.institutions.procedures.services.objecting import decide_objection, raise_objection
from gongyou.institutions.procedures.services.publicity import (
    close_publicity,
    publish_publicity,
    withdraw_publicity,
)

__all__ = [
    "close_publicity",
    "decide_approval",
    "decide_objection",
    "publish_publicity",
    "raise_objection",
    "withdraw_approval",
    "withdraw_publicity",
]
