"""Signed-in sessions: few per account, ended by idleness, by age, at sign-out and by the administrator."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from gongyou.basics.refusal import says
from gongyou.kernel import moment
from gongyou.kernel.access import Actor, Holding, worker_actor
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import NotFound
from gongyou.kernel.models.accounts import Account, KnownSession, RoleHolding
from gongyou.kernel.writing import writing

TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class SessionLimits:
    """How many sessions an account may have, how long one may rest, and how long it may last."""

    count: int
    idle: timedelta
    lasts: timedelta


LIMITS: dict[str, SessionLimits] = {
    Account.Kind.STAFF.value: SessionLimits(3, timedelta(minutes=30), timedelta(hours=12)),
    Account.Kind.WORKER.value: SessionLimits(5, timedelta(days=7), timedelta(days=30)),
}


def digest_of_key(session_key: str) -> bytes:
    """What the database keeps of a session key; the key itself has more entropy than anybody can guess."""
    return hashlib.sha256(session_key.encode()).digest()


@action("accounts.start_session", right=None)
def start_session(act: Act, *, account_id: UUID, key_digest: bytes, source: str) -> SessionLimits:
    """Know a session from now on; the oldest ones beyond the limit end. The caller has checked who it is."""
    account = Account.objects.select_for_update().filter(pk=account_id, is_active=True).first()
    if account is None:
        raise NotFound(says("这个账号不能登录。"))
    act.about(f"account:{account_id}")
    limits = LIMITS[account.kind]
    live = KnownSession.objects.filter(account_id=account_id, ended_at__isnull=True).order_by("-started_at")
    surplus = list(live.values_list("pk", flat=True)[limits.count - 1 :])
    KnownSession.objects.filter(pk__in=surplus).update(ended_at=act.now)
    KnownSession.objects.create(
        key_digest=key_digest,
        account_id=account_id,
        started_at=act.now,
        seen_at=act.now,
        source=source[:45],
    )
    Account.objects.filter(pk=account_id).update(last_login=act.now)
    return limits


@action("accounts.sign_out", right=None)
def sign_out(act: Act, *, key_digest: bytes) -> None:
    """End one session; ending an unknown one changes nothing."""
    session = KnownSession.objects.filter(key_digest=key_digest, ended_at__isnull=True).first()
    if session is not None:
        act.about(f"account:{session.account_id}")
        KnownSession.objects.filter(pk=key_digest).update(ended_at=act.now)


def end_all(act: Act, *, account_id: UUID) -> int:
    """Step: end every session of an account; returns how many there were."""
    return KnownSession.objects.filter(account_id=account_id, ended_at__isnull=True).update(ended_at=act.now)


def actor_for_session(session_key: str) -> Actor | None:
    """Who is signed in with this session, with the roles in force now; None: nobody. Two queries."""
    now = moment.now()
    row = (
        KnownSession.objects.filter(
            key_digest=digest_of_key(session_key), ended_at__isnull=True, account__is_active=True
        )
        .values_list(
            "pk",
            "account_id",
            "account__kind",
            "account__name",
            "account__person_id",
            "started_at",
            "seen_at",
        )
        .first()
    )
    if row is None:
        return None
    key, account_id, kind, name, person_id, started_at, seen_at = row
    limits = LIMITS[kind]
    if now >= started_at + limits.lasts or now >= seen_at + limits.idle:
        return None
    _touch(bytes(key), seen_at, now)
    if kind == Account.Kind.WORKER:
        return worker_actor(account_id, person_id)
    return Actor(id=account_id, kind=kind, name=name, holdings=holdings_of(account_id, now))


def _touch(key: bytes, seen_at: datetime, now: datetime) -> None:
    if now - seen_at >= TOUCH_EVERY:
        with writing():
            KnownSession.objects.filter(pk=key, ended_at__isnull=True).update(seen_at=now)


def in_force(now: datetime) -> Q:
    """Holdings that count at a moment: confirmed by a second person, begun, not over."""
    return Q(confirmed_by__isnull=False, from_at__lte=now) & (Q(until_at__isnull=True) | Q(until_at__gt=now))


def holdings_of(account_id: UUID, now: datetime) -> tuple[Holding, ...]:
    rows = RoleHolding.objects.filter(in_force(now), account_id=account_id).order_by("office_path", "role")
    return tuple(Holding(*row) for row in rows.values_list("role", "office_id", "office_path"))


def actor_of_account(account_id: UUID) -> Actor:
    """The actor of a staff account outside a session (command line, demo, tests). Raises NotFound."""
    account = Account.objects.filter(pk=account_id, kind=Account.Kind.STAFF, is_active=True).first()
    if account is None:
        raise NotFound(says("没有这个账号，或者它已停用。"))
    return Actor(
        id=account.pk, kind=account.kind, name=account.name, holdings=holdings_of(account.pk, moment.now())
    )
