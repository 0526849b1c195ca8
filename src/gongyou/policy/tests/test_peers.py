"""What went wrong in other systems (POLICY 0), each as a test that ours does not do it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest

from gongyou.basics.refusal import Refusal
from gongyou.policy.agreement import judged_both_ways
from gongyou.policy.compile import compile_query, printed
from gongyou.policy.evaluate import judge
from gongyou.policy.run import RunOrder, bound, run_policy
from gongyou.policy.tests.population import PACKS, Rows, credit_code, employer, months, write_facts
from gongyou.policy.tests.toy import GOOD, SPEC, VALUES, bind_toy

ON = date(2025, 9, 1)
GRAPH = bound(PACKS, "stabilisation-refund", "370000", ON)


def decided(tmp_path: Path, employers: Rows, contributions: Rows) -> Mapping[str, Mapping[str, object]]:
    both = judged_both_ways(GRAPH, write_facts(tmp_path, employers, contributions))
    assert [b.differences for b in both if b.differences] == []
    return {b.subject: b.queried for b in both}


@pytest.mark.parametrize("fen", [16_777_217, 123_456_789_013, 900_719_925_474_099_3 // 3])
def test_money_is_exact_where_floats_are_not(tmp_path: Path, fen: int) -> None:
    rows = months(1, 2024)
    rows[0] |= {"due_yuan": "0.01", "paid_yuan": f"{fen // 100}.{fen % 100:02d}"}
    found = decided(tmp_path, [employer(1)], rows)[credit_code(1)]
    base = fen + 11 * 75_000
    assert found["base_fen"] == base
    assert found["amount_fen"] == int((Fraction(base * 6, 10) + Fraction(1, 2)) // 1)


def test_a_missing_fact_is_no_default_and_never_pays(tmp_path: Path) -> None:
    columns = (
        *("kind", "insured_average", "benefit_recipient_count", "is_seriously_dishonest", "is_zombie"),
        *("industry", "staff_count", "revenue_wan", "is_labour_dispatch"),
    )
    firms = [employer(n, **{column: ""}) for n, column in enumerate(columns)]
    found = decided(tmp_path, firms, [row for n in range(len(columns)) for row in months(n, 2024)])
    for number, column in enumerate(columns):
        decision = found[credit_code(number)]
        assert (decision["outcome"], decision["amount_fen"], decision["needs"]) == ("unknown", None, [column])


def test_a_missing_fact_nothing_rests_on_does_not_matter(tmp_path: Path) -> None:
    columns = ("insured_end_count", "retired_or_died_count", "assets_wan", "is_abnormal", "account_no")
    firms = [employer(n, **{column: ""}) for n, column in enumerate(columns)]
    found = decided(tmp_path, firms, [row for n in range(len(columns)) for row in months(n, 2024)])
    assert {(d["outcome"], d["amount_fen"]) for d in found.values()} == {("eligible", 540_000)}
    assert len(found) == len(columns)


def test_all_facts_unknown_lists_what_an_officer_must_find_out(tmp_path: Path) -> None:
    kept = ("employer_id", "name")
    blank = employer(1, **{c: "" for c in employer(1) if c not in kept})
    found = decided(tmp_path, [blank], months(1, 2024))[credit_code(1)]
    assert found["outcome"] == "unknown"
    assert found["needs"] == [
        "benefit_recipient_count",
        "insured_average",
        "is_labour_dispatch",
        "is_seriously_dishonest",
        "is_zombie",
        "kind",
    ]


def test_an_error_in_one_row_is_not_skipped(tmp_path: Path) -> None:
    """The others are judged, and the faulty one is answered: unknown, with its table."""
    data = write_facts(
        tmp_path / "data",
        [employer(1, staff_count="many"), employer(2), employer(3)],
        [row for n in (1, 2, 3) for row in months(n, 2024)],
    )
    summary = run_policy(
        PACKS, RunOrder("stabilisation-refund", "370000", ON, data, tmp_path / "out"), lambda _: None
    )
    assert (summary["rows"], summary["eligible"], summary["unknown"]) == (3, 2, 1)


def test_a_sum_beyond_int64_raises_instead_of_wrapping(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        con.execute(_typed_facts(paid_fen=2**62))
        with pytest.raises(duckdb.ConversionException, match="out of range"):
            con.execute(printed(compile_query(GRAPH), "duckdb")).fetchall()
    facts, children = _python_facts(paid_fen=2**62)
    with pytest.raises(Refusal, match="范围"):
        judge(GRAPH, facts, children)


def _typed_facts(paid_fen: int) -> str:
    columns = {
        "employer_id": "'X'",
        "kind": "'enterprise'",
        "industry": "'C13'",
        "staff_count": "100",
        "revenue_fen": "1",
        "assets_fen": "1",
        "insured_average": "100000000",
        "benefit_recipient_count": "0",
        "is_seriously_dishonest": "false",
        "is_zombie": "false",
        "is_labour_dispatch": "false",
        "has_applied": "false",
    }
    own = ", ".join(f"{v} AS {k}" for k, v in columns.items())
    return (
        f"CREATE TABLE employers AS SELECT {own}; CREATE TABLE contributions AS SELECT 'X' AS employer_id, "
        f"make_date(2024, m::INT, 1) AS month, 1::BIGINT AS due_fen, {paid_fen}::BIGINT AS paid_fen, "
        "make_date(2024, m::INT, 15) AS paid_on FROM range(1, 13) t(m); CREATE TABLE dispatches "
        "(employer_id VARCHAR, user_kind VARCHAR, user_size VARCHAR, dispatched_paid_fen BIGINT)"
    )


def _python_facts(paid_fen: int) -> tuple[dict, dict]:  # type: ignore[type-arg]
    own = {
        "kind": "enterprise",
        "industry": "C13",
        "staff_count": 100,
        "revenue_fen": 1,
        "assets_fen": 1,
        "insured_average": Fraction(100),
        "benefit_recipient_count": 0,
        "is_seriously_dishonest": False,
        "is_zombie": False,
        "is_labour_dispatch": False,
        "has_applied": False,
    }
    rows = [
        {"month": date(2024, m, 1), "due_fen": 1, "paid_fen": paid_fen, "paid_on": date(2024, m, 15)}
        for m in range(1, 13)
    ]
    return own, {"contributions": rows}


@pytest.mark.parametrize("fen", [1, 3, 999_999_999_999_999_999, 2**62 + 1, 0])
@pytest.mark.parametrize("rate", ["50%", "33.3333%", "10%", "60%"])
def test_a_share_is_half_up_to_the_fen_on_both_sides(tmp_path: Path, fen: int, rate: str) -> None:
    graph = bind_toy(tmp_path, overrides={"share_rate": rate})
    exact = Fraction(rate.removesuffix("%")) / 100 * fen
    expected = int((exact + Fraction(1, 2)) // 1)
    with duckdb.connect() as con:
        con.execute(
            f"CREATE TABLE firms AS SELECT 'X' AS firm_id, {fen}::BIGINT AS paid_fen, 3::BIGINT AS people"
        )
        con.execute("CREATE TABLE months (firm_id VARCHAR, month DATE, due_fen BIGINT)")
        row = con.execute(printed(compile_query(graph), "duckdb")).fetchall()[0]
    assert row[2] == expected
    assert judge(graph, {"paid_fen": fen, "people": 3}, {}).amount_fen == expected


def test_identifiers_are_quoted(tmp_path: Path) -> None:
    """A rule called like a word of SQL broke a prototype."""
    rules = GOOD.replace("has_people", "limit").replace("refund_fen", "order")
    graph = bind_toy(tmp_path, rules, spec=_named("order"))
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE firms AS SELECT 'X' AS firm_id, 100::BIGINT AS paid_fen, 3::BIGINT AS people"
        )
        found = con.execute(printed(compile_query(graph), "duckdb")).fetchall()
    assert found[0][:3] == ("X", "eligible", 50)


def _named(amount: str) -> str:
    return SPEC.replace("amount: refund_fen", f"amount: {amount}")


def test_a_spiral_is_refused_instead_of_answered_with_a_default(tmp_path: Path) -> None:
    rules = GOOD.replace("people: Count, least_people: Count", "is_listed: bool, is_eligible: bool").replace(
        "people >= least_people", "is_listed and is_eligible"
    )
    with pytest.raises(Refusal, match="圈"):
        bind_toy(tmp_path, rules.replace("{people}", ""))


def test_no_float_reaches_the_query() -> None:
    for dialect in ("duckdb", "spark"):
        query = printed(compile_query(GRAPH), dialect).upper()
        for word in ("DOUBLE", "FLOAT", "REAL", " / "):
            assert word not in query


BOUNDARIES = [
    ("29", "5", "eligible"),
    ("29", "6", "ineligible"),
    ("30", "6", "eligible"),
    ("30", "7", "ineligible"),
    ("31", "1", "eligible"),
    ("31", "2", "ineligible"),
    ("30.000001", "6", "ineligible"),
    ("200", "11", "eligible"),
    ("200", "12", "ineligible"),
    ("199.999999", "11", "ineligible"),
    ("200.000001", "11", "eligible"),
    ("5", "1", "eligible"),
    ("4.999999", "1", "ineligible"),
]


def test_boundaries_are_compared_exactly(tmp_path: Path) -> None:
    firms = [
        employer(n, insured_average=people, benefit_recipient_count=losses)
        for n, (people, losses, _) in enumerate(BOUNDARIES)
    ]
    found = decided(tmp_path, firms, [row for n in range(len(firms)) for row in months(n, 2024)])
    outcomes = [found[credit_code(n)]["outcome"] for n in range(len(firms))]
    assert outcomes == [outcome for *_, outcome in BOUNDARIES]


def test_a_key_is_found_by_its_longest_beginning_both_ways(tmp_path: Path) -> None:
    """Also where a key holds signs that mean something in a pattern, and where none fits."""
    spec = SPEC.replace(
        "opened_on, title", "branch, title: 行业, holds: text}\n      - {id: opened_on, title"
    )
    table = """
  - id: fees
    title: 按行业
    unit: table
    key: branch
    matches: prefix
    columns: {fee_fen: yuan}
    amounts:
      - from: 2024-01-01
        source: law
        confidence: law
        amount:
