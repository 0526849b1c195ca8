"""What a kind of import is, and how the inputs several kinds share are read from a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.refusal import Refusal, says
from gongyou.connectors.exchange.tables import Column, Row
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices

Values = Mapping[str, str]
TakeMany = Callable[[Actor, Sequence[Row], str, Callable[[int], None]], Iterator[tuple[Row, Refusal]]]
FIELDS: Mapping[str, str] = {"resident_id": "id_number", "type_id": "kind", "office_id": "office"}
"""A service's name of an input → the column it came from."""


@dataclass(frozen=True)
class Kind:
    """`take` stores one row; raises Refusal whose `field` names the column. None: `take_many` does."""

    id: str
    title: str
    columns: tuple[Column, ...]
    take: Callable[[Actor, Values, str], object] | None
    key: str = ""
    """Column that names a record, where it is filled: a key that stands twice rejects all its rows."""
    above: str = ""
    """Column that names the key of the row above: rows above are stored first."""
    take_many: TakeMany | None = None
    """Stores all rows a thousand to an action in place of `take` and says which it refuses; knows what it has stored."""
    is_known_by_key: bool = False
    """`take` itself finds the record a row speaks of and changes it."""

    def column_of(self, field: str) -> str:
        """The column a refusal speaks of; services name some inputs otherwise. The first where it names none."""
        column = FIELDS.get(field, field)
        return column if column in {c.id for c in self.columns} else self.columns[0].id


_DATE_MARKS = str.maketrans({"/": "-", ".": "-", "年": "-", "月": "-", "日": None})


def day_of(values: Values, column: str) -> date | None:
    text = values.get(column, "").strip().translate(_DATE_MARKS)
    if not text:
        return None
    try:
        parts = [int(p) for p in text.split("T")[0].split(" ")[0].split("-")]
        return date(*parts)
    except (ValueError, TypeError) as error:
        raise Refusal(
            "date",
            says("日期“{text}”读不懂。"),
            says("请写成 2026-10-10。"),
            field=column,
            text=values[column],
        ) from error


def office_id_of(values: Values, column: str) -> UUID:
    try:
        return offices.office_by_code(values.get(column, "")).id
    except NotFound as error:
        raise Refusal(
            "unknown_office",
            says("没有编号为“{office}”的站点。"),
            says("请先导入站点，或核对编号。"),
            field=column,
            office=values.get(column, ""),
        ) from error


def whole(values: Values, column: str) -> int:
    """A whole number, without sign. Raises Refusal naming the column."""
    text = values.get(column, "").strip()
    if not (text.isascii() and text.isdigit()):
        raise Refusal("number", says("“{text}”不是整数。"), says("请只写数字。"), field=column, text=text)
    return int(text)


def check_required(columns: Sequence[Column], row: Row) -> None:
    """Raises Refusal naming the first column that must be filled and is not."""
    for column in columns:
        if column.is_required and not row.values.get(column.id, "").strip():
            raise Refusal("empty", says("必填的“{title}”是空的。"), field=column.id, title=column.title)
