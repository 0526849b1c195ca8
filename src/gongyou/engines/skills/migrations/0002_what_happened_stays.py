"""What models can't say: sheets, results, attendance and steps are never changed, a recorded number neither; a seed is
what its digest said; paths compare byte by byte."""

from django.db import migrations

PATHS = tuple(
    (f"skills_{table}", "office_path")
    for table in (
        "provider", "agreement", "demand", "trainingclass", "enrolment", "examination", "certificate", "placement",
        "stepfact",
    )
)  # fmt: skip

# (table, operation, condition under which it is refused)
REFUSED = (
    *((f"skills_{table}", operation, "1 = 1")
      for table in ("marksheet", "result", "attendance", "stepfact") for operation in ("UPDATE", "DELETE")),
    ("skills_certificate", "DELETE", "1 = 1"),
    ("skills_certificate", "UPDATE", "OLD.state = 'issued' OR NEW.person_id <> OLD.person_id OR NEW.kind <> OLD.kind"
     " OR NEW.enrolment_id <> OLD.enrolment_id OR NEW.is_statutory <> OLD.is_statutory"),
    ("skills_certificate", "INSERT", "NEW.is_statutory AND NEW.state <> 'pending'"),
    ("skills_examination", "DELETE", "1 = 1"),
    ("skills_examination", "UPDATE", "NEW.seed <> OLD.seed OR NEW.seed_digest <> OLD.seed_digest"
     " OR (OLD.opened_seed <> '' AND NEW.opened_seed <> OLD.opened_seed)"
     " OR (OLD.published_at IS NOT NULL AND NEW.published_at IS NULL)"),
    ("skills_placement", "DELETE", "1 = 1"),
    ("skills_followup", "UPDATE", "OLD.outcome <> '' AND NEW.outcome <> OLD.outcome"),
)  # fmt: skip

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
    for table, operation, condition in REFUSED:
        name = f"append_only_{table}_{operation.lower()}"
        template = SQLITE if is_sqlite else POSTGRESQL
        schema_editor.execute(
            template.format(name=name, table=table, operation=operation, condition=condition)
        )


class Migration(migrations.Migration):
    dependencies = [("skills", "0001_initial"), ("kernel", "0002_beside_the_models")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