"""
    keys = {"A": 1, "A1": 2, "A.1": 3, "A|2": 4, "(A": 5, "业": 6, "A1\\": 7}
    table += "".join(f"          - {{branch: '{key}', fee_fen: {fee}}}\n" for key, fee in keys.items())
    rules = GOOD.replace("all_of, rule", "all_of, lookup, rule").replace("paid_fen", "fee_fen")
    rules += '\nfees = lookup("fees", by="branch")\n'
    graph = bind_toy(tmp_path, rules, values=VALUES + table, spec=spec)
    branches = ["A", "A19", "A11", "A.1", "Ax1", "A|2", "(A", "业A", "A1\\x", "B", "", " A1"]
    (tmp_path / "firms.csv").write_text(
        "firm_id,kind,paid_yuan,people,average,is_listed,branch,opened_on\n"
        + "".join(f"{n},big,1.00,5,5,否,{branch},2024-01-01\n" for n, branch in enumerate(branches)),
        encoding="utf-8",
    )
    (tmp_path / "months.csv").write_text("firm_id,month,due_yuan\n", encoding="utf-8")
    both = {int(one.subject): one for one in judged_both_ways(graph, tmp_path)}
    assert [one.differences for one in both.values() if one.differences] == []
    found = [both[n].queried["refund_fen"] for n in range(len(branches))]
    assert found[:10] == [50, 100, 100, 150, 50, 200, 250, 300, 350, None]
