"""Tables as they lie in files: read whole, checked row by row in bulk, handed on as typed facts."""

from gongyou.policy.tables.loading import Loaded, TableCount, load_tables, subject_rows

__all__ = ["Loaded", "TableCount", "load_tables", "subject_rows"]
