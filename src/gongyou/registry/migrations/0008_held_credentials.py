"""Certificates people hold, what happened to each, and warnings given."""

import django.db.models.deletion
import gongyou.kernel.ids
from django.db import migrations, models


def compare_bytes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":  # SQLite compares bytes anyway
        schema_editor.execute(
            'ALTER TABLE registry_heldcredential ALTER COLUMN office_path TYPE varchar(120) COLLATE "C"'
        )


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0007_no_index_by_end"),
    ]

    operations = [
        migrations.CreateModel(
            name="HeldCredential",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("area", models.CharField(max_length=6)),
                ("office_path", models.CharField(max_length=120)),
                ("controller", models.CharField(max_length=60)),
                ("purpose", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=40)),
                ("level", models.CharField(blank=True, max_length=20)),
                ("number_index", models.BinaryField(max_length=32, null=True)),
                ("number_masked", models.CharField(blank=True, max_length=40)),
                ("issuer", models.CharField(blank=True, max_length=80)),
                ("issued_on", models.DateField(null=True)),
                ("issued_area", models.CharField(blank=True, max_length=6)),
                ("valid_until", models.DateField(null=True)),
                ("reviewed_on", models.DateField(null=True)),
                ("review_on", models.DateField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("held", "Held"),
                            ("revoked", "Revoked"),
                            ("superseded", "Superseded"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("issued", "Issued"), ("imported", "Imported"), ("shown", "Shown")],
                        max_length=8,
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=120)),
                ("noted_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("number", models.BinaryField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CredentialWarning",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("ends_on", models.DateField()),
                ("ends_by", models.CharField(max_length=6)),
                ("warned_at", models.DateTimeField()),
                (
                    "credential",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="warnings",
                        to="registry.heldcredential",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CredentialChange",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("what", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "credential",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="registry.heldcredential",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="heldcredential",
            index=models.Index(fields=["person", "kind"], name="credential_of_person"),
        ),
        migrations.AddIndex(
            model_name="heldcredential",
            index=models.Index(fields=["office_path", "kind", "issued_on"], name="credential_by_office"),
        ),
        migrations.AddIndex(
            model_name="heldcredential",
            index=models.Index(fields=["area", "kind", "issued_on"], name="credential_by_day"),
        ),
        migrations.AddConstraint(
            model_name="heldcredential",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number_index__isnull", False)),
                fields=("person", "kind", "number_index", "issued_on"),
                name="credential_once_per_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="heldcredential",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "pending"), ("issued_on__isnull", False), _connector="OR"),
                name="credential_held_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="credentialwarning",
            constraint=models.UniqueConstraint(
                fields=("credential", "ends_on"), name="credential_warned_once"
            ),
        ),
        migrations.RunPython(compare_bytes, migrations.RunPython.noop),
    ]
