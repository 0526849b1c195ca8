"""Tables as agencies really send them: read, or rejected by row with a reason; never silently changed."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from gongyou.basics.refusal import Refusal
from gongyou.policy import RunOrder, run_policy
from gongyou.policy.definitions import ColumnSpec, Holds
from gongyou.policy.tables.cells import first_name, reading
from gongyou.policy.tests.population import (
    PACKS,
    Rows,
    credit_code,
    employer,
    months,
    write_facts,
    write_table,
)

ON = date(2025, 9, 1)


def run(tmp_path: Path, data: Path, **changed: Any) -> tuple[dict[str, Any], dict[str, dict[str, Any]], Rows]:
    """Summary, decisions by subject, rejected rows."""
    out = tmp_path / "out"
    order = RunOrder("stabilisation-refund", "370000", ON, data, out, **changed)
    summary = run_policy(PACKS, order, lambda _: None)
    with duckdb.connect() as con:
        cursor = con.execute(f"SELECT * FROM '{out / 'decisions.parquet'}'")
        names = [d[0] for d in cursor.description or ()]
        decisions = {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}
    with (out / "rejects.csv").open(encoding="utf-8") as file:
        rejects = list(csv.DictReader(file))
    for table, count in summary["tables"].items():
        assert count["read"] == count["accepted"] + count["rejected"], table
        assert count["rejected"] == sum(r["table"] == table for r in rejects)
    return summary, decisions, rejects


def one(tmp_path: Path, own: Mapping[str, str], rows: Rows) -> tuple[dict[str, Any], Rows]:
    """One firm's decision beside a sound neighbour, which must stay eligible."""
    data = write_facts(tmp_path / "data", [dict(own), employer(2)], [*rows, *months(2, 2024)])
    _, decisions, rejects = run(tmp_path, data)
    assert decisions[credit_code(2)]["outcome"] == "eligible"
    return decisions[own["employer_id"].strip().upper()], rejects


def changed(rows: Rows, number: int, **cells: str) -> Rows:
    return [row | cells if n == number else row for n, row in enumerate(rows)]


BAD_FIRMS = [
    ("kind", "company"),
    ("staff_count", "-1"),
    ("staff_count", "3.5"),
    ("revenue_wan", "ten"),
    ("revenue_wan", "1.0000001"),
    ("revenue_wan", "1e-9"),
    ("revenue_wan", "1e5"),
    ("insured_average", "1000000000.000001"),
    ("insured_average", "-2"),
    ("is_zombie", "maybe"),
    ("has_applied", "x"),
]


def test_an_unreadable_cell_rejects_the_row_and_leaves_the_firm_unknown(tmp_path: Path) -> None:
    firms = [employer(n, **{column: value}) for n, (column, value) in enumerate(BAD_FIRMS)] + [employer(99)]
    rows = [row for n in (*range(len(BAD_FIRMS)), 99) for row in months(n, 2024)]
    _, decisions, rejects = run(tmp_path, write_facts(tmp_path / "data", firms, rows))
    assert [(r["table"], r["row"], r["column"], r["value"]) for r in rejects] == [
        ("employers", str(n + 2), column, value) for n, (column, value) in enumerate(BAD_FIRMS)
    ]
    assert all(r["reason"] for r in rejects)
    for number in range(len(BAD_FIRMS)):
        found = decisions[credit_code(number)]
        assert (found["outcome"], found["needs"], found["amount_fen"]) == ("unknown", ["employers"], None)
    assert decisions[credit_code(99)]["outcome"] == "eligible"


BAD_MONTHS = [
    ("paid_yuan", "750.001"),
    ("paid_yuan", "-750.00"),
    ("paid_yuan", "7,50.00"),
    ("paid_yuan", "0x10.00"),
    ("paid_yuan", "7_50.0"),
    ("paid_yuan", "1.23E+04"),
    ("paid_yuan", "1.2345e4"),
    ("paid_yuan", "+750.0"),
    ("due_yuan", "NaN"),
    ("due_yuan", "99999999999999999999"),
    ("month", "2024-13"),
    ("month", "2024/03"),
    ("month", ""),
    ("paid_on", "2024-02-30"),
    ("paid_on", "Friday"),
]


