"""Measures of the loop: definitions as data, each figure with its numerator, denominator and the rows behind it.

Rates of people's opinion stand beside the share of people asked; nobody is ranked by satisfaction alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from gongyou.basics.refusal import says
from gongyou.engines.casework.queries.figures import (
    Extent,
    RoundIs,
    RoundLine,
    RoundSet,
    classes_counted,
    count_rounds,
    list_rounds,
)
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
class MeasureDefinition:
    """What a rate counts. `waits` are rounds whose promise still runs: left out of both sides, and said so."""

    id: str
    title: str
    asks: str
    counted: str
    of: str
    numerator: tuple[RoundIs, ...]
    denominator: tuple[RoundIs, ...]
    waits: tuple[RoundIs, ...] = ()
    is_more_better: bool = True
    beside: str = ""
    """The measure this one is never shown without."""
    matter_class: str = ""
    class_title: str = ""

    def base(self) -> RoundSet:
        return RoundSet(self.denominator, self.matter_class)

    def part(self) -> RoundSet:
        return RoundSet((*self.denominator, *self.numerator), self.matter_class)

    def waiting(self) -> RoundSet:
        return RoundSet(self.waits, self.matter_class)


@dataclass(frozen=True)
class Measure:
    """One figure. `value` is exact (a share of one) and None where the sample is too small."""

    definition: MeasureDefinition
    numerator: int
    denominator: int
    excluded: int
    value: Fraction | None
    note: str

    @property
    def id(self) -> str:
        return self.definition.id

    @property
    def is_too_small(self) -> bool:
        return 0 < self.denominator < LEAST


IS = RoundIs

MEASURES: tuple[MeasureDefinition, ...] = (
    MeasureDefinition(
        id="receipt",
        title=says("回执及时率"),
        asks=says("群众反映后，是否按时收到了回执？"),
        counted=says("按时发出回执的"),
        of=says("应发回执的"),
        numerator=(IS.RECEIPT_IN_TIME,),
        denominator=(IS.FIRST, IS.RECEIPT_JUDGED),
    ),
    MeasureDefinition(
        id="response",
        title=says("响应率"),
        asks=says("派到单位的事，是否在规定时间内签收？"),
        counted=says("按时签收的"),
        of=says("已派单的（签收时限未到的不算）"),
        numerator=(IS.ACCEPTED_IN_TIME,),
        denominator=(IS.DISPATCHED, IS.ACCEPT_JUDGED),
        waits=(IS.DISPATCHED, IS.ACCEPT_RUNNING),
    ),
    MeasureDefinition(
        id="on_time",
        title=says("按期办结率"),
        asks=says("第一轮办理是否在承诺日期前答复？"),
        counted=says("第一轮按期答复的"),
        of=says("第一轮已答复或已到期的"),
        numerator=(IS.SETTLED_IN_TIME,),
        denominator=(IS.FIRST, IS.SETTLE_JUDGED),
        waits=(IS.FIRST, IS.SETTLE_RUNNING),
    ),
    MeasureDefinition(
        id="coverage",
        title=says("回访覆盖率"),
        asks=says("答复之后，问到了多少人？"),
        counted=says("接通并作答的"),
        of=says("应回访的（期限未到的不算）"),
        numerator=(IS.ANSWERED,),
        denominator=(IS.CALL_DUE,),
        waits=(IS.CALL_RUNNING,),
    ),
    MeasureDefinition(
        id="resolution",
        title=says("解决率"),
        asks=says("接通回访的人里，多少人说事情解决了？"),
        counted=says("说“解决了”的"),
        of=says("接通并作答的"),
        numerator=(IS.SOLVED,),
        denominator=(IS.ANSWERED,),
        beside="coverage",
    ),
    MeasureDefinition(
        id="satisfaction",
        title=says("满意率"),
        asks=says("接通回访的人里，多少人说满意？"),
        counted=says("说“满意”的"),
        of=says("接通并作答的"),
        numerator=(IS.SATISFIED,),
        denominator=(IS.ANSWERED,),
        beside="coverage",
    ),
    MeasureDefinition(
        id="second_satisfaction",
        title=says("再次办理后的满意率"),
        asks=says("复盘或重新打开以后，多少人改说满意？"),
        counted=says("第二轮及以后说“满意”的"),
        of=says("第二轮及以后接通并作答的"),
        numerator=(IS.SATISFIED,),
        denominator=(IS.LATER, IS.ANSWERED),
        beside="coverage",
    ),
    MeasureDefinition(
        id="unreached",
        title=says("未能联系上的比例"),
        asks=says("应回访的人里，多少人始终联系不上？"),
        counted=says("按规定次数仍未联系上的"),
        of=says("应回访的（期限未到的不算）"),
        numerator=(IS.UNREACHED,),
        denominator=(IS.CALL_DUE,),
        is_more_better=False,
    ),
    MeasureDefinition(
        id="review",
        title=says("复盘及时率"),
        asks=says("群众不满意之后，是否按时组织复盘？"),
        counted=says("按时复盘的"),
        of=says("应复盘的（期限未到的不算）"),
        numerator=(IS.REVIEW_IN_TIME,),
        denominator=(IS.REVIEW_JUDGED,),
        waits=(IS.REVIEW_RUNNING,),
    ),
    MeasureDefinition(
        id="reasonable",
        title=says("不满意被认定合理的比例"),
        asks=says("复盘以后，多少不满意确实是我们没办好？"),
        counted=says("认定诉求合理、办理有问题的"),
        of=says("已复盘的"),
        numerator=(IS.FOUND_REASONABLE,),
        denominator=(IS.REVIEWED,),
        is_more_better=False,
    ),
    MeasureDefinition(
        id="reopened",
        title=says("重新打开率"),
        asks=says("结束了的事，多少又被重新提起？"),
        counted=says("结束后又重新打开的"),
        of=says("已结束的"),
        numerator=(IS.REOPENED,),
        denominator=(IS.CLOSED,),
        is_more_better=False,
    ),
    MeasureDefinition(
        id="paper_delay",
        title=says("纸质登记录入延误率"),
        asks=says("写在心声簿上的事，是否隔了一个工作日以上才录入？"),
        counted=says("晚于一个工作日录入的"),
        of=says("纸质登记的"),
        numerator=(IS.KEYED_LATE,),
        denominator=(IS.PAPER,),
        is_more_better=False,
    ),
)

BY_CLASS = "on_time"


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
    """All measures of the rounds begun in a period, counted in one query within `supervise.read`.

    Raises NotAllowed, and DomainError for a period that ends before it begins.
    """
    _check(extent)
    wanted = definitions(actor, extent)
    sets: dict[str, RoundSet] = {}
    for definition in wanted:
        sets[f"{definition.id}/part"] = definition.part()
        sets[f"{definition.id}/base"] = definition.base()
        if definition.waits:
            sets[f"{definition.id}/waits"] = definition.waiting()
    counts = count_rounds(actor, extent, sets)
    return tuple(_measure(definition, counts) for definition in wanted)


def _measure(definition: MeasureDefinition, counts: dict[str, int]) -> Measure:
    part, base = counts[f"{definition.id}/part"], counts[f"{definition.id}/base"]
    is_enough = base >= LEAST
    return Measure(
        definition=definition,
        numerator=part,
        denominator=base,
        excluded=counts.get(f"{definition.id}/waits", 0),
        value=Fraction(part, base) if is_enough else None,
        note="" if is_enough or base == 0 else TOO_FEW,
    )


def definition_of(actor: Actor, measure_id: str, extent: Extent) -> MeasureDefinition:
    """Raises NotFound for a measure nobody defined."""
    for definition in definitions(actor, extent):
        if definition.id == measure_id:
            return definition
    raise NotFound(says("没有这个指标。"))


@dataclass(frozen=True)
class Rows:
    """The rounds behind one figure; `next` is the cursor of the following page, empty at the end."""

    measure: Measure
    items: tuple[RoundLine, ...]
    next: str


def rows_of(actor: Actor, measure_id: str, extent: Extent, *, cursor: str = "", size: int = 50) -> Rows:
    """The denominator's rounds, those of the numerator marked. Raises NotFound, NotAllowed, ValueError (cursor)."""
    _check(extent)
    definition = definition_of(actor, measure_id, extent)
    items, following = list_rounds(
        actor, extent, definition.base(), counted=definition.part(), after=cursor, size=size
    )
    sets = {f"{definition.id}/part": definition.part(), f"{definition.id}/base": definition.base()}
    if definition.waits:
        sets[f"{definition.id}/waits"] = definition.waiting()
    return Rows(_measure(definition, count_rounds(actor, extent, sets)), items, following)


def period(since: date, until: date, *, area: str = "", office_path: str = "", programme: str = "") -> Extent:
    """An extent by its plain parts, for callers that may not know casework's names."""
    return Extent(since, until, area, office_path, programme)


def _check(extent: Extent) -> None:
    if extent.until < extent.since:
        raise DomainError("period", says("结束日期早于开始日期。"), says("请核对起止日期。"), field="until")
