import django.db.models.deletion
import gongyou.kernel.ids
from django.db import migrations, models


def compare_bytes(apps, schema_editor):
    """Scopes are ranges of paths: a linguistic collation would put them in another order."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            'ALTER TABLE registry_representative ALTER COLUMN office_path TYPE varchar(120) COLLATE "C"'
        )


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0003_partners"),
    ]

    operations = [
        migrations.CreateModel(
            name="Representative",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("office_path", models.CharField(max_length=120)),
                ("evidence", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("named", "Named"),
                            ("active", "Active"),
                            ("refused", "Refused"),
                            ("ended", "Ended"),
                        ],
                        default="named",
                        max_length=10,
                    ),
                ),
                ("named_by", models.UUIDField()),
                ("named_at", models.DateTimeField()),
                ("checked_by", models.UUIDField(null=True)),
                ("checked_at", models.DateTimeField(null=True)),
                ("valid_until", models.DateField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="representatives",
                        to="registry.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["office_path", "state"], name="representative_by_office")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by__isnull", True),
                            models.Q(("checked_by", models.F("named_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="representative_maker_is_not_checker",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "active"), _negated=True),
                            ("checked_by__isnull", False),
                            _connector="OR",
                        ),
                        name="representative_active_was_checked",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["named", "active"])),
                        fields=("organisation", "person"),
                        name="representative_once",
                    ),
                ],
            },
        ),
        migrations.RunPython(compare_bytes, migrations.RunPython.noop),
    ]