def test_an_unreadable_month_leaves_the_firm_unknown(tmp_path: Path) -> None:
    numbers = range(len(BAD_MONTHS))
    rows = [row for n in numbers for row in changed(months(n, 2024), 3, **dict([BAD_MONTHS[n]]))]
    data = write_facts(tmp_path / "data", [employer(n) for n in numbers], rows)
    _, decisions, rejects = run(tmp_path, data)
    assert [(r["table"], r["row"], r["column"]) for r in rejects] == [
        ("contributions", str(12 * n + 5), column) for n, (column, _) in enumerate(BAD_MONTHS)
    ]
    found = {(d["outcome"], *d["needs"], d["amount_fen"]) for d in decisions.values()}
    assert found == {("unknown", "contributions", None)} and len(decisions) == len(BAD_MONTHS)


OTHER_WAYS = [
    ({"revenue_wan": "1,000.50"}, {}),
    ({"is_zombie": "否", "is_abnormal": "0", "is_seriously_dishonest": "FALSE"}, {}),
    ({"staff_count": "１００"}, {"paid_yuan": "７５０．００"}),
    ({"staff_count": "100.0"}, {"paid_yuan": "750"}),
    ({"kind": "企业"}, {"paid_yuan": "750.0"}),
    ({}, {"paid_on": "2024/04/15"}),
    ({}, {"month": "2024-04-01"}),
    ({}, {"paid_yuan": " 750.00 "}),
    ({}, {"paid_yuan": "750.000"}),
]


def test_other_ways_of_writing_the_same_are_read(tmp_path: Path) -> None:
    numbers = range(len(OTHER_WAYS))
    rows = [row for n in numbers for row in changed(months(n, 2024), 3, **OTHER_WAYS[n][1])]
    data = write_facts(tmp_path / "data", [employer(n, **OTHER_WAYS[n][0]) for n in numbers], rows)
    _, decisions, rejects = run(tmp_path, data)
    assert rejects == []
    assert {(d["outcome"], d["amount_fen"]) for d in decisions.values()} == {("eligible", 540_000)}


def test_a_wrong_check_digit_is_rejected(tmp_path: Path) -> None:
    wrong = credit_code(1)[:-1] + ("0" if credit_code(1)[-1] != "0" else "1")
    decision, rejects = one(tmp_path, employer(1) | {"employer_id": wrong}, [])
    assert (decision["outcome"], decision["needs"]) == ("unknown", ["employers"])
    assert [r["column"] for r in rejects] == ["employer_id"]


def test_an_id_a_spreadsheet_has_spoilt_is_rejected(tmp_path: Path) -> None:
    decision, rejects = one(tmp_path, employer(1) | {"employer_id": "9.1370100E+17"}, [])
    assert decision["outcome"] == "unknown"
    assert "文本" in rejects[0]["reason"]


def test_a_small_letter_in_an_id_is_the_same_firm(tmp_path: Path) -> None:
    number = next(n for n in range(3, 99) if credit_code(n)[-1].isalpha())
    rows = [row | {"employer_id": row["employer_id"].lower()} for row in months(number, 2024)]
    decision, rejects = one(tmp_path, employer(number), rows)
    assert rejects == [] and decision["outcome"] == "eligible"


def test_a_firm_that_stands_twice_loses_both_rows(tmp_path: Path) -> None:
    data = write_facts(
        tmp_path / "data", [employer(1), employer(2), employer(1)], [*months(1, 2024), *months(2, 2024)]
    )
    summary, decisions, rejects = run(tmp_path, data)
    assert [r["row"] for r in rejects] == ["2", "4"]
    assert summary["rows"] == 2
    assert decisions[credit_code(1)]["needs"] == ["employers"]


