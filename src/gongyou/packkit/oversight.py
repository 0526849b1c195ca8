"""`routes.yaml` and `sanctions.yaml` as one area runs them on one day: names of values become numbers and tables."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from gongyou.basics.refusal import says
from gongyou.basics.values import Confidence
from gongyou.engines.oversight.definitions.routes import RouteTable
from gongyou.engines.oversight.definitions.sanctions import SanctionRules
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Document, Keys, Packs, ProgrammePack, read_as
from gongyou.packkit.resolving import ValueInForce, refuse_wrong, value_in_force

ROUTES, SANCTIONS, SCREENS = "routes", "sanctions", "screens"
T = TypeVar("T")
NUMBERS = ("least_tenths", "most_tenths", "least_months", "most_months", "keeps_days")
CLOCKS = ("decide_days", "extend_most_days", "statement_days", "pay_days", "review_days", "sue_months")


@dataclass
class _Filling:
    """Puts values in the place of their names and remembers which of them no document gives."""

    packs: Packs
    pack: ProgrammePack
    area: str
    on: date
    document: Document

    def __post_init__(self) -> None:
        self.data: dict[str, Any] = copy.deepcopy(self.document.data)
        self.findings: list[Finding] = []
        self.assumed: set[str] = set()
        self.titles = {source.id: source.title for source in self.pack.sources.sources}

    def value(self, holder: dict[str, Any], key: str, keys: Keys, kind: type) -> ValueInForce | None:
        """What the name under `key` stands for; a number written plainly is left as it is."""
        name = holder.get(key)
        if not isinstance(name, str):
            return None
        value = value_in_force(self.packs, self.pack, name, self.area, self.on)
        if value is None or type(value.amount) is not kind:
            message = says("没有“{name}”这个值，或它在这一天不是这里要的数。")
            self.findings.append(self.document.finding("values.unknown", message, keys, name=name))
            return None
        if value.confidence is Confidence.ASSUMED:
            self.assumed.add(name)
        holder[key] = value.amount
        return value

    def title(self, holder: Any) -> None:
        """The document's title for its id: a page names it years later."""
        if isinstance(holder, dict) and isinstance(holder.get("source"), str):
            holder["source"] = self.titles.get(holder["source"], holder["source"])

    def read(self, type_: type[T]) -> tuple[T | None, list[Finding]]:
        if self.findings:
            return None, self.findings
        return read_as(Document(self.document.file, self.data, self.document.lines), type_)


def _filling(packs: Packs, pack: ProgrammePack, area: str, on: date, name: str) -> _Filling | None:
    document = pack.documents.get(name)
    if document is None or not isinstance(document.data, dict):
        return None
    return _Filling(packs, pack, area, on, document)


def resolve_routes(
    packs: Packs, pack: ProgrammePack, area: str, on: date
) -> tuple[RouteTable | None, list[Finding]]:
    """The route test with its deadlines filled in; None where the pack has none."""
    filling = _filling(packs, pack, area, on, ROUTES)
    if filling is None:
        return None, []
    for number, deadline in _mappings(filling.data.get("deadlines")):
        value = filling.value(deadline, "within", ("deadlines", number, "within"), int)
        if value is not None:
            deadline |= {"unit": value.unit, "source": value.source.title, "confidence": value.confidence}
    for _number, route in _mappings(filling.data.get("routes")):
        filling.title(route)
    return filling.read(RouteTable)


def resolve_sanctions(
    packs: Packs, pack: ProgrammePack, area: str, on: date
) -> tuple[SanctionRules | None, list[Finding]]:
    """Bounds, discretion table and clocks filled in; None where the pack sanctions nobody."""
    filling = _filling(packs, pack, area, on, SANCTIONS)
    if filling is None:
        return None, []
    for key in NUMBERS:
        filling.value(filling.data, key, (key,), int)
    clocks = filling.data.get("clocks")
    if isinstance(clocks, dict):
        before = set(filling.assumed)
        for key in CLOCKS:
            name = clocks.get(key)
            filling.value(clocks, key, ("clocks", key), int)
            if name in filling.assumed - before:
                clocks.setdefault("assumed", []).append(key)
    table = filling.value(filling.data, "bands", ("bands",), list)
    if table is not None and isinstance(table.amount, list):
        filling.data["bands"] = [
            {**row, "source": table.source.title, "confidence": table.confidence} for row in table.amount
        ]
    for _number, basis in _mappings(filling.data.get("bases")):
        filling.title(basis)
    filling.data["assumed"] = sorted(filling.assumed)
    return filling.read(SanctionRules)


def running_routes(packs: Packs, pack: ProgrammePack, area: str, on: date) -> RouteTable | None:
    """For publishing. Raises Refusal for what `packs check` would have said."""
    content, findings = resolve_routes(packs, pack, area, on)
    refuse_wrong(findings)
    return content


def running_sanctions(packs: Packs, pack: ProgrammePack, area: str, on: date) -> SanctionRules | None:
    """For publishing. Raises Refusal for what `packs check` would have said."""
    content, findings = resolve_sanctions(packs, pack, area, on)
    refuse_wrong(findings)
    return content


def reason_titles(pack: ProgrammePack) -> dict[str, str]:
    """What a person reads for each reason of the programme's screens; empty where it screens nothing."""
    document = pack.documents.get(SCREENS)
    screens = document.data.get("screens") if document and isinstance(document.data, dict) else None
    return {
        str(reason["id"]): str(reason.get("title", reason["id"]))
        for _number, screen in _mappings(screens)
        for _place, reason in _mappings(screen.get("reasons"))
        if "id" in reason
    }


def _mappings(entries: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            yield number, entry
