"""Both queries over the same typed tables in Parquet files: what the queries cost when reading is done."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from gongyou.policy.compile import compile_query, printed
from gongyou.policy.nodes import Graph
from gongyou.policy.run import bound, joined_as_written
from gongyou.policy.tables import in_order, load_tables
from gongyou.policy.tables.cells import quoted
from tests.bench.policy.contenders import ALL_COLUMNS, HAND, ON, PACKS
from tests.bench.policy.sizes import SIZES

TABLES = ("employers", "contributions", "dispatches")
MILLION = 1_000_000
FROM_TABLES = {
    "contributions": "SELECT employer_id, month, due_fen AS due, paid_fen AS paid, paid_on FROM contributions",
    "employers": "SELECT *, revenue_fen AS revenue, assets_fen AS assets, staff_count AS staff, "
    "insured_average AS average FROM employers",
    "since": "DATE '2024-01-01'",
    "until": "DATE '2024-12-01'",
    "one": str(MILLION),
}


def write_tables(data: Path) -> None:
    """The province's tables as a run reads them, beside the files; skipped if they are already there."""
    graph = _graph()
    with duckdb.connect() as con:
        load_tables(con, graph.policy.spec, data, data)
        for table in in_order(graph.policy.spec):
            target = data / f"{table.id}.read.parquet"
            if not target.exists():
                con.execute(f"COPY (SELECT * FROM {quoted(table.id)}) TO '{target}' (FORMAT parquet)")


@contextmanager
def _opened(data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("SET preserve_insertion_order = false")
        for table in TABLES:
            con.execute(f"CREATE VIEW {table} AS SELECT * FROM '{data / f'{table}.read.parquet'}'")
        yield con


def hand(data: Path, out: Path) -> None:
    rows = ", ".join(str((industry, *_in_fen(row))) for industry, row in SIZES.items())
    with _opened(data) as con:
        con.execute(HAND.format(out=out, sizes=rows, columns=ALL_COLUMNS, **FROM_TABLES))


def _in_fen(row: tuple[object, ...]) -> list[object]:
    """Thresholds of money in fen instead of 万元; those of staff as they are."""
    first, second = (MILLION if kind != "staff" else 1 for kind in (row[0], row[4]))
    amounts = [int(str(n)) * first for n in row[1:4]], [int(str(n)) * second for n in row[5:]]
    return [row[0], *amounts[0], row[4], *amounts[1]]


def compiled(data: Path, out: Path) -> None:
    query = printed(compile_query(_graph()), "duckdb")
    with _opened(data) as con, joined_as_written(con):
        con.execute(f"COPY ({query}) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")


def _graph() -> Graph:
    return bound(PACKS, "stabilisation-refund", "370000", ON)


if __name__ == "__main__":
    write_tables(Path(sys.argv[1]))
