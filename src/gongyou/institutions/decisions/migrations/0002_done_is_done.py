"""What models can't say: a run that is done and tables that were taken never change; paths compare byte by byte."""

from django.db import migrations

PATHS = (("decisions_snapshot", "office_path"), ("decisions_policyrun", "office_path"))

# (trigger, table, operation, condition under which it is refused)
REFUSED = (
    ("append_only_decisions_policyrun_update", "decisions_policyrun", "UPDATE", "OLD.state = 'done'"),
    ("append_only_decisions_policyrun_delete", "decisions_policyrun", "DELETE", "OLD.state = 'done'"),
    ("unaltered_decisions_snapshot_update", "decisions_snapshot", "UPDATE", "1 = 1"),
)

SQLITE = (
    "CREATE TRIGGER {name} BEFORE {operation} ON {table} WHEN {condition}"
    " BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
)
POSTGRESQL = (
    "CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH ROW WHEN ({condition})"
    " EXECUTE FUNCTION kernel_append_only()"
)


def add(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    if not is_sqlite:
        for table, column in PATHS:
            schema_editor.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar(120) COLLATE "C"')
    for name, table, operation, condition in REFUSED:
        template = SQLITE if is_sqlite else POSTGRESQL
        schema_editor.execute(
            template.format(name=name, table=table, operation=operation, condition=condition)
        )


class Migration(migrations.Migration):
    dependencies = [("decisions", "0001_initial"), ("kernel", "0002_beside_the_models")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
