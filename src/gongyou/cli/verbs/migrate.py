"""`gongyou migrate`: bring the database's tables up to this version."""

from __future__ import annotations

import click
from django.core.management import call_command

from gongyou.basics.refusal import says
from gongyou.cli.answer import answers, give, json_option, words
from gongyou.cli.schema import waiting_changes


@click.command(help="Create or update the tables.\n\nExample: gongyou migrate --json")
@json_option
@answers
def command(as_json: bool) -> None:
    applied = waiting_changes()
    call_command("migrate", interactive=False, verbosity=0)
    give(
        {"applied": applied},
        as_json=as_json,
        sentence=lambda _: words(says("数据库表已是最新，这次更新{count}项。"), count=len(applied)),
    )
