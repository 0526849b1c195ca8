"""How a run treats groups: counted after it, from a table no list or allocation ever sees."""

# ruff: noqa: E501, S608 — names are our own, values are literals

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from gongyou.matching.allocation import Allocation
from gongyou.matching.arrays import ONE, Lists
from gongyou.matching.tables.columns import text

FEWEST = 5
"""Groups of fewer people are counted together: a rate of two people names them."""
_BAND = (
    "CASE WHEN age IS NULL THEN 'unknown' WHEN age < 25 THEN '16-24' WHEN age < 35 THEN '25-34' WHEN age < 45 "
    "THEN '35-44' WHEN age < 55 THEN '45-54' WHEN age < 60 THEN '55-59' ELSE '60+' END"
)


def fairness(
    con: duckdb.DuckDBPyConnection, lists: Lists, found: Allocation, on: date, work: Path
) -> dict[str, list[dict[str, Any]]]:
    """Counts by sex, age band and township (file `fairness.csv`); the answer leaves the long list of townships out."""
    given = {
        "i": np.arange(len(lists.count)),
        "listed": lists.count,
        "best": np.where(lists.count > 0, lists.score[:, 0], 0) / ONE,
        "placed": found.post >= 0,
    }
    con.register("outcome", given)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE treated AS SELECT listed, best, placed, {_BAND} AS age_band, "
        "coalesce(sex, 'unknown') AS sex, coalesce(township, CAST(division AS VARCHAR), 'unknown') AS township "
        f"FROM outcome JOIN (SELECT *, date_sub('year', birth_on, DATE {text(on.isoformat())}) AS age FROM workers) w USING (i) "
        "LEFT JOIN groups USING (worker_id)"
    )
    con.unregister("outcome")
    parts = " UNION ALL ".join(_counts(kind) for kind in ("sex", "age_band", "township"))
    con.execute(f"CREATE OR REPLACE TEMP TABLE fairness AS {parts}")
    con.execute(f"COPY fairness TO {text(str(work / 'fairness.csv'))} (HEADER)")
    rows = con.execute('SELECT * FROM fairness WHERE "by" <> \'township\' ORDER BY "by", "group"')
    names = [d[0] for d in rows.description or ()]
    answer: dict[str, list[dict[str, Any]]] = {}
    for row in rows.fetchall():
        told = dict(zip(names, row, strict=True))
        answer.setdefault(str(told.pop("by")), []).append(told)
    return answer


def _counts(kind: str) -> str:
    shown = (
        f"CASE WHEN count(*) OVER (PARTITION BY {kind}) < {FEWEST} THEN 'fewer than {FEWEST}' ELSE {kind} END"
    )
    return (
        f'SELECT \'{kind}\' AS "by", g AS "group", count(*) AS workers, count(*) FILTER (listed > 0) AS recommended, '
        "count(*) FILTER (placed) AS placed, round(avg(listed), 4) AS mean_list, "
        "round(avg(best) FILTER (listed > 0), 6) AS mean_best_score "
        f"FROM (SELECT *, {shown} AS g FROM treated) GROUP BY g"
    )
