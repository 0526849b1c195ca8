"""How a cell of each kind is read, as SQL over a text column or over a column of the right type.

A cell gives a value, is empty (NULL: unknown), or can't be read: then `is_bad` holds and the row is rejected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from gongyou.basics.refusal import says
from gongyou.policy.definitions import ColumnSpec, Holds
from gongyou.policy.language.units import SCALE

_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LARGEST_COUNT = 1_000_000_000
_WHOLE_TYPES = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT"}
)

REASONS: Mapping[Holds, str] = {
    "id": says("编号读不懂。"),
    "credit_code": says(
        "统一社会信用代码不对：应为18位，最后一位是校验码。请对照证书核对；表格里请把这一列设为文本。"
    ),
    "text": says("文字读不懂。"),
    "code": says("不是代码表里的代码。"),
    "count": says("不是零或正的整数。"),
    "mean": says("不是零或正的数，或小数多于6位。"),
    "yuan": says("不是以元为单位、最多两位小数、零或正的金额。"),
    "wan": says("不是以万元为单位、最多6位小数、零或正的金额。"),
    "flag": says("不是“是”或“否”（true/false、1/0）。"),
    "month": says("不是月份，请写成 2026-01。"),
    "date": says("不是日期，请写成 2026-01-31。"),
}


@dataclass(frozen=True)
class Reading:
    """`value`: the typed cell, NULL if empty or unreadable. `is_bad`: it holds something unreadable.

    `first`: what both read from a column named `first_name`, so that it is computed once. `cell`: the cell, NULL where
    it is empty; a value that is NULL there is an unreadable one. (Empty where that can't happen.) `sure`: the value of
    a cell that was found to be readable, where that is cheaper.
    """

    value: str
    is_bad: str
    first: str = ""
    cell: str = ""
    sure: str = ""


def quoted(name: str) -> str:
    """An identifier in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


def first_name(column: ColumnSpec) -> str:
    """The name of what is read first of a column."""
    return quoted(f"__first_{column.id}")


def reading(column: ColumnSpec, type_: str) -> Reading:
    """How to read a column of the file whose type is `type_`."""
    name = quoted(column.id)
    if type_ == "VARCHAR" and column.holds == "yuan":
        return _yuan(column, name)
    if type_ == "VARCHAR" and column.holds in ("wan", "mean"):
        return _scaled(column, name)
    found = _native(column.holds, type_, name)
    if found is None:
        cell = f"nullif(trim({name}), '')" if type_ == "VARCHAR" else f"CAST({name} AS VARCHAR)"
        value = _READERS[column.holds](cell, column)
        if type_ == "VARCHAR" and column.holds in _PLAIN:
            # How nearly every cell is written; only the rest is looked at closely (coalesce stops at the first).
            value = f"coalesce({_PLAIN[column.holds](name)}, {value})"
        found = _doubted(value, cell)
    if column.empty is not None:
        # An empty cell means something here, so what is unreadable must not.
        value = f"CASE WHEN {found.is_bad} THEN NULL ELSE coalesce({found.value}, {str(column.empty).upper()}) END"
        return Reading(value, found.is_bad, found.first, found.cell)
    return found


def _doubted(value: str, cell: str, first: str = "") -> Reading:
    return Reading(value, f"CASE WHEN ({value}) IS NULL THEN {cell} IS NOT NULL ELSE FALSE END", first, cell)


def _native(holds: Holds, type_: str, name: str) -> Reading | None:
    """A column that already has the right type needs no parsing."""
    is_negative = f"{name} < 0"
    if type_ in _WHOLE_TYPES:
        return _native_whole(holds, name)
    if holds == "yuan" and type_.startswith("DECIMAL") and int(type_.rstrip(")").split(",")[1]) <= 2:
        return Reading(f"CASE WHEN {name} >= 0 THEN CAST({name} * 100 AS BIGINT) END", is_negative, cell=name)
    if (holds, type_) in {("date", "DATE"), ("flag", "BOOLEAN")}:
        return Reading(name, "FALSE")
    return None


def _native_whole(holds: Holds, name: str) -> Reading | None:
    factor = {"count": 1, "mean": SCALE, "yuan": 100, "wan": 1_000_000}.get(holds)
    if factor is None:
        return None
    fits = f"{name} BETWEEN 0 AND {_LARGEST_COUNT if holds in ('count', 'mean') else 9_000_000_000_000}"
    return Reading(f"CASE WHEN {fits} THEN CAST({name} AS BIGINT) * {factor} END", f"NOT ({fits})", cell=name)


def _decimal(cell: str, places: int) -> str:
    """An exact decimal as a whole number of its smallest unit; NULL where there are more places."""
    pattern = rf"(\d{{1,12}}|\d{{1,3}}(,\d{{3}}){{1,3}})(\.\d{{0,{places}}}0*)?"
    plain = f"CAST(replace({cell}, ',', '') AS DECIMAL({14 + places},{places}))"
    return f"CASE WHEN regexp_full_match({cell}, {text(pattern)}) THEN CAST({plain} * {10**places} AS BIGINT) END"


def _limited(value: str, largest: int) -> str:
    return f"CASE WHEN {value} <= {largest} THEN {value} END"


def _count(cell: str, _column: ColumnSpec) -> str:
    return (
        f"CASE WHEN regexp_full_match({cell}, '\\d{{1,9}}(\\.0*)?') "
        f"THEN CAST(split_part({cell}, '.', 1) AS BIGINT) END"
    )


def _code(cell: str, column: ColumnSpec) -> str:
    listed = ", ".join(text(c) for c in column.codes)
    by_title = " ".join(f"WHEN {text(title)} THEN {text(c)}" for c, title in column.codes.items())
    return f"CASE WHEN {cell} IN ({listed}) THEN {cell} ELSE CASE {cell} {by_title} END END"


def _flag(cell: str, _column: ColumnSpec) -> str:
    return (
        f"CASE WHEN lower({cell}) IN ('true', '1', '是', '1.0') THEN TRUE "
        f"WHEN lower({cell}) IN ('false', '0', '否', '0.0') THEN FALSE END"
    )


def _month(cell: str, _column: ColumnSpec) -> str:
    # A spreadsheet turns a typed month into its first day.
    matches = f"regexp_full_match({cell}, '\\d{{4}}-\\d{{2}}(-01)?( 00:00:00)?')"
    return f"CASE WHEN {matches} THEN TRY_CAST(left({cell}, 7) || '-01' AS DATE) END"


def _date(cell: str, _column: ColumnSpec) -> str:
    matches = f"regexp_full_match({cell}, '\\d{{4}}-\\d{{2}}-\\d{{2}}([ T]00:00(:00)?)?')"
    return f"CASE WHEN {matches} THEN TRY_CAST(left({cell}, 10) AS DATE) END"


def _identity(cell: str, _column: ColumnSpec) -> str:
    """Any text; but not a number a spreadsheet has shortened, nor one that is in doubt (see `written`)."""
    is_spoilt = f"strpos({cell}, chr(31)) > 0 OR regexp_full_match({cell}, '\\d(\\.\\d+)?[eE]\\+\\d+')"
    return f"CASE WHEN {cell} IS NOT NULL AND NOT ({is_spoilt}) THEN upper({cell}) END"


def _credit_code(cell: str, _column: ColumnSpec) -> str:
    """GB 32100-2015: 18 places, check character MOD 31-3."""
    code = f"upper({cell})"
    weighted = " + ".join(
        f"(strpos('{_CREDIT}', substr({code}, {place}, 1)) - 1) * {3 ** (place - 1) % 31}"
        for place in range(1, 18)
    )
    last = f"substr('{_CREDIT}', CAST((31 - ({weighted}) % 31) % 31 AS BIGINT) + 1, 1)"
    formed = f"regexp_full_match({code}, '[{_CREDIT}]{{2}}\\d{{6}}[{_CREDIT}]{{10}}')"
    return f"CASE WHEN {formed} AND substr({code}, 18, 1) = {last} THEN {code} END"


_READERS: Mapping[Holds, Callable[[str, ColumnSpec], str]] = {
    "id": _identity,
    "credit_code": _credit_code,
    "text": lambda cell, _: cell,
    "code": _code,
    "count": _count,
    "mean": lambda cell, _: _limited(_decimal(cell, 6), _LARGEST_COUNT * SCALE),
    "yuan": lambda cell, _: _decimal(cell, 2),
    "wan": lambda cell, _: _decimal(cell, 6),
    "flag": _flag,
    "month": _month,
    "date": _date,
}


_SIX_PLACES = "DECIMAL(11,6)"
"""Five digits before the point: of more, the multiplication by a million would leave int64 and cost ten times as much."""


def _scaled(column: ColumnSpec, name: str) -> Reading:
    """A decimal with six places as text. What the cast does not take, or takes in a way of its own, is read carefully."""
    cell = f"nullif(trim({name}), '')"
    careful = _READERS[column.holds](cell, column)
    first = f"CAST(TRY_CAST({name} AS {_SIX_PLACES}) * {SCALE} AS BIGINT)"
    read = first_name(column)
    # At most six places, no exponent.
    is_plain = f"strlen({name}) - strpos({name} || '.', '.') <= 6 AND strpos(lower({name}), 'e') = 0"
    value = f"CASE WHEN {read} >= 0 AND {is_plain} THEN {read} ELSE {careful} END"
    # What cast and careful reader both take, they take for the same number.
    return replace(_doubted(value, cell, first), sure=_if_read(read, careful))


def _if_read(first: str, careful: str) -> str:
    """What was read first where that was possible. (A `coalesce` costs as much again as the cast itself.)"""
    return f"CASE WHEN {first} >= 0 THEN {first} ELSE {careful} END"


_PLAIN: Mapping[Holds, Callable[[str], str]] = {
    "month": lambda name: f"CASE WHEN strlen({name}) = 7 THEN TRY_CAST({name} || '-01' AS DATE) END",
    "date": lambda name: f"CASE WHEN strlen({name}) = 10 THEN TRY_CAST({name} AS DATE) END",
}


_DIGITS_BY_LOGARITHM = 13
_LONG = " ".join(
    f"WHEN {{fen}} < {10**digits} THEN {digits + 1}" for digits in range(_DIGITS_BY_LOGARITHM, 19)
)
# A logarithm is several times cheaper than comparing with every power of ten, and exact enough for 13 digits.
_LENGTH = (
    f"CASE WHEN {{fen}} < 0 THEN 0 WHEN {{fen}} < 1000 THEN 4 WHEN {{fen}} < {10**_DIGITS_BY_LOGARITHM} "
    f"THEN CAST(floor(log10({{fen}})) AS BIGINT) + 2 {_LONG} ELSE 0 END"
)


def _yuan(column: ColumnSpec, name: str) -> Reading:
    """Money as text. Nearly every cell has two places; the careful reader looks at the others only.

    A cell is written in the plain way exactly if it is as long as its value with two places would be: signs, spaces,
    exponents and further places make it longer, left-out places shorter. Only where the last digit is 0 can one make
    up for the other; there the point must stand at its place. (A look at the characters of every cell would cost as
    much as reading it; CASE, unlike OR, looks only where it must.)
    """
    fen = first_name(column)
    point = f"strpos({name}, '.') = strlen({name}) - 2"
    cell = f"nullif(trim({name}), '')"
    careful = _READERS["yuan"](cell, column)
    value = (
        f"CASE WHEN strlen({name}) <> {_LENGTH.format(fen=fen)} THEN {careful} "
        f"WHEN {fen} % 10 <> 0 THEN {fen} WHEN {point} THEN {fen} ELSE {careful} END"
    )
    # Sixteen digits: of more, the multiplication would overflow instead of leaving the cell to be rejected.
    first = f"CAST(TRY_CAST({name} AS DECIMAL(16,2)) * 100 AS BIGINT)"
    found = _doubted(value, cell, first)
    return replace(found, sure=_if_read(fen, careful))
