"""What happens by itself: every few minutes, and once a night. Idempotent: a second run finds nothing to do."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from gongyou.engines.benefits import jobs as benefits
from gongyou.engines.casework import jobs as casework
from gongyou.engines.casework import watching
from gongyou.engines.employment import jobs as employment
from gongyou.engines.oversight import jobs as oversight
from gongyou.kernel import jobs, moment, retention, seals
from gongyou.kernel.access import system_actor
from gongyou.offices import jobs as office_jobs
from gongyou.offices import queries as offices

COVERAGE_ALARM = timedelta(days=45)


def run_hour() -> dict[str, int]:
    """Deadlines that end by themselves, and reads sealed into the chain."""
    counts = casework.run_night()
    counts["claims_lapsed"] = casework.lapse_claims()
    counts["limits_warned"] = watching.warn_of_limits()
    counts["reads_sealed"] = seals.seal_all_reads(system_actor("seal"))
    return counts


def run_night(on: date) -> dict[str, object]:
    """The night's work of one day; counts of what it did."""
    counts: dict[str, object] = {**run_hour()}
    counts.update(office_jobs.run_night())
    counts.update(benefits.run_night())
    counts.update(employment.run_night())
    counts.update(oversight.run_night())
    counts["jobs"] = jobs.run_due()
    counts["erased"] = retention.run_retention(system_actor("retention"))
    days = offices.coverage_left(on)
    counts["calendar_days_left"] = days
    counts["calendar_alarm"] = days < COVERAGE_ALARM.days
    return counts


def night_of(on: date) -> datetime:
    """One o'clock of the day: the moment the night's work stands at."""
    return datetime(on.year, on.month, on.day, 1, tzinfo=moment.SHANGHAI)
