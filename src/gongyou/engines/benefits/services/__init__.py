"""Actions of benefits: rounds, batches, accounts, recoveries, use of money."""

from gongyou.engines.benefits.services.accounts import (
    confirm_account,
    confirm_own_account,
    note_call,
    propose_account,
    refuse_account,
)
from gongyou.engines.benefits.services.batches import (
    dissolve_batch,
    make_batch,
    note_bank_file_taken,
    receive_returns,
    send_batch,
)
from gongyou.engines.benefits.services.objecting import raise_own_objection
from gongyou.engines.benefits.services.rounds import (
    ask_round_approval,
    commit_round,
    drop_round,
    list_round,
    take_in_run,
)
from gongyou.engines.benefits.services.using import note_recovered, record_use, reverse_use

__all__ = [
    "ask_round_approval",
    "commit_round",
    "confirm_account",
    "confirm_own_account",
    "dissolve_batch",
    "drop_round",
    "list_round",
    "make_batch",
    "note_bank_file_taken",
    "note_call",
    "note_recovered",
    "propose_account",
    "raise_own_objection",
    "receive_returns",
    "record_use",
    "refuse_account",
    "reverse_use",
    "send_batch",
    "take_in_run",
]
