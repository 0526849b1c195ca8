"""History is only appended to; posts that have a holder already begin their history with that holder."""

from django.db import migrations

import gongyou.kernel.ids

TABLES = (
    "offices_posttenure",
    "offices_shiftrecord",
    "offices_faultevent",
    "offices_stockmove",
    "offices_inspection",
)
SQLITE = (
    "CREATE TRIGGER append_only_{table}_{op} BEFORE {OP} ON {table}"
    " BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
)
POSTGRESQL = (
    "CREATE TRIGGER append_only_{table}_{op} BEFORE {OP} ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION kernel_append_only()"
)


def begin(apps, schema_editor):
    post, tenure = apps.get_model("offices", "Post"), apps.get_model("offices", "PostTenure")
    tenure.objects.bulk_create(
        tenure(
            id=gongyou.kernel.ids.new_id(),
            post_id=row.pk,
            holder_account_id=row.holder_account_id,
            holder_name=row.holder_name,
            since=row.since,
        )
        for row in post.objects.all()
    )
    shift, record = apps.get_model("offices", "DutyShift"), apps.get_model("offices", "ShiftRecord")
    nobody = "00000000-0000-7000-8000-000000000001"  # the platform itself
    record.objects.bulk_create(
        record(
            id=gongyou.kernel.ids.new_id(),
            shift_id=row.pk,
            office_id=row.office_id,
            holder_account_id=row.holder_account_id,
            holder_name=row.holder_name,
            from_at=row.from_at,
            until_at=row.until_at,
            reason="known_before",
            written_at=row.from_at,
            written_by=nobody,
        )
        for row in shift.objects.all().iterator(chunk_size=2000)
    )


def add(apps, schema_editor):
    template = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for table in TABLES:
        for operation in ("UPDATE", "DELETE"):
            schema_editor.execute(template.format(table=table, op=operation.lower(), OP=operation))


class Migration(migrations.Migration):
    dependencies = [("offices", "0003_stations_and_rota"), ("kernel", "0002_beside_the_models")]
    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
