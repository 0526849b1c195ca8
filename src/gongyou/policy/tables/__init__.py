"""Tables as they lie in files: read whole, checked row by row in bulk, handed on as typed facts."""

from gongyou.policy.tables.dividing import Division
from gongyou.policy.tables.files import open_tables
from gongyou.policy.tables.loading import (
    Loaded,
    TableCount,
    in_order,
    load_raw,
    load_tables,
    reopen,
    subject_rows,
)

__all__ = [
    "Division",
    "Loaded",
    "TableCount",
    "in_order",
    "load_raw",
    "load_tables",
    "open_tables",
    "reopen",
    "subject_rows",
]
