"""Past trainees from spreadsheets as offices keep them: new people made, known ones joined, the rest said by row."""

from __future__ import annotations

import csv
import resource
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from gongyou.basics.refusal import Refusal
from gongyou.connectors.exchange.importing import Imported, import_file
from gongyou.credentials.tests.maps import id_number
from gongyou.engines.casework.tests.stories import at
from gongyou.kernel.access import system_actor
from gongyou.kernel.errors import NotAllowed
from gongyou.registry.models import CredentialChange, HeldCredential, Person, PersonTie
from gongyou.registry.tests.conftest import AREA, note, staff
from gongyou.registry.tests.test_credentials import NOW, publish_recognition

HEADINGS = (
    "序号",
    "姓名",
    "身份证号",
    "电话",
    "证书",
    "等级",
    "证书编号",
    "发证机构",
    "发证日期",
    "有效期至",
)


@pytest.fixture
def recognised(db: None) -> None:
    publish_recognition(system_actor())


def line(number: int, **facts: str) -> tuple[str, ...]:
    """One trainee as typed: an x in lower case, days in any form."""
    days = ("2024-03-15", "2024/3/15", "2024.3.15", "20240315", "2024年3月15日")
    cells = {
        "姓名": f"学员{number}",
        "身份证号": id_number(number).lower(),
        "证书": "低压电工证",
        "证书编号": f"T{number:09d}",
        "发证机构": "示例应急管理局",
        "发证日期": days[number % len(days)],
        **facts,
    }
    return (str(number), *(cells.get(heading, "") for heading in HEADINGS[1:]))


def as_csv(path: Path, lines: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([["2024年度培训取证人员名册"], [], HEADINGS, *lines])
    return path


def bring(path: Path, *, is_dry_run: bool = False, area: str = AREA) -> Imported:
    with at(NOW):
        return import_file(
            system_actor("import"),
            "certificates",
            path,
            area=area,
            is_dry_run=is_dry_run,
            rejects_to=path.with_suffix(".rejects.csv"),
            progress=lambda _: None,
        )


def rejects(path: Path) -> dict[int, tuple[str, str]]:
    with path.with_suffix(".rejects.csv").open(encoding="utf-8-sig") as file:
        return {int(one["row"]): (one["column"], one["reason"]) for one in csv.DictReader(file)}


WRONG = (
    (line(901, 身份证号=id_number(901)[:15]), "id_number", "15位"),
    (line(902, 身份证号=id_number(902)[:17] + ("1" if id_number(902)[17] != "1" else "2")), "id_number", ""),
    (line(1), "number", "第4行"),
    (line(903, 证书编号="T000000001", 发证日期="2024/3/15"), "number", "另一个人"),
    (line(2, 姓名="别人", 证书编号="T9"), "id_number", "第5行"),
    (line(904, 证书="木工证"), "certificate", "木工证"),
    (line(905, 发证日期="去年"), "issued_on", "去年"),
    (line(906, 证书编号=""), "number", "空"),
    (line(907, 姓名=""), "holder_name", "空"),
)


def imports_with_duplicates_and_wrong_ids(path: Path, count: int) -> None:
    good = [line(number) for number in range(1, count + 1)]
    as_csv(path, [*good, *(cells for cells, _, _ in WRONG)])
    known = note(name="学员5", id_number=id_number(5))
    tried = bring(path, is_dry_run=True)
    assert (tried.accepted, tried.rejected) == (count, len(WRONG))
    assert not HeldCredential.objects.exists()
    done = bring(path)
    assert (done.read, done.accepted, done.rejected) == (count + len(WRONG), count, len(WRONG))
    found = rejects(path)
    for place, (_, column, word) in enumerate(WRONG):
        assert found[4 + count + place][0] == column
        assert word in found[4 + count + place][1]
    assert HeldCredential.objects.count() == CredentialChange.objects.count() == count
    assert Person.objects.count() == PersonTie.objects.count() == count
    assert HeldCredential.objects.get(person_id=known).state == "held"
    assert bring(path).accepted == count
    assert HeldCredential.objects.count() == Person.objects.count() == count


@pytest.mark.usefixtures("recognised")
def test_imports_of_past_trainees_from_real_looking_spreadsheets_duplicates_and_wrong_ids_by_row(
    tmp_path: Path,
) -> None:
    imports_with_duplicates_and_wrong_ids(tmp_path / "trainees.csv", 300)


@pytest.mark.long
@pytest.mark.usefixtures("recognised")
def test_imports_of_20_000_past_trainees(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "many.csv", [line(number) for number in range(1, 20_001)])
    used = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    assert bring(path).accepted == 20_000
    print("CPU s", resource.getrusage(resource.RUSAGE_SELF).ru_utime - used)


@pytest.mark.usefixtures("recognised")
def test_a_sheet_with_a_title_and_cells_joined_over_rows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "class.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, "第三期低压电工班取证名单")
        sheet.write_row(1, 0, HEADINGS)
        for place in range(3):
            sheet.write_row(2 + place, 0, line(place + 1))
        sheet.merge_range(2, 4, 4, 4, "低压电工证")
        sheet.merge_range(2, 8, 4, 8, "2024-03-15")
    assert bring(path).accepted == 3
    assert {str(row.issued_on) for row in HeldCredential.objects.all()} == {"2024-03-15"}


@pytest.mark.usefixtures("recognised")
def test_a_known_number_under_another_name_is_refused_and_a_later_day_supersedes(tmp_path: Path) -> None:
    note(name="王建国", id_number=id_number(1))
    path = as_csv(
        tmp_path / "t.csv", [line(1), line(2), line(2, 发证日期="2026-01-05"), line(3, 证书="电工等级证")]
    )
    assert bring(path).accepted == 3
    assert "王**" in rejects(path)[4][1] or "王" in rejects(path)[4][1]
    assert "王建国" not in rejects(path)[4][1]
    states = HeldCredential.objects.filter(kind="low_voltage_permit").order_by("issued_on")
    assert list(states.values_list("state", flat=True)) == ["superseded", "held"]


@pytest.mark.usefixtures("recognised")
def test_another_county_s_officer_and_a_county_without_a_map_get_a_refusal(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "t.csv", [line(1)])
    with pytest.raises(NotAllowed):
        import_file(
            staff("policy_officer", "370828/"),
            "certificates",
            path,
            area=AREA,
            is_dry_run=False,
            rejects_to=tmp_path / "r.csv",
            progress=lambda _: None,
        )
    for area in ("", "370828"):
        with pytest.raises(Refusal) as refused:
            bring(path, area=area)
        assert refused.value.field == "area"
    assert not HeldCredential.objects.exists()
