"""Rungs and the log of an incident are only appended to; paths are compared byte by byte (scopes are ranges)."""

from django.db import migrations

PATHS = ("casework_rise", "casework_helprequest", "casework_incident")
APPENDED = ("casework_rise", "casework_incidententry")

SQLITE = (
    "CREATE TRIGGER append_only_{table}_{op} BEFORE {OP} ON {table}"
    " BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
)
POSTGRESQL = (
    "CREATE TRIGGER append_only_{table}_{op} BEFORE {OP} ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION kernel_append_only()"
)


def add(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    if not is_sqlite:
        for table in PATHS:
            schema_editor.execute(
                f'ALTER TABLE {table} ALTER COLUMN office_path TYPE varchar(120) COLLATE "C"'
            )
    template = SQLITE if is_sqlite else POSTGRESQL
    for table in APPENDED:
        for operation in ("UPDATE", "DELETE"):
            schema_editor.execute(template.format(table=table, op=operation.lower(), OP=operation))


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_escalation"), ("kernel", "0002_beside_the_models")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
