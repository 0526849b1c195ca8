"""Values in force: by day and by the nearest area that gives one, with source, confidence and bounds checked."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from gongyou.basics.areas import NATION, LocalDecision, local_decisions
from gongyou.basics.money import yuan_to_fen
from gongyou.basics.refusal import Refusal, says
from gongyou.basics.values import Amount, Confidence, Content, Source, Value
from gongyou.policy.language import units
from gongyou.policy.language.units import SCALE, Unit
from gongyou.policy.library import Policy

Plain = int | str | bool | Fraction | date

FEN_PER_WAN = 1_000_000  # 10,000 yuan

UNITS: Mapping[str, Unit] = {
    "yuan": units.FEN,
    "wan": units.FEN,
    "rate": units.RATE,
    "count": units.COUNT,
    "months": units.COUNT,
    "flag": units.FLAG,
    "code": units.code(),
    "date": units.DATE,
}

READABLE = frozenset({*UNITS, "table"})
"""Units of values that rules can use."""


@dataclass(frozen=True)
class KeyedTable:
    """A table that is looked up by `key`: column → unit, and rows by key (or by prefix of the key)."""

    key: str
    is_prefix: bool
    columns: Mapping[str, Unit]
    rows: Mapping[str, Mapping[str, Plain | None]]

    def find(self, key: str) -> Mapping[str, Plain | None] | None:
        """The row of a key: the longest prefix where the table is one of prefixes."""
        if not self.is_prefix:
            return self.rows.get(key)
        return next((self.rows[key[:n]] for n in range(len(key), 0, -1) if key[:n] in self.rows), None)


@dataclass(frozen=True)
class ValueInForce:
    """A value on a day. `area` '' : the programme itself; `is_set`: put in by hand for a simulation."""

    id: str
    policy: str
    title: str
    unit: str
    content: Plain | KeyedTable
    written: Content
    source: Source
    confidence: Confidence
    area: str
    from_on: date
    until_on: date | None
    codes: tuple[tuple[str, str], ...] = ()
    is_set: bool = False

    def language_unit(self) -> Unit:
        return units.code(c for c, _ in self.codes) if self.unit == "code" else UNITS[self.unit]


ValuesInForce = Mapping[str, ValueInForce]


def values_in_force(
    root: Path, policy: Policy, area: str, on: date, overrides: Mapping[str, str] | None = None
) -> dict[str, ValueInForce]:
    """All values of a policy and those it uses that are in force on a day. `overrides`: name → text, a simulation.

    A value without an amount on that day is left out; a rule that needs it refuses then. Raises Refusal.
    """
    found: dict[str, ValueInForce] = {}
    for one in policy.every():
        local = local_decisions(root, area, one.id)
        _known(one, local)
        for value in one.values:
            if value.unit not in READABLE:
                continue  # a clock's or a round's: read by the room that keeps it
            in_force = _value(one, value, local, on)
            if in_force is not None:
                found[value.id] = in_force
    return with_overrides(policy, found, on, overrides or {})


def with_overrides(
    policy: Policy, values: ValuesInForce, on: date, overrides: Mapping[str, str]
) -> dict[str, ValueInForce]:
    """The values with some set by hand: a simulation. Raises Refusal for an unknown name or an unreadable text."""
    return {**values, **{name: _overridden(policy, name, text, on) for name, text in overrides.items()}}


def values_digest(values: ValuesInForce) -> str:
    """Hash of what the values are and where each comes from."""
    plain = {
        v.id: [v.policy, v.written, v.source.id, v.confidence.value, v.area, v.is_set]
        for v in values.values()
    }
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _known(policy: Policy, local: Sequence[LocalDecision]) -> None:
    names = {v.id for v in policy.values}
    for decision in local:
        for value in decision.content.values:
            if value.id not in names:
                raise _unknown(f"{decision.area}/{policy.id}", value.id, names)


def _unknown(place: str, name: str, names: set[str]) -> Refusal:
    near = difflib.get_close_matches(name, list(names), n=1)
    return Refusal(
        "unknown_value",
        says("{place}没有“{name}”这个取值。"),
        says("是不是“{near}”？") if near else says("可用的有：{known}。"),
        field="set",
        place=place,
        name=name,
        near="".join(near),
        known="、".join(sorted(names)),
    )


def _value(policy: Policy, value: Value, local: Sequence[LocalDecision], on: date) -> ValueInForce | None:
    national = amount_on(policy, value, value.amounts, on, NATION)
    for decision in local:
        amounts = [a for v in decision.content.values if v.id == value.id for a in v.amounts]
        amount = amount_on(policy, value, amounts, on, decision.area)
        if amount is not None:
            sources = (*decision.content.sources, *policy.sources)
            found = _in_force(policy, value, amount, sources, decision.area)
            if national is not None:
                _within(found, value, national)
            return found
    return _in_force(policy, value, national, policy.sources, NATION) if national else None


def amount_on(policy: Policy, value: Value, amounts: Sequence[Amount], on: date, area: str) -> Amount | None:
    """The amount in force on a day. Raises Refusal where two are."""
    covering = [a for a in amounts if a.holds_on(on)]
    if len(covering) > 1:
        raise Refusal(
            "value_overlap",
            says("“{name}”在{day}同时有两个数额（{policy} {area}）。"),
            says("请给前一个写 until。"),
            field="packs",
            name=value.id,
            day=on.isoformat(),
            policy=policy.id,
            area=area,
        )
    return covering[0] if covering else None


def _in_force(
    policy: Policy, value: Value, amount: Amount, sources: Sequence[Source], area: str
) -> ValueInForce:
    source = next((s for s in sources if s.id == amount.source), None)
    if source is None:
        raise Refusal(
            "no_source",
            says("“{name}”的来源“{source}”没有列在 sources 里。"),
            field="packs",
            name=value.id,
            source=amount.source,
        )
    return ValueInForce(
        id=value.id,
        policy=policy.id,
        title=value.title,
        unit=value.unit,
        content=read_content(value, amount.amount),
        written=amount.amount,
        source=source,
        confidence=amount.confidence,
        area=area,
        from_on=amount.from_on,
        until_on=amount.until_on,
        codes=tuple(value.codes.items()),
    )


def _within(found: ValueInForce, value: Value, national: Amount) -> None:
    bounds = national.bounds
    if bounds is None or isinstance(found.content, KeyedTable):
        return
    least, most = read_content(value, bounds.least), read_content(value, bounds.most)
    if not least <= found.content <= most:  # type: ignore[operator]
        raise Refusal(
            "value_bounds",
            says("{area}的“{title}”是{amount}，不在允许的{least}至{most}之间。"),
            says("请核对当地文件；上级规定了范围。"),
            field="packs",
            area=found.area,
            title=found.title,
            amount=found.written,
            least=bounds.least,
            most=bounds.most,
        )


def _overridden(policy: Policy, name: str, text: str, on: date) -> ValueInForce:
    value = next((v for one in policy.every() for v in one.values if v.id == name), None)
    if value is None or value.unit == "table":
        simple = {v.id for one in policy.every() for v in one.values if v.unit != "table"}
        raise _unknown(policy.id, name, simple)
    source = Source(id="set", kind="assumption", title="试算时临时设定")
    amount = Amount(amount=text, from_on=on, source="set", confidence=Confidence.ASSUMED)
    owner = next(one for one in policy.every() if value in one.values)
    return replace(_in_force(owner, value, amount, (source,), NATION), is_set=True)


def read_content(value: Value, written: Content) -> Plain | KeyedTable:
    """A written amount in its unit. Raises Refusal naming the value."""
    if value.unit == "table":
        return _table(value, written)
    try:
        return _READERS[value.unit](value, written)
    except (ValueError, TypeError, ZeroDivisionError, Refusal) as error:
        raise Refusal(
            "value_unreadable",
            says("“{name}”的取值“{written}”读不懂。"),
            says("单位是 {unit}；比例写 60% 或 0.6，金额写元，日期写 2026-01-01，是否写 true 或 false。"),
            field="set",
            name=value.id,
            written=str(written)[:40],
            unit=value.unit,
        ) from error


def _rate(_value: Value, written: Any) -> Fraction:
    text = str(written).strip()
    found = Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if found < 0 or SCALE % found.denominator:
        raise ValueError(text)
    return found


def _whole(_value: Value, written: Any) -> int:
    if isinstance(written, bool):
        raise TypeError(written)
    return int(str(written))


def _flag(_value: Value, written: Any) -> bool:
    text = str(written).strip().lower()
    if text not in _YES | _NO:
        raise ValueError(written)
    return text in _YES


def _code(value: Value, written: Any) -> str:
    if value.codes and written not in value.codes:
        raise ValueError(written)
    return str(written)


_READERS: Mapping[str, Callable[[Value, Any], Plain]] = {
    "yuan": lambda _, written: yuan_to_fen(str(written)),
    "wan": lambda _, written: int(str(written)) * FEN_PER_WAN,
    "rate": _rate,
    "count": _whole,
    "months": _whole,
    "flag": _flag,
    "code": _code,
    "date": lambda _, written: date.fromisoformat(str(written)),
}
_YES = frozenset({"true", "是", "1"})
_NO = frozenset({"false", "否", "0"})


def _table(value: Value, written: Content) -> KeyedTable:
    if not isinstance(written, list) or not value.key:
        raise Refusal("table_wrong", says("“{name}”是表，要写成一行行的列表，并写明 key。"), name=value.id)
    rows: dict[str, Mapping[str, Plain | None]] = {}
    for row in written:
        unknown = set(row) - {value.key, *value.columns}
        if unknown:
            raise _unknown(value.id, sorted(unknown)[0], set(value.columns))
        read = {name: _cell(value, name, row.get(name)) for name in value.columns}
        for key in _keys(row.get(value.key)):
            if key in rows:
                raise Refusal("table_twice", says("“{name}”里“{key}”写了两次。"), name=value.id, key=key)
            rows[key] = read
    columns = {n: _column_unit(n, u, rows) for n, u in value.columns.items()}
    return KeyedTable(value.key, value.matches == "prefix", columns, rows)


def _column_unit(name: str, unit: str, rows: Mapping[str, Mapping[str, Plain | None]]) -> Unit:
    if unit != "code":
        return UNITS[unit]
    return units.code(str(row[name]) for row in rows.values() if row[name] is not None)


def _cell(value: Value, name: str, written: Any) -> Plain | None:
    if written is None:
        return None
    column = replace(value, id=f"{value.id}.{name}", unit=value.columns[name], codes={})
    found = read_content(column, written)
    assert not isinstance(found, KeyedTable)
    return found


def _keys(written: Any) -> Iterator[str]:
    yield from (str(k) for k in written) if isinstance(written, list) else (str(written),)
