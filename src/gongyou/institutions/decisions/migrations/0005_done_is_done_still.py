"""SQLite makes a table anew when it gains a column, and forgets its triggers: they are put back."""

from importlib import import_module

from django.db import migrations

REFUSALS = import_module("gongyou.institutions.decisions.migrations.0002_done_is_done")


def restore(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    for name, table, operation, condition in REFUSALS.REFUSED:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        schema_editor.execute(
            REFUSALS.SQLITE.format(name=name, table=table, operation=operation, condition=condition)
        )


class Migration(migrations.Migration):
    dependencies = [("decisions", "0004_parts")]
    operations = [migrations.RunPython(restore, migrations.RunPython.noop)]
