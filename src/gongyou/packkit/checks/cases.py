"""The casework of a programme as the checks look at it: every type with its place in the file, numbers filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gongyou.basics.areas import NATION
from gongyou.engines.casework.definitions import CaseProgramme, CaseType, Happens
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Document, Keys, Packs, ProgrammePack
from gongyou.packkit.resolving import try_resolve


@dataclass(frozen=True)
class TypeAt:
    """A case type and where it stands, so that a finding can name the line."""

    case_type: CaseType
    document: Document
    keys: Keys

    def finding(self, check: str, message: str, keys: Keys = (), **params: object) -> Finding:
        params = {"type": self.case_type.title, **params}
        return self.document.finding(check, message, (*self.keys, *keys), **params)

    def clock_keys(self, clock_id: str) -> Keys:
        return ("clocks", next(n for n, c in enumerate(self.case_type.clocks) if c.id == clock_id))

    def transition_keys(self, on: Happens, state: str) -> Keys:
        """Where the rule stands that moves `state` on a happening (the table's first that fits)."""
        for number, transition in enumerate(self.case_type.transitions):
            if transition.on is on and (state in transition.at or (not transition.at and not state)):
                return ("transitions", number)
        return ("transitions",)


def first_day(packs: Packs, pack: ProgrammePack) -> date:
    """A day on which every value of the programme is in force: the latest first day."""
    days = [min(a.from_on for a in value.amounts) for value in pack.values.values if value.amounts]
    return max(days, default=date(2000, 1, 1))


def content_of(packs: Packs, pack: ProgrammePack) -> tuple[CaseProgramme | None, list[Finding]]:
    content, _, findings = try_resolve(packs, pack, NATION, first_day(packs, pack))
    return content, findings


def types_of(packs: Packs) -> Iterator[TypeAt]:
    """Every type of every programme that can be read."""
    for pack in packs.programmes:
        content, _ = content_of(packs, pack)
        if content is None or pack.case is None:
            continue
        for number, case_type in enumerate(content.types):
            yield TypeAt(case_type, pack.case, ("types", number))
