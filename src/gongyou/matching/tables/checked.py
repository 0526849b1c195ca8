"""Checked rows: `workers`, `posts` (sorted by id, numbered from 0) and `rejects`, each bad cell with its sentence."""

# ruff: noqa: S608 — names come from `columns`, values are literals

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from gongyou.basics.identity.divisions import known_divisions
from gongyou.basics.refusal import Refusal, says
from gongyou.basics.sheets import find_table
from gongyou.matching.rulebook import Rulebook
from gongyou.matching.tables.columns import REASONS, TABLES, Column, text, typed
from gongyou.matching.tables.files import load_raw


@dataclass(frozen=True)
class Counted:
    """Rows of a table; read = accepted + rejected."""

    read: int
    accepted: int
    rejected: int


Check = tuple[str, str, str]
"""Column, SQL that says whether the row is wrong, key of its reason."""


def load_tables(
    con: duckdb.DuckDBPyConnection, rulebook: Rulebook, folder: Path, work: Path, only: str = ""
) -> dict[str, Counted]:
    """Read a folder into `con`; `only`: one table of it. Raises Refusal for a missing table or column and where no row
    is left."""
    con.execute(
        'CREATE OR REPLACE TEMP TABLE rejects ("table" VARCHAR, row BIGINT, "column" VARCHAR, value VARCHAR, reason VARCHAR)'
    )
    _divisions(con)
    counted = {}
    for table in (only,) if only else TABLES:
        columns, title = TABLES[table]
        if table == "groups" and not any(
            (folder / f"groups{s}").is_file() for s in (".parquet", ".csv", ".xlsx")
        ):
            con.execute(
                "CREATE OR REPLACE TEMP TABLE groups (worker_id VARCHAR, sex VARCHAR, township VARCHAR)"
            )
            continue
        load_raw(con, table, columns, find_table(folder, table, title), work)
        _words(con, table, rulebook)
        counted[table] = _checked(con, table, columns, rulebook)
    for table in ("workers", "posts"):
        if table in counted and not counted[table].accepted:
            raise Refusal(
                "match_nothing",
                says("“{title}”表里没有一行可以用（读到{read}行）。"),
                says("请看 rejects.csv 里每行的原因。"),
                field="data",
                title=TABLES[table][1],
                read=counted[table].read,
            )
    return counted


def _divisions(con: duckdb.DuckDBPyConnection) -> None:
    codes = np.array(sorted(known_divisions()), object)
    here = {"code": codes}
    con.register("divisions_in", here)
    con.execute("CREATE OR REPLACE TEMP TABLE known_divisions AS SELECT code FROM divisions_in")
    con.unregister("divisions_in")
    con.execute("CREATE OR REPLACE TEMP TABLE bad_words (kind VARCHAR, word VARCHAR)")


def _words(con: duckdb.DuckDBPyConnection, table: str, rulebook: Rulebook) -> None:
    """Tables from what is written to codes: occupations by code or title, certificates by id, title or alias."""
    if table == "groups":
        return
    column = "unnest(occupations)" if table == "workers" else "occupation"
    written = [
        str(r[0]) for r in con.execute(f"SELECT DISTINCT {column} FROM raw_{table}").fetchall() if r[0]
    ]
    by_title = {o.title: o.code for o in rulebook.spec.occupations}
    codes = {w: by_title.get(w, w) for w in written}
    _mapping(con, "occupation_codes", {w: c for w, c in codes.items() if rulebook.is_occupation(c)})
    _bad(con, "occupation", [w for w, c in codes.items() if not rulebook.is_occupation(c)])
    if table == "workers":
        wished = con.execute("SELECT DISTINCT unnest(willing_divisions) FROM raw_workers").fetchall()
        _bad(con, "division", [str(r[0]) for r in wished if not _is_prefix(str(r[0]))])
    held = "certificates" if table == "workers" else "certificates_required"
    found = con.execute(f"SELECT DISTINCT split_part(unnest({held}), '@', 1) FROM raw_{table}").fetchall()
    known = rulebook.certificate_codes
    _mapping(con, "certificate_codes", {str(r[0]): known.get(str(r[0]), str(r[0])) for r in found})


def _is_prefix(code: str) -> bool:
    """2, 4 or 6 digits of a known place, or a province's or city's code in full."""
    bare = code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
    return len(bare) in (2, 4, 6) and any(known.startswith(bare) for known in known_divisions())


def _bad(con: duckdb.DuckDBPyConnection, kind: str, words: list[str]) -> None:
    if words:
        con.executemany("INSERT INTO bad_words VALUES (?, ?)", [[kind, word] for word in words])


