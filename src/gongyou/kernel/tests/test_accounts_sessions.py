"""Sessions: how many, how long, and the roles in force while they last."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from gongyou.basics.refusal import Refusal
from gongyou.kernel.access import system_actor, visitor_actor
from gongyou.kernel.accounts import (
    actor_for_session,
    actor_of_account,
    change_password,
    choose_language,
    digest_of_key,
    end_sessions,
    language_of,
    lock_account,
    seed_demo_account,
    sessions_of,
    sign_out,
    start_session,
)
from gongyou.kernel.models import Account, KnownSession, RoleHolding
from gongyou.kernel.moment import SHANGHAI, standing_at

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)
VISITOR = visitor_actor()


@pytest.fixture(autouse=True)
def quick_hashing(settings: Settings) -> None:
    """Scrypt takes 0.3 s on purpose; the sign-in tests use it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def clerk() -> UUID:
    with standing_at(NOON - timedelta(days=1)):
        return open_account("clerk", "desk")


def open_account(login: str, role: str) -> UUID:
    return seed_demo_account(
        system_actor(),
        login=login,
        name="赵岚",
        password="Red-Lantern-42",
        role=role,
        office_id=None,
        office_path="370000/",
        is_demo=True,
    )


def worker() -> UUID:
    return Account.objects.create(login="w:1", kind="worker", created_at=NOON).pk


def start(account_id: UUID, key: str, at: datetime = NOON) -> None:
    with standing_at(at):
        start_session(VISITOR, account_id=account_id, key_digest=digest_of_key(key), source="10.0.0.7")


def is_live(key: str, at: datetime = NOON) -> bool:
    with standing_at(at):
        return actor_for_session(key) is not None


def test_two_queries_tell_who_it_is(
    clerk: UUID, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    start(clerk, "key")
    with standing_at(NOON), django_assert_max_num_queries(2):
        actor = actor_for_session("key")
    assert actor is not None
    assert (actor.id, actor.kind, actor.name) == (clerk, "staff", "赵岚")
    assert actor.may("casework.file", "370000/")
    assert not actor.may("casework.file", "370000/01/")
    assert not actor.may("casework.approve")
    assert not actor.may("a.right.nobody.wrote.down")
    assert not is_live("another key")


def test_the_key_itself_is_not_stored(clerk: UUID) -> None:
    start(clerk, "key")
    assert b"key" not in bytes(KnownSession.objects.get().key_digest)


@pytest.mark.parametrize(("kind", "most"), [("staff", 3), ("worker", 5)])
def test_the_oldest_session_ends_beyond_the_limit(clerk: UUID, kind: str, most: int) -> None:
    account_id = clerk if kind == "staff" else worker()
    for number in range(most + 1):
        start(account_id, f"key{number}", NOON + timedelta(seconds=number))
    now = NOON + timedelta(minutes=1)
    assert [is_live(f"key{number}", now) for number in range(most + 1)] == [False] + [True] * most


@pytest.mark.parametrize(("kind", "idle"), [("staff", timedelta(minutes=30)), ("worker", timedelta(days=7))])
def test_an_idle_session_is_over(clerk: UUID, kind: str, idle: timedelta) -> None:
    start(clerk if kind == "staff" else worker(), "key")
    almost = NOON + idle - timedelta(seconds=1)
    assert is_live("key", almost)
    assert is_live("key", almost + idle - timedelta(seconds=1)), "being seen starts the idle time afresh"
    assert not is_live("key", almost + 2 * idle)


@pytest.mark.parametrize(("kind", "lasts"), [("staff", timedelta(hours=12)), ("worker", timedelta(days=30))])
def test_a_session_ends_however_busy(clerk: UUID, kind: str, lasts: timedelta) -> None:
    start(clerk if kind == "staff" else worker(), "key")
    step = timedelta(minutes=20) if kind == "staff" else timedelta(days=5)
    at = NOON
    while at + step < NOON + lasts:
        at += step
        assert is_live("key", at)
    assert not is_live("key", NOON + lasts)


def test_being_seen_is_written_once_a_minute_at_most(clerk: UUID) -> None:
    start(clerk, "key")
    seen = []
    for seconds in (10, 59, 60, 90, 119, 120):
        assert is_live("key", NOON + timedelta(seconds=seconds))
        seen.append((KnownSession.objects.get().seen_at - NOON).total_seconds())
    assert seen == [0, 0, 60, 60, 60, 120]


def test_signing_out_ends_this_session_only(clerk: UUID) -> None:
    start(clerk, "one")
    start(clerk, "two")
    sign_out(VISITOR, key_digest=digest_of_key("one"))
    sign_out(VISITOR, key_digest=digest_of_key("never known"))
    assert (is_live("one"), is_live("two")) == (False, True)


def test_a_new_password_ends_every_session(clerk: UUID) -> None:
    start(clerk, "one")
    change_password(VISITOR, account_id=clerk, new_password="Blue-Lantern-43")
    assert not is_live("one")


def test_the_security_administrator_sees_and_ends_sessions(clerk: UUID) -> None:
    security = actor_of_account(open_account("sec", "security_admin"))
    start(clerk, "one")
    start(clerk, "two")
    with standing_at(NOON):
        assert [session.source for session in sessions_of(security, clerk)] == ["10.0.0.7"] * 2
    assert end_sessions(security, account_id=clerk) == 2
    assert not is_live("one")
    with pytest.raises(Refusal) as refused:
        end_sessions(actor_of_account(clerk), account_id=clerk)
    assert refused.value.status == 403


def test_a_locked_account_is_out_at_once(clerk: UUID) -> None:
    start(clerk, "one")
    lock_account(actor_of_account(open_account("sec", "security_admin")), account_id=clerk)
    assert not is_live("one")
    with pytest.raises(Refusal):
        start(clerk, "two")


@pytest.mark.parametrize(
    "change",
    [
        {"until_at": NOON - timedelta(hours=1)},
        {"confirmed_by": None},
        {"from_at": NOON + timedelta(days=1)},
        {"role": "no_such_role"},
    ],
)
def test_a_role_ended_unconfirmed_future_or_unknown_gives_nothing(
    clerk: UUID, change: dict[str, object]
) -> None:
    start(clerk, "key")
    RoleHolding.objects.filter(account_id=clerk).update(**change)
    with standing_at(NOON):
        actor = actor_for_session("key")
    assert actor is not None
    assert not actor.may("casework.file")
    with pytest.raises(Refusal):
        actor.require("casework.file")


def test_the_language_is_kept_with_the_account(clerk: UUID) -> None:
    choose_language(actor_of_account(clerk), language="en")
    assert language_of(clerk) == "en"
    choose_language(VISITOR, language="en")
    assert Account.objects.filter(language="en").count() == 1
