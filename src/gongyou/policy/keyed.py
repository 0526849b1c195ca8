"""Facts and decision of each subject as one record, a few dozen to a piece: what one explanation needs to open.

A subject's piece follows from the digest of its id, so that no index is read on the way.
"""

# ruff: noqa: S608 — every name in the SQL comes from a checked policy and is quoted; values are literals

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from gongyou.policy.compile.query import DOUBTFUL_TABLE
from gongyou.policy.definitions import Holds, TableSpec
from gongyou.policy.interpret import Known
from gongyou.policy.language.units import SCALE
from gongyou.policy.nodes import Graph
from gongyou.policy.tables.cells import quoted, text

SUBJECTS_IN_A_PIECE = 32
_DIGITS = 8
_COMPRESSION = 1
_ROWS_AT_ONCE = 2_000


@dataclass(frozen=True)
class Record:
    """One subject as a run saw it. `row`: its decision by column; `own`: its facts, None where its row was rejected."""

    row: Mapping[str, Any]
    own: Mapping[str, Known] | None
    children: Mapping[str, list[dict[str, Known]]]
    doubtful: tuple[str, ...]


def piece_of(subject: str, pieces: int) -> int:
    """The number of the piece in which a subject stands."""
    return int(hashlib.md5(subject.encode(), usedforsecurity=False).hexdigest()[:_DIGITS], 16) % pieces


def written_pieces(
    con: duckdb.DuckDBPyConnection, graph: Graph, decisions: Path, rows: int
) -> Iterator[bytes]:
    """All pieces of a run in their order, while its tables are still open in `con` (see `load_tables`)."""
    pieces = rows // SUBJECTS_IN_A_PIECE + 1
    source = f"read_parquet({text(str(decisions))})"
    columns = [(str(r[0]), str(r[1])) for r in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
    head = json.dumps({"columns": columns}, ensure_ascii=False)[1:-1]
    cursor = con.execute(_query(graph, source, columns, pieces))
    written, records = 0, list[str]()
    while found := cursor.fetchmany(_ROWS_AT_ONCE):
        for number, subject, record in found:
            while written < number:
                yield _packed(head, records)
                written, records = written + 1, []
            records.append(f"{json.dumps(subject)}:{record}")
    while written < pieces:
        yield _packed(head, records)
        written, records = written + 1, []


def _packed(head: str, records: Sequence[str]) -> bytes:
    return zlib.compress(f'{{{head},"records":{{{",".join(records)}}}}}'.encode(), _COMPRESSION)


def _query(graph: Graph, source: str, columns: Sequence[tuple[str, str]], pieces: int) -> str:
    # JSON knows no decimals: they would come back as floating-point numbers.
    cells = ", ".join(
        f"CAST(d.{quoted(name)} AS VARCHAR)" if type_.startswith("DECIMAL") else f"d.{quoted(name)}"
        for name, type_ in columns
    )
    own = graph.subject
    key = quoted(own.column(own.key[0]).name)
    joins = [f"LEFT JOIN {quoted(own.id)} o ON o.{key} = d.subject_id"]
    parts = [f"json_array({cells})", f"CASE WHEN o.{key} IS NOT NULL THEN {_cells(own, 'o')} END"]
    for number, child in enumerate(graph.children):
        name, its_key = f"c{number}", quoted(child.column(child.key[0]).name)
        rows = f"json_group_array({_cells(child, 'c')}) AS rows"
        grouped = f"SELECT {its_key} AS k, {rows} FROM {quoted(child.id)} c GROUP BY 1"
        joins.append(f"LEFT JOIN ({grouped}) {name} ON {name}.k = d.subject_id")
        parts.append(f"{name}.rows")
    joins.append(f"LEFT JOIN {DOUBTFUL_TABLE} t ON t.subject = d.subject_id")
    number_of = f"('0x' || left(md5(d.subject_id), {_DIGITS}))::BIGINT % {pieces}"
    return (
        f"SELECT {number_of} AS piece, d.subject_id, CAST(json_array({', '.join(parts)}, t.tables) AS VARCHAR) "
        f"FROM {source} d {' '.join(joins)} ORDER BY piece"
    )


def _cells(table: TableSpec, name: str) -> str:
    return f"json_array({', '.join(f'{name}.{quoted(c.name)}' for c in table.columns)})"


def record_in(piece: bytes, graph: Graph, subject: str) -> Record | None:
    """The record of a subject in its piece, None where the run has no such subject."""
    content = json.loads(zlib.decompress(piece))
    found = content["records"].get(subject)
    if found is None:
        return None
    cells, own, *children, doubtful = found
    return Record(
        row={
            name: _typed(type_, cell) for (name, type_), cell in zip(content["columns"], cells, strict=True)
        },
        own=_facts(graph.subject, own) if own else None,
        children={
            table.id: [_facts(table, row) for row in rows or ()]
            for table, rows in zip(graph.children, children, strict=True)
        },
        doubtful=tuple(doubtful or ()),
    )


def _typed(type_: str, cell: Any) -> Any:
    if cell is None:
        return None
    if type_.startswith("DECIMAL"):
        return Decimal(cell)
    return date.fromisoformat(cell) if type_ == "DATE" else cell


def _facts(table: TableSpec, cells: Sequence[Any]) -> dict[str, Known]:
    return {c.name: _fact(c.holds, cell) for c, cell in zip(table.columns, cells, strict=True)}


def _fact(holds: Holds, cell: Any) -> Known:
    if cell is None:
        return None
    if holds == "mean":
        return Fraction(cell, SCALE)
    return date.fromisoformat(cell) if holds in ("month", "date") else cell
