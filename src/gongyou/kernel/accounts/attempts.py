"""Attempts to sign in and the lock-out they lead to (GB/T 22239-2019, 8.1.4.1 b)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError
from gongyou.kernel.installation import installed
from gongyou.kernel.models.accounts import SignInAttempt

LOCK = timedelta(minutes=15)
FAILURES_PER_LOGIN = 5
FAILURES_PER_SOURCE = 20


class Outcome(StrEnum):
    """How an attempt ended."""

    OK = "ok"  # signed in: all factors were right
    PASSWORD_OK = "password_ok"  # noqa: S105 — a word; the second factor is still to come
    BAD_PASSWORD = "bad_password"  # noqa: S105
    BAD_CODE = "bad_code"
    UNKNOWN = "unknown"  # no such account, or it may not sign in
    LOCKED = "locked"
    UNLOCKED = "unlocked"  # the security administrator lifted the lock
    CODE_SENT = "code_sent"


_FAILURES = (Outcome.BAD_PASSWORD, Outcome.BAD_CODE, Outcome.UNKNOWN)
_RESETS = (Outcome.OK, Outcome.UNLOCKED)


@dataclass(frozen=True)
class SignIn:
    """The answer to one attempt. `account_id` is set only where it went well."""

    outcome: Outcome
    account_id: UUID | None = None

    @property
    def is_accepted(self) -> bool:
        return self.outcome in (Outcome.OK, Outcome.PASSWORD_OK)

    def refusal(self) -> DomainError:
        """What the person reads; the same for an unknown login, a closed account and a wrong password."""
        if self.outcome is Outcome.LOCKED:
            return DomainError(
                "sign_in_locked",
                says("不正确的次数太多，登录已暂停15分钟。"),
                says("请稍后再试；工作人员也可以请安全管理员解除。"),
                status=429,
            )
        if self.outcome is Outcome.BAD_CODE:
            return DomainError(
                "code_wrong",
                says("验证码不正确、已用过或已过期。"),
                says("请核对后重新输入，或等下一个验证码。"),
                field="code",
            )
        return DomainError(
            "sign_in_refused",
            says("登录名或密码不正确，或者账号不可用。"),
            says("请核对后重试；连续5次不正确将暂停15分钟。"),
        )


def digest_of_login(login: str) -> bytes:
    """What an attempt keeps of the login: people type passwords into the wrong box."""
    return installed().keyring.digest(b"login\0" + login.casefold().encode())


def locked_until(login_digest: bytes, now: datetime) -> datetime | None:
    """When the lock of a login ends; the same for logins that exist and those that don't.

    Five failures within 15 minutes lock for 15 minutes from the fifth; a success or unlocking starts afresh.
    """
    rows = (
        SignInAttempt.objects.filter(
            login_digest=login_digest, at__gte=now - 2 * LOCK, outcome__in=[*_FAILURES, *_RESETS]
        )
        .order_by("-at", "-id")
        .values_list("at", "outcome")
    )
    failures: list[datetime] = []
    for at, outcome in rows[:60]:
        if outcome in _RESETS:
            break
        failures.append(at)
    return _end_of_lock(failures, now)


def _end_of_lock(failures: Sequence[datetime], now: datetime) -> datetime | None:
    """`failures` newest first."""
    for latest, fifth in zip(failures, failures[FAILURES_PER_LOGIN - 1 :], strict=False):
        if latest - fifth <= LOCK and now < latest + LOCK:
            return latest + LOCK
    return None


def is_source_locked(source: str, now: datetime) -> bool:
    """Whether one address failed so often lately that it is guessing, whatever logins it tries."""
    if not source:
        return False
    failed = SignInAttempt.objects.filter(source=source, at__gt=now - LOCK, outcome__in=_FAILURES)
    return failed.count() >= FAILURES_PER_SOURCE


def is_locked(login_digest: bytes, source: str, now: datetime) -> bool:
    return locked_until(login_digest, now) is not None or is_source_locked(source, now)


def note_attempt(
    act: Act, *, login_digest: bytes, source: str, outcome: Outcome, account_id: UUID | None = None
) -> None:
    """Step: keep the attempt."""
    SignInAttempt.objects.create(
        at=act.now,
        login_digest=login_digest,
        source=source[:45],
        outcome=outcome,
        account_id=account_id,
    )
