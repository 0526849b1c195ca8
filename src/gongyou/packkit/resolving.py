"""A programme as one area runs it on one day: names of values become numbers, the nearest area wins."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongyou.basics.areas import NATION
from gongyou.basics.refusal import Refusal, says
from gongyou.basics.values import Amount, Confidence, Content, Source
from gongyou.engines.casework.definitions import CaseProgramme
from gongyou.engines.casework.limits import UNITS
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import AreaPack, Document, Keys, Packs, ProgrammePack, read_as

SOURCE_SEPARATOR = "；"
_WEAKEST_LAST = (Confidence.LAW, Confidence.NOTICE, Confidence.ARTICLE, Confidence.ASSUMED)

# Whole numbers of case.yaml, besides the clocks' budgets, that may name a value.
NAMEABLE: tuple[tuple[str, str], ...] = (
    ("call_back", "attempts"),
    ("call_back", "days"),
    ("call_back", "outside_hours"),
    ("call_back", "rounds_before_upper"),
    ("pauses", "most_per_round"),
    ("pauses", "most_working_days"),
    ("repeats", "most"),
    ("repeats", "days"),
    ("incidents", "persons"),
    ("incidents", "hours"),
    ("incidents", "share"),
    ("incidents", "tell_hours"),
    ("proxies", "ask_within"),
    ("rewards", "points"),
)


@dataclass(frozen=True)
class ValueInForce:
    """A value on a day: where it comes from, how sure it is, and which area's overlay gave it ('' : the programme)."""

    id: str
    amount: Content
    unit: str
    source: Source
    confidence: Confidence
    area: str


@dataclass(frozen=True)
class Resolved:
    programme: str
    area: str
    on: date
    content: CaseProgramme
    values: tuple[ValueInForce, ...]


def chain_of(packs: Packs, code: str) -> tuple[AreaPack, ...]:
    """The area and those above it that have a pack, nearest first."""
    found, seen = list[AreaPack](), set[str]()
    while code and code not in seen:
        seen.add(code)
        pack = packs.area(code)
        if pack is not None:
            found.append(pack)
        code = _above(code, pack)
    return tuple(found)


def _above(code: str, pack: AreaPack | None) -> str:
    if pack is not None and pack.head.parent:
        return pack.head.parent
    if not code.endswith("00"):
        return code[:4] + "00"
    return code[:2] + "0000" if not code.endswith("0000") else NATION


def value_in_force(
    packs: Packs, pack: ProgrammePack, value_id: str, area: str, on: date
) -> ValueInForce | None:
    """A value on a day, from the nearest area that gives it; None where nothing gives it."""
    value = next((v for v in pack.values.values if v.id == value_id), None)
    if value is None:
        return None
    for area_pack in chain_of(packs, area):
        for overlay in area_pack.overlays:
            if overlay.content.programme != pack.id:
                continue
            amounts = [a for v in overlay.content.values if v.id == value_id for a in v.amounts]
            amount = amount_on(amounts, on)
            if amount is not None:
                sources = (*overlay.content.sources, *pack.sources.sources)
                return _in_force(value_id, value.unit, amount, sources, area_pack.code)
    amount = amount_on(value.amounts, on)
    return _in_force(value_id, value.unit, amount, pack.sources.sources, NATION) if amount else None


def amount_on(amounts: list[Amount] | tuple[Amount, ...], on: date) -> Amount | None:
    return next((a for a in amounts if a.holds_on(on)), None)


def _in_force(
    value_id: str, unit: str, amount: Amount, sources: tuple[Source, ...], area: str
) -> ValueInForce:
    # A source that is not listed is the finding of another check; here it only keeps its name.
    unlisted = Source(id=amount.source, kind="assumption", title=amount.source)
    source = next((s for s in sources if s.id == amount.source), unlisted)
    return ValueInForce(value_id, amount.amount, unit, source, amount.confidence, area)


def resolve(packs: Packs, programme: str, area: str, on: date) -> Resolved:
    """The programme's casework with numbers filled in. Raises Refusal for an unknown programme or a mistake."""
    pack = packs.programme(programme)
    if pack is None or pack.case is None:
        raise Refusal(
            "unknown_programme",
            says("没有“{programme}”这个规则包，或它不含办件规则。"),
            says("请核对 packs/programmes 下的名称。"),
            field="programme",
            programme=programme,
        )
    content, values, findings = try_resolve(packs, pack, area, on)
    refuse_wrong(findings)
    if content is None:
        raise RuntimeError(f"{programme} was not resolved and nothing was found wrong")
    return Resolved(programme, area, on, content, values)


def refuse_wrong(findings: Sequence[Finding]) -> None:
    """Raises Refusal with what `packs check` would have said."""
    if findings:
        raise Refusal(
            "pack_wrong",
            says("规则包不能使用：{sentence}"),
            says("请先运行 packs check 并改正。"),
            field="programme",
            sentence="；".join(f.sentence() for f in findings),
        )


def try_resolve(
    packs: Packs, pack: ProgrammePack, area: str, on: date
) -> tuple[CaseProgramme | None, tuple[ValueInForce, ...], list[Finding]]:
    """Like `resolve`, with the mistakes as findings."""
    if pack.case is None:
        return None, (), []
    filling = _Filling(pack.case, lambda name: value_in_force(packs, pack, name, area, on))
    data = filling.filled()
    if filling.findings:
        return None, (), filling.findings
    content, findings = read_as(Document(pack.case.file, data, pack.case.lines), CaseProgramme)
    return content, tuple(filling.used[name] for name in sorted(filling.used)), findings


