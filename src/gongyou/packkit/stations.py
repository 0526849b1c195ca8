"""`stations.yaml` as one area runs it on one day: names of values become numbers, as in `case.yaml`."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date
from typing import Any

from gongyou.basics.refusal import says
from gongyou.basics.values import Confidence
from gongyou.offices.definitions import StationRules
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Document, Keys, Packs, ProgrammePack, read_as
from gongyou.packkit.resolving import ValueInForce, refuse_wrong, value_in_force

NUMBERS = ("refill_days", "repair_days", "inspect_every_days", "publish_days", "overload_hours")
STATIONS = "stations"


def resolve_stations(
    packs: Packs, pack: ProgrammePack, area: str, on: date
) -> tuple[StationRules | None, tuple[ValueInForce, ...], list[Finding]]:
    """The rules with numbers filled in, the values used, and what is wrong; None where the pack has no stations."""
    document = pack.documents.get(STATIONS)
    if document is None or not isinstance(document.data, dict):
        return None, (), []
    filling = _Filling(packs, pack, document, area, on)
    data = filling.filled()
    if filling.findings:
        return None, (), filling.findings
    content, findings = read_as(Document(document.file, data, document.lines), StationRules)
    return content, tuple(filling.used[name] for name in sorted(filling.used)), findings


def running_stations(packs: Packs, pack: ProgrammePack, area: str, on: date) -> StationRules | None:
    """For publishing. Raises Refusal for what `packs check` would have said."""
    content, _used, findings = resolve_stations(packs, pack, area, on)
    refuse_wrong(findings)
    return content


class _Filling:
    """Puts amounts in the place of names and notes which of them nobody's document gives."""

    def __init__(self, packs: Packs, pack: ProgrammePack, document: Document, area: str, on: date) -> None:
        self.packs, self.pack, self.document, self.area, self.on = packs, pack, document, area, on
        self.used: dict[str, ValueInForce] = {}
        self.findings: list[Finding] = []

    def filled(self) -> Any:
        data = copy.deepcopy(self.document.data)
        assumed = []
        for holder, key, keys in _named(data):
            value = self._value(holder[key], keys)
            if value is not None:
                holder[key] = value.amount
                if value.confidence is Confidence.ASSUMED:
                    assumed.append(
                        str(keys[0]) if keys[0] != "items" else f"least:{data['items'][keys[1]]['id']}"
                    )
        data["assumed"] = sorted(set(assumed))
        return data

    def _value(self, name: str, keys: Keys) -> ValueInForce | None:
        value = value_in_force(self.packs, self.pack, name, self.area, self.on)
        if value is None or isinstance(value.amount, bool) or not isinstance(value.amount, int):
            message = says("没有“{name}”这个值，或它在这一天不是整数。")
            self.findings.append(self.document.finding("values.unknown", message, keys, name=name))
            return None
        self.used[name] = value
        return value


def _named(data: dict[str, Any]) -> Iterator[tuple[Any, Any, Keys]]:
    """Every place that may hold the name of a value."""
    for key in NUMBERS:
        if isinstance(data.get(key), str):
            yield data, key, (key,)
    warn = data.get("warn_days")
    for number, name in enumerate(warn if isinstance(warn, list) else []):
        if isinstance(name, str):
            yield warn, number, ("warn_days", number)
    items = data.get("items")
    for number, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict) and isinstance(item.get("least"), str):
            yield item, "least", ("items", number, "least")
