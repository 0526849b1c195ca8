"""`gongyou migrate`: bring the database's tables up to this version."""

from __future__ import annotations

import click
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from gongyou.basics.refusal import says
from gongyou.cli.answer import answers, give, json_option, words


@click.command(help="Create or update the tables.\n\nExample: gongyou migrate --json")
@json_option
@answers
def command(as_json: bool) -> None:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    call_command("migrate", interactive=False, verbosity=0)
    applied = [f"{migration.app_label}.{migration.name}" for migration, _ in waiting]
    give(
        {"applied": applied},
        as_json=as_json,
        sentence=lambda _: words(says("数据库表已是最新，这次更新{count}项。"), count=len(applied)),
    )
