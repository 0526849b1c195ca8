"""`gongyou import` and `gongyou export` over a real county: what offices really send, and what they get back."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from gongyou.cli.tests.conftest import Run
from gongyou.connectors.exchange.kinds import KINDS
from gongyou.engines.casework.models import Case, PaperEntry
from gongyou.kernel import moment
from gongyou.kernel.access import system_actor
from gongyou.kernel.models import AuditRecord
from gongyou.offices import queries as offices
from gongyou.offices.models import CalendarEdition, Office
from gongyou.registry.models import Organisation, Person
from gongyou.registry.tests.test_credentials import publish_recognition
from tests.yunshan.county import County

pytestmark = pytest.mark.django_db

ROOT_ROW = ("990101", "云山县总工会", "county", "")
TOWN = ("99010107", "溪口镇总工会", "township", "990101")
STATION = ("9901010701", "溪口驿站", "station", "99010107")
STATION_HEADER = ("code", "name", "kind", "parent")
CASE_HEADER = ("programme", "office", "kind", "text", "name", "phone", "occurred_on")
GOOD_ID = "11010519491231002X"  # the worked example of GB 11643


def write_csv(
    path: Path, header: Sequence[str], rows: Sequence[Sequence[str]], encoding: str = "utf-8"
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def rejected(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def case_row(county: County, text: str, **other: str) -> tuple[str, ...]:
    given = {"programme": county.programme, "office": county.station.code, "kind": "appeal", "text": text}
    given |= {"name": "赵平", "phone": "13800000117"} | other
    return tuple(given.get(column, "") for column in CASE_HEADER)


def test_stations_in_any_order(run: Run, installed_packs: None, tmp_path: Path) -> None:
    """A child above its parent in the file is no mistake."""
    file = write_csv(tmp_path / "stations.csv", STATION_HEADER, [STATION, TOWN, ROOT_ROW])
    done = run("import", "stations", file, "--area", "990101", "--json")
    assert done.code == 0
    assert done.json == {
        "kind": "stations", "file": "stations.csv", "read": 3, "accepted": 3, "rejected": 0,
        "rejects": "", "is_dry_run": False,
    }  # fmt: skip
    station = offices.office_by_code("9901010701")
    assert (station.path, station.area) == ("990101/07/01/", "990101")
    assert not list(tmp_path.glob("*.rejects.csv"))


def test_a_dry_run_says_the_same_and_stores_nothing(run: Run, county: County, tmp_path: Path) -> None:
    bad = ("9901010709", "无上级驿站", "station", "99019999")
    file = write_csv(tmp_path / "stations.csv", STATION_HEADER, [STATION, TOWN, bad])
    before = (Office.objects.count(), AuditRecord.objects.count())
    tried = run("import", "stations", file, "--dry-run", "--json")
    assert tried.code == 0
    assert (tried.json["accepted"], tried.json["rejected"], tried.json["is_dry_run"]) == (2, 1, True)
    assert (Office.objects.count(), AuditRecord.objects.count()) == before
    real = run("import", "stations", file, "--json")
    assert (real.json["accepted"], real.json["rejected"]) == (2, 1)
    assert Office.objects.count() == before[0] + 2


def test_rejects_name_row_column_value_and_reason(run: Run, county: County, tmp_path: Path) -> None:
    tomorrow = (moment.today() + timedelta(days=1)).isoformat()
    rows = [
        case_row(county, "宿舍热水器坏了"),
        case_row(county, "还没发生的事", occurred_on=tomorrow),
        case_row(county, "站点不存在", office="9999999999"),
        case_row(county, "电话不对", phone="12345"),
        case_row(county, ""),
        case_row(county, "日期不对", occurred_on="2026-02-30"),
        case_row(county, "没有这个类型", kind="=HYPERLINK(1)"),
    ]
    file = write_csv(tmp_path / "cases.csv", CASE_HEADER, rows)
    to = tmp_path / "out.csv"
    done = run("import", "cases", file, "--rejects", to, "--json")
    assert done.code == 0
    assert (done.json["read"], done.json["accepted"], done.json["rejected"]) == (7, 1, 6)
    assert done.json["rejects"] == str(to)
    assert to.read_bytes().startswith(b"\xef\xbb\xbftable,row,column,value,reason\r\n")
    found = rejected(to)
    assert [(r["table"], r["row"], r["column"]) for r in found] == [
        ("cases", "3", "occurred_on"),
        ("cases", "4", "office"),
        ("cases", "5", "phone"),
        ("cases", "6", "text"),
        ("cases", "7", "occurred_on"),
        ("cases", "8", "kind"),
    ]
    assert found[0]["value"] == tomorrow
    assert found[5]["value"] == "'=HYPERLINK(1)"
    assert all(len(r["reason"]) > 5 for r in found)
    assert Case.objects.count() == 1


def test_twice_doubles_nothing_even_after_corrections(run: Run, county: County, tmp_path: Path) -> None:
    rows = [
        case_row(county, "甲"),
        case_row(county, "乙", phone="1"),
        case_row(county, "丙"),
        case_row(county, "丙"),
    ]
    file = write_csv(tmp_path / "cases.csv", CASE_HEADER, rows)
    assert run("import", "cases", file, "--json").json["accepted"] == 3
    assert Case.objects.count() == 3
    assert run("import", "cases", file, "--json").json["accepted"] == 3
    assert Case.objects.count() == 3
    assert (tmp_path / "cases.rejects.csv").exists()
    rows[1] = case_row(county, "乙", phone="13800000118")
    again = write_csv(tmp_path / "cases.csv", CASE_HEADER, rows, encoding="gb18030")
    assert run("import", "cases", again, "--json").json["rejected"] == 0
    assert Case.objects.count() == 4
    assert not (tmp_path / "cases.rejects.csv").exists()


def test_an_interrupted_import_goes_on(
    run: Run, county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_csv(tmp_path / "cases.csv", CASE_HEADER, [case_row(county, f"第{n}件") for n in range(6)])
    kind = KINDS["cases"]
    left = iter(range(3))

    def cut_short(actor: object, values: object, area: str) -> object:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return kind.take(actor, values, area)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setitem(KINDS, "cases", type(kind)(**{**vars(kind), "take": cut_short}))
        assert run("import", "cases", file, "--json").code == 1
    assert Case.objects.count() == 3
    assert run("import", "cases", file, "--json").json["accepted"] == 6
    assert Case.objects.count() == 6


def test_a_key_that_stands_twice_rejects_all_its_rows(run: Run, county: County, tmp_path: Path) -> None:
    rows = [
        TOWN,
        STATION,
        ("9901010701 ", "另一个溪口驿站", "station", "99010107"),
        ("", "没有编号", "station", ""),
    ]
    file = write_csv(tmp_path / "stations.csv", STATION_HEADER, rows)
    done = run("import", "stations", file, "--json")
    assert (done.json["accepted"], done.json["rejected"]) == (1, 3)
    assert not Office.objects.filter(code="9901010701").exists()
    assert {r["row"] for r in rejected(tmp_path / "stations.rejects.csv")} == {"3", "4", "5"}


def test_known_stations_are_brought_in_step_and_never_moved(run: Run, county: County, tmp_path: Path) -> None:
    code, upper = county.station.code, "99010101"
    header = (*STATION_HEADER, "opens")

    def bring(name: str, parent: str = upper, opens: str = "8:30") -> dict[str, int]:
        row = (code, name, "station", parent, opens)
        return run("import", "stations", write_csv(tmp_path / "s.csv", header, [row]), "--json").json

    assert bring("松溪新站")["accepted"] == 1
    changed = offices.office_by_code(code)
    assert changed.name == "松溪新站"
    assert bring("松溪新站")["accepted"] == 1
    assert offices.office_by_code(code).version == changed.version
    assert bring("松溪集镇站")["accepted"] == 1
    assert offices.office_by_code(code).name == "松溪集镇站"
    assert bring("松溪集镇站", parent="99010102")["rejected"] == 1
    assert offices.office_by_code(code).parent_id == changed.parent_id


def test_a_workbook_as_offices_send_it(run: Run, county: County, tmp_path: Path) -> None:
    """Title rows, Chinese headings with stars, dates as dates, numbers as numbers, an empty row between."""
    path = tmp_path / "cases.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write(0, 0, "云山县职工诉求登记表")
        sheet.write(1, 0, "填表日期：2026年11月")
        headings = [
            "程序*",
            "站点编号*",
            "事项类型*",
            "内容*",
            "姓名",
            "电话",
            "发生日期",
            "页码",
            "心声簿日期",
        ]
        for place, heading in enumerate(headings):
            sheet.write(3, place, heading)
        for row, text in ((4, "驿站饮水机坏了"), (6, "充电桩不够")):
            values = [county.programme, int(county.station.code), "appeal", text, "赵平", 13800000117]
            for place, value in enumerate(values):
                sheet.write(row, place, value)
            sheet.write_datetime(row, 6, date(2026, 11, 2), day)
            sheet.write(row, 7, 12)
            sheet.write_datetime(row, 8, date(2026, 11, 3), day)
        sheet.write_row(7, 0, [county.programme, int(county.station.code), "appeal", "电话写错", "赵平", 138])
    done = run("import", "cases", path, "--json")
    assert (done.json["accepted"], done.json["rejected"]) == (2, 1)
    assert [r["row"] for r in rejected(tmp_path / "cases.rejects.csv")] == ["8"]
    assert {case.occurred_on for case in Case.objects.all()} == {date(2026, 11, 2)}
    assert {(p.page, p.written_on) for p in PaperEntry.objects.all()} == {(12, date(2026, 11, 3))}


def test_people_are_checked_and_sealed(run: Run, county: County, tmp_path: Path) -> None:
    header = ("姓名", "用途", "依据", "电话", "身份证号")
    rows = [
        ("赵平", "casework", "consent", "13800000117", GOOD_ID),
        ("钱安", "casework", "consent", "13800000118", "110105194912310021"),
        ("孙宁", "casework", "because", "13800000119", ""),
    ]
    file = write_csv(tmp_path / "people.csv", header, rows, encoding="gb18030")
    done = run("import", "people", file, "--area", "990101", "--json")
    assert (done.json["accepted"], done.json["rejected"]) == (1, 2)
    assert [(r["row"], r["column"]) for r in rejected(tmp_path / "people.rejects.csv")] == [
        ("3", "id_number"),
        ("4", "basis"),
    ]
    assert run("import", "people", file, "--area", "990101", "--json").code == 0
    assert Person.objects.filter(name_masked__startswith="赵").count() == 1
    assert "赵平" not in run("import", "people", file, "--area", "990101").out


def test_an_identity_number_that_was_typed_as_a_number_is_refused(
    run: Run, county: County, tmp_path: Path
) -> None:
    """A spreadsheet keeps 15 digits of 18: what is left must not pass for somebody's number."""
    path = tmp_path / "people.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "purpose", "basis", "id_number"])
        sheet.write_row(1, 0, ["赵平", "casework", "consent", 110105194912310021.0])
    assert run("import", "people", path, "--area", "990101", "--json").json["rejected"] == 1


