"""The worked examples hold: replayed through the loop with the official calendar, every date as expected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from gongyou.basics.refusal import Refusal, says
from gongyou.basics.workdays import SHANGHAI, Calendar
from gongyou.engines.casework.definitions import CaseProgramme, CaseType, Happens
from gongyou.engines.casework.loop import Happening, Projection, RunningClock, apply
from gongyou.packkit.calendars import calendar_of
from gongyou.packkit.checks.cases import content_of
from gongyou.packkit.definitions import Example, ExampleStep, ExpectedClock
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Document, Keys, Packs, ProgrammePack
from gongyou.packkit.resolving import try_resolve, value_in_force
from gongyou.packkit.walking import is_whole


def check(packs: Packs) -> Iterator[Finding]:
    for pack in packs.programmes:
        if pack.case is not None and not pack.examples:
            message = says("还没有算例（cases/*.yaml）：每条期限至少写一个。")
            yield Finding("examples.none", message, f"programmes/{pack.folder}/cases", 1)
        shelf = _Shelf(packs, pack)
        for file in pack.examples:
            for number, example in enumerate(file.examples.cases):
                yield from _Trial(shelf, file.document, example, ("cases", number)).findings()
        yield from _uncovered(packs, pack)


@dataclass
class _Shelf:
    """Many examples share an area and a day's values: each is resolved once."""

    packs: Packs
    pack: ProgrammePack
    contents: dict[tuple[str, str], CaseProgramme | None] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether the programme itself can be read; what is wrong with it is said once, not by every example."""
        return content_of(self.packs, self.pack)[0] is not None

    def content_of(self, example: Example) -> CaseProgramme | None:
        on = (example.given[0].at if example.given else example.on).date()
        names = [value.id for value in self.pack.values.values]
        values = tuple(value_in_force(self.packs, self.pack, name, example.area, on) for name in names)
        key = (example.area, repr(values))
        if key not in self.contents:
            self.contents[key] = try_resolve(self.packs, self.pack, example.area, on)[0]
        return self.contents[key]


class _Trial:
    """One example, replayed."""

    def __init__(self, shelf: _Shelf, document: Document, example: Example, keys: Keys) -> None:
        self.shelf, self.document, self.example, self.keys = shelf, document, example, keys

    def findings(self) -> Iterator[Finding]:
        content = self.shelf.content_of(self.example)
        if content is None:
            if self.shelf.is_sound:
                message = says("那一天还没有生效的值，或本地值写错了。")
                yield self._finding("examples.values", message, ("given",))
            return
        case_type = next((t for t in content.types if t.id == self.example.type), None)
        if case_type is None or not self.example.given:
            message = says("没有“{name}”这一类，或 given 是空的。")
            yield self._finding("examples.type", message, ("type",), name=self.example.type)
        elif is_whole(case_type):  # otherwise the check of transitions says it
            yield from self._replayed(case_type)

    def _replayed(self, case_type: CaseType) -> Iterator[Finding]:
        try:
            calendar = calendar_of(self.shelf.packs, self.example.area)
        except Refusal:
            return  # the check of areas says it
        projection = Projection()
        for number, step in enumerate(self.example.given):
            try:
                after = self._after(case_type, projection, step, calendar)
            except Refusal as refusal:
                if step.is_refused:
                    continue
                message = says("这一步办不了：{sentence}")
                yield self._finding("examples.step", message, ("given", number), sentence=refusal.sentence())
                return
            if step.is_refused:
                yield self._finding("examples.step", says("这一步本应被拒绝，却办成了。"), ("given", number))
                return
            projection = after
        yield from self._differences(projection)

    @staticmethod
    def _after(case_type: CaseType, before: Projection, step: ExampleStep, calendar: Calendar) -> Projection:
        data = {"class": step.matter_class} if step.matter_class else {}
        if step.happens is Happens.RECEIVED and not data and case_type.classes:
            data = {"class": case_type.classes[0].id}
        return apply(case_type, before, Happening(step.happens, local(step.at), data), calendar)

    def _differences(self, found: Projection) -> Iterator[Finding]:
        expected = self.example.expect
        if found.state != expected.state:
            yield self._different(("state",), expected.state, found.state)
        if found.round != expected.round:
            yield self._different(("round",), expected.round, found.round)
        for name, clock in expected.clocks.items():
            running = found.clock(name)
            if running is None:
                message = says("期限“{clock}”没有开始过。")
                yield self._finding("examples.differs", message, ("expect", "clocks", name), clock=name)
            else:
                yield from self._clock(name, clock, running)

    def _clock(self, name: str, expected: ExpectedClock, running: RunningClock) -> Iterator[Finding]:
        facts = {
            "due": (local(expected.due) if expected.due else None, running.due.due_at),
            "provisional": (expected.provisional, running.due.provisional),
            "met": (expected.met, not running.is_open),
            "late": (expected.late, running.is_late(local(self.example.on))),
        }
        for key, (wanted, got) in facts.items():
            if wanted != got:
                yield self._different(("clocks", name, key), _shown(wanted), _shown(got))

    def _different(self, keys: Keys, expected: object, found: object) -> Finding:
        message = says("“{case}”应为{expected}，实际是{found}。")
        return self._finding(
            "examples.differs",
            message,
            ("expect", *keys),
            case=self.example.case,
            expected=expected,
            found=found,
        )

    def _finding(self, check: str, message: str, keys: Keys, **params: object) -> Finding:
        return self.document.finding(check, message, (*self.keys, *keys), **params)


def local(moment: datetime) -> datetime:
    """Times in packs are Shanghai's unless they say otherwise."""
    return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment


def _shown(value: object) -> object:
    return value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value


def _uncovered(packs: Packs, pack: ProgrammePack) -> Iterator[Finding]:
    """Every type of the programme has an example."""
    if pack.case is None or not pack.examples:
        return
    shown = {example.type for file in pack.examples for example in file.examples.cases}
    types = pack.case.data.get("types") if isinstance(pack.case.data, dict) else None
    for number, case_type in enumerate(types if isinstance(types, list) else []):
        name = case_type.get("id") if isinstance(case_type, dict) else None
        if isinstance(name, str) and name not in shown:
            message = says("“{name}”这一类没有算例。")
            yield pack.case.finding("examples.uncovered", message, ("types", number, "id"), name=name)
