"""What models can't say: an issued bulletin never changes; paths compare byte by byte."""

from django.db import migrations

TABLES = ("insight_bulletin", "insight_monthlytheme", "insight_proactivetopic")
SQLITE = (
    "CREATE TRIGGER append_only_insight_bulletin_{op} BEFORE {op} ON insight_bulletin"
    " BEGIN SELECT RAISE(ABORT, 'insight_bulletin is append-only'); END"
)
POSTGRESQL = (
    "CREATE TRIGGER append_only_insight_bulletin_{op} BEFORE {op} ON insight_bulletin"
    " FOR EACH ROW EXECUTE FUNCTION kernel_append_only()"
)


def add(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    if not is_sqlite:
        for table in TABLES:
            schema_editor.execute(
                f'ALTER TABLE {table} ALTER COLUMN office_path TYPE varchar(120) COLLATE "C"'
            )
    template = SQLITE if is_sqlite else POSTGRESQL
    for op in ("UPDATE", "DELETE"):
        schema_editor.execute(template.format(op=op))


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_initial"), ("kernel", "0002_beside_the_models")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
