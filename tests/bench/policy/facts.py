"""A seeded province: employers and twelve months of contributions as Parquet in random order, the same for everyone.

Every cell is a function of the row's number, and the order is a permutation computed on the way, so that sixty million
rows are written as a stream of row groups: nothing is sorted and nothing is held.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_MONTHS = 12


def write_province(folder: Path, employers: int) -> Path:
    """`employers` firms and 12 months each in `folder`; skipped if it is already there. Money as decimal text."""
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / "done"
    if done.exists():
        return folder
    with duckdb.connect() as con:
        con.execute("SET memory_limit = '1GB'; SET enable_progress_bar = false")
        for table, query, rows in (
            ("employers", _EMPLOYERS, employers),
            ("contributions", _CONTRIBUTIONS, employers * _MONTHS),
        ):
            select = query.format(shuffled=_shuffled(rows), code=_code("body"), staff=_STAFF)
            con.execute(
                f"COPY ({select}) TO '{folder}/{table}.parquet' (FORMAT parquet, ROW_GROUP_SIZE 122880)"
            )
    done.touch()
    return folder


def write_employers(con: duckdb.DuckDBPyConnection, target: Path, employers: int) -> None:
    """The firms alone."""
    select = _EMPLOYERS.format(shuffled=_shuffled(employers), code=_code("body"), staff=_STAFF)
    con.execute(f"COPY ({select}) TO '{target}' (FORMAT parquet, ROW_GROUP_SIZE 122880)")


def _shuffled(rows: int) -> str:
    """The numbers below `rows` in an order without pattern: a permutation of the next power of two, the rest left out.

    Multiplying by an odd number and folding the upper half onto the lower are both one to one.
    """
    bits = max(2, (rows - 1).bit_length())
    mask, half = (1 << bits) - 1, bits // 2 + bits % 2
    found = f"SELECT i AS x FROM range({1 << bits}) t(i)"
    for odd in (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35):
        found = f"SELECT (x * {odd & mask | 1}) & {mask} AS x FROM ({found})"
        found = f"SELECT xor(x, x >> {half}) AS x FROM ({found})"
    return f"(SELECT x FROM ({found}) WHERE x < {rows})"


def _code(body: str) -> str:
    weighted = " + ".join(
        f"(strpos('{_ALPHABET}', substr({body}, {place}, 1)) - 1) * {3 ** (place - 1) % 31}"
        for place in range(1, 18)
    )
    return f"{body} || substr('{_ALPHABET}', CAST((31 - ({weighted}) % 31) % 31 AS BIGINT) + 1, 1)"


def _thrown(number: int) -> str:
    """A fraction that depends on the firm and a number only."""
    return f"(hash(n * 8 + {number}) % 1000003) / 1000003.0"


_STAFF = f"CAST(1 + floor(exp({_thrown(3)} * 7)) AS BIGINT)"

_EMPLOYERS = (
    "WITH thrown AS (SELECT x AS n, '91370100' || lpad(CAST(x AS VARCHAR), 9, '0') AS body, "
    + ", ".join(f"{_thrown(place).replace('n *', 'x *')} AS {name}" for place, name in enumerate("abcde", 1))
    + """ FROM {shuffled})
SELECT {code} AS employer_id, '单位' || n AS name,
       CASE WHEN a < 0.8 THEN 'enterprise' WHEN a < 0.9 THEN 'sole_trader' WHEN a < 0.97 THEN 'social_service'
            ELSE 'public_institution' END AS kind,
       ['C13', 'F51', 'F52', 'E47', 'I65', 'K7010', 'L72', 'M73', 'G54', 'J66'][1 + CAST(floor(b * 10) AS BIGINT)]
         AS industry,
       {staff} AS staff_count,
       CAST(CAST(floor(exp(d * 11)) AS BIGINT) AS VARCHAR) || '.5' AS revenue_wan,
       CAST(CAST(floor(exp(e * 11)) AS BIGINT) AS VARCHAR) AS assets_wan,
       {staff} AS insured_start_count,
       CAST(1 + floor(exp(c * 7) * (0.9 + b * 0.15)) AS BIGINT) AS insured_end_count,
       CASE WHEN e < 0.002 THEN NULL ELSE CAST({staff} AS VARCHAR) END AS insured_average,
       CAST(floor(exp(c * 7) * d * 0.12) AS BIGINT) AS benefit_recipient_count,
       CAST(floor(d * 3) AS BIGINT) AS retired_or_died_count,
       d < 0.01 AS is_seriously_dishonest, e < 0.01 AS is_zombie, a < 0.01 AS is_abnormal,
       b < 0.02 AS is_labour_dispatch, a < 0.5 AS has_applied, '6222' || n AS account_no
FROM thrown
"""
)

_CONTRIBUTIONS = """
WITH numbered AS (SELECT x // 12 AS n, x % 12 + 1 AS m FROM {shuffled}),
     owed AS (SELECT n, m, '91370100' || lpad(CAST(n AS VARCHAR), 9, '0') AS body,
                     {staff} * 3750 + (n * 7 + m * 13) % 1000 AS due FROM numbered)
SELECT {code} AS employer_id, '2024-' || lpad(CAST(m AS VARCHAR), 2, '0') AS month,
       CAST(CAST(due / 100 AS DECIMAL(14, 2)) AS VARCHAR) AS due_yuan,
       CAST(CAST((due - CASE WHEN hash(n, m) % 400 = 0 THEN 1 ELSE 0 END) / 100 AS DECIMAL(14, 2)) AS VARCHAR)
         AS paid_yuan,
       '0.00' AS late_fee_yuan,
       CASE WHEN hash(m, n) % 500 = 0 THEN '2025-01-' ELSE '2024-' || lpad(CAST(m AS VARCHAR), 2, '0') || '-' END
         || lpad(CAST(1 + (n + m) % 28 AS VARCHAR), 2, '0') AS paid_on
FROM owed
"""