def _mapping(con: duckdb.DuckDBPyConnection, name: str, pairs: Mapping[str, str]) -> None:
    con.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} (written VARCHAR PRIMARY KEY, code VARCHAR)")
    if pairs:
        con.executemany(f"INSERT OR IGNORE INTO {name} VALUES (?, ?)", [[a, b] for a, b in pairs.items()])


def _checked(
    con: duckdb.DuckDBPyConnection, table: str, columns: tuple[Column, ...], rulebook: Rulebook
) -> Counted:
    key = columns[0].id
    largest = rulebook.numbers.fen("pay_most")
    values: list[str] = []
    checks: list[Check] = []
    for column in columns:
        value, is_bad = typed(column, largest)
        values.append(f'{value} AS "{column.id}"')
        checks.append((column.id, is_bad, column.holds))
    checks += _more(table, rulebook)
    checks.append((key, f'count(*) OVER (PARTITION BY "{key}") > 1 AND "{key}" IS NOT NULL', "twice"))
    flags = ", ".join(f"CASE WHEN {bad} THEN {n} END" for n, (_, bad, _) in enumerate(checks))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE typed_{table} AS WITH typed AS (SELECT row, {', '.join(values)}, "
        f"list_filter([{flags}], lambda x: x IS NOT NULL) AS bad FROM raw_{table}) SELECT * FROM typed"
    )
    _reject(con, table, checks)
    extra, joins = _codes(table)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT row_number() OVER (ORDER BY t.{key}) - 1 AS i, "
        f"t.* EXCLUDE (bad{extra[0]}){extra[1]} FROM typed_{table} t {joins} WHERE len(bad) = 0 ORDER BY t.{key}"
    )
    read, accepted = (
        int(con.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0]) for name in (f"raw_{table}", table)
    )
    con.execute(f"DROP TABLE raw_{table}; DROP TABLE typed_{table}")
    return Counted(read, accepted, read - accepted)


def _codes(table: str) -> tuple[tuple[str, str], str]:
    if table == "posts":
        return (
            ", occupation",
            ", o.code AS occupation",
        ), "JOIN occupation_codes o ON o.written = t.occupation"
    return ("", ""), ""


def _more(table: str, rulebook: Rulebook) -> list[Check]:
    """Checks that look at more than one cell, or at the programme."""
    least, oldest = rulebook.numbers.count("working_age"), rulebook.numbers.count("oldest_age")
    on = f"DATE {text(rulebook.on.isoformat())}"
    if table == "workers":
        age = f"date_sub('year', TRY_CAST(replace(birth_on, '/', '-') AS DATE), {on})"
        unknown = "(SELECT list(word) FROM bad_words WHERE kind = 'occupation')"
        return [
            ("birth_on", f"({age} < {least})", "too_young"),
            ("birth_on", f"({age} > {oldest})", "too_old"),
            ("occupations", f"coalesce(list_has_any(occupations, {unknown}), false)", "occupation"),
        ]
    if table == "groups":
        return [("worker_id", "worker_id NOT IN (SELECT worker_id FROM workers)", "nobody")]
    low, high = ("TRY_CAST(age_min AS DOUBLE)", "TRY_CAST(age_max AS DOUBLE)")
    return [
        ("occupation", "occupation IS NULL", "occupation_empty"),
        ("headcount", "headcount IS NULL", "headcount"),
        (
            "occupation",
            "occupation IS NOT NULL AND occupation NOT IN (SELECT written FROM occupation_codes)",
            "occupation",
        ),
        (
            "wage_high_yuan",
            "TRY_CAST(wage_high_yuan AS DECIMAL(18,2)) < TRY_CAST(wage_low_yuan AS DECIMAL(18,2))",
            "reversed",
        ),
        ("age_min", f"({low} < {least})", "post_too_young"),
        ("age_max", f"({high} < {least})", "post_age_too_low"),
        ("age_max", f"({high} < {low} AND {high} >= {least})", "age_reversed"),
    ]


def _reject(con: duckdb.DuckDBPyConnection, table: str, checks: list[Check]) -> None:
    names = ", ".join(text(c) for c, _, _ in checks)
    reasons = ", ".join(text(REASONS[r]) for _, _, r in checks)
    shown = " ".join(f'WHEN {n} THEN CAST(r."{c}" AS VARCHAR)' for n, (c, _, _) in enumerate(checks))
    con.execute(
        f"INSERT INTO rejects SELECT {text(table)}, row, [{names}][n + 1], value, [{reasons}][n + 1] FROM ("
        f"SELECT r.row, n, CASE n {shown} END AS value FROM raw_{table} r "
        f"JOIN (SELECT row, unnest(bad) AS n FROM typed_{table} WHERE len(bad) > 0) b ON b.row = r.row) ORDER BY row, n"
    )