@pytest.mark.parametrize("paid", ["750.00", "0.01"])
def test_a_month_that_stands_twice_is_not_counted_twice(tmp_path: Path, paid: str) -> None:
    rows = months(1, 2024, 6)
    decision, rejects = one(tmp_path, employer(1), [*rows, *(r | {"paid_yuan": paid} for r in rows)])
    assert len(rejects) == 12
    assert (decision["outcome"], decision["full_months"]) == ("unknown", None)


def test_months_ten_years_apart_are_different_months(tmp_path: Path) -> None:
    decision, rejects = one(tmp_path, employer(1), [*months(1, 2014), *months(1, 2024)])
    assert rejects == [] and decision["full_months"] == 24


def test_a_month_without_its_firm_is_rejected(tmp_path: Path) -> None:
    data = write_facts(tmp_path / "data", [employer(1)], [*months(1, 2024), *months(7, 2024, 1)])
    summary, decisions, rejects = run(tmp_path, data)
    assert [(r["table"], r["row"], r["value"]) for r in rejects] == [("contributions", "14", credit_code(7))]
    assert set(decisions) == {credit_code(1)} and summary["eligible"] == 1


def test_has_applied_and_account_may_be_missing(tmp_path: Path) -> None:
    data = write_facts(tmp_path / "data", [employer(1)], months(1, 2024))
    columns = [c for c in employer(1) if c not in ("has_applied", "account_no")]
    write_table(data / "employers.csv", [employer(1)], columns)
    _, decisions, _ = run(tmp_path, data)
    assert decisions[credit_code(1)]["outcome"] == "eligible"


