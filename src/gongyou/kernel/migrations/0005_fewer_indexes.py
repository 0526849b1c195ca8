"""The index for beginnings of job keys, which nobody asks for: every write paid for it. SQLite has none."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_late_counts_in_the_index")]

    operations = [
        migrations.RunSQL("DROP INDEX IF EXISTS kernel_job_unique_key_23b4239a_like", migrations.RunSQL.noop),
    ]
