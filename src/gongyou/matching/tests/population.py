"""A seeded labour market on real county codes, written by DuckDB so that two million workers take seconds."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np

from gongyou.basics.identity.divisions import known_divisions

PROVINCE = "22"
FAMILIES = ("6-29-01", "6-31-01", "6-30-05", "4-07-05", "4-03-02", "4-10-01", "4-02-10", "4-01-02", "6-18-02",
            "6-05-02", "5-01-01", "5-05-01", "6-29-04", "6-01-04", "4-09-08", "6-20-03", "6-25-04")  # fmt: skip
CERTIFICATES = ("low_voltage_permit", "high_voltage_permit", "forklift_permit", "guard_permit", "health_certificate",
                "guard_level", "welder_level", "electrician_level", *(f"local_{n}" for n in range(14)))  # fmt: skip


def counties() -> list[str]:
    return sorted(c for c in known_divisions() if c.startswith(PROVINCE) and not c.endswith("00"))[:60]


def write_market(folder: Path, workers: int, posts: int, seed: int = 1, *, is_csv: bool = False) -> Path:
    """Write `workers`, `posts` and `groups` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(config={"threads": 2})
    codes = counties()
    rng = np.random.default_rng(seed)
    place = {
        "n": np.arange(len(codes)),
        "code": np.array(codes, object),
        "lon": np.round(rng.uniform(122, 131, len(codes)), 3),
        "lat": np.round(rng.uniform(41, 46, len(codes)), 3),
        "w": rng.dirichlet(np.full(len(codes), 2.0)).cumsum(),
    }
    con.register("county_in", place)
    con.execute("CREATE TABLE county AS SELECT *, coalesce(lag(w) OVER (ORDER BY n), 0) AS v FROM county_in")
    jobs = [f"{f}-{n:02d}" for f in FAMILIES for n in range(1, 5)]
    con.register("job_in", {"n": np.arange(len(jobs)), "code": np.array(jobs, object)})
    con.execute("CREATE TABLE job AS SELECT * FROM job_in")
    con.register("cert_in", {"n": np.arange(len(CERTIFICATES)), "code": np.array(CERTIFICATES, object)})
    con.execute("CREATE TABLE cert AS SELECT * FROM cert_in")
    con.execute(
        "CREATE MACRO u(i, k) AS (md5_number_lower(CAST(i AS VARCHAR) || ':' || k || "
        f"':{seed}') % 1000003) / 1000003.0"
    )
    con.execute(
        "CREATE MACRO job_at(x) AS (SELECT code FROM job WHERE n = CAST(floor(x * x * 67.99) AS INTEGER))"
    )
    con.execute(
        "CREATE MACRO cert_at(x) AS (SELECT code FROM cert WHERE n = CAST(floor(x * x * 21.99) AS INTEGER))"
    )
    tables = {
        "workers": _WORKERS.format(n=workers),
        "posts": _POSTS.format(n=posts),
        "groups": _GROUPS.format(n=workers),
    }
    for table, sql in tables.items():
        if is_csv:
            con.execute(f"COPY ({_as_text(con, sql)}) TO '{folder}/{table}.csv' (HEADER)")
        else:
            con.execute(f"COPY ({sql}) TO '{folder}/{table}.parquet' (FORMAT parquet)")
    con.close()
    return folder


def _as_text(con: duckdb.DuckDBPyConnection, sql: str) -> str:
    columns = con.execute(f"DESCRIBE {sql}").fetchall()
    cells = [f"array_to_string({c[0]}, '|') AS {c[0]}" if c[1].endswith("[]") else c[0] for c in columns]
    return f"SELECT {', '.join(cells)} FROM ({sql})"


