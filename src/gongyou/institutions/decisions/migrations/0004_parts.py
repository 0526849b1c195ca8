"""Finished parts of a run, so that one whose worker was killed goes on where it was."""

import django.db.models.deletion
from django.db import migrations, models

import gongyou.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("decisions", "0003_single_subject")]
    operations = [
        migrations.CreateModel(
            name="RunPart",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=20)),
                ("files", models.JSONField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="decisions.policyrun",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("run", "name"), name="part_kept_once")],
            },
        ),
    ]
