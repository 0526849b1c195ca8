"""Past trainees with their certificates, as a table to import: new people are made, known ones joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from gongyou.basics.identity import read_phone, read_resident_id
from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import Refusal, says
from gongyou.connectors.exchange.kind import Kind, Values, check_required, day_of
from gongyou.connectors.exchange.tables import Column, Row
from gongyou.credentials.recognition import RecognitionMap
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.registry.credential_bulk import Trainee
from gongyou.registry.credential_steps import Certificate, check_days, read_number
from gongyou.registry.inputs import read_area, read_name
from gongyou.registry.queries.credentials import recognition_in
from gongyou.registry.services.credential_import import import_credentials

AT_ONCE = 1_000
Refused = tuple[Row, Refusal]
COLUMNS = (
    Column("holder_name", says("姓名"), True, "张三"),
    Column("id_number", says("身份证号"), True, says=says("18位，单元格请设为文本")),
    Column("phone", says("电话"), False, "13800000001"),
    Column("certificate", says("证书"), True, says=says("证书认可表里的名称、别名或代号")),
    Column("level", says("等级"), False, says=says("有等级的证书才填")),
    Column("number", says("证书编号"), True, says=says("单元格请设为文本")),
    Column("issuer", says("发证机构")),
    Column("issued_on", says("发证日期"), True, "2024-03-15"),
    Column("valid_until", says("有效期至"), False, says=says("证书上印了才填")),
    Column("reviewed_on", says("最近复审日期")),
)


def take_trainees(
    actor: Actor, rows: Sequence[Row], area: str, progress: Callable[[int], None]
) -> Iterator[Refused]:
    """A thousand rows to an action; yields what is refused. A run that was stopped is simply run again."""
    recognition = recognition_in(_area(area))
    read: list[tuple[Row, Trainee]] = []
    for row in rows:
        try:
            read.append((row, _trainee(row, recognition)))
        except Refusal as refusal:
            yield row, refusal
    good = []
    for row, trainee, twice in _looked_twice(read):
        if twice is None:
            good.append((row, trainee))
        else:
            yield row, twice
    for start in range(0, len(good), AT_ONCE):
        part = good[start : start + AT_ONCE]
        places = {row.number: row for row, _ in part}
        for unfit in import_credentials(actor, area=area, trainees=[one for _, one in part]):
            yield places[unfit.row], unfit.refusal
        progress(start + len(part))


def _area(area: str) -> str:
    if not area:
        raise Refusal(
            "area_missing",
            says("没有说明是哪个地区的名单。"),
            says("请用 --area 写明6位行政区划代码。"),
            field="area",
        )
    return read_area(area)


def _trainee(row: Row, recognition: RecognitionMap) -> Trainee:
    """Raises Refusal whose field names the column."""
    check_required(COLUMNS, row)
    values = row.values
    identity = read_resident_id(values["id_number"], today=moment.today())
    kind = recognition.kind_named(values["certificate"])
    certificate = Certificate(
        kind=kind.id,
        level=recognition.level_named(kind, values.get("level", "")),
        number=read_number(values["number"], is_needed=True),
        issuer=read_text(values.get("issuer", ""), field="issuer", longest=80),
        issued_on=_day(values, "issued_on"),
        valid_until=_day(values, "valid_until"),
        reviewed_on=_day(values, "reviewed_on"),
    )
    check_days(certificate, moment.today())
    phone = values.get("phone", "")
    return Trainee(
        row=row.number,
        name=read_name(values["holder_name"]),
        id_number=identity.number,
        birth_on=identity.birth_on,
        phone=read_phone(phone) if phone.strip() else "",
        certificate=certificate,
    )


def _day(values: Values, column: str) -> date | None:
    """Also 20240315, as many registers write it."""
    text = values.get(column, "").strip()
    if len(text) == 8 and text.isascii() and text.isdigit():
        return day_of({column: f"{text[:4]}-{text[4:6]}-{text[6:]}"}, column)
    return day_of(values, column)


def _looked_twice(read: Sequence[tuple[Row, Trainee]]) -> Iterator[tuple[Row, Trainee, Refusal | None]]:
    """The first row of a certificate counts; a later one says the same again, or gives its number to somebody else."""
    first: dict[tuple[object, ...], tuple[int, str]] = {}
    names: dict[str, tuple[int, str]] = {}
    for row, one in read:
        held = one.certificate
        place, owner = first.setdefault((held.kind, held.number, held.issued_on), (row.number, one.id_number))
        named, name = names.setdefault(one.id_number, (row.number, one.name))
        refusal = None
        if place != row.number:
            text = (
                says("和第{row}行是同一个人的同一张证书。")
                if owner == one.id_number
                else says("证书编号和第{row}行另一个人的相同。")
            )
            refusal = Refusal("twice", text, says("请核对后只留对的一行。"), field="number", row=place)
        elif name != one.name:
            text = says("身份证号和第{row}行另一个姓名的相同。")
            refusal = Refusal(
                "other_name", text, says("请核对后只留对的一行。"), field="id_number", row=named
            )
        yield row, one, refusal


CREDENTIAL_KINDS = (Kind("certificates", says("学员证书"), COLUMNS, None, take_many=take_trainees),)
