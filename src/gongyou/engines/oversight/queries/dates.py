"""Days of a matter, always computed from the day they begin on: nothing stored is added to."""

from __future__ import annotations

from datetime import date, datetime, time

from gongyou.basics.workdays import Unit, due
from gongyou.engines.oversight.definitions.sanctions import SanctionRules, add_months
from gongyou.kernel.moment import SHANGHAI
from gongyou.offices import queries as offices

NOON = time(12)


def last_day(area: str, start: date, days: int, unit: Unit = Unit.CALENDAR_DAY) -> date:
    """The last day of a period; the day it begins is not counted, a rest day at the end moves it (Civil Code 200-203)."""
    _key, calendar = offices.calendar_of(area)
    begins = datetime.combine(start, NOON, SHANGHAI)
    found = due(start=begins, budget=days, unit=unit, calendar=calendar)
    if found.due_at is None:  # only a pause does that
        raise RuntimeError("a period without pauses ends")
    return found.due_at.date()


def decide_by(area: str, filed_on: date, rules: SanctionRules, extended_days: int) -> date:
    return last_day(area, filed_on, rules.clocks.decide_days + extended_days)


def answer_by(area: str, told_on: date, rules: SanctionRules) -> date:
    """Until when a statement is given or a hearing asked for: days of that law are working days (its article 85)."""
    return last_day(area, told_on, rules.clocks.statement_days, Unit.WORKING_DAY)


def ways_until(area: str, delivered_on: date, rules: SanctionRules) -> tuple[date, date, date]:
    """Pay, ask for review, sue: the last day of each, from the day the decision was handed over."""
    pay = last_day(area, delivered_on, rules.clocks.pay_days)
    review = last_day(area, delivered_on, rules.clocks.review_days)
    return pay, review, add_months(delivered_on, rules.clocks.sue_months)
