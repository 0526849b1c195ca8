import django.db.models.deletion
import gongyou.kernel.ids
from django.db import migrations, models


def compare_bytes(apps, schema_editor):
    """Scopes are ranges of paths: a linguistic collation would put them in another order."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            'ALTER TABLE casework_purchase ALTER COLUMN office_path TYPE varchar(120) COLLATE "C"'
        )


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0004_escalation_beside_the_models"),
        ("registry", "0003_partners"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="is_about_child",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="casetext",
            name="kind",
            field=models.CharField(
                choices=[
                    ("demand", "Demand"),
                    ("supplement", "Supplement"),
                    ("draft", "Draft"),
                    ("answer", "Answer"),
                    ("call", "Call"),
                    ("cause", "Cause"),
                    ("measures", "Measures"),
                    ("reason", "Reason"),
                    ("proof", "Proof"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="Purchase",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("area", models.CharField(max_length=6)),
                ("office_id", models.UUIDField()),
                ("office_path", models.CharField(max_length=120)),
                ("title", models.CharField(max_length=60)),
                ("spot", models.CharField(blank=True, max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                            ("ordered", "Ordered"),
                            ("installed", "Installed"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=400)),
                ("supplier", models.CharField(blank=True, max_length=80)),
                ("amount_fen", models.BigIntegerField(null=True)),
                ("expected_on", models.DateField(null=True)),
                ("ordered_at", models.DateTimeField(null=True)),
                ("installed_at", models.DateTimeField(null=True)),
                ("installed_by", models.UUIDField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "indexes": [models.Index(fields=["office_path", "state"], name="purchase_by_office")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="purchase_maker_is_not_checker",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PurchaseAsk",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("added_at", models.DateTimeField()),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchase_ask",
                        to="casework.case",
                    ),
                ),
                (
                    "purchase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asks",
                        to="casework.purchase",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Wish",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("area", models.CharField(max_length=6)),
                ("office_path", models.CharField(max_length=120)),
                ("category", models.CharField(max_length=40)),
                ("wall_text", models.CharField(blank=True, max_length=120)),
                ("unit", models.CharField(max_length=10)),
                ("need", models.PositiveSmallIntegerField()),
                ("taken", models.PositiveSmallIntegerField(default=0)),
                ("fulfilled", models.PositiveSmallIntegerField(default=0)),
                ("wanted_by", models.DateField(null=True)),
                ("is_about_child", models.BooleanField(default=False)),
                ("consent_id", models.UUIDField(null=True)),
                ("is_on_wall", models.BooleanField(default=False)),
                ("checked_by", models.UUIDField()),
                ("checked_at", models.DateTimeField()),
                ("put_up_by", models.UUIDField(null=True)),
                ("put_up_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="wish", to="casework.case"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_on_wall", True)),
                        fields=["area", "put_up_at", "id"],
                        name="wish_on_wall",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fulfilled__lte", models.F("taken")), ("taken__lte", models.F("need"))
                        ),
                        name="wish_never_overclaimed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_about_child", False), ("wall_text", ""), _connector="OR"),
                        name="wish_of_child_has_no_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_on_wall", False),
                            ("is_about_child", False),
                            ("consent_id__isnull", False),
                            _connector="OR",
                        ),
                        name="wish_of_child_needs_consent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_about_child", False),
                            ("put_up_by__isnull", True),
                            models.Q(("put_up_by", models.F("checked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="wish_of_child_put_up_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WishClaim",
            fields=[
                (
                    "id",
                    models.UUIDField(default=gongyou.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("quantity", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "Held"),
                            ("fulfilled", "Fulfilled"),
                            ("lapsed", "Lapsed"),
                            ("given_up", "Given Up"),
                            ("released", "Released"),
                        ],
                        default="held",
                        max_length=10,
                    ),
                ),
                ("claimed_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("proof_file_id", models.UUIDField(null=True)),
                ("met_at_station", models.BooleanField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="casework.case"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.partner",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "proof",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="casework.casetext",
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.partnerresource",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "held")), fields=["due_at", "id"], name="claim_by_due"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "held")),
                        fields=("case", "person"),
                        name="claim_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="claim_of_something"
                    ),
                ],
            },
        ),
        migrations.RunPython(compare_bytes, migrations.RunPython.noop),
    ]
