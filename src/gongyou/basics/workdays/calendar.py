"""A calendar: published editions, the extra days of an area, and office hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import combinations
from zoneinfo import ZoneInfo

from gongyou.basics.refusal import Refusal, says
from gongyou.basics.workdays.editions import ONE_DAY, SATURDAY, Edition

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Overlay:
    """Extra days of an area with their reasons: a typhoon or local festival (off), a worked Sunday (on)."""

    off: Mapping[date, str] = field(default_factory=dict)
    on: Mapping[date, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for day in sorted(set(self.off) & set(self.on)):
            raise Refusal(
                "overlay_day_twice",
                says("{day} 同时写成了休息日和上班日。"),
                says("请只保留一种。"),
                field="overlay",
                day=day,
            )


@dataclass(frozen=True, slots=True)
class Day:
    """What one date is. `provisional`: no holiday notice covers it yet, so a provisional edition or the plain
    weekday rule answered."""

    date: date
    is_working_day: bool
    reason: str
    edition: str
    provisional: bool


@dataclass(frozen=True, eq=False)
class Calendar:
    """Working days and office hours (local time, no lunch break) of one area.

    An area's overlay beats the editions. Of two editions covering a day a published one beats a provisional
    one, then the later published decides (next year's notice may still change a day of December).
    Days are remembered per calendar, because thousands of clocks ask for the same ones.
    """

    editions: tuple[Edition, ...]
    overlay: Overlay = field(default_factory=Overlay)
    opens: time = time(8, 30)
    closes: time = time(17, 0)
    _days: dict[date, Day] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise Refusal(
                "office_hours_wrong",
                says("上班时间 {opens} 不早于下班时间 {closes}。"),
                says("请检查办公时间。"),
                field="closes",
                opens=self.opens,
                closes=self.closes,
            )
        for one, other in combinations(self.editions, 2):
            if _rank(one) == _rank(other) and (
                one.covers(other.covered_from) or other.covers(one.covered_from)
            ):
                raise Refusal(
                    "calendar_editions_overlap",
                    says("工作日历 {one} 和 {other} 覆盖同样的日期，又在同一天公布，不知以哪个为准。"),
                    says("请停用其中一个。"),
                    field="editions",
                    one=one.id,
                    other=other.id,
                )

    def day(self, day: date) -> Day:
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = self._look_up(day)
        return known

    def is_working_day(self, day: date) -> bool:
        return self.day(day).is_working_day

    def opening(self, day: date) -> datetime:
        return datetime.combine(day, self.opens, SHANGHAI)

    def closing(self, day: date) -> datetime:
        return datetime.combine(day, self.closes, SHANGHAI)

    def covered_until(self, day: date) -> date | None:
        """The last day covered by published notices without a gap from `day` on; None if `day` is not."""
        last: date | None = None
        published = [edition for edition in self.editions if not edition.is_provisional]
        while ends := [edition.covered_to for edition in published if edition.covers(day)]:
            last = max(ends)
            day = last + ONE_DAY
        return last

    def _look_up(self, day: date) -> Day:
        edition = max((edition for edition in self.editions if edition.covers(day)), key=_rank, default=None)
        name = edition.id if edition else ""
        provisional = edition is None or edition.is_provisional
        if day in self.overlay.off:
            return Day(day, False, self.overlay.off[day], name, provisional)
        if day in self.overlay.on:
            return Day(day, True, self.overlay.on[day], name, provisional)
        if edition is not None and day in edition.off:
            return Day(day, False, edition.notes.get(day, says("放假")), name, provisional)
        if edition is not None and day in edition.on:
            return Day(day, True, edition.notes.get(day, says("调休上班")), name, provisional)
        is_working_day = day.weekday() < SATURDAY
        return Day(day, is_working_day, _weekday_reason(is_working_day, provisional), name, provisional)


def next_working_day(day: date, calendar: Calendar) -> date:
    """The day itself where it is worked, otherwise the first worked day after it."""
    while not calendar.is_working_day(day):
        day += ONE_DAY
    return day


def working_days_between(first: date, last: date, calendar: Calendar) -> int:
    """Working days after `first` up to and including `last`, as deadlines count; negative if reversed."""
    if last < first:
        return -working_days_between(last, first, calendar)
    return sum(
        calendar.is_working_day(first + offset * ONE_DAY) for offset in range(1, (last - first).days + 1)
    )


def days_of_coverage_left(calendar: Calendar, today: date) -> int:
    """Days after `today` that holiday notices cover without a gap; 0 when today itself is not covered."""
    until = calendar.covered_until(today)
    return (until - today).days if until else 0


def _rank(edition: Edition) -> tuple[bool, date]:
    return not edition.is_provisional, edition.published_on


def _weekday_reason(is_working_day: bool, provisional: bool) -> str:
    if provisional:
        if is_working_day:
            return says("工作日（放假通知尚未发布，暂按周一至周五计）")
        return says("周末（放假通知尚未发布）")
    return says("工作日") if is_working_day else says("周末")
