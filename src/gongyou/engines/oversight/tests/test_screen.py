"""The screen: the article's case, its boundaries, a labelled year, and a second way of computing it."""

# ruff: noqa: DTZ001 — files carry Beijing time without a zone

from __future__ import annotations

import csv
import dataclasses
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongyou.basics.refusal import Refusal
from gongyou.engines.oversight.definitions.screens import NEVER, Screens, faults_of
from gongyou.engines.oversight.screening.library import BoundScreen, bind_screen
from gongyou.engines.oversight.screening.run import ScreenOrder, run_screen
from gongyou.policy.definitions import ColumnSpec
from tests.bench.oversight.year import HEADS, judged, make_year

PACKS = Path(__file__).resolve().parents[5] / "packs"
SCREEN, AREA = "injury-settled-as-medical", "150100"
Rows = Mapping[str, Iterable[tuple[str, ...]]]


def bound(on: date = date(2024, 10, 15)) -> BoundScreen:
    return bind_screen(PACKS, SCREEN, AREA, on)


def screened(folder: Path, rows: Rows, **order: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Clues (as dicts) and summary of tables given as rows."""
    data, out = folder / "data", folder / "out"
    data.mkdir(exist_ok=True)
    for name, head in HEADS.items():
        with (data / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *rows.get(name, ())])
    summary = run_screen(PACKS, ScreenOrder(SCREEN, AREA, data, out, **order), lambda _: None)
    cursor = duckdb.connect().execute(f"SELECT * FROM '{out}/clues.parquet'")
    names = [d[0] for d in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()], summary


def settlement(
    name: str = "S1", person: str = "P1", at: str = "2024-09-30T23:40", **other: str
) -> tuple[str, ...]:
    plain = {
        "settlement_id": name, "person_id": person, "hospital": "H1", "visit_kind": "outpatient", "visited_at": at,
        "icd10": "S05.6", "external_cause": "W45", "stated_cause": "牙签扎伤", "pledges_no_third_party": "true",
        "fund": "employee_medical", "paid_yuan": "320.50", **other,
    }  # fmt: skip
    return tuple(plain.get(column, "") for column in HEADS["settlements"])


WORKS = [("P1", "E1", "2020-01-01", "", "C276", "操作工"), ("P2", "E1", "2019-01-01", "", "C276", "工段长")]
NIGHT = [("P1", "E1", "2024-09-30T20:00", "2024-10-01T08:00")]
ARTICLE: Rows = {
    "settlements": [
        settlement(companion_id="P2"),
        settlement(
            "S2", at="2024-10-15 10:00:00", stated_cause="在家被竹签扎伤", visit_kind="住院", paid_yuan="8120"
        ),
    ],
    "employments": WORKS,
    "attendance": NIGHT,
}


def test_the_articles_case_is_found_by_the_screen_with_the_claim_right_until_2025_09_30(
    tmp_path: Path,
) -> None:
    clues, summary = screened(tmp_path, ARTICLE)
    (clue,) = clues
    assert clue["settlement_ids"] == ["S1", "S2"]
    assert clue["score"] == 100
    assert {"in_shift", "work_typical", "colleague_came", "story_changes", "pledge_signed"} <= set(
        clue["reasons"]
    )
    assert (clue["amount_fen"], clue["employer_id"]) == (844_050, "E1")
    assert clue["first_seen_at"] == datetime(2024, 9, 30, 23, 40)
    assert clue["worker_may_claim_until"] == date(2025, 9, 30)
    assert (summary["clues"], summary["on"], summary["tables"]["settlements"]["accepted"]) == (
        1,
        "2024-10-15",
        2,
    )
    assert "clue_threshold" in summary["assumed"]


def test_later_settlements_of_the_same_injury_join_the_same_clue(tmp_path: Path) -> None:
    first, _ = screened(tmp_path, {**ARTICLE, "settlements": [settlement(companion_id="P2")]})
    both, _ = screened(tmp_path, ARTICLE)
    assert [c["settlement_ids"] for c in first] == [["S1"]]
    assert [c["clue_id"] for c in first] == [c["clue_id"] for c in both]


def test_visits_30_days_apart_are_one_injury_31_are_two(tmp_path: Path) -> None:
    days = {"P1": "2024-10-30", "P3": "2024-10-31"}
    rows: dict[str, list[tuple[str, ...]]] = {"settlements": [], "employments": [], "attendance": []}
    for person, later in days.items():
        rows["settlements"] += [
            settlement(f"{person}-1", person),
            settlement(f"{person}-2", person, at=f"{later}T21:00"),
        ]
        rows["employments"].append((person, f"E-{person}", "2020-01-01", "", "C276", ""))
        rows["attendance"] += [
            (person, f"E-{person}", "2024-09-30T20:00", "2024-10-01T08:00"),
            (person, f"E-{person}", f"{later}T20:00", f"{later}T23:00"),
        ]
    clues, _ = screened(tmp_path, rows)
    assert sorted(c["settlement_ids"] for c in clues) == [["P1-1", "P1-2"], ["P3-1"], ["P3-2"]]


def test_another_block_is_another_injury(tmp_path: Path) -> None:
    rows = [settlement(), settlement("S2", at="2024-10-01T01:00", icd10="S67.0")]
    clues, _ = screened(tmp_path, {"settlements": rows, "employments": WORKS, "attendance": NIGHT})
    assert sorted(c["settlement_ids"] for c in clues) == [["S1"], ["S2"]]


def test_an_injury_already_recognised_or_refused_before_the_visit_makes_none(tmp_path: Path) -> None:
    claims = {
        "before-recognised": ("2024-09-30", "recognised"),
        "before-refused": ("2024-09-30", "refused"),
        "after": ("2024-10-01", "recognised"),
        "open": ("", "pending"),
    }
    found, _ = screened(
        tmp_path,
        {
            "settlements": [settlement(name, name) for name in claims],
            "employments": [(name, f"E-{name}", "2020-01-01", "", "C276", "") for name in claims],
            "attendance": [(name, f"E-{name}", *NIGHT[0][2:]) for name in claims],
            "injury_claims": [(name, "2024-09-28", *claim) for name, claim in claims.items()],
        },
    )
    assert sorted(c["person_id"] for c in found) == ["after", "open"]
    # the day of the injury is the claim's
    assert {c["worker_may_claim_until"] for c in found} == {date(2025, 9, 28)}
    assert all("claim_filed" in c["reasons"] for c in found)


def test_edges_of_a_shift(tmp_path: Path) -> None:
    edges = {
        "2024-09-30T20:00": "in_shift",
        "2024-10-01T08:00": "in_shift",
        "2024-10-01T08:01": "after_shift",
        "2024-10-01T14:00": "after_shift",
        "2024-10-01T14:01": "",
        "2024-09-30T12:00Z": "in_shift",
        "2024-09-30T19:59": "",
    }
    people = {f"P-{n}": at for n, at in enumerate(edges)}
    clues, _ = screened(
        tmp_path,
        {
            "settlements": [settlement(p, p, at, companion_id="P2") for p, at in people.items()],
            "employments": [*WORKS, *((p, "E1", "2020-01-01", "", "C276", "") for p in people)],
            "attendance": [(p, *NIGHT[0][1:]) for p in people],
        },
    )
    found = {people[c["person_id"]]: {"in_shift", "after_shift"} & set(c["reasons"]) for c in clues}
    assert found == {at: ({reason} if reason else set()) for at, reason in edges.items()}


def test_the_year_ends_between_two_visits_of_one_injury(tmp_path: Path) -> None:
    rows = [settlement(at="2024-12-31T23:50"), settlement("S2", at="2025-01-15T09:00")]
    shifts = [("P1", "E1", "2024-12-31T20:00", "2025-01-01T08:00")]
    clues, _ = screened(tmp_path, {"settlements": rows, "employments": WORKS, "attendance": shifts})
    assert [(c["settlement_ids"], c["worker_may_claim_until"]) for c in clues] == [
        (["S1", "S2"], date(2025, 12, 31))
    ]


def test_what_one_settlement_paid_is_not_known_so_the_sum_is_not(tmp_path: Path) -> None:
    rows = [settlement(companion_id="P2"), settlement("S2", at="2024-10-02T10:00", paid_yuan="")]
    clues, _ = screened(tmp_path, {**ARTICLE, "settlements": rows})
    assert [c["amount_fen"] for c in clues] == [None]


def test_a_leap_day_ends_on_the_last_of_february(tmp_path: Path) -> None:
    shifts = [("P1", "E1", "2024-02-29T20:00", "2024-03-01T08:00")]
    rows = {"settlements": [settlement(at="2024-02-29T23:00")], "employments": WORKS, "attendance": shifts}
    clues, _ = screened(tmp_path, rows)
    assert clues[0]["worker_may_claim_until"] == date(2025, 2, 28)


def test_a_game_with_colleagues_and_an_accident_on_the_road_ask_nobody(tmp_path: Path) -> None:
    rows = [
        settlement("S1", icd10="S93.4", external_cause="W51", companion_id="P2", at="2024-09-29T15:00"),
        settlement("S2", person="P2", icd10="S82.6", external_cause="V23", at="2024-09-29T18:30"),
    ]
    clues, _ = screened(tmp_path, {**ARTICLE, "settlements": rows})
    assert clues == []


def test_no_reason_uses_sex_ethnicity_or_village() -> None:
    screen = bound().screen
    used = {c.id for t in screen.tables for c in t.columns} | {r.column for r in screen.reasons}
    assert not used & NEVER

    table = screen.tables[0]
    for name in ("sex", "ethnicity", "village"):
        with_it = dataclasses.replace(
            table, columns=(*table.columns, ColumnSpec(id=name, title=name, holds="text"))
        )
        wrong = dataclasses.replace(screen, tables=(with_it, *screen.tables[1:]))
        assert [message for _, message, params in faults_of(wrong) if params == {"column": name}]


def test_a_wrong_screen_is_told_by_its_place() -> None:

    screen = bound().screen
    reason = dataclasses.replace(screen.reasons[1], within="")
    twice = dataclasses.replace(screen, reasons=(*screen.reasons, reason, screen.reasons[0]))
    assert [place for place, _, _ in faults_of(twice)] == [
        ("reasons", len(screen.reasons)), ("reasons", len(screen.reasons)), ("reasons", len(screen.reasons) + 1),
    ]  # fmt: skip
    assert Screens(screens=(screen,)).screens


def test_rows_that_cannot_be_read_are_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    bad = [
        settlement("S3", at="昨天晚上"),
        settlement("S4", paid_yuan="12.345"),
        settlement("S5", fund="商业保险"),
        settlement("S6", person="110101199001011234"),
        settlement("", person="P9"),
        settlement("S7"),
        settlement("S7"),
        settlement("S8", icd10="s05.6"),
    ]
    rows = {**ARTICLE, "settlements": [*ARTICLE["settlements"], *bad]}
    clues, summary = screened(tmp_path, rows)
    assert len(clues) == 1
    assert summary["tables"]["settlements"] == {"read": 10, "accepted": 2, "rejected": 8}
    told = list(csv.reader((tmp_path / "out" / "rejects.csv").open(encoding="utf-8")))
    assert told[0] == ["table", "row", "column", "value", "reason"]
    assert [(row[1], row[2]) for row in told[1:]] == [
        ("4", "visited_at"), ("5", "paid_yuan"), ("6", "fund"), ("7", "person_id"), ("8", "settlement_id"),
        ("9", "settlement_id"), ("10", "settlement_id"),
        ("11", "icd10"),
    ]  # fmt: skip
    assert "校验码" in told[4][4]


def test_a_missing_table_or_an_unknown_screen_is_one_sentence_and_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(Refusal, match="医保结算"):
        run_screen(PACKS, ScreenOrder(SCREEN, AREA, tmp_path / "data", tmp_path / "out"), lambda _: None)
    assert not list((tmp_path / "out").iterdir())
    with pytest.raises(Refusal, match="nothing-of-the-kind"):
        bind_screen(PACKS, "nothing-of-the-kind", AREA, date(2024, 1, 1))


def test_the_same_year_twice_has_one_fingerprint_in_whatever_order_its_rows_stand(tmp_path: Path) -> None:
    year = make_year(1500)
    one = screened(tmp_path, year.rows)[1]
    shuffled = {name: random.Random(3).sample(rows, len(rows)) for name, rows in year.rows.items()}
    other = screened(tmp_path, shuffled)[1]
    assert one["fingerprint"] == other["fingerprint"]
    assert (
        json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["clues"]
        == other["clues"]
        > 0
    )


def test_on_a_labelled_year_precision_and_recall_are_those_of_the_bench(tmp_path: Path) -> None:
    year = make_year(4000)
    clues, _ = screened(tmp_path, year.rows)
    right, every, found = judged(year.hidden, [(c["settlement_ids"], c["score"]) for c in clues], 60)
    assert right / every >= 0.65
    assert found / len(year.hidden) >= 0.55


@pytest.mark.parametrize(("people", "speaks"), [(("P1", "P1", "P1"), False), (("P1", "P2", "P3"), True)])
def test_others_hurt_at_the_employer_are_other_people(
    tmp_path: Path, people: tuple[str, ...], speaks: bool
) -> None:
    days = ("2024-07-01", "2024-08-05", "2024-09-10")
    rows = {
        "settlements": [
            settlement(f"S{n}", person, f"{day}T23:40")
            for n, (person, day) in enumerate(zip(people, days, strict=True))
        ],
        "employments": [*WORKS, ("P3", "E1", "2019-01-01", "", "C276", "")],
        "attendance": [(p, "E1", f"{d}T20:00", f"{d}T23:59") for p, d in zip(people, days, strict=True)],
    }
    clues, _ = screened(tmp_path, rows)
    assert len(clues) == 3
    assert all(("others_hurt" in clue["reasons"]) is speaks for clue in clues)


@dataclass(frozen=True)
class _Visit:
    name: str
    at: datetime
    cause: str
    told: str
    block: str


def by_hand(rows: Rows) -> dict[tuple[str, ...], int]:
    """Settlements of each clue → score, computed row by row in Python for the reasons that need no window."""
    numbers = bound()
    jobs = {r[0]: (r[1], r[4]) for r in rows["employments"]}
    shifts = defaultdict(list)
    for person, _employer, start, end in rows["attendance"]:
        shifts[person].append((datetime.fromisoformat(start), datetime.fromisoformat(end)))
    visits: dict[tuple[str, str], list[_Visit]] = defaultdict(list)
    for row in rows["settlements"]:
        cells = dict(zip(HEADS["settlements"], row, strict=True))
        visits[cells["person_id"], cells["icd10"][:2]].append(
            _Visit(cells["settlement_id"], datetime.fromisoformat(cells["visited_at"]), cells["external_cause"],
                   cells["stated_cause"], cells["icd10"][:3])
        )  # fmt: skip
    found = {}
    for (person, _), some in visits.items():
        some.sort(key=lambda v: (v.at.date(), v.name))
        groups: list[list[_Visit]] = []
        for visit in some:
            near = groups and (visit.at.date() - groups[-1][-1].at.date()).days <= numbers.number(
                "same_injury_days"
            )
            groups[-1].append(visit) if near else groups.append([visit])
        for group in groups:
            score = _score(numbers, group, jobs.get(person), shifts[person])
            if score >= numbers.number("clue_threshold"):
                found[tuple(sorted(v.name for v in group))] = score
    return found


def _score(
    numbers: BoundScreen,
    group: list[_Visit],
    job: tuple[str, str] | None,
    shifts: list[tuple[datetime, datetime]],
) -> int:
    first = min(v.at for v in group)
    hours = timedelta(hours=numbers.number("after_shift_hours"))
    is_in = any(a <= first <= b for a, b in shifts)
    is_after = not is_in and any(a <= first <= b + hours for a, b in shifts)
    causes = [v.cause for v in group]
    weights = {
        "weight_in_shift": is_in,
        "weight_after_shift": is_after,
        "weight_work_typical": bool(job and job[1][0] in "BCE" and any(v.block == "S05" for v in group)),
        "weight_risky_industry": bool(job and (job[1][0] in "BCDE" or job[1].startswith("G54"))),
        "weight_cause_of_work": any(c in ("W45", "W31") for c in causes),
        "weight_cause_missing": "" in causes,
        "weight_cause_of_traffic": any(c.startswith("V") for c in causes),
        "weight_cause_of_leisure": any(c == "W51" for c in causes),
        "weight_story_changes": len({v.told for v in group}) > 1,
        "weight_employee_fund": True,
        "weight_pledge": True,
    }
    return max(0, min(100, sum(numbers.number(name) for name, holds in weights.items() if holds)))


@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_a_computation_row_by_row_finds_the_same_clues(tmp_path_factory: Any, data: st.DataObject) -> None:
    days = st.integers(0, 70)
    people = ["P1", "P2", "P3"]
    rows: dict[str, list[tuple[str, ...]]] = {name: [] for name in HEADS}
    for n, person in enumerate(people):
        if data.draw(st.booleans()):
            industry = data.draw(st.sampled_from(["C27", "I64", "G54"]))
            rows["employments"].append((person, f"E{n}", "2020-01-01", "", industry, ""))
        for day in data.draw(st.lists(days, max_size=4, unique=True)):
            start = datetime(2024, 3, 1, 8) + timedelta(days=day)
            rows["attendance"].append(
                (person, f"E{n}", start.isoformat(), (start + timedelta(hours=9)).isoformat())
            )
    for n in range(data.draw(st.integers(1, 8))):
        at = datetime(2024, 3, 1) + timedelta(
            days=data.draw(days), hours=data.draw(st.integers(0, 23)), minutes=data.draw(st.integers(0, 59))
        )
        rows["settlements"].append(
            settlement(
                f"S{n}",
                data.draw(st.sampled_from(people)),
                at.isoformat(),
                icd10=data.draw(st.sampled_from(["S05.6", "S93.4"])),
                external_cause=data.draw(st.sampled_from(["W45", "", "V23", "W51", "W31"])),
                stated_cause=data.draw(st.sampled_from(["摔倒", "扎伤"])),
            )
        )
    clues, _ = screened(tmp_path_factory.mktemp("hand"), rows)
    # Nobody has three colleagues here, so no reason beside those above can hold.
    assert {tuple(c["settlement_ids"]): c["score"] for c in clues} == by_hand(rows)


@pytest.mark.long
def test_spark_finds_the_same_clues_on_spark(tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    year = make_year(3000)
    here = screened(tmp_path, year.rows)[1]
    there = screened(tmp_path, year.rows, engine="spark")[1]
    assert (here["fingerprint"], here["clues"]) == (there["fingerprint"], there["clues"])
