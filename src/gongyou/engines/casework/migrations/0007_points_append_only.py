"""Points are only appended to; paths are compared byte by byte (scopes are ranges)."""

from django.db import migrations

PATHS = (("casework_voicebook", "office_path"), ("casework_conflict", "office_path"))

SQLITE = (
    "CREATE TRIGGER append_only_casework_pointsentry_{op} BEFORE {OP} ON casework_pointsentry"
    " BEGIN SELECT RAISE(ABORT, 'casework_pointsentry is append-only'); END"
)
POSTGRESQL = (
    "CREATE TRIGGER append_only_casework_pointsentry_{op} BEFORE {OP} ON casework_pointsentry"
    " FOR EACH ROW EXECUTE FUNCTION kernel_append_only()"
)


def add(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    if not is_sqlite:
        for table, column in PATHS:
            schema_editor.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar(120) COLLATE "C"')
    for operation in ("UPDATE", "DELETE"):
        template = SQLITE if is_sqlite else POSTGRESQL
        schema_editor.execute(template.format(op=operation.lower(), OP=operation))


class Migration(migrations.Migration):
    dependencies = [("casework", "0006_mandates_and_care"), ("kernel", "0002_beside_the_models")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
