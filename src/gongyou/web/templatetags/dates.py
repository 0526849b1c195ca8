"""Dates as people in China write them, and how long is left, in the reader's language.

Chinese is the source of every form; the catalogue turns the same fields into the English order, so nothing here
asks which language is on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gongyou.kernel import moment

WEEKDAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)
SOON_DAYS = 1


class HasDue(Protocol):
    """What `describe_due` reads: a clock line, a thing to do, a receipt. Only `due_at` is required."""

    @property
    def due_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class DueWords:
    """A promised date ready to be shown. `tone`: ok | soon | late | done | stopped."""

    due_at: datetime | None
    date: str
    words: str
    tone: str
    icon: str
    is_provisional: bool


def write_date(day: date | None, *, today: date | None = None) -> str:
    """10月10日（周六）; the year stands only where it is not this one. Empty for None."""
    if day is None:
        return ""
    local = _local(day)
    fields = {
        "year": local.year,
        "month": local.month,
        "day": local.day,
        "month_name": dateformat.format(local, "M"),
        "weekday": WEEKDAYS[local.weekday()],
    }
    if local.year == (today or moment.today()).year:
        return _("{month}月{day}日（{weekday}）").format(**fields)
    return _("{year}年{month}月{day}日（{weekday}）").format(**fields)


def write_moment(at: date | None) -> str:
    """10月10日（周六）17:00 in local time; a plain date stays a date. Empty for None."""
    if not isinstance(at, datetime):
        return write_date(at)
    local = at.astimezone(moment.SHANGHAI)
    return _("{date}{time}").format(date=write_date(local), time=f"{local:%H:%M}")


def _local(day: date) -> date:
    return day.astimezone(moment.SHANGHAI).date() if isinstance(day, datetime) else day


def write_left(due_at: datetime, now: datetime) -> tuple[str, str]:
    """How long is left or how late it is, in words, and the tone: ok, soon or late."""
    days = (_local(due_at) - _local(now)).days
    if due_at < now:
        return _write_late(-days, now - due_at), "late"
    if days == 0:
        return _("今天到期"), "soon"
    if days == SOON_DAYS:
        return _("明天到期"), "soon"
    return ngettext("还有%(n)d天", "还有%(n)d天", days) % {"n": days}, "ok"


def _write_late(days: int, late: object) -> str:
    if days == 0:
        return _("今天已到期")
    return ngettext("已超期%(n)d天", "已超期%(n)d天", days) % {"n": days}


_ICONS = {
    "ok": "clock",
    "soon": "hourglass",
    "late": "alert-triangle",
    "done": "circle-check",
    "stopped": "player-pause",
}


def describe_due(clock: HasDue, now: datetime | None = None) -> DueWords:
    """Words for anything with `due_at` and, where known, `provisional`, `is_stopped`, `met_at`, `is_late`."""
    at = now or moment.now()
    is_provisional = bool(getattr(clock, "provisional", False) or getattr(clock, "is_provisional", False))
    words, tone = _state_of(clock, at)
    return DueWords(clock.due_at, write_moment(clock.due_at), words, tone, _ICONS[tone], is_provisional)


def _state_of(clock: HasDue, now: datetime) -> tuple[str, str]:
    met_at = getattr(clock, "met_at", None)
    if met_at is not None:
        is_late = clock.due_at is not None and met_at > clock.due_at
        return (_("完成，但超过了期限"), "late") if is_late else (_("已按期完成"), "done")
    if getattr(clock, "is_stopped", False) or clock.due_at is None:
        return _("计时暂停"), "stopped"
    return write_left(clock.due_at, now)
