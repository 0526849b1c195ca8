"""`gongyou night --on DATE`: deadlines, silences, expiries, erasure, sealing. Idempotent."""

from __future__ import annotations

from datetime import datetime

import click

from gongyou.cli.answer import answers, give, json_option, table
from gongyou.flows.night import night_of, run_night
from gongyou.kernel import moment


@click.command(
    help="The night's work of one day; running it twice changes nothing.\n\n"
    "Example: gongyou night --on 2026-11-22 --json"
)
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="the day; default today")
@json_option
@answers
def command(on: datetime | None, as_json: bool) -> None:
    if on is None:
        result = run_night(moment.today())
    else:
        with moment.standing_at(night_of(on.date())):
            result = run_night(on.date())
    give(result, as_json=as_json, sentence=table)
