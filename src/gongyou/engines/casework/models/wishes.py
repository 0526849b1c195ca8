"""Tables of the wish wall and of requested facilities. Read by casework alone."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id


class Wish(models.Model):
    """What was found when a wish was checked: how much is needed, what the wall may say, whom it concerns."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.OneToOneField("casework.Case", on_delete=models.PROTECT, related_name="wish")
    area = models.CharField(max_length=6)
    office_path = models.CharField(max_length=120)
    category = models.CharField(max_length=40)  # a topic of the type
    wall_text = models.CharField(max_length=120, blank=True)  # staff's words; of a child's wish none
    unit = models.CharField(max_length=10)
    need = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    fulfilled = models.PositiveSmallIntegerField(default=0)
    wanted_by = models.DateField(null=True)
    is_about_child = models.BooleanField(default=False)
    consent_id = models.UUIDField(null=True)  # the guardian's, in the registry
    is_on_wall = models.BooleanField(default=False)
    checked_by = models.UUIDField()
    checked_at = models.DateTimeField()
    put_up_by = models.UUIDField(null=True)
    put_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taken__lte=models.F("need"), fulfilled__lte=models.F("taken")),
                name="wish_never_overclaimed",
            ),
            models.CheckConstraint(
                condition=models.Q(is_about_child=False) | models.Q(wall_text=""),
                name="wish_of_child_has_no_words",
            ),
            models.CheckConstraint(
                condition=models.Q(is_on_wall=False)
                | models.Q(is_about_child=False)
                | models.Q(consent_id__isnull=False),
                name="wish_of_child_needs_consent",
            ),
            models.CheckConstraint(
                condition=models.Q(is_about_child=False)
                | models.Q(put_up_by__isnull=True)
                | ~models.Q(put_up_by=models.F("checked_by")),
                name="wish_of_child_put_up_by_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["area", "put_up_at", "id"], condition=models.Q(is_on_wall=True), name="wish_on_wall"
            )
        ]


class WishClaim(models.Model):
    """Somebody takes a part of a wish upon themselves, until a day of its own."""

    class State(models.TextChoices):
        HELD = "held"
        FULFILLED = "fulfilled"
        LAPSED = "lapsed"
        GIVEN_UP = "given_up"
        RELEASED = "released"  # the wish was taken down or closed

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="claims")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey("registry.Partner", on_delete=models.PROTECT, null=True, related_name="+")
    resource = models.ForeignKey(
        "registry.PartnerResource", on_delete=models.PROTECT, null=True, related_name="+"
    )
    quantity = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)
    claimed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    proof = models.ForeignKey("casework.CaseText", on_delete=models.PROTECT, null=True, related_name="+")
    proof_file_id = models.UUIDField(null=True)
    met_at_station = models.BooleanField(null=True)  # of a child's wish: handed over there, staff present

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "person"], condition=models.Q(state="held"), name="claim_once_at_a_time"
            ),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="claim_of_something"),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=models.Q(state="held"), name="claim_by_due")
        ]


class Purchase(models.Model):
    """A facility people asked for: decided by a second person, ordered, installed; everybody who asked is answered."""

    class State(models.TextChoices):
        ASKED = "asked"
        APPROVED = "approved"
        REFUSED = "refused"
        ORDERED = "ordered"
        INSTALLED = "installed"

    id = models.UUIDField(primary_key=True, default=new_id)
    area = models.CharField(max_length=6)
    office_id = models.UUIDField()
    office_path = models.CharField(max_length=120)
    title = models.CharField(max_length=60)
    spot = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, blank=True)
    supplier = models.CharField(max_length=80, blank=True)
    amount_fen = models.BigIntegerField(null=True)
    expected_on = models.DateField(null=True)
    ordered_at = models.DateTimeField(null=True)
    installed_at = models.DateTimeField(null=True)
    installed_by = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("asked_by")),
                name="purchase_maker_is_not_checker",
            )
        ]
        indexes = [models.Index(fields=["office_path", "state"], name="purchase_by_office")]


class PurchaseAsk(models.Model):
    """A matter that asks for it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="asks")
    case = models.OneToOneField("casework.Case", on_delete=models.PROTECT, related_name="purchase_ask")
    added_at = models.DateTimeField()
