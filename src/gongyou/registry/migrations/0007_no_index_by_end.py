"""Nobody asked by the end of ties: whose keep time is over is asked by person."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0006_headcount"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="persontie",
            name="tie_by_end",
        ),
    ]