def test_organisations(run: Run, county: County, tmp_path: Path) -> None:
    header = ("name", "kind", "credit_code", "division")
    rows = [
        ("云山第一机械厂", "enterprise", "91350100M000100Y43", "990101"),
        ("云山第二机械厂", "enterprise", "91350100M000100Y44", "990101"),
        ("云山便民商店", "sole_trader", "", ""),
        ("没有类型", "shop", "", ""),
    ]
    file = write_csv(tmp_path / "organisations.csv", header, rows)
    done = run("import", "organisations", file, "--area", "990101", "--json")
    assert (done.json["accepted"], done.json["rejected"]) == (2, 2)
    found = rejected(tmp_path / "organisations.rejects.csv")
    assert [(r["row"], r["column"]) for r in found] == [("3", "credit_code"), ("5", "kind")]
    run("import", "organisations", file, "--area", "990101", "--json")
    assert Organisation.objects.count() == 2


def test_a_file_of_another_area_is_seen(run: Run, county: County, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "cases.csv", CASE_HEADER, [case_row(county, "甲")])
    assert run("import", "cases", file, "--area", "370828", "--json").json["rejected"] == 1
    assert run("import", "cases", file, "--area", "3708", "--json").code == 2
    assert Case.objects.count() == 0


def broken_files(folder: Path) -> dict[str, Path]:
    files = {
        name: folder / name
        for name in ("none.csv", "broken.xlsx", "half.xlsx", "wrong.csv", "utf.csv", "a.pdf")
    }
    files["broken.xlsx"].write_bytes(b"PK\x03\x04 no workbook")
    with xlsxwriter.Workbook(str(files["half.xlsx"])) as book:
        book.add_worksheet().write_row(0, 0, STATION_HEADER)
    files["half.xlsx"].write_bytes(files["half.xlsx"].read_bytes()[:-200])
    write_csv(files["wrong.csv"], ("code", "title", "kind"), [("1", "2", "3")])
    files["utf.csv"].write_bytes(b"code,name,kind\n1,\xff\xff,station\n")
    files["a.pdf"].write_bytes(b"%PDF-1.7")
    return files


