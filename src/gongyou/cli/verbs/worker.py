"""`gongyou worker`: run what is waiting: messages, hearers of events, night work."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta

import click
from django.db import close_old_connections

from gongyou.cli.answer import answers, say
from gongyou.flows.night import run_hour, run_night
from gongyou.kernel import jobs, moment

IDLE_SECONDS = 1.0


@click.command(help="Run waiting jobs until stopped.\n\nExample: gongyou worker --once")
@click.option("--once", is_flag=True, help="stop when nothing is due")
@answers
def command(once: bool) -> None:
    if once:
        say(f"完成 {jobs.run_due()} 项。")
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work_until(stop)


def work_until(stop: threading.Event) -> None:
    """The worker's loop: due jobs at once, the hour's work every five minutes, the night's once a night."""
    next_hour = moment.now()
    last_night = None
    while not stop.is_set():
        close_old_connections()
        done = jobs.run_due(limit=200)
        now = moment.now()
        if now >= next_hour:
            run_hour()
            next_hour = now + timedelta(minutes=5)
        if now.hour == 1 and last_night != now.date():
            run_night(now.date())
            last_night = now.date()
        if not done:
            stop.wait(IDLE_SECONDS)