class _Filling:
    """Puts amounts in the place of names."""

    def __init__(self, document: Document, look_up: Callable[[str], ValueInForce | None]) -> None:
        self.document = document
        self.look_up = look_up
        self.used: dict[str, ValueInForce] = {}
        self.findings: list[Finding] = []

    def filled(self) -> Any:
        data = copy.deepcopy(self.document.data)
        types = data.get("types") if isinstance(data, dict) else None
        for number, case_type in enumerate(types if isinstance(types, list) else []):
            if isinstance(case_type, dict):
                self._type(case_type, ("types", number))
        return data

    def _type(self, case_type: dict[str, Any], keys: Keys) -> None:
        for group, name in NAMEABLE:
            self._named(case_type.get(group), name, (*keys, group))
        for name in ("keeps_child_days", "follow_up_days"):
            self._named(case_type, name, keys)
        if isinstance(case_type.get("keeps_days"), str):
            self._keeps(case_type, keys)
        contact = case_type.get("contact")
        if isinstance(contact, dict):
            self._within(contact, (*keys, "contact"))
        rewards = case_type.get("rewards")
        gifts = rewards.get("gifts") if isinstance(rewards, dict) else None
        self._each(gifts, (*keys, "rewards", "gifts"), self._gift)
        for name, fill in (("legal_routes", self._route), ("clocks", self._clock), ("ladder", self._rung)):
            self._each(case_type.get(name), (*keys, name), fill)

    def _named(self, block: Any, name: str, keys: Keys) -> None:
        """A number that may be the name of a value."""
        if isinstance(block, dict) and isinstance(block.get(name), str):
            block[name] = self._amount(block[name], (*keys, name))

    def _rung(self, rung: dict[str, Any], keys: Keys) -> None:
        for name in ("share", "late"):
            if not isinstance(rung.get(name), str):
                continue
            value = self._value(rung[name], (*keys, name))
            rung[name] = value.amount if value else 0
            if value is None:
                continue
            if name == "late":
                rung.setdefault("late_unit", value.unit)
            rung.setdefault("source", value.source.title)
            rung.setdefault("confidence", value.confidence.value)

    def _each(self, items: Any, keys: Keys, fill: Callable[[dict[str, Any], Keys], None]) -> None:
        for number, item in enumerate(items if isinstance(items, list) else []):
            if isinstance(item, dict):
                fill(item, (*keys, number))

    def _route(self, route: dict[str, Any], keys: Keys) -> None:
        """A legal route takes unit, source and sureness from its value, as a clock does."""
        self._named(route, "warn_days", keys)
        if self._within(route, keys) and route["unit"] not in UNITS:
            message = says("法律时效的单位只能是 year、month 或 calendar_day。")
            self.findings.append(self.document.finding("values.unit", message, (*keys, "within")))

    def _within(self, block: dict[str, Any], keys: Keys) -> bool:
        """`within` by the name of a value, which brings its unit, source and sureness. False: a number, or unknown."""
        if not isinstance(block.get("within"), str):
            return False
        value = self._value(block["within"], (*keys, "within"))
        if value is None:
            block["within"] = 0
            return False
        block["within"] = value.amount
        block.setdefault("unit", value.unit)
        block.setdefault("source", value.source.title)
        block.setdefault("confidence", value.confidence.value)
        return True

    def _gift(self, gift: dict[str, Any], keys: Keys) -> None:
        self._named(gift, "points", keys)

    def _keeps(self, case_type: dict[str, Any], keys: Keys) -> None:
        value = self._value(case_type["keeps_days"], (*keys, "keeps_days"))
        if value is not None:
            case_type["keeps_days"] = value.amount
            case_type["keeps_source"] = value.source.title
            case_type["keeps_confidence"] = value.confidence.value

    def _clock(self, clock: dict[str, Any], keys: Keys) -> None:
        values = []
        budget = clock.get("budget")
        for matter_class, name in list(budget.items()) if isinstance(budget, dict) else []:
            if isinstance(name, str):
                value = self._value(name, (*keys, "budget", matter_class))
                clock["budget"][matter_class] = value.amount if value else 0
                values += [value] if value else []
        if not values:
            return
        if len({value.unit for value in values} | {clock.get("unit", values[0].unit)}) > 1:
            message = says("一个期限只能有一种单位；这里的值单位不同。")
            self.findings.append(self.document.finding("values.unit", message, (*keys, "budget")))
        clock.setdefault("unit", values[0].unit)
        titles = dict.fromkeys(value.source.title for value in values)
        clock.setdefault("source", SOURCE_SEPARATOR.join(titles))
        weakest = max((value.confidence for value in values), key=_WEAKEST_LAST.index)
        clock.setdefault("confidence", weakest.value)

    def _amount(self, name: str, keys: Keys) -> int:
        value = self._value(name, keys)
        return int(value.amount) if value and isinstance(value.amount, int) else 0

    def _value(self, name: str, keys: Keys) -> ValueInForce | None:
        value = self.look_up(name)
        if value is not None and (isinstance(value.amount, bool) or not isinstance(value.amount, int)):
            message = says("值“{name}”不是整数，不能用在这里。")
            self.findings.append(self.document.finding("values.whole", message, keys, name=name))
        if value is None:
            message = says("没有“{name}”这个值，或它在这一天没有生效的数额。")
            self.findings.append(self.document.finding("values.unknown", message, keys, name=name))
        else:
            self.used[name] = value
        return value
