"""Indexes that only repeat the beginning of another one: every write paid for them, no question needed them.

Dropped by name: altering the field would make SQLite build the table anew and lose its triggers.
"""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0009_figures")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="caseevent",
                    name="case",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="casework.case",
                    ),
                ),
                migrations.AlterField(
                    model_name="clock",
                    name="case",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="casework.case",
                    ),
                ),
                migrations.AlterField(
                    model_name="roundfact",
                    name="case",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facts",
                        to="casework.case",
                    ),
                ),
                migrations.AlterField(
                    model_name="caseparty",
                    name="case",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parties",
                        to="casework.case",
                    ),
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX IF EXISTS casework_caseevent_case_id_46aaa1c4",
                    "CREATE INDEX casework_caseevent_case_id_46aaa1c4 ON casework_caseevent (case_id)",
                ),
                migrations.RunSQL(
                    "DROP INDEX IF EXISTS casework_clock_case_id_386c3d09",
                    "CREATE INDEX casework_clock_case_id_386c3d09 ON casework_clock (case_id)",
                ),
                migrations.RunSQL(
                    "DROP INDEX IF EXISTS casework_roundfact_case_id_c36c3e72",
                    "CREATE INDEX casework_roundfact_case_id_c36c3e72 ON casework_roundfact (case_id)",
                ),
                migrations.RunSQL(
                    "DROP INDEX IF EXISTS casework_caseparty_case_id_91b7196c",
                    "CREATE INDEX casework_caseparty_case_id_91b7196c ON casework_caseparty (case_id)",
                ),
                # For beginnings of numbers, which nobody looks up by the column. SQLite has none.
                migrations.RunSQL(
                    "DROP INDEX IF EXISTS casework_case_number_bdae377d_like", migrations.RunSQL.noop
                ),
            ],
        ),
    ]
