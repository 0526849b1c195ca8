# ruff: noqa: E501 — tables made in SQL
"""The screen against hand-written SQL on a large year, and its precision and recall on a labelled one.

.venv/bin/python -m tests.bench.oversight.bench --data DIR                       1,000,000 settlements, 2,000,000 shifts
.venv/bin/python -m tests.bench.oversight.bench --data DIR --settlements 10000000 --memory 6GB
.venv/bin/python -m tests.bench.oversight.bench --data DIR --labelled 60000      the trade-off curve

Each side runs in a process of its own; CPU seconds of all threads, least of `--rounds`. The hand-written query asks the
same question of the same Parquet and writes the same clues; it checks no cell, rejects no row and sums up nothing.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import resource
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from gongyou.engines.oversight.screening.library import bind_screen
from gongyou.engines.oversight.screening.query import query_of
from gongyou.engines.oversight.screening.run import ScreenOrder, run_screen
from gongyou.engines.oversight.screening.tables import load_tables
from tests.bench.oversight.year import judged, make_year

ROOT = Path(__file__).resolve().parents[3]
SCREEN, AREA = "injury-settled-as-medical", "150100"
HAND = Path(__file__).with_name("hand.sql")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--settlements", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--memory", default="4GB")
    options.add_argument("--labelled", type=int, default=0)
    options.add_argument("--side", choices=["ours", "hand", "question"])
    chosen = options.parse_args()
    folder = chosen.data / str(chosen.settlements)
    if chosen.labelled:
        curve(chosen.labelled)
    elif chosen.side:
        side(chosen.side, folder, chosen.memory)
    else:
        compare(folder, chosen)


def compare(folder: Path, chosen: argparse.Namespace) -> None:
    if not (folder / "attendance.parquet").exists():
        write_large(folder, chosen.settlements, chosen.memory)
    found: dict[str, list[dict[str, Any]]] = {"ours": [], "question": [], "hand": []}
    for _ in range(chosen.rounds):  # in turn, so that all see the same machine
        for name, runs in found.items():
            command = [sys.executable, "-m", "tests.bench.oversight.bench", "--data", str(chosen.data)]
            command += ["--settlements", str(chosen.settlements), "--memory", chosen.memory, "--side", name]
            done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
            runs.append(json.loads(done.stdout.splitlines()[-1]))
    print("| side | CPU s (rounds) | memory MB | clues |\n|---|---|---|---|")
    for name, runs in found.items():
        each = " ".join(f"{r['cpu']:.1f}" for r in runs)
        print(
            f"| {name} | {min(r['cpu'] for r in runs):.1f} ({each}) | {max(r['mb'] for r in runs):.0f} | {runs[0]['clues']:.0f} |"
        )
    best = {name: min(r["cpu"] for r in runs) for name, runs in found.items()}
    print(
        f"\nours / hand {best['ours'] / best['hand']:.2f}, question alone / hand {best['question'] / best['hand']:.2f} (goal 1.3)"
    )
    if len({run["digest"] for runs in found.values() for run in runs}) != 1:
        sys.exit("the sides found different clues")


def side(name: str, folder: Path, memory: str) -> None:
    with tempfile.TemporaryDirectory() as out:
        if name == "ours":
            order = ScreenOrder(SCREEN, AREA, folder, Path(out), None, "duckdb", memory)
            run_screen(ROOT / "packs", order, lambda _: None)
        else:
            plain(name, folder, Path(out), memory)
        used = resource.getrusage(resource.RUSAGE_SELF)
        clues, digest = duckdb.execute(
            f"SELECT count(*), bit_xor(hash(t))::VARCHAR FROM '{out}/clues.parquet' t"
        ).fetchall()[0]
    told = {
        "cpu": used.ru_utime + used.ru_stime,
        "mb": used.ru_maxrss / 1024,
        "clues": clues,
        "digest": digest,
    }
    print(json.dumps(told))


def plain(name: str, folder: Path, out: Path, memory: str) -> None:
    """The hand-written query, or ours over views of the same files without any check."""
    with duckdb.connect() as con:
        con.execute(
            f"SET memory_limit='{memory}'; SET preserve_insertion_order=false; SET temp_directory='{out}'"
        )
        for table in ("settlements", "employments", "attendance", "injury_claims"):
            paid = " REPLACE (CAST(paid_yuan * 100 AS BIGINT) AS paid_yuan)" if table == "settlements" else ""
            con.execute(f"CREATE VIEW {table} AS SELECT *{paid} FROM '{folder}/{table}.parquet'")
        bound = bind_screen(ROOT / "packs", SCREEN, AREA, date(2024, 12, 31))
        query = HAND.read_text(encoding="utf-8") if name == "hand" else query_of(bound)
        con.execute(
            f"COPY (SELECT * FROM ({query}) ORDER BY score DESC, clue_id) TO '{out}/clues.parquet' (FORMAT parquet, COMPRESSION zstd)"
        )


def write_large(folder: Path, settlements: int, memory: str) -> None:
    """A year of so many settlements (one in five an injury) and twice as many shifts, from hashes of their numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    people, workers = settlements // 3, settlements // 12
    with duckdb.connect() as con:
        con.execute(f"SET memory_limit='{memory}'; SET preserve_insertion_order=false")
        con.execute("CREATE MACRO h(x) AS (hash(x) >> 1)::BIGINT")
        con.execute(
            f"""COPY (SELECT 'S' || lpad(i::VARCHAR, 9, '0') AS settlement_id,
            'P' || lpad((h(i) % {people})::VARCHAR, 8, '0') AS person_id, 'H' || (h(i + 1) % 900) AS hospital,
            CASE WHEN h(i + 2) % 4 = 0 THEN 'inpatient' ELSE 'outpatient' END AS visit_kind,
            TIMESTAMP '2024-01-01' + to_minutes((h(i + 3) % 525600)::BIGINT) AS visited_at, NULL::DATE AS discharged_on,
            CASE WHEN h(i + 4) % 5 = 0 THEN ['S05.6', 'S61.0', 'S67.0', 'S93.4', 'T23.2', 'S52.5', 'S06.0', 'T15.0']
                [1 + h(i + 5) % 8] ELSE 'J' || lpad((h(i + 5) % 90)::VARCHAR, 2, '0') || '.9' END AS icd10,
            ['W31', 'W45', NULL, 'W18', 'V23', 'W51', 'W20', 'W01'][1 + h(i + 6) % 8] AS external_cause,
            ['在家弄伤', '摔倒', '打球', '牙签扎伤'][1 + h(i + 7) % 4] AS stated_cause,
            h(i + 8) % 10 < 6 AS pledges_no_third_party,
            CASE WHEN h(i + 9) % 5 = 0 THEN 'P' || lpad((h(i + 9) % {people})::VARCHAR, 8, '0') END AS companion_id,
            CASE WHEN h(i + 10) % 2 = 0 THEN 'employee_medical' ELSE 'resident_medical' END AS fund,
            CAST((h(i + 11) % 900000) / 100.0 AS DECIMAL(12,2)) AS paid_yuan
            FROM range({settlements}) t(i)) TO '{folder}/settlements.parquet' (FORMAT parquet)"""
        )
        con.execute(
            f"""COPY (SELECT 'P' || lpad(i::VARCHAR, 8, '0') AS person_id, 'E' || (h(i) % {max(1, workers // 50)}) AS employer_id,
            DATE '2020-01-01' AS from_on, NULL::DATE AS until_on,
            ['C27', 'C33', 'B06', 'E47', 'G54', 'I64', 'F52', 'P83'][1 + h(i) % {max(1, workers // 50)} % 8] AS industry,
            '' AS job FROM range({people}) t(i) WHERE h(i + 12) % 3 > 0) TO '{folder}/employments.parquet' (FORMAT parquet)"""
        )
        con.execute(
            f"""COPY (SELECT person_id, employer_id, start AS shift_start_at, start + INTERVAL 9 HOUR AS shift_end_at FROM (
            SELECT 'P' || lpad((i % {workers})::VARCHAR, 8, '0') AS person_id,
            'E' || (h(i % {workers}) % {max(1, workers // 50)}) AS employer_id,
            TIMESTAMP '2024-01-01 08:00' + to_days((15 * (i // {workers}))::INTEGER) + to_hours((12 * (h(i) % 2))::BIGINT) AS start
            FROM range({2 * settlements}) t(i))) TO '{folder}/attendance.parquet' (FORMAT parquet)"""
        )
        con.execute(
            f"""COPY (SELECT 'P' || lpad((h(i) % {people})::VARCHAR, 8, '0') AS person_id,
            DATE '2024-01-01' + (h(i + 1) % 360)::INTEGER AS injured_on,
            DATE '2024-01-15' + (h(i + 1) % 360)::INTEGER AS decided_on,
            ['recognised', 'refused', 'pending'][1 + h(i + 2) % 3] AS outcome
            FROM range({settlements // 100}) t(i)) TO '{folder}/injury_claims.parquet' (FORMAT parquet)"""
        )


def curve(people: int) -> None:
    """Precision and recall by threshold; recall counts settlements of hidden injuries."""
    year = make_year(people)
    bound = bind_screen(ROOT / "packs", SCREEN, AREA, date(2024, 12, 31))
    threshold = bound.screen.threshold
    low = dataclasses.replace(bound.numbers.found[threshold], written=0)
    everything = dataclasses.replace(
        bound, numbers=dataclasses.replace(bound.numbers, found={**bound.numbers.found, threshold: low})
    )
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        year.write(Path(folder))
        load_tables(con, bound.screen, Path(folder), Path(folder))
        clues = con.execute(f"SELECT settlement_ids, score FROM ({query_of(everything)})").fetchall()
    print("| threshold | clues | precision | recall |\n|---|---|---|---|")
    for at in range(30, 100, 10):
        right, all_clues, found = judged(year.hidden, clues, at)
        print(f"| {at} | {all_clues} | {right / max(1, all_clues):.2f} | {found / len(year.hidden):.2f} |")


if __name__ == "__main__":
    main()
