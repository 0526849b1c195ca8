"""Official working days and periods: editions of the holiday notice, a calendar, and when a clock is due.

Source of the rules: Civil Code arts. 200-203 for periods in days; the yearly notice of the State Council's
General Office for days off and make-up working days (data: packs/calendars).
"""

from gongyou.basics.workdays.calendar import (
    SHANGHAI,
    Calendar,
    Day,
    Overlay,
    days_of_coverage_left,
    next_working_day,
    working_days_between,
)
from gongyou.basics.workdays.clock import Due, Pause, Unit, due
from gongyou.basics.workdays.editions import Edition, load_editions, read_edition

__all__ = [
    "SHANGHAI",
    "Calendar",
    "Day",
    "Due",
    "Edition",
    "Overlay",
    "Pause",
    "Unit",
    "days_of_coverage_left",
    "due",
    "load_editions",
    "next_working_day",
    "read_edition",
    "working_days_between",
]
