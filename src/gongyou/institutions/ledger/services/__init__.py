"""Actions on books."""

from gongyou.institutions.ledger.services.closing import close_period
from gongyou.institutions.ledger.services.drafting import (
    draft_counter_entry,
    draft_posting,
    drop_draft,
    post_draft,
    receive_money,
)
from gongyou.institutions.ledger.services.opening import open_book
from gongyou.institutions.ledger.services.returning import reconcile_returns

__all__ = [
    "close_period",
    "draft_counter_entry",
    "draft_posting",
    "drop_draft",
    "open_book",
    "post_draft",
    "receive_money",
    "reconcile_returns",
]
