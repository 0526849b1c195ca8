import django.db.models.deletion
import gongyou.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("registry", "0008_held_credentials"),
    ]

    operations = [
        migrations.CreateModel(
            name="Examination",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("office_path", models.CharField(max_length=120)),
                ("number", models.PositiveSmallIntegerField()),
                ("held_on", models.DateField()),
                ("seed_digest", models.CharField(max_length=64)),
                ("opened_seed", models.CharField(blank=True, max_length=64)),
                ("set_by", models.UUIDField()),
                ("set_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
                ("seed", models.BinaryField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("unit", models.CharField(max_length=60)),
                ("day", models.DateField()),
                ("begins", models.TimeField()),
                ("ends", models.TimeField()),
                ("hours", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=32, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("area", models.CharField(max_length=6)),
                ("office_path", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=60)),
                ("authority", models.CharField(max_length=120)),
                ("document", models.CharField(max_length=200)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                ("recorded_by", models.UUIDField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["area", "kind"], name="agreement_by_kind")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_on", None), ("until_on__gte", models.F("from_on")), _connector="OR"
                        ),
                        name="agreement_has_order",
                    ),
                    models.UniqueConstraint(fields=("area", "kind", "document"), name="agreement_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Demand",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("area", models.CharField(max_length=6)),
                ("office_path", models.CharField(max_length=120)),
                ("programme", models.CharField(max_length=60)),
                ("course", models.CharField(max_length=60)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("gap", "Gap"),
                            ("survey", "Survey"),
                            ("village", "Village"),
                            ("order", "Order"),
                        ],
                        max_length=10,
                    ),
                ),
                ("people", models.PositiveIntegerField()),
                ("note", models.CharField(blank=True, max_length=200)),
                ("recorded_by", models.UUIDField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("office_path", models.CharField(max_length=120)),
                ("target_group", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("applied", "Applied"),
                            ("placed", "Placed"),
                            ("waiting", "Waiting"),
                            ("trained", "Trained"),
                            ("short", "Short"),
                            ("withdrawn", "Withdrawn"),
                            ("refused", "Refused"),
                        ],
                        max_length=10,
                    ),
                ),
                ("roll", models.PositiveSmallIntegerField()),
                ("entry_mark", models.PositiveSmallIntegerField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("placed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("internship_from", models.DateField(null=True)),
                ("shares_results_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("area", models.CharField(max_length=6)),
                ("office_path", models.CharField(max_length=120)),
                ("standard", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=60)),
                ("level", models.CharField(blank=True, max_length=20)),
                ("issuer", models.CharField(max_length=40)),
                ("is_statutory", models.BooleanField()),
                (
                    "state",
                    models.CharField(choices=[("issued", "Issued"), ("pending", "Pending")], max_length=8),
                ),
                ("number_index", models.BinaryField(max_length=32, null=True)),
                ("number_masked", models.CharField(blank=True, max_length=40)),
                ("held_id", models.UUIDField()),
                ("earned_on", models.DateField()),
                ("issued_on", models.DateField(null=True)),
                ("recorded_by", models.UUIDField(null=True)),
                ("recorded_at", models.DateTimeField(null=True)),
                ("number", models.BinaryField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="skills.enrolment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Candidate",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("seat", models.PositiveSmallIntegerField()),
                ("standards", models.JSONField()),
                ("is_absent", models.BooleanField(default=False)),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="candidacies",
                        to="skills.enrolment",
                    ),
                ),
                (
                    "examination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="candidates",
                        to="skills.examination",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ExaminerDuty",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("account_id", models.UUIDField()),
                ("name", models.CharField(max_length=40)),
                ("part", models.CharField(max_length=10)),
                (
                    "examination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duties",
                        to="skills.examination",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MarkSheet",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("part", models.CharField(max_length=10)),
                ("examiner_id", models.UUIDField()),
                ("points", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="skills.candidate",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("office_id", models.UUIDField()),
                ("office_path", models.CharField(max_length=120)),
                ("occupation", models.CharField(max_length=20)),
                ("contract", models.CharField(max_length=12)),
                ("evidence", models.CharField(max_length=120)),
                ("began_on", models.DateField()),
                ("wage_before_fen", models.BigIntegerField(null=True)),
                ("wage_after_fen", models.BigIntegerField()),
                ("noted_by", models.UUIDField()),
                ("noted_at", models.DateTimeField()),
                (
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
                    ),
                ),
                (
                    "enrolment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placement",
                        to="skills.enrolment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("months", models.PositiveSmallIntegerField()),
                ("due_on", models.DateField()),
                ("outcome", models.CharField(blank=True, max_length=10)),
                ("wage_fen", models.BigIntegerField(null=True)),
                ("asked_by", models.UUIDField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                (
                    "placement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="skills.placement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("school", "School"),
                            ("base", "Base"),
                            ("cooperative", "Cooperative"),
                            ("college", "College"),
                        ],
                        max_length=12,
                    ),
                ),
                ("area", models.CharField(max_length=6)),
                ("office_id", models.UUIDField()),
                ("office_path", models.CharField(max_length=120)),
                ("yearly_classes", models.PositiveSmallIntegerField(default=0)),
                ("is_active", models.BooleanField(default=True)),
                ("noted_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Result",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("standard", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=60)),
                ("theory", models.PositiveSmallIntegerField(null=True)),
                ("practical", models.PositiveSmallIntegerField(null=True)),
                ("is_passed", models.BooleanField()),
                ("because", models.JSONField()),
                ("decided_at", models.DateTimeField()),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="skills.candidate",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="skills.enrolment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("way", models.CharField(max_length=8)),
                ("at", models.DateTimeField()),
                ("noted_by", models.UUIDField()),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="skills.enrolment",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="skills.session",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=80)),
                ("address", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("classroom", "Classroom"),
                            ("practice", "Practice"),
                            ("examination", "Examination"),
                            ("doorstep", "Doorstep"),
                        ],
                        max_length=12,
                    ),
                ),
                ("seats", models.PositiveSmallIntegerField()),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="skills.provider",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Equipment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=80)),
                ("pieces", models.PositiveSmallIntegerField()),
                ("checked_until", models.DateField(null=True)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="equipment",
                        to="skills.site",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TrainingClass",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("programme", models.CharField(max_length=60)),
                ("area", models.CharField(max_length=6)),
                ("office_id", models.UUIDField()),
                ("office_path", models.CharField(max_length=120)),
                ("course", models.CharField(max_length=60)),
                ("rules_hash", models.CharField(max_length=64)),
                ("title", models.CharField(max_length=80)),
                ("target_groups", models.JSONField(default=list)),
                ("capacity", models.PositiveSmallIntegerField()),
                ("taken", models.PositiveSmallIntegerField(default=0)),
                ("entry_mark", models.PositiveSmallIntegerField(null=True)),
                ("enrol_until", models.DateField()),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("exam_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("taught", "Taught"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("opened_by", models.UUIDField()),
                ("opened_at", models.DateTimeField()),
                (
                    "demand",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="classes",
                        to="skills.demand",
                    ),
                ),
                (
                    "employer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="classes",
                        to="skills.provider",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="skills.site"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StepFact",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("area", models.CharField(max_length=6)),
                ("office_path", models.CharField(max_length=120)),
                ("course", models.CharField(max_length=60)),
                ("step", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "training_class",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="skills.trainingclass",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="session",
            name="training_class",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sessions",
                to="skills.trainingclass",
            ),
        ),
        migrations.AddField(
            model_name="examination",
            name="training_class",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="examinations",
                to="skills.trainingclass",
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="training_class",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="enrolments",
                to="skills.trainingclass",
            ),
        ),
        migrations.AddIndex(
            model_name="demand",
            index=models.Index(fields=["office_path", "course"], name="demand_by_office"),
        ),
        migrations.AddConstraint(
            model_name="demand",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source", "order"), _negated=True),
                    ("organisation__isnull", False),
                    _connector="OR",
                ),
                name="order_names_its_employer",
            ),
        ),
        migrations.AddConstraint(
            model_name="demand",
            constraint=models.CheckConstraint(
                condition=models.Q(("people__gt", 0)), name="demand_of_somebody"
            ),
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(fields=["office_path", "state", "earned_on"], name="certificate_by_office"),
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(fields=["person"], name="certificate_of_person"),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(
                fields=("enrolment", "standard"), name="certificate_once_per_standard"
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number_index__isnull", False)),
                fields=("issuer", "kind", "number_index"),
                name="number_once_per_authority",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("issued_on", None), ("number_index", None), ("state", "pending")),
                    models.Q(
                        ("issued_on__isnull", False), ("number_index__isnull", False), ("state", "issued")
                    ),
                    _connector="OR",
                ),
                name="pending_until_the_number_is_there",
            ),
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.UniqueConstraint(fields=("examination", "seat"), name="seat_once"),
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.UniqueConstraint(fields=("examination", "enrolment"), name="candidate_once"),
        ),
        migrations.AddIndex(
            model_name="examinerduty",
            index=models.Index(fields=["account_id"], name="duty_of_examiner"),
        ),
        migrations.AddConstraint(
            model_name="examinerduty",
            constraint=models.UniqueConstraint(
                fields=("examination", "account_id", "part"), name="duty_once_per_part"
            ),
        ),
        migrations.AddIndex(
            model_name="marksheet",
            index=models.Index(fields=["candidate", "part", "examiner_id", "id"], name="sheet_latest"),
        ),
        migrations.AddIndex(
            model_name="placement",
            index=models.Index(fields=["office_path", "began_on"], name="job_after_by_office"),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("wage_after_fen__gt", 0),
                    models.Q(("wage_before_fen", None), ("wage_before_fen__gte", 0), _connector="OR"),
                ),
                name="placement_pays",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.UniqueConstraint(fields=("placement", "months"), name="followed_up_once"),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked_at", None), ("outcome", "")),
                    models.Q(models.Q(("outcome", ""), _negated=True), ("asked_at__isnull", False)),
                    _connector="OR",
                ),
                name="follow_up_was_asked",
            ),
        ),
        migrations.AddIndex(
            model_name="provider",
            index=models.Index(fields=["office_path"], name="provider_by_office"),
        ),
        migrations.AddConstraint(
            model_name="provider",
            constraint=models.UniqueConstraint(
                fields=("organisation", "office_path"), name="provider_once_per_office"
            ),
        ),
        migrations.AddConstraint(
            model_name="result",
            constraint=models.UniqueConstraint(fields=("candidate", "standard"), name="result_once"),
        ),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.UniqueConstraint(fields=("session", "enrolment"), name="attended_once"),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.UniqueConstraint(fields=("provider", "name"), name="site_once_per_provider"),
        ),
        migrations.AddConstraint(
            model_name="equipment",
            constraint=models.UniqueConstraint(fields=("site", "name"), name="equipment_once_per_site"),
        ),
        migrations.AddIndex(
            model_name="trainingclass",
            index=models.Index(fields=["office_path", "starts_on"], name="class_by_office"),
        ),
        migrations.AddIndex(
            model_name="trainingclass",
            index=models.Index(fields=["area", "state"], name="class_by_area"),
        ),
        migrations.AddConstraint(
            model_name="trainingclass",
            constraint=models.CheckConstraint(
                condition=models.Q(("taken__lte", models.F("capacity"))), name="class_not_overbooked"
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingclass",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__lte", models.F("exam_on")),
                    ("enrol_until__lte", models.F("ends_on")),
                    ("starts_on__lte", models.F("ends_on")),
                ),
                name="class_days_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingclass",
            constraint=models.CheckConstraint(
                condition=models.Q(("entry_mark", None), ("employer__isnull", False), _connector="OR"),
                name="order_class_has_employer",
            ),
        ),
        migrations.AddIndex(
            model_name="stepfact",
            index=models.Index(fields=["office_path", "step", "at"], name="step_by_office"),
        ),
        migrations.AddConstraint(
            model_name="stepfact",
            constraint=models.UniqueConstraint(fields=("person", "course", "step"), name="step_once"),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.UniqueConstraint(
                fields=("training_class", "number"), name="session_numbered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(("begins__lt", models.F("ends"))), name="session_has_order"
            ),
        ),
        migrations.AddIndex(
            model_name="examination",
            index=models.Index(fields=["office_path", "held_on"], name="examination_by_office"),
        ),
        migrations.AddConstraint(
            model_name="examination",
            constraint=models.UniqueConstraint(
                fields=("training_class", "number"), name="examination_numbered_once"
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["training_class", "state", "asked_at", "id"], name="skills_in_line"),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["person"], name="skills_of_person"),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "withdrawn"), _negated=True),
                fields=("training_class", "person"),
                name="enrolled_once_per_class",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(fields=("training_class", "roll"), name="roll_once_per_class"),
        ),
    ]
