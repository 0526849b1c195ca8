"""Actions on offices, duty and calendars."""

from gongyou.offices.services.calendars import import_calendar, retire_calendar
from gongyou.offices.services.duty import drop_shift, name_post_holder, put_shift
from gongyou.offices.services.points import add_point, retire_point
from gongyou.offices.services.tree import Saved, add_office, change_office, close_office

__all__ = [
    "Saved",
    "add_office",
    "add_point",
    "change_office",
    "close_office",
    "drop_shift",
    "import_calendar",
    "name_post_holder",
    "put_shift",
    "retire_calendar",
    "retire_point",
]
