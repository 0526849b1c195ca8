"""All decisions of a run in stretches, with some columns of the subject's own row, for a room that acts on them."""

# ruff: noqa: S608 — names in the SQL come from a checked policy and are quoted; values are parameters

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import duckdb

from gongyou.institutions.decisions import vault
from gongyou.institutions.decisions.models import PolicyRun
from gongyou.institutions.decisions.pinned import declared
from gongyou.institutions.decisions.queries.records import DECISIONS, MEMORY
from gongyou.institutions.decisions.queries.subjects import NOUN, done_run
from gongyou.kernel.access import Actor
from gongyou.kernel.personal_data import record_read
from gongyou.policy.run import connected
from gongyou.policy.tables import load_tables
from gongyou.policy.tables.cells import quoted, text

Stretch = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Decided:
    """A run opened for reading. `total`: decisions there are."""

    total: int
    _con: duckdb.DuckDBPyConnection
    _columns: tuple[str, ...]

    def stretches(self, *, after: str = "", outcomes: Sequence[str], size: int) -> Iterator[Stretch]:
        """(subject, outcome, amount in fen, the columns as text …) by subject, `size` at a time."""
        shown = "".join(f", coalesce(CAST(s.{quoted(c)} AS VARCHAR), '')" for c in self._columns)
        joined = "LEFT JOIN subjects s ON s.__subject = d.subject_id" if self._columns else ""
        cursor = self._con.execute(
            f"SELECT d.subject_id, d.outcome, coalesce(d.amount_fen, 0){shown} FROM decisions d {joined} "
            f"WHERE d.subject_id > ? AND d.outcome IN ({', '.join('?' * len(outcomes))}) ORDER BY d.subject_id",
            [after, *outcomes],
        )
        while rows := cursor.fetchmany(size):
            yield rows


@contextmanager
def opened_decisions(
    actor: Actor, run_id: UUID, columns: Sequence[str], *, purpose: str
) -> Iterator[Decided]:
    """A finished run with columns (by id; those the table has not are passed over). Raises NotFound, DomainError.

    The read of the whole run is recorded once.
    """
    run = done_run(actor, run_id)
    record_read(actor, NOUN, [run.pk], purpose)
    spec = declared(run.content).spec
    table = spec.table(spec.subject)
    names = {column.id: column.name for column in table.columns}
    wanted = tuple(names.get(column, "") for column in columns)
    with vault.opened(_files(run, spec.subject)) as folder, vault.workspace() as work:
        con = connected(MEMORY, work)
        try:
            load_tables(con, replace(spec, tables=(table,)), folder, work)
            key = quoted(names[table.key[0]])
            picked = "".join(f", {quoted(name)}" for name in wanted if name)
            con.execute(f"CREATE VIEW subjects AS SELECT {key} AS __subject{picked} FROM {quoted(table.id)}")
            source = text(str(folder / DECISIONS))
            con.execute(f"CREATE VIEW decisions AS SELECT * FROM read_parquet({source})")
            total = con.execute("SELECT count(*) FROM decisions").fetchone()
            yield Decided(total[0] if total else 0, con, tuple(name for name in wanted if name))
        finally:
            con.close()


def _files(run: PolicyRun, table: str) -> dict[str, str]:
    own = {name: digest for name, digest in run.snapshot.files.items() if name.rsplit(".", 1)[0] == table}
    return {DECISIONS: run.results[DECISIONS], **own}
