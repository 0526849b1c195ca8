"""Finished parts of a run, so that one whose worker was killed goes on where it was.

On SQLite the columns of 0003 made both tables anew, without their triggers: they are put back.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

import gongyou.kernel.ids

DONE_IS_DONE = import_module("gongyou.institutions.decisions.migrations.0002_done_is_done")


def put_back(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    for name, table, operation, condition in DONE_IS_DONE.REFUSED:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        schema_editor.execute(
            DONE_IS_DONE.SQLITE.format(name=name, table=table, operation=operation, condition=condition)
        )


class Migration(migrations.Migration):
    dependencies = [("decisions", "0003_single_subject")]
    operations = [
        migrations.CreateModel(
            name="RunPart",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=20)),
                ("files", models.JSONField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="decisions.policyrun",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("run", "name"), name="part_kept_once")],
            },
        ),
        migrations.RunPython(put_back, migrations.RunPython.noop),
    ]
