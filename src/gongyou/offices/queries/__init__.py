"""Reads of offices, duty and calendars."""

from gongyou.offices.queries.calendars import (
    EditionView,
    calendar_by_key,
    calendar_of,
    forget_keys,
    list_editions,
)
from gongyou.offices.queries.duty import Duty, PostView, ShiftView, gaps, list_shifts, on_duty, posts_of
from gongyou.offices.queries.tree import (
    OfficeView,
    PointView,
    areas,
    call_back_office,
    office,
    office_by_code,
    offices,
    offices_under,
    point,
    points_of,
    root_of,
    tree,
    upper_of,
)

__all__ = [
    "Duty",
    "EditionView",
    "OfficeView",
    "PointView",
    "PostView",
    "ShiftView",
    "areas",
    "calendar_by_key",
    "calendar_of",
    "call_back_office",
    "forget_keys",
    "gaps",
    "list_editions",
    "list_shifts",
    "office",
    "office_by_code",
    "offices",
    "offices_under",
    "on_duty",
    "point",
    "points_of",
    "posts_of",
    "root_of",
    "tree",
    "upper_of",
]
