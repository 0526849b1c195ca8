"""Writes that run inside an open action: engines open approvals and prepare lists with these."""

from gongyou.institutions.procedures.steps.approving import open_approval, withdraw_open
from gongyou.institutions.procedures.steps.dates import due_in
from gongyou.institutions.procedures.steps.lists import (
    ListLine,
    close_list,
    prepare_list,
    publish_list,
    seal_list,
    withdraw_list,
)
from gongyou.institutions.procedures.steps.objecting import Target, Words, open_objection

__all__ = [
    "ListLine",
    "Target",
    "Words",
    "close_list",
    "due_in",
    "open_approval",
    "open_objection",
    "prepare_list",
    "publish_list",
    "seal_list",
    "withdraw_list",
    "withdraw_open",
]
