"""How the worklist is read: every office's own stretch of an index, by nearest deadline, merged.

A stretch begins at the cursor and ends after one page, so a page costs the same however many matters wait; counts end
at their bound. The statements are written here: compiling thirty querysets took ten times as long as answering them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from gongyou.kernel.plain_reads import as_uuid, first_column


@dataclass(frozen=True)
class Place:
    """One office in reach: `column` is office_path or office_id."""

    column: str
    value: str | UUID


def nearest(
    places: Sequence[Place], kinds: Sequence[str], after: tuple[datetime, UUID] | None, size: int
) -> list[UUID]:
    """The ids of the next rows by deadline and id, of all places together."""
    only, values = _of_kinds(kinds)
    if after is not None:
        # One comparison of two columns: both databases begin their walk of the index right there.
        only += " AND (due_at, id) > (%s, %s)"
        values += [_stored(after[0]), _stored(after[1])]
    tail = f"{only} ORDER BY due_at, id LIMIT {size:d}"
    text, all_values = _each(places, "id, due_at", tail, values)
    if not text:
        return []
    return [as_uuid(i) for i in first_column(f"{text} ORDER BY due_at, id LIMIT {size:d}", all_values)]


def count(places: Sequence[Place], most: int, late_at: datetime | None = None) -> int:
    """How many rows wait, or with `late_at` are late then; at most `most`."""
    only = "" if late_at is None else " AND due_at < %s AND NOT is_stopped"
    values = [] if late_at is None else [_stored(late_at)]
    text, all_values = _each(places, "1", f"{only} LIMIT {most:d}", values)
    if not text:
        return 0
    counted = f"SELECT COUNT(*) FROM ({text} LIMIT {most:d}) AS bounded"  # noqa: S608 — the text above
    return int(first_column(counted, all_values)[0])


def first_paths(offices: Sequence[UUID]) -> dict[UUID, str]:
    """By office at which something waits: its path."""
    found = {}
    for office in offices:
        path = first_column(
            "SELECT office_path FROM kernel_workitem WHERE office_id = %s LIMIT 1", [_stored(office)]
        )
        if path:
            found[office] = str(path[0])
    return found


# The distinct paths below one, each found by one step along the index, however many rows an office has.
_STEPS_ALONG_PATHS = (
    "WITH RECURSIVE waiting(path) AS ("
    "SELECT MIN(office_path) FROM kernel_workitem WHERE office_path >= %s AND office_path < %s"
    " UNION ALL SELECT (SELECT MIN(office_path) FROM kernel_workitem"
    " WHERE office_path > waiting.path AND office_path < %s) FROM waiting WHERE waiting.path IS NOT NULL)"
    " SELECT path FROM waiting WHERE path IS NOT NULL LIMIT %s"
)


def paths_below(path: str, most: int) -> list[str]:
    """The paths at or below one at which something waits."""
    end = path + "\uffff"
    return first_column(_STEPS_ALONG_PATHS, [path, end, end, most])


def _each(places: Sequence[Place], columns: str, tail: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    parts, all_values = [], []
    for place in places:
        stretch = f"SELECT {columns} FROM kernel_workitem WHERE {place.column} = %s{tail}"  # noqa: S608 — our own
        parts.append(f"SELECT * FROM ({stretch}) AS part")  # noqa: S608
        all_values += [_stored(place.value), *values]
    return " UNION ALL ".join(parts), all_values


def _of_kinds(kinds: Sequence[str]) -> tuple[str, list[Any]]:
    if not kinds:
        return "", []
    return f" AND kind IN ({', '.join(['%s'] * len(kinds))})", list(kinds)


def _stored(value: str | UUID | datetime) -> Any:
    """A value as the column holds it: SQLite keeps ids and times as text."""
    if connection.vendor == "postgresql" or isinstance(value, str):
        return value
    return value.hex if isinstance(value, UUID) else connection.ops.adapt_datetimefield_value(value)
