import django.db.models.deletion
import django.db.models.expressions
import gongyou.kernel.ids
from django.db import migrations, models


def compare_bytes(apps, schema_editor):
    """Scopes are ranges of paths: a linguistic collation would put them in another order."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            'ALTER TABLE registry_caresession ALTER COLUMN office_path TYPE varchar(120) COLLATE "C"'
        )


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0002_compared_byte_by_byte"),
    ]

    operations = [
        migrations.CreateModel(
            name="Partner",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("resident", "Resident"),
                            ("shop", "Shop"),
                            ("school", "School"),
                            ("social_organisation", "Social Organisation"),
                            ("enterprise", "Enterprise"),
                            ("institution", "Institution"),
                        ],
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("area", models.CharField(max_length=6)),
                ("office_path", models.CharField(max_length=120)),
                (
                    "way",
                    models.CharField(
                        choices=[("online", "Online"), ("roadshow", "Roadshow"), ("signing", "Signing")],
                        max_length=10,
                    ),
                ),
                ("event", models.CharField(blank=True, max_length=80)),
                ("offers", models.CharField(blank=True, max_length=400)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("applied", "Applied"),
                            ("active", "Active"),
                            ("refused", "Refused"),
                            ("ended", "Ended"),
                        ],
                        default="applied",
                        max_length=10,
                    ),
                ),
                ("applied_by", models.UUIDField()),
                ("applied_at", models.DateTimeField()),
                ("checked_by", models.UUIDField(null=True)),
                ("checked_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("agreement_id", models.UUIDField(null=True)),
                ("agreed_from", models.DateField(null=True)),
                ("agreed_until", models.DateField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PartnerResource",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=80)),
                ("unit", models.CharField(max_length=10)),
                ("area", models.CharField(max_length=6)),
                ("reaches", models.CharField(max_length=120)),
                ("times", models.CharField(blank=True, max_length=80)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                ("is_for_children", models.BooleanField(default=False)),
                ("has_sessions", models.BooleanField(default=False)),
                ("quantity", models.PositiveIntegerField()),
                ("reserved", models.PositiveIntegerField(default=0)),
                ("used", models.PositiveIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resources",
                        to="registry.partner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CareSession",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("office_id", models.UUIDField()),
                ("office_path", models.CharField(max_length=120)),
                ("day", models.DateField()),
                (
                    "slot",
                    models.CharField(
                        choices=[
                            ("morning", "Morning"),
                            ("noon", "Noon"),
                            ("afternoon", "Afternoon"),
                            ("evening", "Evening"),
                        ],
                        max_length=10,
                    ),
                ),
                ("capacity", models.PositiveSmallIntegerField()),
                ("taken", models.PositiveSmallIntegerField(default=0)),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="registry.partnerresource",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PartnerVetting",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("checked_by", models.UUIDField()),
                ("checked_at", models.DateTimeField()),
                ("seen", models.CharField(max_length=200)),
                ("valid_until", models.DateField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vettings",
                        to="registry.partner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CareEnrolment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("child_index", models.BinaryField(max_length=32, null=True)),
                ("age_band", models.CharField(max_length=10)),
                ("day", models.DateField()),
                ("slot", models.CharField(max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[("placed", "Placed"), ("waiting", "Waiting"), ("withdrawn", "Withdrawn")],
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("placed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                ("child_name", models.BinaryField(null=True)),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.consent"
                    ),
                ),
                (
                    "guardian",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="registry.caresession",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["session", "state", "asked_at", "id"], name="enrolment_in_line")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "placed")),
                        fields=("guardian", "child_index", "day", "slot"),
                        name="child_in_one_place_at_a_time",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["placed", "waiting"])),
                        fields=("session", "guardian", "child_index"),
                        name="child_once_per_session",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="partner",
            index=models.Index(fields=["area", "state", "name"], name="partner_by_area"),
        ),
        migrations.AddConstraint(
            model_name="partner",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_by__isnull", True),
                    models.Q(("checked_by", models.F("applied_by")), _negated=True),
                    _connector="OR",
                ),
                name="partner_maker_is_not_checker",
            ),
        ),
        migrations.AddConstraint(
            model_name="partner",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "active"), _negated=True),
                    ("checked_by__isnull", False),
                    _connector="OR",
                ),
                name="partner_active_was_checked",
            ),
        ),
        migrations.AddConstraint(
            model_name="partner",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("agreed_until__isnull", True),
                    models.Q(("agreed_from__isnull", False), ("agreed_until__gte", models.F("agreed_from"))),
                    _connector="OR",
                ),
                name="partner_agreement_has_order",
            ),
        ),
        migrations.AddIndex(
            model_name="partnerresource",
            index=models.Index(fields=["area", "kind"], name="resource_by_kind"),
        ),
        migrations.AddConstraint(
            model_name="partnerresource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "quantity__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("reserved"), "+", models.F("used")
                        ),
                    )
                ),
                name="resource_never_overdrawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerresource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_on__isnull", True), ("until_on__gte", models.F("from_on")), _connector="OR"
                ),
                name="resource_has_order",
            ),
        ),
        migrations.AddIndex(
            model_name="caresession",
            index=models.Index(fields=["office_path", "day"], name="session_by_day"),
        ),
        migrations.AddConstraint(
            model_name="caresession",
            constraint=models.UniqueConstraint(
                fields=("resource", "day", "slot"), name="session_once_per_slot"
            ),
        ),
        migrations.AddConstraint(
            model_name="caresession",
            constraint=models.CheckConstraint(
                condition=models.Q(("taken__lte", models.F("capacity"))), name="session_not_overbooked"
            ),
        ),
        migrations.RunPython(compare_bytes, migrations.RunPython.noop),
    ]
