"""`gongyou migrate`: bring the database's tables up to this version."""

from __future__ import annotations

import click
from django.core.management import call_command

from gongyou.cli.answer import answers, say


@click.command(help="Create or update the tables.\n\nExample: gongyou migrate")
@answers
def command() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    say("数据库表已是最新。")
