"""Facilities, stock and partners from a sheet: good rows stored, bad rows named, a second run doubles nothing."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from gongyou.connectors.exchange.exporting import template_of
from gongyou.connectors.exchange.importing import Imported, import_file
from gongyou.connectors.exchange.kinds import KINDS
from gongyou.connectors.exchange.tables import read_table
from gongyou.kernel.access import system_actor
from gongyou.offices import queries as offices
from gongyou.registry.queries.partners import list_partners
from gongyou.registry.queries.representatives import list_representatives
from tests.yunshan.county import County

HERE, FAR = "9901010101", "9901010201"
# kind of import | heading and rows | rows stored | columns of the rejected rows, in order
SHEETS = [
    (
        "facilities",
        f"""office,kind,label,pieces,since_on
{HERE},microwave,里间,2,2026-01-05
{FAR},water_dispenser,,,
{HERE},time_machine,,1,
0000,microwave,,1,
{HERE},microwave,,很多,""",
        2,
        ["kind", "office", "pieces"],
    ),
    (
        "stock",
        f"""office,item,count,expires_on,batch
{HERE},plasters,20,2999-01-31,P26
{HERE},plasters,20,,P27
{HERE},unicorns,3,2999-01-31,
{HERE},plasters,-5,2999-01-31,""",
        1,
        ["expires_on", "item", "count"],
    ),
    (
        "partners",
        f"""office,kind,organisation,contact,phone,way,event,agreed_from,agreed_until
{HERE},shop,松溪超市,郑满仓,13800000201,roadshow,路演,,
{HERE},school,竹坪书院,温如玉,13800000202,signing,签约,2026-01-01,2027-01-01
{HERE},school,竹坪学校,史大力,13800000203,signing,签约,,
{HERE},circus,马戏团,史大力,13800000204,roadshow,,,
{HERE},shop,,钱多,13800000205,roadshow,,,""",
        2,
        ["agreed_from", "kind", "organisation"],
    ),
    (
        "representatives",
        """office,organisation,credit_code,kind,name,phone,evidence,valid_until
990101,云山农机有限公司,91370100MA3C0P3H07,enterprise,周会计,13911112222,授权书1号,2999-12-31
990101,云山农机有限公司,91370100MA3C0P3H07,enterprise,周会计,13911112222,授权书1号,2999-12-30
990101,云山农机有限公司,91370100MA3C0P3H08,enterprise,吴会计,13911113333,授权书2号,
990101,云山农机有限公司,91370100MA3C0P3H07,enterprise,郑会计,13911114444,授权书3号,2020-01-01
990101,云山农机有限公司,91370100MA3C0P3H07,enterprise,王会计,13911115555,,""",
        1,
        ["phone", "credit_code", "valid_until", "evidence"],
    ),
]


def bring(kind: str, path: Path, *, is_dry_run: bool = False) -> Imported:
    return import_file(
        system_actor("import"),
        kind,
        path,
        area="990101",
        is_dry_run=is_dry_run,
        rejects_to=path.with_suffix(".rejects.csv"),
        progress=lambda _: None,
    )


def stored(county: County) -> dict[str, int]:
    things = offices.facilities_of([office.id for office in county.stations])
    lots = [lot for office in county.stations for lot in offices.lots_of(county.staff["leader"], office.id)]
    return {
        "facilities": sum(len(found) for found in things.values()),
        "stock": len(lots),
        "partners": len(list_partners(county.staff["leader"])),
        "representatives": len(list_representatives(county.staff["leader"])),
    }


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "sheet", "good", "bad"), SHEETS, ids=lambda value: str(value)[:12])
def test_good_rows_are_stored_and_bad_ones_named(
    county: County, tmp_path: Path, kind: str, sheet: str, good: int, bad: list[str]
) -> None:
    path = tmp_path / f"{kind}.csv"
    path.write_text(sheet, encoding="utf-8-sig")
    before = stored(county)[kind]
    rehearsed = bring(kind, path, is_dry_run=True)
    assert (rehearsed.accepted, rehearsed.rejected, stored(county)[kind]) == (good, len(bad), before)
    for _ in range(2):
        done = bring(kind, path)
        assert (done.accepted, done.rejected) == (good, len(bad))
        assert stored(county)[kind] == before + good
    with Path(done.rejects).open(encoding="utf-8-sig") as file:
        assert [line["column"] for line in csv.DictReader(file)] == bad


@pytest.mark.parametrize("kind", ["facilities", "stock", "partners"])
def test_the_template_is_a_table_that_can_be_read(tmp_path: Path, kind: str) -> None:
    out = tmp_path / f"{kind}.xlsx"
    template_of(kind, out)
    [example] = read_table(out, KINDS[kind].columns)
    assert set(example.values) == {column.id for column in KINDS[kind].columns}