# ruff: noqa: E501 — SQL as it is read
_WORKERS = """
WITH base AS (SELECT i, u(i, 'c') AS c, u(i, 'a') AS a, u(i, 'b') AS b, u(i, 'd') AS d, u(i, 'e') AS e, u(i, 'g') AS g,
  u(i, 'h') AS h, u(i, 'k') AS k, u(i, 'm') AS m, u(i, 'p') AS p FROM range({n}) t(i))
SELECT 'W' || lpad(CAST(i AS VARCHAR), 8, '0') AS worker_id, county.code AS division,
  CASE WHEN p < 0.1 THEN NULL ELSE round(county.lon + (d - 0.5) * 0.5, 5) END AS lon,
  CASE WHEN p < 0.1 THEN NULL ELSE round(county.lat + (e - 0.5) * 0.4, 5) END AS lat,
  CAST(DATE '1962-01-01' + CAST(floor(a * 16500) AS INTEGER) AS DATE) AS birth_on,
  list_distinct([j1.code, j2.code, j3.code][1:1 + CAST(floor(b * 2.99) AS INTEGER)]) AS occupations,
  CASE WHEN g < 0.4 THEN []::VARCHAR[] WHEN g < 0.8 THEN [c1.code] ELSE list_distinct([c1.code, c2.code]) END AS certificates,
  CASE WHEN h < 0.05 THEN NULL ELSE CAST(floor(22 + h * 50) * 100 AS DECIMAL(10,2)) END AS wage_min_yuan,
  CASE WHEN k < 0.5 THEN []::VARCHAR[] WHEN k < 0.7 THEN [county.code] WHEN k < 0.85 THEN [left(county.code, 4)]
    WHEN k < 0.97 THEN [county.code, other.code] ELSE ['22'] END AS willing_divisions,
  CASE WHEN m < 0.5 THEN NULL ELSE 5 + floor(m * 60) END AS max_km,
  CASE WHEN e < 0.6 THEN ['day'] WHEN e < 0.8 THEN ['day', 'night'] ELSE []::VARCHAR[] END AS shifts,
  d < 0.4 AS wants_gig, '' AS text
FROM base JOIN county ON c >= county.v AND c < county.w JOIN county other ON other.n = (i * 7 + 3) % 60
  JOIN job j1 ON j1.n = CAST(floor(b * b * 67.99) AS INTEGER) JOIN job j2 ON j2.n = CAST(floor(e * 67.99) AS INTEGER)
  JOIN job j3 ON j3.n = CAST(floor(m * 67.99) AS INTEGER)
  JOIN cert c1 ON c1.n = CAST(floor(g * g * 21.99) AS INTEGER) JOIN cert c2 ON c2.n = CAST(floor(h * 21.99) AS INTEGER)
"""
_POSTS = """
WITH base AS (SELECT i, u(i, 'C') AS c, u(i, 'A') AS a, u(i, 'B') AS b, u(i, 'D') AS d, u(i, 'E') AS e, u(i, 'G') AS g,
  u(i, 'H') AS h, u(i, 'K') AS k, u(i, 'P') AS p FROM range({n}) t(i))
SELECT 'P' || lpad(CAST(i AS VARCHAR), 8, '0') AS post_id, 'E' || CAST(i % 5000 AS VARCHAR) AS employer_id,
  county.code AS division,
  CASE WHEN p < 0.1 THEN NULL ELSE round(county.lon + (d - 0.5) * 0.5, 5) END AS lon,
  CASE WHEN p < 0.1 THEN NULL ELSE round(county.lat + (e - 0.5) * 0.4, 5) END AS lat,
  job.code AS occupation, 1 + CAST(floor(h * h * h * 16) AS INTEGER) AS headcount,
  CASE WHEN g < 0.45 THEN []::VARCHAR[] WHEN g < 0.9 THEN [c1.code] ELSE list_distinct([c1.code, c2.code]) END
    AS certificates_required,
  CASE WHEN k < 0.04 THEN NULL WHEN h < 0.2 THEN CAST(100 + floor(a * 10) * 10 AS DECIMAL(10,2))
    ELSE CAST(floor(20 + a * 20) * 100 AS DECIMAL(10,2)) END AS wage_low_yuan,
  CASE WHEN k < 0.04 THEN NULL WHEN h < 0.2 THEN CAST(200 + floor(a * 15) * 10 AS DECIMAL(10,2))
    ELSE CAST(floor(42 + a * 45) * 100 AS DECIMAL(10,2)) END AS wage_high_yuan,
  CASE WHEN e < 0.7 THEN 'day' WHEN e < 0.85 THEN 'night' WHEN e < 0.97 THEN 'rotating' END AS shift,
  CASE WHEN d < 0.5 THEN NULL ELSE 18 END AS age_min, CASE WHEN d < 0.5 THEN NULL ELSE 40 + CAST(floor(d * 20) AS INTEGER) END AS age_max,
  h < 0.2 AS is_gig, '' AS text
FROM base JOIN county ON c >= county.v AND c < county.w JOIN job ON job.n = CAST(floor(b * b * 67.99) AS INTEGER)
  JOIN cert c1 ON c1.n = CAST(floor(g * g * 21.99) AS INTEGER) JOIN cert c2 ON c2.n = CAST(floor(a * 21.99) AS INTEGER)
"""
_GROUPS = """
SELECT 'W' || lpad(CAST(i AS VARCHAR), 8, '0') AS worker_id, CASE WHEN u(i, 's') < 0.45 THEN 'female' ELSE 'male' END AS sex,
  'T' || CAST(i % greatest(1, {n} // 100) AS VARCHAR) AS township FROM range({n}) t(i)
"""
