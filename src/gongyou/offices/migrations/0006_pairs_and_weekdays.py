"""Rotations whose turns are pairs, and rules for some weekdays only. What there was: one member a turn, every day."""

from __future__ import annotations

from django.db import migrations, models


def each_a_turn(apps, schema_editor):
    apps.get_model("offices", "RotationMember").objects.update(turn=models.F("place"))


class Migration(migrations.Migration):
    dependencies = [("offices", "0005_studios_and_party_organisations")]

    operations = [
        migrations.AddField("rotation", "weekdays", models.CharField(blank=True, default="", max_length=8)),
        migrations.AddField(
            "rotationmember", "turn", models.PositiveSmallIntegerField(default=0), preserve_default=False
        ),
        migrations.RemoveConstraint("rotation", "rotation_one_in_force"),
        migrations.AddConstraint(
            "rotation",
            models.UniqueConstraint(
                fields=["office", "weekdays"],
                condition=models.Q(is_active=True),
                name="rotation_one_in_force",
            ),
        ),
        migrations.RunPython(each_a_turn, migrations.RunPython.noop),
    ]