@pytest.mark.parametrize("name", ["none.csv", "broken.xlsx", "half.xlsx", "wrong.csv", "utf.csv", "a.pdf"])
def test_a_file_that_cannot_be_read_is_exit_2_and_named(
    run: Run, db: None, tmp_path: Path, name: str
) -> None:
    done = run("import", "stations", broken_files(tmp_path)[name], "--json")
    assert done.code == 2
    assert done.out == ""
    assert name in done.err
    assert not list(tmp_path.glob("*rejects*"))


def test_wrong_headings_name_what_is_missing(run: Run, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "wrong.csv", ("code", "title", "kind"), [("1", "2", "3")])
    done = run("import", "stations", file)
    assert "名称（name）" in done.err
    assert "code" not in done.err


@pytest.mark.parametrize("words", [("visit", "x.csv"), ("cases",), ("cases", "x.csv", "--area")])
def test_a_wrong_call_is_exit_2(run: Run, words: tuple[str, ...]) -> None:
    done = run("import", *words, "--json")
    assert done.code == 2
    assert done.out == ""


def test_three_thousand_rows(run: Run, county: County, tmp_path: Path) -> None:
    rows = [("99010101", "松溪镇总工会", "township", "990101")]
    rows += [(f"99010101X{n:03d}", f"松溪第{n}站", "station", "99010101") for n in range(999)]
    rows += [(f"99010102Y{n:03d}", f"竹坪第{n}站", "station", "99010102") for n in range(999)]
    rows += [(f"99010102Z{n:03d}", f"竹坪第{n}点", "nothing", "99010102") for n in range(1001)]
    done = run("import", "stations", write_csv(tmp_path / "s.csv", STATION_HEADER, rows), "--json")
    assert (done.json["read"], done.json["accepted"], done.json["rejected"]) == (3000, 1999, 1001)
    assert len(rejected(tmp_path / "s.rejects.csv")) == 1001
    assert "1800行" in done.err


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_template_can_be_read_again(run: Run, db: None, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "t.xlsx"
    done = run("import", kind, "--template", out, "--json")
    assert done.code == 0
    assert done.json == {"kind": kind, "file": str(out)}
    book = CalamineWorkbook.from_path(str(out))
    notes = book.get_sheet_by_index(1).to_python()
    assert [row[1] for row in notes[1:]] == [column.id for column in KINDS[kind].columns]
    if kind == "certificates":
        publish_recognition(system_actor())  # they are read against the map their area has published
    assert run("import", kind, out, "--area", "990101", "--dry-run", "--json").json["read"] == 1


def test_a_calendar_comes_in_and_can_be_tried_first(run: Run, db: None, tmp_path: Path) -> None:
    file = tmp_path / "2099.yaml"
    assert run("import", "calendar", "--template", file, "--json").json["file"] == str(file)
    tried = run("import", "calendar", file, "--dry-run", "--json")
    assert (tried.code, tried.json["is_dry_run"], tried.json["edition"]["covered_from"]) == (
        0,
        True,
        "2099-01-01",
    )
    assert CalendarEdition.objects.count() == 0
    file.write_text(file.read_text(encoding="utf-8"), encoding="gb18030")
    assert run("import", "calendar", file, "--json").code == 0
    assert CalendarEdition.objects.filter(is_active=True).count() == 1
    file.write_text(file.read_text(encoding="gb18030").replace("2099-01-03", "2099-01-33"), encoding="utf-8")
    wrong = run("import", "calendar", file, "--json")
    assert (wrong.code, wrong.out) == (2, "")
    assert "2099.yaml" in wrong.err
    assert run("import", "calendar", tmp_path / "none.yaml").code == 2


NOTICE = """id: cn-2027
covers: {from: 2027-01-01, to: 2027-12-31}
source: 放假通知
published_on: 2026-11-24
confidence: notice
"off":
  - {from: 2027-01-01, to: 2027-01-03, note: 元旦}
"on":
  - {day: 2027-01-10, note: 元旦调休上班}
"""


def test_the_calendar_verb_answers_by_the_imported_notice(
    run: Run, installed_packs: None, tmp_path: Path
) -> None:
    sunday = ("calendar", "check", "2027-01-10", "--json")
    due = ("calendar", "due", "--received", "2027-01-08T10:00", "--days", "1", "--unit", "working", "--json")
    assert run(*sunday).json["is_working_day"] is False
    assert run(*due).json["provisional"] is True
    file = tmp_path / "2027.yaml"
    file.write_text(NOTICE, encoding="utf-8")
    assert run("import", "calendar", file, "--json").code == 0
    assert run(*sunday).json["is_working_day"] is True
    assert (run(*due).json["due_at"], run(*due).json["provisional"]) == ("2027-01-10T17:00:00+08:00", False)


def test_hours_as_times_in_a_workbook(run: Run, county: County, tmp_path: Path) -> None:
    path = tmp_path / "stations.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [*STATION_HEADER, "opens", "closes"])
        sheet.write_row(1, 0, TOWN)
        clock = book.add_format({"num_format": "hh:mm"})
        sheet.write_datetime(1, 4, time(7, 45), clock)
        sheet.write_datetime(1, 5, time(19, 0), clock)
    assert run("import", "stations", path, "--json").json["accepted"] == 1
    assert offices.office_by_code(TOWN[0]).opens == time(7, 45)
