"""Actions on offices, duty, stations and calendars."""

from gongyou.offices.services.calendars import import_calendar, retire_calendar
from gongyou.offices.services.duty import drop_shift, name_post_holder, put_shift
from gongyou.offices.services.facilities import (
    DayHours,
    add_facility,
    drop_day_apart,
    set_day_apart,
    set_weekly_hours,
    withdraw_facility,
)
from gongyou.offices.services.faults import (
    accept_fault,
    dismiss_fault,
    repair_fault,
    report_fault,
    verify_fault,
)
from gongyou.offices.services.feeds import make_feed, revoke_feed
from gongyou.offices.services.hand_overs import read_hand_over, write_hand_over
from gongyou.offices.services.night import keep_rota, keep_station
from gongyou.offices.services.points import add_point, retire_point
from gongyou.offices.services.rota import (
    Standby,
    cancel_leave,
    end_rotation,
    publish_rota,
    record_leave,
    set_rotation,
)
from gongyou.offices.services.stock import count_lot, receive_lot, use_stock, withdraw_lot
from gongyou.offices.services.swaps import answer_swap, ask_swap, withdraw_swap
from gongyou.offices.services.tree import Saved, add_office, change_office, close_office
from gongyou.offices.services.usage import CheckAnswer, count_use, inspect_station, rate_station, tap_use
from gongyou.offices.services.visits import cancel_visit, plan_visit, record_visit

__all__ = [
    "CheckAnswer",
    "DayHours",
    "Saved",
    "Standby",
    "accept_fault",
    "add_facility",
    "add_office",
    "add_point",
    "answer_swap",
    "ask_swap",
    "cancel_leave",
    "cancel_visit",
    "change_office",
    "close_office",
    "count_lot",
    "count_use",
    "dismiss_fault",
    "drop_day_apart",
    "drop_shift",
    "end_rotation",
    "import_calendar",
    "inspect_station",
    "keep_rota",
    "keep_station",
    "make_feed",
    "name_post_holder",
    "plan_visit",
    "publish_rota",
    "put_shift",
    "rate_station",
    "read_hand_over",
    "receive_lot",
    "record_leave",
    "record_visit",
    "repair_fault",
    "report_fault",
    "retire_calendar",
    "retire_point",
    "revoke_feed",
    "set_day_apart",
    "set_rotation",
    "set_weekly_hours",
    "tap_use",
    "use_stock",
    "verify_fault",
    "withdraw_facility",
    "withdraw_lot",
    "withdraw_swap",
    "write_hand_over",
]
