from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0003_bars"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="workitem",
            name="work_by_office",
        ),
        migrations.RemoveIndex(
            model_name="workitem",
            name="work_by_path",
        ),
        migrations.AddIndex(
            model_name="workitem",
            index=models.Index(fields=["office_id", "due_at", "id", "is_stopped"], name="work_of_office"),
        ),
        migrations.AddIndex(
            model_name="workitem",
            index=models.Index(fields=["office_path", "due_at", "id", "is_stopped"], name="work_of_path"),
        ),
    ]
