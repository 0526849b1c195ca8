"""Measures of the loop: definitions as data, each figure with its numerator, denominator and the rows behind it.

Rates of people's opinion stand beside the share of people asked; nobody is ranked by satisfaction alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from gongyou.basics.refusal import says
from gongyou.engines.casework.queries.figures import (
    Extent,
    RoundLine,
    RoundSet,
    classes_counted,
    count_rounds,
    list_rounds,
)
from gongyou.engines.casework.queries.figures_beside import (
    Counted,
    PlainLine,
    count_limits,
    count_pages,
    list_limits,
    list_pages,
)
from gongyou.insight.definitions import BY_CLASS, MEASURES, MeasureDefinition, Source
from gongyou.insight.topics import topics_repeated
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import DomainError, NotFound

__all__ = [
    "MEASURES",
    "Extent",
    "Measure",
    "MeasureDefinition",
    "RoundLine",
    "Rows",
    "definition_of",
    "definitions",
    "measures",
    "period",
    "rows_of",
]

LEAST = 10
"""Below this denominator a rate says more about chance than about the work: only the counts are shown."""
TOO_FEW = says("样本太少，不计算比率")


@dataclass(frozen=True)
class Measure:
    """One figure. `value` is exact (a share of one) and None where the sample is too small."""

    definition: MeasureDefinition
    numerator: int
    denominator: int
    excluded: int
    value: Fraction | None
    note: str
    left_out: int = 0
    sample: int = 0
    """How many rounds stand behind it, where not they but amounts are added up."""

    @property
    def id(self) -> str:
        return self.definition.id

    @property
    def is_too_small(self) -> bool:
        return 0 < self.sample < LEAST


def definitions(actor: Actor, extent: Extent) -> tuple[MeasureDefinition, ...]:
    """The measures of a period: those of the table, and settlement on time once for every class that occurs."""
    found: list[MeasureDefinition] = []
    for definition in MEASURES:
        found.append(definition)
        if definition.id == BY_CLASS:
            found += [_of_class(definition, *one) for one in classes_counted(actor, extent)]
    return tuple(found)


def _of_class(definition: MeasureDefinition, class_id: str, class_title: str) -> MeasureDefinition:
    return replace(
        definition, id=f"{definition.id}.{class_id}", matter_class=class_id, class_title=class_title
    )


def measures(actor: Actor, extent: Extent) -> tuple[Measure, ...]:
    """All measures of a period: those of rounds in one query, the others one by one, within `supervise.read`.

    Raises NotAllowed, and DomainError for a period that ends before it begins.
    """
    _check(extent)
    return _counted(actor, extent, definitions(actor, extent))


def _counted(actor: Actor, extent: Extent, wanted: tuple[MeasureDefinition, ...]) -> tuple[Measure, ...]:
    sets: dict[str, RoundSet] = {}
    for definition in wanted:
        if definition.source is Source.ROUNDS:
            sets |= _sets(definition)
    counts = count_rounds(actor, extent, sets)
    return tuple(
        _measure(definition, counts)
        if definition.source is Source.ROUNDS
        else _plain_measure(definition, COUNTS[definition.source](actor, extent))
        for definition in wanted
    )


def _sets(definition: MeasureDefinition) -> dict[str, RoundSet]:
    sets = {f"{definition.id}/part": definition.part(), f"{definition.id}/base": definition.base()}
    if definition.waits:
        sets[f"{definition.id}/waits"] = definition.waiting()
    if definition.leaves_out:
        sets[f"{definition.id}/out"] = definition.left_out()
    if definition.amounts:
        sets[f"{definition.id}/sample"] = definition.sample()
    return sets


def _measure(definition: MeasureDefinition, counts: dict[str, int]) -> Measure:
    part, base = counts[f"{definition.id}/part"], counts[f"{definition.id}/base"]
    sample = counts.get(f"{definition.id}/sample", base)
    is_enough = sample >= LEAST and base > 0
    return Measure(
        definition=definition,
        numerator=part,
        denominator=base,
        excluded=counts.get(f"{definition.id}/waits", 0),
        value=Fraction(part, base) if is_enough else None,
        note="" if is_enough or base == 0 else TOO_FEW,
        left_out=counts.get(f"{definition.id}/out", 0),
        sample=sample,
    )


def _plain_measure(definition: MeasureDefinition, found: Counted) -> Measure:
    is_enough = found.base >= LEAST
    return Measure(
        definition=definition,
        numerator=found.part,
        denominator=found.base,
        excluded=found.waiting,
        value=Fraction(found.part, found.base) if is_enough else None,
        note="" if is_enough or found.base == 0 else TOO_FEW,
        sample=found.base,
    )


def _count_topics(actor: Actor, extent: Extent) -> Counted:
    often = topics_repeated(actor, extent)
    return Counted(sum(topic.is_open for topic in often), len(often))


COUNTS: Mapping[Source, Callable[[Actor, Extent], Counted]] = {
    Source.LIMITS: count_limits,
    Source.PAGES: count_pages,
    Source.TOPICS: _count_topics,
}


def _list_topics(actor: Actor, extent: Extent) -> tuple[PlainLine, ...]:
    return tuple(
        PlainLine("", extent.office_path, None, topic.title, topic.is_open)
        for topic in topics_repeated(actor, extent)
    )


LISTS: Mapping[Source, Callable[[Actor, Extent], tuple[PlainLine, ...]]] = {
    Source.LIMITS: list_limits,
    Source.PAGES: list_pages,
    Source.TOPICS: _list_topics,
}


def definition_of(actor: Actor, measure_id: str, extent: Extent) -> MeasureDefinition:
    """Raises NotFound for a measure nobody defined."""
    for definition in definitions(actor, extent):
        if definition.id == measure_id:
            return definition
    raise NotFound(says("没有这个指标。"))


@dataclass(frozen=True)
class Rows:
    """What stands behind one figure: `items` for rounds, `plain` for everything else.

    `next` is the cursor of the following page, empty at the end.
    """

    measure: Measure
    items: tuple[RoundLine, ...]
    next: str
    plain: tuple[PlainLine, ...] = ()


def rows_of(actor: Actor, measure_id: str, extent: Extent, *, cursor: str = "", size: int = 50) -> Rows:
    """The denominator's rows, those of the numerator marked; of voice books only the numbers nobody keyed.

    Raises NotFound, NotAllowed, ValueError (cursor).
    """
    _check(extent)
    definition = definition_of(actor, measure_id, extent)
    (measure,) = _counted(actor, extent, (definition,))
    if definition.source is not Source.ROUNDS:
        return Rows(measure, (), "", LISTS[definition.source](actor, extent))
    items, following = list_rounds(
        actor, extent, definition.base(), counted=definition.part(), after=cursor, size=size
    )
    return Rows(measure, items, following)


def period(since: date, until: date, *, area: str = "", office_path: str = "", programme: str = "") -> Extent:
    """An extent by its plain parts, for callers that may not know casework's names."""
    return Extent(since, until, area, office_path, programme)


def _check(extent: Extent) -> None:
    if extent.until < extent.since:
        raise DomainError("period", says("结束日期早于开始日期。"), says("请核对起止日期。"), field="until")
