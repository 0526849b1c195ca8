"""Accounts of staff and workers, their roles, sign-in attempts, one-time codes and sessions."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from gongyou.kernel.ids import new_id
from gongyou.kernel.sealed_fields import SealedField


class Account(AbstractBaseUser):
    """Somebody who can sign in: staff by password and second factor, a worker by SMS code."""

    class Kind(models.TextChoices):
        STAFF = "staff"
        WORKER = "worker"

    id = models.UUIDField(primary_key=True, default=new_id)
    login = models.CharField(max_length=60, unique=True)  # a worker's is 'w:' + id
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(
        max_length=40, blank=True
    )  # staff act in office: their name is public to colleagues
    phone = SealedField(noun="account", index="phone_index")
    phone_index = models.BinaryField(max_length=32, null=True)
    phone_masked = models.CharField(max_length=20, blank=True)
    totp_secret = SealedField(noun="account")
    totp_last_step = models.BigIntegerField(default=0)  # a code is good once; 0: enrolment not yet confirmed
    person_id = models.UUIDField(null=True)  # a worker's registry row
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    password_set_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    language = models.CharField(max_length=8, blank=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "login"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["phone_index"], condition=models.Q(kind="worker"), name="account_one_worker_per_phone"
            ),
        ]


class RoleHolding(models.Model):
    """A role held at an office from a day until a day; maker and checker are two accounts."""

    id = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holdings")
    role = models.CharField(max_length=40)
    office_id = models.UUIDField(null=True)
    office_path = models.CharField(max_length=120, blank=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    granted_by = models.UUIDField()
    confirmed_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["office_path", "role"], name="holding_by_office")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True)
                | ~models.Q(confirmed_by=models.F("granted_by")),
                name="holding_maker_is_not_checker",
            ),
        ]


class AccountRequest(models.Model):
    """One administrator asks to reset a password or a second factor, another one decides."""

    class Kind(models.TextChoices):
        PASSWORD = "password"  # noqa: S105 — what is reset, not a secret
        SECOND_FACTOR = "second_factor"

    id = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    is_confirmed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_confirmed=False) | ~models.Q(decided_by=models.F("asked_by")),
                name="account_request_maker_is_not_checker",
            ),
            models.UniqueConstraint(
                fields=["account", "kind"],
                condition=models.Q(decided_at__isnull=True),
                name="account_request_open_once",
            ),
        ]


class SignInAttempt(models.Model):
    """One attempt to sign in, for the lock-out and the security administrator."""

    id = models.UUIDField(primary_key=True, default=new_id)
    at = models.DateTimeField()
    login_digest = models.BinaryField(max_length=32)
    source = models.CharField(max_length=45, blank=True)
    outcome = models.CharField(max_length=20)  # the words of accounts.attempts.Outcome
    account_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["login_digest", "at"], name="attempt_by_login"),
            models.Index(fields=["source", "at"], name="attempt_by_source"),
        ]


class OneTimeCode(models.Model):
    """A code sent by SMS: good once, for some minutes, for few tries. Only its digest is stored."""

    id = models.UUIDField(primary_key=True, default=new_id)
    phone_index = models.BinaryField(max_length=32)
    code_digest = models.BinaryField(max_length=32)
    purpose = models.CharField(max_length=20)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["phone_index", "sent_at"], name="code_by_phone")]


class KnownSession(models.Model):
    """A signed-in session: at most a few per account, ended after idle time and after a working day."""

    key_digest = models.BinaryField(max_length=32, primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sessions")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    source = models.CharField(max_length=45, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account", "ended_at"], name="session_by_account")]
