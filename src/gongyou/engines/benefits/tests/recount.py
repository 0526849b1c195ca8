"""Everything added up again from the rows: what each subject has and is to have, and the books beside it."""

from __future__ import annotations

from gongyou.engines.benefits.tests.office import Office, stands
from gongyou.institutions.ledger.tests.bookkeeping import is_balanced


def check_money(office: Office, what: str) -> None:
    """Holds in every prefix: owed is what the formula says, claimed is what was paid too much, the books agree."""
    found = stands()
    for subject, stand in found.items():
        held = stand.paid - stand.back
        owed = max(0, stand.decided - held - stand.under_way - stand.lapsed)
        assert stand.unsent == owed, (what, subject, stand)
        over = held + stand.under_way - stand.decided
        assert stand.claimed == max(0, min(held, over)), (what, subject, stand)
    assert is_balanced(), what
    books = office.books.balances
    sums = {name: sum(getattr(stand, name) for stand in found.values()) for name in
            ("paid", "back", "under_way", "unsent", "claimed")}  # fmt: skip
    assert books["payable"] + books["sent"] == sums["unsent"] + sums["under_way"], what
    assert books["recoverable"] == sums["claimed"], what
    assert books["paid"] == sums["paid"] - sums["back"] - sums["claimed"], what
    assert books["committed"] == 0, what
