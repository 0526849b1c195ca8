"""Indexes that only repeat the beginning of another one: every write paid for them, no question needed them.

Dropped by name: altering the field would make SQLite build the table anew and lose its triggers.
"""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_representatives")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="persontie",
                    name="person",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ties",
                        to="registry.person",
                    ),
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX IF EXISTS registry_persontie_person_id_3a63b75b",
                    "CREATE INDEX registry_persontie_person_id_3a63b75b ON registry_persontie (person_id)",
                ),
            ],
        ),
    ]
