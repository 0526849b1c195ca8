"""`gongyou export` over a real county: masked, on record, readable again."""

from __future__ import annotations

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from gongyou.cli.tests.conftest import Run
from gongyou.kernel.models import AuditRecord
from gongyou.offices.models import Office
from tests.yunshan.county import County

pytestmark = pytest.mark.django_db


def test_export_is_masked_and_marked(run: Run, county: County, tmp_path: Path) -> None:
    number = county.file("宿舍断水两天了").number
    county.file('=HYPERLINK("http://x")', place="=1+1")
    out = tmp_path / "people.xlsx"
    assert run("export", "people", out, "--json").json == {"kind": "people", "file": str(out), "rows": 1}
    cells = [
        str(c) for row in CalamineWorkbook.from_path(str(out)).get_sheet_by_index(0).to_python() for c in row
    ]
    assert not any("赵平" in cell or "13800000117" in cell for cell in cells)
    out = tmp_path / "cases.xlsx"
    done = run("export", "cases", out, "--json")
    assert (done.code, done.json["rows"]) == (0, 2)
    rows = CalamineWorkbook.from_path(str(out)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "编号"
    assert number in {row[0] for row in rows}
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert AuditRecord.objects.filter(action="exchange.export").count() == 2


def test_stations_go_out_and_come_back(run: Run, county: County, tmp_path: Path) -> None:
    out = tmp_path / "stations.xlsx"
    sent = run("export", "stations", out, "--json").json["rows"]
    assert sent == Office.objects.count()
    versions = list(Office.objects.order_by("code").values_list("code", "version"))
    back = run("import", "stations", out, "--json").json
    assert (back["read"], back["accepted"]) == (sent, sent)
    assert list(Office.objects.order_by("code").values_list("code", "version")) == versions


@pytest.mark.parametrize(
    ("words", "named"),
    [(("posts", "o.xlsx"), "posts"), (("cases", "o.csv"), "o.csv"), (("cases", "no/o.xlsx"), "no")],
)
def test_an_export_that_cannot_be_written(
    run: Run, db: None, tmp_path: Path, words: tuple[str, str], named: str
) -> None:
    done = run("export", words[0], tmp_path / words[1], "--json")
    assert (done.code, done.out) == (2, "")
    assert named in done.err
    assert AuditRecord.objects.filter(action="exchange.export").count() == 0
