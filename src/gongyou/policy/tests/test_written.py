"""Tables as agencies really send them: GB18030 CSV, XLSX with title rows and merged cells, units, odd dates.

Read exactly, or rejected by row with a reason. Whatever is ambiguous is rejected with a sentence.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from gongyou.policy.library import load_policy
from gongyou.policy.run import connected
from gongyou.policy.tables import load_tables
from gongyou.policy.tables.loading import REJECTS
from gongyou.policy.tests.population import PACKS, Rows, credit_code, employer, months, write_table

Facts = dict[str, dict[str, Any]]
Reject = tuple[int, str, str, str]


def loaded(
    folder: Path, employers: Rows, contributions: Rows, write: Any
) -> tuple[Facts, Facts, list[Reject]]:
    """Own rows and first months by subject as the rules would see them, and the rejected rows in order."""
    folder.mkdir(parents=True, exist_ok=True)
    write(folder, "employers", employers)
    write(folder, "contributions", contributions)
    work = folder / "work"
    work.mkdir()
    with connected("1GB", work) as con:
        load_tables(con, load_policy(PACKS, "stabilisation-refund").spec, folder, work)
        found = []
        for table in ("employers", "contributions"):
            cursor = con.execute(f"SELECT * FROM {table}")
            names = [d[0] for d in cursor.description or ()]
            found.append({row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()})
        rejects = con.execute(
            f"SELECT row_no, col, val, reason FROM {REJECTS} ORDER BY tbl, row_no"
        ).fetchall()
    return found[0], found[1], rejects


def as_gb18030(folder: Path, table: str, rows: Rows) -> None:
    path = folder / f"{table}.csv"
    write_table(path, rows)
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))


def as_sheet(folder: Path, table: str, rows: Rows, *, titles: int = 2, **options: Any) -> None:
    """A workbook with merged title rows; cells keep the type they have."""
    with xlsxwriter.Workbook(str(folder / f"{table}.xlsx"), options) as book:
        sheet = book.add_worksheet()
        for number in range(titles):
            sheet.merge_range(number, 0, number, 5, "云山县失业保险明细表")
        for number, row in enumerate([list(rows[0]), *(list(r.values()) for r in rows)], start=titles):
            sheet.write_row(number, 0, row)


READ = [
    ("paid_yuan", "750元", "paid_fen", 75_000),
    ("paid_yuan", "750.05 元", "paid_fen", 75_005),
    ("paid_yuan", "７５０．０５元", "paid_fen", 75_005),
    ("paid_yuan", "￥750", "paid_fen", 75_000),
    ("paid_yuan", "¥1,234,567.89", "paid_fen", 123_456_789),
    ("paid_yuan", "人民币750元整", "paid_fen", 75_000),
    ("paid_yuan", "１，２３４．５０", "paid_fen", 123_450),
    ("paid_yuan", "12,345元", "paid_fen", 1_234_500),
    ("paid_yuan", "'750.10", "paid_fen", 75_010),
    ("paid_yuan", "0.075万元", "paid_fen", 75_000),
    ("paid_yuan", "0.075001 万元", "paid_fen", 75_001),
    ("paid_yuan", "７５万", "paid_fen", 75_000_000),
    ("paid_yuan", "1亿元", "paid_fen", 10_000_000_000),
    ("paid_yuan", "￥1,234.5万元", "paid_fen", 1_234_500_000),
    ("month", "2024年3月", "month", date(2024, 3, 1)),
    ("month", "2024年03月份", "month", date(2024, 3, 1)),
    ("month", "２０２４年１２月", "month", date(2024, 12, 1)),
    ("month", "202403", "month", date(2024, 3, 1)),
    ("month", "2024-3", "month", date(2024, 3, 1)),
    ("month", "2024.03", "month", date(2024, 3, 1)),
    ("month", "2024.12", "month", date(2024, 12, 1)),
    ("paid_on", "2024年3月15日", "paid_on", date(2024, 3, 15)),
    ("paid_on", "2024年03月05日", "paid_on", date(2024, 3, 5)),
    ("paid_on", "２０２４年３月１５日", "paid_on", date(2024, 3, 15)),
    ("paid_on", "2024 年 3 月 15 日", "paid_on", date(2024, 3, 15)),
    ("paid_on", "2024-3-5", "paid_on", date(2024, 3, 5)),
    ("paid_on", "2024/3/5", "paid_on", date(2024, 3, 5)),
    ("paid_on", "2024.3.5", "paid_on", date(2024, 3, 5)),
    ("paid_on", "20240315", "paid_on", date(2024, 3, 15)),
    ("staff_count", "1,200", "staff_count", 1200),
    ("staff_count", "１２００人", "staff_count", 1200),
    ("staff_count", "12名", "staff_count", 12),
    ("insured_average", "1,200.5人", "insured_average", 1_200_500_000),
    ("revenue_wan", "900万元", "revenue_fen", 900_000_000),
    ("revenue_wan", "1,234.567891万元", "revenue_fen", 1_234_567_891),
    ("revenue_wan", "9000000元", "revenue_fen", 900_000_000),
    ("revenue_wan", "1.5亿元", "revenue_fen", 15_000_000_000),
    ("revenue_wan", "0.01元", "revenue_fen", 1),
    ("is_zombie", "√", "is_zombie", True),
    ("is_zombie", "Ｎ", "is_zombie", False),
]
"""Column, as it was written, fact, what the rules see (money in fen, means in millionths)."""

REFUSED = [
    ("paid_yuan", "0.0750001万元", "两位小数"),
    ("paid_yuan", "1,23万元", "两位小数"),
    ("paid_yuan", "约75万元", "两位小数"),
    ("paid_yuan", "-0.075万元", "两位小数"),
    ("revenue_wan", "900万", "读不准是多少"),
    ("revenue_wan", "1亿", "读不准是多少"),
    ("revenue_wan", "¥900", "读不准是多少"),
    ("revenue_wan", "0.001元", "6位小数"),
    ("paid_yuan", "750.005元", "两位小数"),
    ("paid_yuan", "七百五十元", "两位小数"),
    ("paid_yuan", "柒佰伍拾元整", "两位小数"),
    ("paid_yuan", "约750元", "两位小数"),
    ("paid_yuan", "750-800", "两位小数"),
    ("paid_yuan", "750元/月", "两位小数"),
    ("paid_yuan", "1.234,56", "两位小数"),
    ("paid_yuan", "12,34元", "两位小数"),
    ("paid_yuan", "(750.00)", "零或正"),
    ("paid_yuan", "-750元", "零或正"),
    ("paid_yuan", "元", "两位小数"),
    ("month", "45352", "日期序号"),
    ("month", "2024.1", "1月还是10月"),
    ("month", "3月", "请写成"),
    ("month", "24-03", "哪个是年"),
    ("month", "Mar-24", "哪个是年"),
    ("month", "2024年13月", "不是月份"),
    ("month", "2024年", "不是月份"),
    ("paid_on", "45366", "日期序号"),
    ("paid_on", "3/4/2024", "哪个是年"),
    ("paid_on", "04-03-24", "哪个是年"),
    ("paid_on", "3月15日", "哪个是年"),
    ("paid_on", "2024年2月30日", "不是日期"),
    ("paid_on", "2024年3月", "不是日期"),
    ("paid_on", "20241399", "不是日期"),
    ("employer_id", "9.1370100E+17", "文本"),
    ("staff_count", "1.2万人", "整数"),
    ("staff_count", "12,00", "整数"),
    ("staff_count", "10-20人", "整数"),
    ("is_zombie", "×", "打叉"),
    ("is_zombie", "无", "是"),
]
"""Column, as it was written, words of the sentence that rejects it."""

CHILD = frozenset(months(1, 2024, 1)[0]) - {"employer_id"}


def spread(cases: list[Any]) -> tuple[Rows, Rows]:
    """One firm with one month for every case, the case's cell in its row."""
    employers, contributions = [], []
    for number, (column, written, *_) in enumerate(cases):
        own, (month,) = employer(number), months(number, 2024, 1)
        (month if column in CHILD else own)[column] = written
        employers.append(own)
        contributions.append(month)
    return employers, contributions