@pytest.mark.parametrize("column", ["kind", "insured_average", "is_zombie", "name"])
def test_a_missing_column_is_refused_by_name(tmp_path: Path, column: str) -> None:
    data = write_facts(tmp_path / "data", [employer(1)], months(1, 2024))
    write_table(data / "employers.csv", [employer(1)], [c for c in employer(1) if c != column])
    with pytest.raises(Refusal, match=rf"employers\.csv.*{column}"):
        run(tmp_path, data)
    assert not list((tmp_path / "out").iterdir())


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    data = write_facts(tmp_path / "data", [employer(1)], months(1, 2024))
    (data / "contributions.csv").unlink()
    with pytest.raises(Refusal, match="contributions"):
        run(tmp_path, data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_offices_use(tmp_path: Path, encoding: str) -> None:
    data = write_facts(tmp_path / "data", [employer(1, is_zombie="否")], months(1, 2024))
    text = (data / "employers.csv").read_text(encoding="utf-8")
    (data / "employers.csv").write_bytes(text.encode(encoding))
    assert run(tmp_path, data)[0]["eligible"] == 1


def test_neither_encoding_is_refused(tmp_path: Path) -> None:
    data = write_facts(tmp_path / "data", [employer(1)], months(1, 2024))
    (data / "employers.csv").write_bytes(b"\xff\xff\xfe,kind\n\x81")
    with pytest.raises(Refusal, match="打不开"):
        run(tmp_path, data)


def write_sheet(path: Path, titles: list[str], header: list[str], rows: list[list[object]]) -> None:
    book = xlsxwriter.Workbook(str(path), {"remove_timezone": True})
    sheet = book.add_worksheet()
    iso = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, title in enumerate(titles):
        sheet.merge_range(number, 0, number, 5, title)
    for number, row in enumerate([header, *rows], start=len(titles)):
        for place, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(number, place, cell, iso)
            else:
                sheet.write(number, place, cell)
    book.close()


def day(month: int, number: int) -> datetime:
    return datetime(2024, month, number, tzinfo=UTC)


def test_a_spreadsheet_with_title_rows_numbers_and_dates(tmp_path: Path) -> None:
    data = write_facts(tmp_path / "data", [employer(1)], months(1, 2024))
    (data / "contributions.csv").unlink()
    header = [
        "统一社会信用代码",
        "费款所属月",
        "应缴（元）",
        "实缴（元，不含滞纳金）",
        "滞纳金（元）",
        "缴费日期",
    ]
    rows: list[list[object]] = [
        [
            credit_code(1),
            day(m, 1) if m % 2 else f"2024-{m:02d}",
            750,
            750.5,
            0,
            day(m, 15),
        ]
        for m in range(1, 13)
    ]
    write_sheet(data / "contributions.xlsx", ["失业保险缴费明细表", "单位：元"], header, rows)
    _, decisions, rejects = run(tmp_path, data)
    assert rejects == []
    decision = decisions[credit_code(1)]
    assert (decision["full_months"], decision["base_fen"], decision["amount_fen"]) == (12, 900_600, 540_360)


def test_a_bad_row_of_a_spreadsheet_is_named_by_its_row(tmp_path: Path) -> None:
    data = write_facts(tmp_path / "data", [employer(1)], months(1, 2024))
    (data / "contributions.csv").unlink()
    header = list(months(1, 2024, 1)[0])
    rows: list[list[object]] = [[*row.values()] for row in changed(months(1, 2024), 2, paid_yuan="七百五")]
    write_sheet(data / "contributions.xlsx", ["明细表"], header, rows)
    _, _, rejects = run(tmp_path, data)
    assert [(r["row"], r["value"]) for r in rejects] == [("5", "七百五")]


def test_amounts_in_another_unit_than_their_heading_are_converted(tmp_path: Path) -> None:
    """0.075万元 below 元 is 750 yuan, not 0.075; what does not come out even is rejected by row."""
    rows = changed(changed(months(1, 2024), 4, paid_yuan="0.075万元"), 6, paid_yuan="0.075001万")
    decision, rejects = one(tmp_path / "even", employer(1, revenue_wan="10000000元"), rows)
    assert (decision["outcome"], decision["base_fen"], rejects) == ("eligible", 900_001, [])
    odd = changed(months(1, 2024), 4, paid_yuan="0.0750001万元")
    decision, rejects = one(tmp_path / "odd", employer(1), odd)
    assert [(r["row"], r["value"]) for r in rejects] == [("6", "0.0750001万元")]
    assert (decision["outcome"], decision["needs"]) == ("unknown", ["contributions"])


def test_day_numbers_of_a_csv_are_rejected_by_row(tmp_path: Path) -> None:
    """45397 is a day to a spreadsheet; a CSV does not say from which first day it counts."""
    spoilt = {2: {"paid_on": "45397"}, 8: {"month": "45413"}}
    for number, cells in spoilt.items():
        rows = changed(months(1, 2024), number, **cells)
        decision, rejects = one(tmp_path / str(number), employer(1), rows)
        (column, value), *_ = cells.items()
        assert [(r["row"], r["column"], r["value"]) for r in rejects] == [(str(number + 2), column, value)]
        assert rejects[0]["reason"]
        assert (decision["outcome"], decision["needs"]) == ("unknown", ["contributions"])


def test_a_merged_cell_leaves_the_rows_below_empty_and_they_are_rejected(tmp_path: Path) -> None:
    data = write_facts(tmp_path / "data", [employer(1)], months(1, 2024))
    (data / "contributions.csv").unlink()
    book = xlsxwriter.Workbook(str(data / "contributions.xlsx"))
    sheet = book.add_worksheet()
    rows = months(1, 2024)
    sheet.write_row(0, 0, list(rows[0]))
    for number, row in enumerate(rows, start=1):
        sheet.write_row(number, 1, list(row.values())[1:])
        if number not in {4, 5}:
            sheet.write(number, 0, row["employer_id"])
    sheet.merge_range(3, 0, 5, 0, rows[0]["employer_id"])
    book.close()
    summary, _, rejects = run(tmp_path, data)
    assert [(r["row"], r["column"]) for r in rejects] == [("5", "employer_id"), ("6", "employer_id")]
    assert summary["eligible"] == 0


def test_an_id_that_became_a_number_in_a_spreadsheet_is_rejected(tmp_path: Path) -> None:
    data = write_facts(tmp_path / "data", [employer(1)], months(1, 2024))
    (data / "employers.csv").unlink()
    cells: list[object] = [*(employer(1) | {"employer_id": ""}).values()]
    cells[0] = 9.13701000000000001e17
    write_sheet(data / "employers.xlsx", ["单位表"], list(employer(1)), [cells])
    _, _, rejects = run(tmp_path, data)
    own = [r for r in rejects if r["table"] == "employers"]
    assert [(r["row"], r["column"]) for r in own] == [("3", "employer_id")]
    assert "文本" in own[0]["reason"]


@pytest.mark.parametrize("is_typed", [True, False])
def test_parquet_of_text_and_of_the_right_types(tmp_path: Path, is_typed: bool) -> None:
    data = write_facts(tmp_path / "data", [employer(1, has_applied="true")], months(1, 2024))
    with duckdb.connect() as con:
        for table in ("employers", "contributions"):
            money = ", ".join(
                f"{text(c)}: 'DECIMAL(14,2)'" for c in ("due_yuan", "paid_yuan", "late_fee_yuan")
            )
            types = (
                f"types = {{{money}}}"
                if is_typed and table == "contributions"
                else f"all_varchar = {not is_typed}"
            )
            con.execute(
                f"COPY (SELECT * FROM read_csv('{data / table}.csv', {types})) TO '{data / table}.parquet'"
            )
            (data / f"{table}.csv").unlink()
    summary, decisions, rejects = run(tmp_path, data)
    assert (rejects, summary["eligible"]) == ([], 1)
    decision = decisions[credit_code(1)]
    assert (decision["amount_fen"], decision["layoff_denominator"]) == (540_000, Decimal(100))


def text(name: str) -> str:
    return f"'{name}'"


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    data = write_facts(tmp_path / "data", [employer(1)], months(1, 2024))
    (data / "contributions.csv").unlink()
    for suffix in ("parquet", "xlsx"):
        broken = data / f"contributions.{suffix}"
        broken.write_bytes(b"PAR1 is not enough")
        with pytest.raises(Refusal, match="打不开"):
            run(tmp_path, data)
        broken.unlink()


LARGE = ["999999999999999.99", "9" * 16, "9" * 30]
"""Beyond what any cell may hold: the row is rejected, and no multiplication overflows on the way."""


@pytest.mark.parametrize("holds", ["wan", "mean", "yuan"])
def test_a_readable_amount_is_the_same_number_in_the_cheap_way(holds: Holds) -> None:
    """What the scan found readable is read by one cast afterwards (`Reading.sure`)."""
    spec = ColumnSpec(id="cell", title="数", holds=holds)
    found = reading(spec, "VARCHAR")
    cells = "0|7|1.5|12.34|1,000.5| 7 |3.1000000|999999999|| |1,0|-3|abc|9999999|999999999.5|-99999999"
    first = f", {found.first} AS {first_name(spec)}" if found.first else ""
    with duckdb.connect() as con:
        rows = con.execute(
            f"SELECT cell, {found.value}, {found.is_bad}, {found.sure} "
            f"FROM (SELECT cell{first} FROM (SELECT unnest(?) AS cell))",
            [[*cells.split("|"), *LARGE]],
        ).fetchall()
    assert [row for row in rows if not row[2] and row[1] != row[3]] == []
    assert sum(not row[2] for row in rows) >= 11
    exact = {"yuan": 100, "wan": 10**6, "mean": 10**6}[holds]
    known = {row[0]: row[1] for row in rows}
    assert (known["9999999"], known["999999999.5"]) == (
        9_999_999 * exact,
        int(Decimal("999999999.5") * exact),
    )
    assert [row[0] for row in rows if row[0] in LARGE and not row[2]] == []
