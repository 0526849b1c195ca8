"""What `rules.py` may contain: a small checked subset of scalar Python. Rules import their words from here.

The decorators only mark; the text of the file is read, checked and typed before anything runs.
"""

from gongyou.policy.language.words import (
    Code,
    Count,
    Date,
    Fen,
    Mean,
    Month,
    Rate,
    add_months,
    all_of,
    any_of,
    lookup,
    month_of,
    ratio,
    rule,
    share,
    total,
    year_of,
)

__all__ = [
    "Code",
    "Count",
    "Date",
    "Fen",
    "Mean",
    "Month",
    "Rate",
    "add_months",
    "all_of",
    "any_of",
    "lookup",
    "month_of",
    "ratio",
    "rule",
    "share",
    "total",
    "year_of",
]