def test_cells_as_agencies_write_them_are_read_exactly(tmp_path: Path) -> None:
    """GB18030 CSV: full-width digits, thousands separators, 元/万元 suffix cells, Chinese dates; no float."""
    own, paid, rejects = loaded(tmp_path, *spread(READ), as_gb18030)
    assert rejects == []
    for number, (column, written, fact, wanted) in enumerate(READ):
        row = (paid if column in CHILD else own)[credit_code(number)]
        assert row[fact] == wanted and type(row[fact]) is type(wanted), (column, written, row[fact])


def test_whatever_is_ambiguous_is_rejected_with_a_sentence(tmp_path: Path) -> None:
    employers, contributions = spread(REFUSED)
    _, _, rejects = loaded(tmp_path, employers, contributions, as_gb18030)
    told = {(row - 2, column): (value, reason) for row, column, value, reason in rejects}
    for number, (column, written, words) in enumerate(REFUSED):
        value, reason = told[number, column]
        assert value == written and words in reason, (column, written, value, reason)


def test_numbers_and_days_of_a_spreadsheet(tmp_path: Path) -> None:
    """Numbers as numbers and as text, serial dates of a workbook, arithmetic noise: exact money."""
    rows: list[dict[str, Any]] = [dict(months(n, 2024, 1)[0]) for n in range(5)]
    rows[0] |= {"paid_on": 45366, "month": 45352}
    rows[1] |= {"paid_yuan": 0.1 + 0.2, "due_yuan": 1234567.1}
    rows[2] |= {"paid_yuan": "750", "month": 202403}
    rows[3] |= {"paid_on": 20240315}
    rows[4] |= {"paid_yuan": 19.99 * 100, "paid_on": "45366", "month": "45352"}
    own: list[dict[str, Any]] = [dict(employer(n)) | {"staff_count": 100.0} for n in range(5)]
    _, paid, rejects = loaded(tmp_path, own, rows, as_sheet)
    assert rejects == []
    found = [paid[credit_code(n)] for n in range(5)]
    assert (found[0]["paid_on"], found[0]["month"]) == (date(2024, 3, 15), date(2024, 3, 1))
    assert (found[1]["paid_fen"], found[1]["due_fen"]) == (30, 123_456_710)
    assert (found[2]["paid_fen"], found[2]["month"]) == (75_000, date(2024, 3, 1))
    assert (found[3]["paid_on"], found[4]["paid_fen"]) == (date(2024, 3, 15), 199_900)
    # Kept as text, a day number still counts from the workbook's own first day; a CSV does not say from which.
    assert (found[4]["paid_on"], found[4]["month"]) == (date(2024, 3, 15), date(2024, 3, 1))


