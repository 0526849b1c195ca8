"""The same question in DuckDB's own SQL over the files, written from the interface and knowing nothing of the kernels."""

# ruff: noqa: E501 — SQL as it is read

from __future__ import annotations

from pathlib import Path

import duckdb

from gongyou.matching.rulebook import Rulebook

SQL = """
WITH w0 AS (SELECT *, date_sub('year', birth_on, DATE '{on}') AS age,
    CAST(wage_min_yuan * 100 AS BIGINT) AS wmin,
    list_reduce(list_prepend(0, list_transform(shifts, lambda x: CASE x WHEN 'day' THEN 1 WHEN 'night' THEN 2 ELSE 4 END)), lambda a, b: a | b) AS sh,
    md5_number_lower('{seed}:' || worker_id) % 1048572 + 1 AS lot,
    6371008.8 * cos(radians(lat)) * cos(radians(lon)) AS x, 6371008.8 * cos(radians(lat)) * sin(radians(lon)) AS y,
    6371008.8 * sin(radians(lat)) AS z FROM read_parquet('{folder}/workers.parquet') {limit}),
p AS (SELECT *, left(occupation, 7) AS family, CAST(wage_high_yuan * 100 AS BIGINT) AS high0,
    CASE WHEN is_gig THEN CAST(wage_high_yuan * 100 AS BIGINT) * 87 // 4 ELSE CAST(wage_high_yuan * 100 AS BIGINT) END AS high,
    CASE shift WHEN 'day' THEN 1 WHEN 'night' THEN 2 WHEN 'rotating' THEN 4 ELSE 7 END AS sh,
    md5_number_lower('{seed}:' || post_id) % 1048572 + 1 AS lot,
    greatest(16, CASE WHEN occupation = '4-07-05-01' THEN 18 ELSE 0 END,
      CASE WHEN list_has_any(certificates_required, ['low_voltage_permit', 'high_voltage_permit', 'forklift_permit']) THEN 18 ELSE 0 END) AS law_from,
    CASE WHEN list_contains(certificates_required, 'forklift_permit') THEN 60 ELSE 999 END AS law_until,
    6371008.8 * cos(radians(lat)) * cos(radians(lon)) AS x, 6371008.8 * cos(radians(lat)) * sin(radians(lon)) AS y,
    6371008.8 * sin(radians(lat)) AS z FROM read_parquet('{folder}/posts.parquet')),
wo AS (SELECT worker_id, unnest(occupations) AS o, generate_subscripts(occupations, 1) AS r FROM w0),
kin(a, b, t) AS (VALUES ('6-29-01-01', '6-29-04-01', 4000), ('6-29-04-01', '6-29-01-01', 4000),
    ('4-10-01-06', '4-09-08-01', 4000), ('4-09-08-01', '4-10-01-06', 3000)),
codes AS (SELECT DISTINCT occupation AS c, left(occupation, 7) AS f FROM p),
terms AS (SELECT worker_id, c, max(t) AS occ FROM (
    SELECT worker_id, o AS c, CASE r WHEN 1 THEN 10000 WHEN 2 THEN 9000 ELSE 8000 END AS t FROM wo
    UNION ALL SELECT worker_id, codes.c, 5000 FROM wo JOIN codes ON f = left(o, 7) AND c <> o
    UNION ALL SELECT worker_id, b, t FROM wo JOIN kin ON a = o) GROUP BY ALL),
pairs AS (SELECT w.worker_id, p.post_id, occ,
    (w.x - p.x) * (w.x - p.x) + (w.y - p.y) * (w.y - p.y) + (w.z - p.z) * (w.z - p.z) AS d2,
    w.division AS wd, p.division AS pd, w.age, p.age_min, p.age_max, p.high, w.wmin, w.lot * p.lot % 1048573 AS pl,
    CASE WHEN len(list_filter(w.willing_divisions, lambda v: starts_with(p.division, v))) > 0
           OR (len(w.willing_divisions) = 0 AND left(w.division, 4) = left(p.division, 4)) THEN true END AS is_open,
    (2 * 6371008.8 * sin(w.max_km * 1000 / (2 * 6371008.8))) ** 2 AS reach
  FROM terms t JOIN w0 w USING (worker_id) JOIN p ON p.occupation = t.c
  WHERE CASE WHEN list_has_all(w.certificates, p.certificates_required) AND coalesce(p.high >= w.wmin, true)
     AND (w.sh = 0 OR w.sh & p.sh = p.sh) AND (w.wants_gig OR NOT p.is_gig)
     AND w.age >= p.law_from AND w.age <= p.law_until THEN true ELSE false END),
scored AS (SELECT worker_id, post_id, pl,
    {w_occ} * occ + {w_pay} * CASE WHEN high IS NULL THEN 0 ELSE least(10000, greatest(0,
        (high - coalesce(nullif(wmin, 0), {reference})) * 10000 // coalesce(nullif(wmin, 0), {reference}))) END
    + {w_near} * CASE WHEN d2 IS NOT NULL THEN greatest(0, 10000 - CAST(floor(sqrt(d2)) AS BIGINT) * 10000 // {zero})
        WHEN wd = pd THEN 7000 WHEN left(wd, 4) = left(pd, 4) THEN 3000 WHEN left(wd, 2) = left(pd, 2) THEN 500 ELSE 0 END
    + {w_wish} * CASE WHEN age >= coalesce(age_min, 0) AND age <= coalesce(age_max, 999) THEN 10000 ELSE 0 END AS score
  FROM pairs WHERE coalesce(is_open, false) OR coalesce(d2 <= reach, false))
"""
TOP = """
, ranked AS (SELECT worker_id, unnest(max_by(struct_pack(post_id := post_id, score := score),
    score * 1048573 + pl, {k})) AS best FROM scored GROUP BY worker_id)
SELECT worker_id, best.post_id AS post_id, best.score AS score FROM ranked
"""


def asked(rulebook: Rulebook, folder: Path, seed: str, limit: int = 0) -> str:
    """The WITH part: ends in `scored(worker_id, post_id, pl, score)` with all eligible pairs."""
    w = rulebook.weights
    return SQL.format(
        folder=folder, on=rulebook.on.isoformat(), seed=seed, limit=f"LIMIT {limit}" if limit else "",
        w_occ=w.occupation, w_pay=w.pay, w_near=w.near, w_wish=w.wish, reference=w.pay_reference, zero=w.near_zero_m,
    )  # fmt: skip


def all_pairs(rulebook: Rulebook, folder: Path, seed: str) -> dict[tuple[str, str], int]:
    """(worker, post) → score of every eligible pair."""
    con = duckdb.connect(config={"threads": 2})
    rows = con.execute(
        asked(rulebook, folder, seed) + "SELECT worker_id, post_id, score FROM scored"
    ).fetchall()
    con.close()
    return {(str(w), str(p)): int(s) for w, p, s in rows}


def best(rulebook: Rulebook, folder: Path, seed: str, k: int, limit: int = 0) -> str:
    """The whole query for the best k of each worker."""
    return asked(rulebook, folder, seed, limit) + TOP.format(k=k)
