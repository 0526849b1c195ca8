"""The numbers of a programme on a day and in an area: nearest area first, each with source and confidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from gongyou.basics.areas import LocalDecision, local_decisions
from gongyou.basics.money import yuan_to_fen
from gongyou.basics.reading import read_yaml
from gongyou.basics.refusal import Refusal, says
from gongyou.basics.values import Amount, Values


@dataclass(frozen=True)
class Number:
    """A value in force. `area` '': the programme's own."""

    id: str
    title: str
    unit: str
    written: Any
    source: str
    confidence: str
    area: str


@dataclass(frozen=True)
class Numbers:
    """All values of a programme that are in force on a day, by id."""

    found: Mapping[str, Number]

    def _one(self, name: str) -> Number:
        number = self.found.get(name)
        if number is None:
            raise Refusal(
                "match_value_missing",
                says("这个规则包没有“{name}”在这一天的取值。"),
                says("请在 values.yaml 里补上。"),
                field="programme",
                name=name,
            )
        return number

    def _read(self, name: str, read: Any) -> Any:
        number = self._one(name)
        try:
            return read(number.written)
        except (ValueError, TypeError, ZeroDivisionError, Refusal) as error:
            raise Refusal(
                "match_value_unreadable",
                says("取值“{name}”写的是“{written}”，读不懂。"),
                says("数写整数，比例写 60% 或 0.6，金额写元。"),
                field="programme",
                name=name,
                written=str(number.written)[:40],
            ) from error

    def count(self, name: str) -> int:
        return int(self._read(name, lambda written: int(str(written))))

    def rate(self, name: str) -> Fraction:
        found: Fraction = self._read(name, rate_of)
        return found

    def fen(self, name: str) -> int:
        return int(self._read(name, lambda written: yuan_to_fen(str(written))))

    def rows(self, prefix: str) -> list[Mapping[str, Any]]:
        """The rows of every table whose id begins so, each with its `source` and `confidence`."""
        return [
            {**row, "source": number.source, "confidence": number.confidence}
            for number in self.found.values()
            if number.id.startswith(prefix) and isinstance(number.written, list)
            for row in number.written
        ]


def rate_of(written: Any) -> Fraction:
    """`60%` or `0.6`. Raises ValueError."""
    text = str(written).strip()
    found = Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if found < 0:
        raise ValueError(text)
    return found


def numbers_on(root: Path, programme: str, area: str, on: date) -> Numbers:
    """Values of `root/programmes/<programme>` with what the area and those above it decide otherwise. Raises Refusal."""
    values = read_yaml(root / "programmes" / programme / "values.yaml", Values).values
    local = local_decisions(root, area, programme)
    found = {}
    for value in values:
        chosen = _chosen(value.id, local, on)
        area_of, amount = chosen if chosen else ("", _on(value.id, value.amounts, on))
        if amount is not None:
            found[value.id] = Number(
                value.id,
                value.title,
                value.unit,
                amount.amount,
                amount.source,
                amount.confidence.value,
                area_of,
            )
    return Numbers(found)


def _chosen(name: str, local: Sequence[LocalDecision], on: date) -> tuple[str, Amount] | None:
    for decision in local:
        amounts = [a for v in decision.content.values if v.id == name for a in v.amounts]
        amount = _on(name, amounts, on)
        if amount is not None:
            return decision.area, amount
    return None


def _on(name: str, amounts: Sequence[Amount], on: date) -> Amount | None:
    covering = [a for a in amounts if a.holds_on(on)]
    if len(covering) > 1:
        raise Refusal(
            "value_overlap_here",
            says("“{name}”在{day}同时有两个数额。"),
            says("请给前一个写 until。"),
            field="programme",
            name=name,
            day=on.isoformat(),
        )
    return covering[0] if covering else None
