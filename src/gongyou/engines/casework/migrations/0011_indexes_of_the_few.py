"""Indexes only of the rows that are ever looked for: closed, led, in an incident, with an end of their own.

Foreign keys' are dropped by name: altering the field would make SQLite build the table anew.
"""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0010_fewer_indexes"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="case",
            name="case_by_closing",
        ),
        migrations.RemoveIndex(
            model_name="clock",
            name="clock_open_by_due",
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="case",
                    name="incident",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="casework.incident",
                    ),
                ),
                migrations.AlterField(
                    model_name="case",
                    name="lead",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="casework.case",
                    ),
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX IF EXISTS casework_case_incident_id_bd7088df",
                    "CREATE INDEX casework_case_incident_id_bd7088df ON casework_case (incident_id)",
                ),
                migrations.RunSQL(
                    "DROP INDEX IF EXISTS casework_case_lead_id_58e6e848",
                    "CREATE INDEX casework_case_lead_id_58e6e848 ON casework_case (lead_id)",
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)), fields=["closed_at"], name="case_by_closing"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("lead__isnull", False)), fields=["lead"], name="case_by_lead"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("incident__isnull", False)), fields=["incident"], name="case_by_incident"
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("clock_id__in", ("accept", "claim_wait")), ("met_at__isnull", True)),
                fields=["due_at", "id"],
                name="clock_open_by_due",
            ),
        ),
    ]
