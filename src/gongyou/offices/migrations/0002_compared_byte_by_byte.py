"""Columns asked for by range are compared byte by byte: a linguistic collation would put paths in another order."""

from django.db import migrations

COLUMNS = (("offices_office", "path", 120),)


def compare_bytes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":  # SQLite compares bytes anyway
        for table, column, length in COLUMNS:
            schema_editor.execute(
                f'ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar({length}) COLLATE "C"'
            )


class Migration(migrations.Migration):
    dependencies = [("offices", "0001_initial")]
    operations = [migrations.RunPython(compare_bytes, migrations.RunPython.noop)]