def test_days_that_a_spreadsheet_cannot_mean_are_rejected(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [dict(months(n, 2024, 1)[0]) for n in range(4)]
    rows[0]["paid_on"] = 45366.5  # a day with an hour
    rows[1]["month"] = 45366  # 15 March is no month
    rows[2]["paid_on"] = 12
    rows[3]["month"] = 2024.1
    _, _, rejects = loaded(tmp_path, [employer(n) for n in range(4)], rows, as_sheet)
    assert [(row, column) for row, column, _, _ in rejects] == [
        (4, "paid_on"),
        (5, "month"),
        (6, "paid_on"),
        (7, "month"),
    ]
    assert all(reason for *_, reason in rejects)


@pytest.mark.parametrize("is_1904", [True, False])
def test_day_numbers_count_from_the_workbooks_own_first_day(tmp_path: Path, is_1904: bool) -> None:
    def write(folder: Path, table: str, rows: Rows) -> None:
        as_sheet(folder, table, rows, date_1904=is_1904)

    rows: list[dict[str, Any]] = [dict(months(1, 2024, 1)[0]) | {"paid_on": 45366 - (1462 if is_1904 else 0)}]
    _, paid, rejects = loaded(tmp_path, [employer(1)], rows, write)
    assert rejects == [] and paid[credit_code(1)]["paid_on"] == date(2024, 3, 15)


def test_ids_that_became_numbers_are_rejected_and_short_ones_are_not(tmp_path: Path) -> None:
    own: list[dict[str, Any]] = [dict(employer(1)) | {"employer_id": 913701000000000018}]
    paid: list[dict[str, Any]] = [dict(months(1, 2024, 1)[0]) | {"employer_id": 9.13701e17}]
    _, _, rejects = loaded(tmp_path, own, paid, as_sheet)
    assert len(rejects) == 2 and all("文本" in reason for *_, reason in rejects)


def test_merged_cells_give_no_row_an_amount(tmp_path: Path) -> None:
    """A quantity merged over three months belongs to none of them; a firm merged over them is not filled down."""

    def write(folder: Path, table: str, rows: Rows) -> None:
        as_sheet(folder, table, rows, titles=1)
        if table == "contributions":
            with xlsxwriter.Workbook(str(folder / f"{table}.xlsx")) as book:
                sheet = book.add_worksheet()
                sheet.merge_range(0, 0, 0, 5, "明细表")
                covered = {(3, 3), (4, 3), (6, 0)}
                for number, row in enumerate([list(rows[0]), *(list(r.values()) for r in rows)], start=1):
                    for place, cell in enumerate(row):
                        if (number, place) not in covered:
                            sheet.write(number, place, cell)
                sheet.merge_range(2, 3, 4, 3, "2250.00")
                sheet.merge_range(5, 0, 6, 0, credit_code(1))

    _, _, rejects = loaded(tmp_path, [employer(1)], months(1, 2024), write)
    assert [(row, column, value) for row, column, value, _ in rejects] == [
        (3, "paid_yuan", "2250.00"),
        (4, "paid_yuan", ""),
        (5, "paid_yuan", ""),
        (7, "employer_id", ""),
    ]
    assert all("取消合并" in reason for *_, reason in rejects)


def test_nothing_merged_over_several_rows_is_nothing_for_each(tmp_path: Path) -> None:
    def write(folder: Path, table: str, rows: Rows) -> None:
        as_sheet(folder, table, rows, titles=0)
        if table == "contributions":
            with xlsxwriter.Workbook(str(folder / f"{table}.xlsx")) as book:
                sheet = book.add_worksheet()
                for number, row in enumerate([list(rows[0]), *(list(r.values()) for r in rows)]):
                    sheet.write_row(number, 0, row)
                late = list(rows[0]).index("late_fee_yuan")
                sheet.merge_range(1, late, 3, late, 0)
                sheet.merge_range(4, late, 6, late, "0.00元")

    _, paid, rejects = loaded(tmp_path, [employer(1)], months(1, 2024, 6), write)
    assert rejects == [] and paid[credit_code(1)]["late_fee_fen"] == 0


def test_a_heading_of_two_merged_rows(tmp_path: Path) -> None:
    def write(folder: Path, table: str, rows: Rows) -> None:
        if table == "employers":
            as_sheet(folder, table, rows)
            return
        with xlsxwriter.Workbook(str(folder / f"{table}.xlsx")) as book:
            sheet = book.add_worksheet()
            sheet.merge_range(0, 0, 0, 5, "失业保险缴费明细")
            for place, title in ((0, "统一社会信用代码"), (1, "费款所属月"), (5, "缴费日期")):
                sheet.merge_range(1, place, 2, place, title)
            sheet.merge_range(1, 2, 1, 4, "金额")
            sheet.write_row(2, 2, ["应缴（元）", "实缴（元，不含滞纳金）", "滞纳金（元）"])
            for number, row in enumerate(rows, start=3):
                sheet.write_row(number, 0, list(row.values()))

    _, paid, rejects = loaded(tmp_path, [employer(1)], months(1, 2024, 1), write)
    assert rejects == [] and paid[credit_code(1)]["paid_fen"] == 75_000


def test_a_heading_in_another_unit_is_not_taken_for_the_column(tmp_path: Path) -> None:
    """实缴（万元） is not 实缴（元）: the column counts as missing, by name."""
    with pytest.raises(Exception, match="paid_yuan"):

        def write(folder: Path, table: str, rows: Rows) -> None:
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow([name.replace("paid_yuan", "实缴（万元，不含滞纳金）") for name in rows[0]])
                writer.writerows([list(row.values()) for row in rows])

        loaded(tmp_path, [employer(1)], months(1, 2024, 1), write)
