"""Exchange below the command line: reach of an export, what a spreadsheet is told, cells and headings."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from gongyou.basics.refusal import Refusal
from gongyou.connectors.exchange.exporting import SHEETS, export_file
from gongyou.connectors.exchange.rejects import safe_cell
from gongyou.connectors.exchange.tables import Column, read_table
from gongyou.kernel.errors import NotAllowed
from tests.yunshan.county import County

COLUMNS = (Column("code", "编号", True), Column("name", "名称", True), Column("note", "备注"))


def cells(path: Path) -> set[str]:
    return {
        str(c) for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python() for c in row
    }


@pytest.mark.django_db
def test_an_export_ends_where_the_actors_reach_ends(
    two_counties: tuple[County, County], tmp_path: Path
) -> None:
    county, other = two_counties
    mine, elsewhere = county.file("甲").number, other.file("乙").number
    far = county.file("丙", actor=county.staff["other_desk"], office_id=county.other_station.id).number
    out = tmp_path / "cases.xlsx"
    assert export_file(county.staff["town_dispatcher"], "cases", out).rows == 1
    found = cells(out)
    assert mine in found
    assert not {far, elsewhere} & found
    assert export_file(county.staff["dispatcher"], "cases", out).rows == 2
    stations = tmp_path / "stations.xlsx"
    export_file(county.staff["town_dispatcher"], "stations", stations)
    assert county.station.code in cells(stations)
    assert not {county.other_station.code, other.station.code} & cells(stations)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(SHEETS))
@pytest.mark.parametrize("name", ["desk", "system_admin", "audit_admin"])
def test_who_may_not_export_gets_no_file(county: County, tmp_path: Path, kind: str, name: str) -> None:
    out = tmp_path / "o.xlsx"
    with pytest.raises(NotAllowed):
        export_file(county.staff[name], kind, out)
    assert not list(tmp_path.iterdir())


@pytest.mark.django_db
def test_who_and_when_stand_on_every_page_and_no_cell_is_a_formula(county: County, tmp_path: Path) -> None:
    county.file("甲")
    out = tmp_path / "cases.xlsx"
    export_file(county.staff["dispatcher"], "cases", out)
    with zipfile.ZipFile(out) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        properties = book.read("docProps/core.xml").decode()
    assert "常青" in sheet.partition("<oddFooter>")[2]
    assert "常青" in properties
    assert "<f>" not in sheet


@pytest.mark.parametrize("text", ["=1+1", "+86 138", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "\r=1"])
def test_a_formula_becomes_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "宿舍=断水", "138", "a-b", " "])
def test_text_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


def written(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    file = written(tmp_path / "t.csv", "编号,名称", "1,松溪站", encoding=encoding)
    assert [dict(row.values) for row in read_table(file, COLUMNS)] == [{"code": "1", "name": "松溪站"}]


def test_the_header_may_stand_as_late_as_the_tenth_row(tmp_path: Path) -> None:
    tenth = written(tmp_path / "t.csv", *["标题"] * 9, " Ｎame , CODE* ,编号", "甲,1,9", ",,", "乙,2,8")
    rows = list(read_table(tenth, COLUMNS))
    assert [(row.number, row.values["code"], row.values["name"]) for row in rows] == [
        (11, "1", "甲"),
        (13, "2", "乙"),
    ]
    eleventh = written(tmp_path / "t.csv", *["标题"] * 10, "name,code", "甲,1")
    with pytest.raises(Refusal, match=r"t\.csv.*编号"):
        list(read_table(eleventh, COLUMNS))


def test_rows_are_counted_as_the_spreadsheet_shows_them(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(3, 2, ["code", "name"])
        sheet.write_row(6, 2, [12, True])
        sheet.write_row(7, 2, [1.5, "x"])
    rows = [(row.number, row.values["code"], row.values["name"]) for row in read_table(path, COLUMNS)]
    assert rows == [(7, "12", "true"), (8, "1.5", "x")]


def test_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="编号"):
        list(read_table(written(tmp_path / "t.csv"), COLUMNS))
