"""The one clock everybody reads; it can be stood at another moment (night runs, tests, demo history)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_stood_at: ContextVar[datetime | None] = ContextVar("stood_at", default=None)


def now() -> datetime:
    """The present moment, aware, Asia/Shanghai."""
    return _stood_at.get() or datetime.now(SHANGHAI)


def today() -> date:
    return now().astimezone(SHANGHAI).date()


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Let `now()` answer `moment` (aware) inside the block."""
    if moment.tzinfo is None:
        raise ValueError("moment needs a time zone")
    token = _stood_at.set(moment.astimezone(SHANGHAI))
    try:
        yield
    finally:
        _stood_at.reset(token)
