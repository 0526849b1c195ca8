"""A seeded province: employers and twelve months of contributions as Parquet, the same for every contender."""

from __future__ import annotations

from pathlib import Path

import duckdb

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def write_province(folder: Path, employers: int, seed: int = 7) -> Path:
    """`employers` firms and 12 months each in `folder`; skipped if it is already there. Money as decimal text."""
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / "done"
    if done.exists():
        return folder
    with duckdb.connect() as con:
        con.execute(f"SET threads = 1; SELECT setseed({seed / 100})")
        con.execute(_EMPLOYERS.format(count=employers, code=_code("body")))
        con.execute(f"COPY (SELECT * EXCLUDE (n) FROM employers) TO '{folder}/employers.parquet'")
        con.execute(f"COPY ({_CONTRIBUTIONS}) TO '{folder}/contributions.parquet'")
    done.touch()
    return folder


def _code(body: str) -> str:
    weighted = " + ".join(
        f"(strpos('{_ALPHABET}', substr({body}, {place}, 1)) - 1) * {3 ** (place - 1) % 31}"
        for place in range(1, 18)
    )
    return f"{body} || substr('{_ALPHABET}', CAST((31 - ({weighted}) % 31) % 31 AS BIGINT) + 1, 1)"


_EMPLOYERS = """
CREATE TABLE employers AS
WITH numbered AS (SELECT n, '91370100' || lpad(CAST(n AS VARCHAR), 9, '0') AS body FROM range({count}) t(n)),
     thrown AS (SELECT n, body, random() AS a, random() AS b, random() AS c, random() AS d, random() AS e FROM numbered)
SELECT n, {code} AS employer_id, '单位' || n AS name,
       CASE WHEN a < 0.8 THEN 'enterprise' WHEN a < 0.9 THEN 'sole_trader' WHEN a < 0.97 THEN 'social_service'
            ELSE 'public_institution' END AS kind,
       ['C13', 'F51', 'F52', 'E47', 'I65', 'K7010', 'L72', 'M73', 'G54', 'J66'][1 + CAST(floor(b * 10) AS BIGINT)]
         AS industry,
       CAST(1 + floor(exp(c * 7)) AS BIGINT) AS staff_count,
       CAST(CAST(floor(exp(d * 11)) AS BIGINT) AS VARCHAR) || '.5' AS revenue_wan,
       CAST(CAST(floor(exp(e * 11)) AS BIGINT) AS VARCHAR) AS assets_wan,
       CAST(1 + floor(exp(c * 7)) AS BIGINT) AS insured_start_count,
       CAST(1 + floor(exp(c * 7) * (0.9 + b * 0.15)) AS BIGINT) AS insured_end_count,
       CASE WHEN e < 0.002 THEN NULL ELSE CAST(CAST(1 + floor(exp(c * 7)) AS BIGINT) AS VARCHAR) END AS insured_average,
       CAST(floor(exp(c * 7) * d * 0.12) AS BIGINT) AS benefit_recipient_count,
       CAST(floor(d * 3) AS BIGINT) AS retired_or_died_count,
       d < 0.01 AS is_seriously_dishonest, e < 0.01 AS is_zombie, a < 0.01 AS is_abnormal,
       b < 0.02 AS is_labour_dispatch, a < 0.5 AS has_applied, '6222' || n AS account_no
FROM thrown
"""

_CONTRIBUTIONS = """
SELECT employer_id, '2024-' || lpad(CAST(m AS VARCHAR), 2, '0') AS month,
       CAST(CAST(staff_count * 37.5 + n % 100 / 100.0 AS DECIMAL(14, 2)) AS VARCHAR) AS due_yuan,
       CAST(CAST(staff_count * 37.5 + n % 100 / 100.0 - CASE WHEN hash(n, m) % 400 = 0 THEN 0.01 ELSE 0 END
                 AS DECIMAL(14, 2)) AS VARCHAR) AS paid_yuan,
       '0.00' AS late_fee_yuan,
       CASE WHEN hash(m, n) % 500 = 0 THEN '2025-01-' ELSE '2024-' || lpad(CAST(m AS VARCHAR), 2, '0') || '-' END
         || lpad(CAST(1 + (n + m) % 28 AS VARCHAR), 2, '0') AS paid_on
FROM employers, range(1, 13) t(m)
"""
