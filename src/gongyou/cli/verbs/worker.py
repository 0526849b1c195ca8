"""`gongyou worker`: run what is waiting: messages, hearers of events, night work."""

from __future__ import annotations

import logging
import signal
import threading
from datetime import date, datetime, timedelta

import click
from django.db import close_old_connections

from gongyou.basics.refusal import says
from gongyou.cli.answer import answers, give, json_option, say, words
from gongyou.flows.night import run_hour, run_night
from gongyou.kernel import jobs, moment

log = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
AFTER_A_FAULT_SECONDS = 15.0
AT_ONCE = 5
"""Jobs between two looks at the stop sign: each may wait for a slow gateway."""
NIGHT_FROM = 1  # o'clock


@click.command(help="Run waiting jobs until stopped.\n\nExample: gongyou worker --once --json")
@click.option("--once", is_flag=True, help="stop when nothing is due")
@json_option
@answers
def command(once: bool, as_json: bool) -> None:
    if once:
        done = jobs.run_due()
        give({"done": done}, as_json=as_json, sentence=lambda _: words(says("完成{count}项。"), count=done))
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    say(words(says("后台任务运行中，按 Ctrl+C 停止。")))
    work_until(stop)
    say(words(says("后台任务已停止。")))


def work_until(stop: threading.Event) -> None:
    """The worker's loop. A fault (a database that restarts) is noted and tried again, it does not end the worker."""
    rounds = _Rounds()
    while not stop.is_set():
        close_old_connections()
        try:
            is_idle = not rounds.turn()
        except Exception:
            log.exception("the worker's turn failed")
            stop.wait(AFTER_A_FAULT_SECONDS)
            continue
        if is_idle:
            stop.wait(IDLE_SECONDS)
    close_old_connections()


class _Rounds:
    """Due jobs at once, the hour's work every five minutes, the night's once a day.

    Where the machine sleeps at one o'clock, the night's work is done when it wakes.
    """

    def __init__(self) -> None:
        self._next_hour: datetime = moment.now()
        self._last_night: date | None = None

    def turn(self) -> int:
        """How many jobs completed."""
        done = jobs.run_due(limit=AT_ONCE)
        now = moment.now()
        if now >= self._next_hour:
            run_hour()
            self._next_hour = now + timedelta(minutes=5)
        if now.hour >= NIGHT_FROM and self._last_night != now.date():
            run_night(now.date())
            self._last_night = now.date()
        return done
