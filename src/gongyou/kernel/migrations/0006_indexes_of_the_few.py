"""One index fewer on the worklist (the unique one answers by subject), and only of jobs that run."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0005_fewer_indexes"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="workitem",
            name="work_item_once",
        ),
        migrations.RemoveIndex(
            model_name="job",
            name="job_lost_lease",
        ),
        migrations.RemoveIndex(
            model_name="workitem",
            name="work_by_subject",
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("state", "running")), fields=["leased_until"], name="job_lost_lease"
            ),
        ),
        migrations.AddConstraint(
            model_name="workitem",
            constraint=models.UniqueConstraint(
                fields=("subject_id", "kind", "office_id"), name="work_item_once"
            ),
        ),
    ]
