"""Who is responsible where and when, and what stands in a station."""

from gongyou.offices.models.calendars import CalendarEdition, CalendarSet
from gongyou.offices.models.duty import DutyShift, Post, PostTenure, ShiftRecord
from gongyou.offices.models.facilities import Facility, FaultEvent, FaultTicket
from gongyou.offices.models.hours import HoursException, WeeklyHours
from gongyou.offices.models.rota import (
    DutyGap,
    DutyLeave,
    Feed,
    HandOver,
    OutVisit,
    RotaBook,
    Rotation,
    RotationMember,
    ShiftSwap,
)
from gongyou.offices.models.stock import RefillTask, StockLot, StockMove
from gongyou.offices.models.tree import IntakePoint, Office
from gongyou.offices.models.usage import Inspection, Rating, UseCount

__all__ = [
    "CalendarEdition",
    "CalendarSet",
    "DutyGap",
    "DutyLeave",
    "DutyShift",
    "Facility",
    "FaultEvent",
    "FaultTicket",
    "Feed",
    "HandOver",
    "HoursException",
    "Inspection",
    "IntakePoint",
    "Office",
    "OutVisit",
    "Post",
    "PostTenure",
    "Rating",
    "RefillTask",
    "RotaBook",
    "Rotation",
    "RotationMember",
    "ShiftRecord",
    "ShiftSwap",
    "StockLot",
    "StockMove",
    "UseCount",
    "WeeklyHours",
]
