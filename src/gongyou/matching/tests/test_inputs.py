"""Wrong input: each row with its sentence, by file, row and column; the rest goes on."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from xlsxwriter import Workbook

from gongyou.cli.verbs.match import command
from gongyou.matching.tables.columns import POSTS, REASONS, WORKERS

WORKER = {
    "worker_id": "W1", "division": "220102", "lon": "125.33", "lat": "43.87", "birth_on": "1988-05-01",
    "occupations": "6-31-01-03", "certificates": "", "wage_min_yuan": "4000", "willing_divisions": "", "max_km": "",
    "shifts": "", "wants_gig": "否", "text": "",
}  # fmt: skip
POST = {
    "post_id": "P1", "employer_id": "E1", "division": "220104", "lon": "125.30", "lat": "43.85",
    "occupation": "6-31-01-03", "headcount": "2", "certificates_required": "", "wage_low_yuan": "4500",
    "wage_high_yuan": "6000", "shift": "day", "age_min": "", "age_max": "", "is_gig": "0", "text": "",
}  # fmt: skip
WHERE = ("--programme", "rural-employment", "--area", "220000", "--on", "2026-11-24")


def write(
    folder: Path, workers: list[Mapping[str, str]], posts: list[Mapping[str, str]], encoding: str = "utf-8"
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns, rows in (("workers", WORKERS, workers), ("posts", POSTS, posts)):
        with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, [c.id for c in columns])
            writer.writeheader()
            writer.writerows(rows)
    return folder


def call(*words: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(command, [str(w) for w in words])
    return result.exit_code, result.stdout, result.stderr


def rejects(out: Path) -> list[tuple[str, int, str, str, str]]:
    with (out / "rejects.csv").open(encoding="utf-8", newline="") as file:
        return [
            (r["table"], int(r["row"]), r["column"], r["value"], r["reason"]) for r in csv.DictReader(file)
        ]


BAD_WORKERS = (
    ("division", "229999", "division"),
    ("occupations", "6-31-01-03|9-01-01-01", "occupation"),
    ("birth_on", "2012-03-01", "too_young"),
    ("birth_on", "1890-03-01", "too_old"),
    ("birth_on", "昨天", "date"),
    ("wage_min_yuan", "四千", "yuan"),
    ("willing_divisions", "2201|99", "divisions"),
    ("shifts", "day|evening", "shifts"),
    ("lon", "225", "degrees_east"),
    ("max_km", "-3", "km"),
    ("wants_gig", "也许", "flag"),
    ("worker_id", "", "id"),
)
BAD_POSTS = (
    ("headcount", "0", "headcount"),
    ("headcount", "", "headcount"),
    ("wage_high_yuan", "4000", "reversed"),
    ("occupation", "6-99-01-01", "occupation"),
    ("occupation", "", "occupation_empty"),
    ("division", "000000", "division"),
    ("age_min", "14", "post_too_young"),
    ("age_max", "15", "post_age_too_low"),
    ("shift", "sometimes", "shift"),
    ("wage_high_yuan", "99999999", "yuan"),
)


def test_every_wrong_cell_has_its_sentence(tmp_path: Path) -> None:
    """Headcount 0, reversed wages, unknown occupation or division, ages out of law: file, row, column, sentence."""
    workers = [WORKER, *({**WORKER, "worker_id": f"B{n}", c: v} for n, (c, v, _) in enumerate(BAD_WORKERS))]
    posts = [POST, *({**POST, "post_id": f"B{n}", c: v} for n, (c, v, _) in enumerate(BAD_POSTS))]
    posts.append({**POST, "post_id": "T", "age_min": "40", "age_max": "30"})
    posts += [{**POST, "post_id": "twice"}, {**POST, "post_id": "twice"}]
    data = write(tmp_path / "data", workers, posts)
    code, out, err = call("run", *WHERE, "--data", data, "--out", tmp_path / "out", "--json")
    assert code == 0, err
    found = rejects(tmp_path / "out")
    for n, (column, value, reason) in enumerate(BAD_WORKERS):
        assert ("workers", n + 3, column) in {(t, r, c) for t, r, c, _, _ in found}, (column, value)
        assert REASONS[reason] in {
            why for t, r, c, _, why in found if (t, r, c) == ("workers", n + 3, column)
        }
    for n, (column, value, reason) in enumerate(BAD_POSTS):
        told = [(v, why) for t, r, c, v, why in found if (t, r, c) == ("posts", n + 3, column)]
        assert (value, REASONS[reason]) in told, (column, value)
    assert [(c, why) for t, r, c, _, why in found if t == "posts" and r == len(BAD_POSTS) + 3] == [
        ("age_max", REASONS["age_reversed"])
    ]
    assert sum(why == REASONS["twice"] for *_, why in found) == 2
    tables = json.loads(out)["tables"]
    assert tables["workers"] == {"read": 13, "accepted": 1, "rejected": 12}
    assert tables["posts"] == {"read": 14, "accepted": 1, "rejected": 13}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_any_encoding_of_csv(tmp_path: Path, encoding: str) -> None:
    data = write(tmp_path / "data", [{**WORKER, "text": "电工，会接线"}], [POST], encoding)
    code, out, _ = call("run", *WHERE, "--data", data, "--out", tmp_path / "out", "--json")
    assert (code, json.loads(out)["placed"]) == (0, 1)


def test_a_workbook_with_chinese_headings_below_a_title(tmp_path: Path) -> None:
    data = write(tmp_path / "data", [WORKER], [POST])
    (data / "posts.csv").unlink()
    with Workbook(str(data / "posts.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "用工调查")
        sheet.write_row(2, 0, [c.title for c in POSTS])
        sheet.write_row(
            3, 0, [int(v) if v.isdigit() and k in ("headcount", "division") else v for k, v in POST.items()]
        )
    code, out, err = call("run", *WHERE, "--data", data, "--out", tmp_path / "out", "--json")
    assert (code, json.loads(out)["placed"]) == (0, 1), err


def test_a_missing_table_or_column_is_exit_2(tmp_path: Path) -> None:
    data = write(tmp_path / "data", [WORKER], [POST])
    (data / "posts.csv").write_text("post_id,division\nP1,220104\n", encoding="utf-8")
    code, _, err = call("run", *WHERE, "--data", data, "--out", tmp_path / "out")
    assert code == 2 and "posts.csv" in err and "headcount" in err
    (data / "posts.csv").unlink()
    code, _, err = call("run", *WHERE, "--data", data, "--out", tmp_path / "out")
    assert code == 2 and "posts" in err
    code, _, err = call("run", *WHERE[:4], "--on", "2026-13-01", "--data", data, "--out", tmp_path / "out")
    assert code == 2 and "2026-13-01" in err
    code, _, err = call(
        "run", "--programme", "no-such", *WHERE[2:], "--data", data, "--out", tmp_path / "out"
    )
    assert code == 2 and "rural-employment" in err
    write(data, [{**WORKER, "occupations": "x"}], [POST])
    code, _, err = call("run", *WHERE, "--data", data, "--out", tmp_path / "out")
    assert code == 2 and "rejects.csv" in err


def test_parquet_as_other_programs_write_it(tmp_path: Path) -> None:
    """Timestamps for dates, doubles for money, numbers for codes, lists of text or text with bars."""
    data = write(tmp_path / "csv", [WORKER], [POST])
    (tmp_path / "data").mkdir()
    with duckdb.connect() as con:
        for table, casts in (
            ("workers", "TIMESTAMP '1988-05-01 00:00:00' AS birth_on, 4000.0::DOUBLE AS wage_min_yuan, "
             "220102 AS division, ['6-31-01-03', NULL] AS occupations, NULL::VARCHAR[] AS shifts"),
            ("posts", "220104 AS division, 2::TINYINT AS headcount, 6000.5::DOUBLE AS wage_high_yuan, false AS is_gig"),
        ):  # fmt: skip
            source = f"read_csv('{data}/{table}.csv', all_varchar = true)"
            con.execute(
                f"COPY (SELECT * REPLACE ({casts}) FROM {source}) TO '{tmp_path}/data/{table}.parquet'"
            )
    code, out, err = call("run", *WHERE, "--data", tmp_path / "data", "--out", tmp_path / "out", "--json")
    assert (code, json.loads(out)["placed"]) == (0, 1), (err, rejects(tmp_path / "out"))
