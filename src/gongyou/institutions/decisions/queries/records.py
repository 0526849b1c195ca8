"""One subject's facts and stored decision: its piece alone, or, in runs from before there were pieces, whole files."""

# ruff: noqa: S608 — names in the SQL come from a checked policy and are quoted; values are parameters

from __future__ import annotations

import duckdb

from gongyou.basics.refusal import says
from gongyou.institutions.decisions import vault
from gongyou.institutions.decisions.definitions import SUBJECTS
from gongyou.institutions.decisions.models import PolicyRun
from gongyou.kernel.errors import NotFound
from gongyou.policy.keyed import Record, piece_of, record_in
from gongyou.policy.nodes import Graph
from gongyou.policy.run import connected
from gongyou.policy.tables import load_tables, subject_rows
from gongyou.policy.tables.cells import text

DECISIONS = "decisions.parquet"
MEMORY = "1GB"


def pieces_name(run: PolicyRun) -> str:
    """The name of a run's pieces: its key covers all that they are made of."""
    return f"{SUBJECTS}.{run.run_key}"


def record_of(run: PolicyRun, graph: Graph, subject: str) -> Record:
    """What a run saw of a subject and what it decided. Raises NotFound, DomainError where the content is lost."""
    # Pieces that another run left would explain themselves and nothing of this one.
    pieces_here = vault.digest_of_name(pieces_name(run))
    if run.results.get(SUBJECTS) == pieces_here:
        piece = vault.take_piece(pieces_here, lambda pieces: piece_of(subject, pieces))
        found = record_in(piece, graph, subject)
    else:
        found = _from_files(run, graph, subject)
    if found is None:
        raise NotFound(says("这次计算里没有{subject}。"), subject=subject[:40])
    return found


def _from_files(run: PolicyRun, graph: Graph, subject: str) -> Record | None:
    with vault.opened({DECISIONS: run.results[DECISIONS]}) as folder, duckdb.connect() as con:
        source = f"read_parquet({text(str(folder / DECISIONS))})"
        cursor = con.execute(f"SELECT * FROM {source} WHERE subject_id = ?", [subject])
        names, row = [d[0] for d in cursor.description or ()], cursor.fetchone()
    if row is None:
        return None
    with vault.opened(run.snapshot.files) as data, vault.workspace() as work, connected(MEMORY, work) as con:
        load_tables(con, graph.policy.spec, data, work)
        own, children, doubtful = subject_rows(con, graph.policy.spec, subject)
    return Record(dict(zip(names, row, strict=True)), own, children, doubtful)
