"""How many people work at an organisation, on which day and by which source."""

from __future__ import annotations

from django.db import migrations, models

NONE = models.Q(headcount=None, headcount_on=None, headcount_source="")
WHOLE = models.Q(headcount__gte=1, headcount_on__isnull=False) & ~models.Q(headcount_source="")


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_fewer_indexes")]

    operations = [
        migrations.AddField("organisation", "headcount", models.PositiveIntegerField(null=True)),
        migrations.AddField("organisation", "headcount_on", models.DateField(null=True)),
        migrations.AddField(
            "organisation", "headcount_source", models.CharField(blank=True, default="", max_length=120)
        ),
        migrations.AddConstraint(
            "organisation",
            models.CheckConstraint(condition=NONE | WHOLE, name="headcount_has_day_and_source"),
        ),
    ]
