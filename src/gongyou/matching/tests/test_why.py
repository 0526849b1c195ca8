"""Why this post, why not that one: one condition at a time, on both sides."""

# ruff: noqa: E501 — one case, one line

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from gongyou.matching.tests.test_inputs import POST, WHERE, WORKER, call, write

CASES = [
    ({}, {}, []),
    ({"occupations": "4-03-02-01"}, {}, ["occupation"]),
    ({"occupations": "6-31-01-09"}, {}, []),  # of the same family: related
    ({"occupations": ""}, {}, ["occupation"]),
    ({}, {"certificates_required": "low_voltage_permit"}, ["certificates"]),
    ({"certificates": "electrician_level"}, {"certificates_required": "low_voltage_permit"}, ["certificates"]),
    ({"certificates": "低压电工证"}, {"certificates_required": "low_voltage_permit"}, []),
    ({"certificates": "low_voltage_permit@2026-11-23"}, {"certificates_required": "low_voltage_permit"}, ["certificates"]),
    ({"certificates": "low_voltage_permit@2026-11-24"}, {"certificates_required": "low_voltage_permit"}, []),
    ({"wage_min_yuan": "6000.01"}, {}, ["wage"]),
    ({"wage_min_yuan": ""}, {"wage_high_yuan": ""}, []),
    ({"wants_gig": "是", "wage_min_yuan": "4350"}, {"is_gig": "1", "wage_low_yuan": "", "wage_high_yuan": "200"}, []),
    ({"wants_gig": "是", "wage_min_yuan": "4350.01"}, {"is_gig": "1", "wage_low_yuan": "", "wage_high_yuan": "200"}, ["wage"]),
    ({}, {"is_gig": "1", "wage_low_yuan": "", "wage_high_yuan": "300"}, ["gig"]),
    ({}, {"division": "220202", "lon": "", "lat": ""}, ["place"]),
    ({"willing_divisions": "2202"}, {"division": "220202"}, []),
    ({"willing_divisions": "2202"}, {}, ["place"]),
    ({"willing_divisions": "2202", "max_km": "10"}, {}, []),
    ({"willing_divisions": "220000"}, {"division": "220202"}, []),
    ({"shifts": "night"}, {}, ["shift"]),
    ({"shifts": "night"}, {"shift": ""}, ["shift"]),
    ({"shifts": "night|day"}, {}, []),
    ({"birth_on": "2009-11-24"}, {}, []),
    ({"birth_on": ""}, {}, ["age"]),
    ({"occupations": "4-07-05-01", "birth_on": "2008-11-25"}, {"occupation": "4-07-05-01"}, ["age"]),
    ({"occupations": "4-07-05-01", "birth_on": "2008-11-24"}, {"occupation": "4-07-05-01"}, []),
    ({"birth_on": "1960-01-01"}, {"age_max": "45"}, []),  # the employer's wish is no filter
]  # fmt: skip


def test_each_condition_decides_alone(tmp_path: Path) -> None:
    """Explained pair by pair, and all in one run: listed exactly where nothing failed."""
    for n, (worker, post, failed) in enumerate(CASES):
        data = write(tmp_path / str(n), [{**WORKER, **worker}], [{**POST, **post}])
        if n % 4:
            continue  # the whole command for a quarter of them, and all of them in the run below
        code, out, err = call("explain", *WHERE, "--data", data, "--worker", "W1", "--post", "P1", "--json")
        found = json.loads(out)
        assert (code, found["failed"], found["eligible"]) == (0, failed, not failed), (n, err)
        assert (found["score"] is None) == bool(failed)
        assert set(found["terms"]) == {"occupation", "pay", "near", "wish"}
    data = write(
        tmp_path / "all",
        [{**WORKER, **w, "worker_id": f"W{n}"} for n, (w, *_) in enumerate(CASES)],
        [{**POST, **p, "post_id": f"P{n}"} for n, (_, p, *_) in enumerate(CASES)],
    )
    assert call("run", *WHERE, "--data", data, "--out", tmp_path / "out", "--top", "50")[0] == 0
    con = duckdb.connect()
    listed = set(
        con.execute(f"SELECT worker_id, post_id FROM '{tmp_path}/out/recommendations.parquet'").fetchall()
    )
    con.close()
    for n, (*_, failed) in enumerate(CASES):
        assert ((f"W{n}", f"P{n}") in listed) == (not failed), n


def test_what_is_missing_is_named_on_both_sides(tmp_path: Path) -> None:
    """ "还差：低压电工作业证" with the class that gives it."""
    data = write(
        tmp_path / "data",
        [
            {**WORKER, "certificates": "electrician_level"},
            {**WORKER, "worker_id": "W2", "certificates": "N1"},
        ],
        [{**POST, "certificates_required": "low_voltage_permit"}, {**POST, "post_id": "P2"}],
    )
    asked = ("explain", *WHERE, "--data", data, "--worker", "W1", "--post")
    code, out, _ = call(*asked, "P1", "--json")
    found = json.loads(out)
    assert found["missing"][0]["title"] == "低压电工作业证"
    assert "应急管理部门" in found["missing"][0]["how"]
    assert found["sentences"] == [f"还差：低压电工作业证（{found['missing'][0]['how']}）。"]
    assert "还差：低压电工作业证" in call(*asked, "P1")[1]
    assert "符合" in call(*asked, "P2")[1]
    code, out, _ = call("run", *WHERE, "--data", data, "--out", tmp_path / "out", "--json")
    near = json.loads(out)["near_misses"]
    assert code == 0
    assert [(n["certificate"], n["workers"]) for n in near] == [("low_voltage_permit", 2)]
    con = duckdb.connect()
    rows = con.execute(
        f"SELECT worker_id, post_id, title FROM '{tmp_path}/out/near_misses.parquet' ORDER BY 1"
    ).fetchall()
    con.close()
    assert rows == [("W1", "P1", "低压电工作业证"), ("W2", "P1", "低压电工作业证")]


@pytest.mark.parametrize("who", [("W9", "P1"), ("W1", "P9")])
def test_who_is_not_there_is_exit_2(tmp_path: Path, who: tuple[str, str]) -> None:
    data = write(tmp_path / "data", [WORKER], [POST])
    code, _, err = call("explain", *WHERE, "--data", data, "--worker", who[0], "--post", who[1])
    assert code == 2 and ("W9" in err or "P9" in err)
