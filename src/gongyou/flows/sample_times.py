"""The moments of a sample's story, counted from today."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from gongyou.kernel import moment


def moment_of(text: str) -> datetime:
    """'-6 09:30' is six days before today at half past nine; never later than now."""
    days, _, clock = text.partition(" ")
    day = moment.today() + timedelta(days=int(days))
    return min(datetime.combine(day, time.fromisoformat(clock), tzinfo=moment.SHANGHAI), moment.now())
