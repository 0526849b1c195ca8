"""The profile of the facts: what an officer should look at before trusting the result."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from gongyou.policy import RunOrder, run_policy
from gongyou.policy.tests.population import PACKS, Rows, credit_code, employer, months, write_facts


def profile(tmp_path: Path, firms: Rows, rows: Rows) -> dict[str, Any]:
    data, out = write_facts(tmp_path / "data", firms, rows), tmp_path / "out"
    run_policy(PACKS, RunOrder("stabilisation-refund", "370000", date(2025, 9, 1), data, out), lambda _: None)
    found: dict[str, Any] = json.loads((out / "profile.json").read_text(encoding="utf-8"))
    return found


def test_sound_tables_have_nothing_to_look_at(tmp_path: Path) -> None:
    for table in profile(tmp_path, [employer(1)], months(1, 2024)).values():
        assert (table["negative"], table["duplicates"], table["orphans"], table["jumps"]) == ({}, 0, 0, [])


def test_nulls_negatives_duplicates_and_orphans_are_counted(tmp_path: Path) -> None:
    firms = [
        employer(1, insured_average=""),
        employer(2, staff_count="-3"),
        employer(3),
        employer(3),
        employer(4),
    ]
    rows = [*months(1, 2024), *months(4, 2024), *months(4, 2024)[:1], *months(9, 2024)]
    rows[2] |= {"paid_yuan": "-0.01"}
    rows[3] |= {"paid_yuan": "seven"}
    found = profile(tmp_path, firms, rows)
    own, child = found["employers"], found["contributions"]
    assert own["empty"]["insured_average"] == 1
    assert (own["negative"], own["duplicates"], own["orphans"]) == ({"staff_count": 1}, 2, 0)
    assert (child["negative"], child["duplicates"], child["orphans"]) == ({"paid_yuan": 1}, 2, 12)
    assert (own["rejected"], child["rejected"]) == (3, 16)


def test_a_month_in_another_unit_and_a_month_left_out_are_shown(tmp_path: Path) -> None:
    rows = [row for n in (1, 2) for row in months(n, 2024)]
    for number, row in enumerate(rows):
        if number % 12 == 4:
            row |= {"paid_yuan": "0.08"}
    left = [row for number, row in enumerate(rows) if number % 12 != 8]
    jumps = profile(tmp_path, [employer(1), employer(2)], left)["contributions"]["jumps"]
    assert jumps == [
        {"column": "paid_yuan", "month": "2024-05", "before": 150_000, "now": 16, "since": "2024-04"},
        {"column": "paid_yuan", "month": "2024-06", "before": 16, "now": 150_000, "since": "2024-05"},
        {"column": "", "month": "2024-10", "before": 2, "now": 2, "since": "2024-08"},
    ]


def test_a_subject_whose_month_leaps_is_counted(tmp_path: Path) -> None:
    """A slipped point in one month of one firm; the sum of all firms hardly moves."""
    rows = [row for number in range(1, 31) for row in months(number, 2024)]
    rows[5] |= {"paid_yuan": "75.00"}  # a tenth: not under it
    rows[12 + 5] |= {"paid_yuan": "74.99"}
    rows[24 + 5] |= {"paid_yuan": "7500.01"}
    found = profile(tmp_path, [employer(number) for number in range(1, 31)], rows)["contributions"]
    assert (found["leaps"], found["jumps"]) == ({"paid_yuan": 2}, [])
    assert found["leapers"] == {"paid_yuan": sorted([credit_code(2), credit_code(3)])}
