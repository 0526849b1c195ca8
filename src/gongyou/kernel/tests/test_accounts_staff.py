"""Staff sign-in: password rules, lock-out, second factor, enrolment, rotation."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pyotp
import pytest
from pytest_django import Settings

from gongyou.basics.refusal import Refusal
from gongyou.kernel import audit
from gongyou.kernel.access import Actor, system_actor, visitor_actor
from gongyou.kernel.accounts import (
    Outcome,
    SignIn,
    Step,
    actor_of_account,
    begin_enrolment,
    bootstrap_admins,
    change_password,
    check_second_factor,
    confirm_enrolment,
    demo_second_factor,
    pending_staff,
    seed_demo_account,
    sign_in_staff,
    unlock_account,
)
from gongyou.kernel.accounts.passwords import check_password_rules, make_first_password
from gongyou.kernel.models import Account, AuditRecord, SignInAttempt
from gongyou.kernel.moment import SHANGHAI, standing_at

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)
PASSWORD = "Red-Lantern-42"
VISITOR = visitor_actor()


@pytest.fixture(autouse=True)
def quick_hashing(settings: Settings) -> None:
    """Scrypt takes 0.3 s on purpose; one test below signs in with it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def open_account(login: str = "wang.min", role: str = "desk") -> UUID:
    return seed_demo_account(
        system_actor(),
        login=login,
        name="王敏",
        password=PASSWORD,
        role=role,
        office_id=None,
        office_path="370000/",
        is_demo=True,
    )


def attempt(password: str, *, login: str = "wang.min", source: str = "10.0.0.7") -> SignIn:
    return sign_in_staff(VISITOR, login=login, password=password, source=source)


def code_now(account_id: UUID) -> str:
    return demo_second_factor(system_actor(), account_id=account_id, is_demo=True)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Ab1-efgh9", "password_short"),
        ("x" * 129, "password_long"),
        ("alllowercase", "password_classes"),
        ("lowercase12345", "password_classes"),
        ("Wang.Min-2026", "password_holds_login"),
        ("Hello王敏hello9", "password_holds_login"),
        ("Admin@123456", "password_common"),
        ("P@ssw0rd123", "password_common"),
        ("Aa1!Aa1!Aa1!", "password_common"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_password_rules(password, login="wang.min", name="王敏")
    assert refused.value.code == code
    assert refused.value.field == "new_password"


@pytest.mark.parametrize("password", ["Correct-Horse-7", "三班倒-Night-shift", "lowercase-and-9"])
def test_a_password_of_three_classes_is_accepted(password: str) -> None:
    check_password_rules(password, login="wang.min", name="王敏")


def test_first_passwords_keep_the_rules_and_differ() -> None:
    made = {make_first_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        check_password_rules(password, login="wang.min")


def test_password_and_code_together_sign_in_and_each_attempt_is_kept(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    account_id = open_account()
    first = attempt(PASSWORD, login=" Wang.Min ")
    assert (first.outcome, first.account_id) == (Outcome.PASSWORD_OK, account_id)
    assert pending_staff(account_id, has_passed_second=False).step is Step.SECOND_FACTOR
    second = check_second_factor(VISITOR, account_id=account_id, code=code_now(account_id), source="10.0.0.7")
    assert second.outcome is Outcome.OK
    assert pending_staff(account_id, has_passed_second=True).step is Step.DONE
    assert list(SignInAttempt.objects.order_by("id").values_list("outcome", flat=True)) == [
        "password_ok",
        "ok",
    ]
    actions = list(AuditRecord.objects.order_by("id").values_list("action", flat=True))
    assert actions[-3:] == [
        "accounts.sign_in_staff",
        "accounts.show_demo_code",
        "accounts.check_second_factor",
    ]
    assert audit.verify().is_intact
    assert Account.objects.get().password.startswith("scrypt$")


def test_unknown_login_wrong_password_and_closed_account_read_the_same() -> None:
    open_account()
    Account.objects.create(login="closed", kind="staff", is_active=False, created_at=NOON)
    answers = [attempt("Wrong-Guess-1"), attempt("x", login="nobody"), attempt("x", login="closed")]
    assert {answer.refusal().sentence() for answer in answers} == {answers[0].refusal().sentence()}
    assert all(answer.account_id is None and not answer.is_accepted for answer in answers)
    assert b"nobody" not in b"".join(bytes(a.login_digest) for a in SignInAttempt.objects.all())


@pytest.mark.parametrize("login", ["wang.min", "nobody"])
def test_five_failures_lock_for_fifteen_minutes_whether_or_not_the_login_exists(login: str) -> None:
    open_account()
    for number in range(5):
        with standing_at(NOON + timedelta(minutes=number)):
            assert attempt("Wrong-Guess-1", login=login).outcome is not Outcome.LOCKED
    fifth_at = NOON + timedelta(minutes=4)
    for minutes in (1, 14):
        with standing_at(fifth_at + timedelta(minutes=minutes)):
            locked = attempt(PASSWORD, login=login)
            assert locked.outcome is Outcome.LOCKED
            assert locked.refusal().status == 429
    with standing_at(fifth_at + timedelta(minutes=15)):
        expected = Outcome.PASSWORD_OK if login == "wang.min" else Outcome.UNKNOWN
        assert attempt(PASSWORD, login=login).outcome is expected


def test_four_failures_an_hour_apart_from_the_fifth_do_not_lock() -> None:
    open_account()
    for number in range(4):
        with standing_at(NOON + timedelta(seconds=number)):
            attempt("Wrong-Guess-1")
    with standing_at(NOON + timedelta(hours=1)):
        attempt("Wrong-Guess-1")
        assert attempt(PASSWORD).outcome is Outcome.PASSWORD_OK


def test_a_right_password_does_not_refresh_the_guesses_of_the_code() -> None:
    account_id = open_account()
    for _ in range(5):
        assert attempt(PASSWORD).outcome is Outcome.PASSWORD_OK
        wrong = check_second_factor(VISITOR, account_id=account_id, code="000000x", source="10.0.0.7")
        assert wrong.outcome is Outcome.BAD_CODE
    assert attempt(PASSWORD).outcome is Outcome.LOCKED
    late = check_second_factor(VISITOR, account_id=account_id, code=code_now(account_id), source="10.0.0.7")
    assert late.outcome is Outcome.LOCKED


def test_one_address_guessing_at_many_logins_is_locked_and_others_are_not() -> None:
    open_account()
    for number in range(20):
        attempt("Wrong-Guess-1", login=f"guess{number}", source="203.0.113.9")
    assert attempt(PASSWORD, source="203.0.113.9").outcome is Outcome.LOCKED
    assert attempt(PASSWORD, source="10.0.0.7").outcome is Outcome.PASSWORD_OK


def test_the_security_administrator_lifts_a_lock() -> None:
    account_id = open_account()
    security = actor_of_account(open_account("sec.li", "security_admin"))
    for _ in range(5):
        attempt("Wrong-Guess-1")
    assert attempt(PASSWORD).outcome is Outcome.LOCKED
    unlock_account(security, account_id=account_id)
    assert attempt(PASSWORD).outcome is Outcome.PASSWORD_OK


def test_a_code_is_good_once_and_for_one_step_of_drift() -> None:
    account_id = open_account()
    with standing_at(NOON):
        code = code_now(account_id)
    for offset, outcome in ((60, Outcome.BAD_CODE), (30, Outcome.OK), (31, Outcome.BAD_CODE)):
        with standing_at(NOON + timedelta(seconds=offset)):
            answer = check_second_factor(VISITOR, account_id=account_id, code=code, source="10.0.0.7")
            assert answer.outcome is outcome, offset


def test_an_older_code_than_the_last_one_used_is_refused() -> None:
    account_id = open_account()
    with standing_at(NOON - timedelta(seconds=30)):
        older = code_now(account_id)
    with standing_at(NOON):
        newer = code_now(account_id)
        ok = check_second_factor(VISITOR, account_id=account_id, code=newer, source="")
        assert ok.outcome is Outcome.OK
        replayed = check_second_factor(VISITOR, account_id=account_id, code=older, source="")
        assert replayed.outcome is Outcome.BAD_CODE


def test_the_demo_code_is_refused_outside_a_demo() -> None:
    account_id = open_account()
    with pytest.raises(Refusal) as refused:
        demo_second_factor(system_actor(), account_id=account_id, is_demo=False)
    assert refused.value.code == "not_a_demo"
    with pytest.raises(Refusal):
        demo_second_factor(VISITOR, account_id=account_id, is_demo=True)


def first_admin() -> tuple[UUID, str, str]:
    first = bootstrap_admins(system_actor())[0]
    return first.account_id, first.login, first.first_password


def test_the_first_sign_in_changes_the_password_and_binds_an_authenticator() -> None:
    account_id, login, first_password = first_admin()
    assert attempt(first_password, login=login).outcome is Outcome.PASSWORD_OK
    before = pending_staff(account_id, has_passed_second=False)
    assert before.step is Step.PASSWORD
    change_password(VISITOR, account_id=account_id, new_password=PASSWORD)
    after = pending_staff(account_id, has_passed_second=False)
    assert after.step is Step.ENROL
    assert after.binding != before.binding, "a half-way sign-in with the old password must end"
    enrolment = begin_enrolment(VISITOR, account_id=account_id, is_fresh=True)
    assert begin_enrolment(VISITOR, account_id=account_id, is_fresh=False) == enrolment
    renewed = begin_enrolment(VISITOR, account_id=account_id, is_fresh=True)
    assert renewed.secret != enrolment.secret
    with standing_at(NOON):
        stale = pyotp.TOTP(enrolment.secret).at(NOON)
        code = pyotp.TOTP(renewed.secret).at(NOON)
        assert not confirm_enrolment(VISITOR, account_id=account_id, code=stale, source="").is_accepted
        assert confirm_enrolment(VISITOR, account_id=account_id, code=code, source="").outcome is Outcome.OK
    assert pending_staff(account_id, has_passed_second=True).step is Step.DONE
    with pytest.raises(Refusal) as refused:
        begin_enrolment(VISITOR, account_id=account_id, is_fresh=True)
    assert refused.value.code == "already_enrolled"
    assert attempt(first_password, login=login).outcome is Outcome.BAD_PASSWORD


def test_the_secret_is_unreadable_in_the_raw_row() -> None:
    account_id, _, _ = first_admin()
    secret = begin_enrolment(VISITOR, account_id=account_id, is_fresh=True).secret
    raw = bytes(Account.objects.filter(pk=account_id).values_list("totp_secret", flat=True)[0])
    assert secret.encode() not in raw
    assert secret not in repr(Account.objects.get(pk=account_id).totp_secret)


def test_a_password_of_half_a_year_must_be_changed_and_not_to_itself() -> None:
    account_id = open_account()
    set_at = Account.objects.get(pk=account_id).password_set_at
    assert set_at is not None
    for days, step in ((179, Step.DONE), (181, Step.PASSWORD)):
        with standing_at(set_at + timedelta(days=days)):
            assert pending_staff(account_id, has_passed_second=True).step is step
    with pytest.raises(Refusal) as refused:
        change_password(VISITOR, account_id=account_id, new_password=PASSWORD)
    assert refused.value.code == "password_same"


def test_a_visitor_can_do_nothing_with_a_closed_account() -> None:
    account_id = open_account()
    Account.objects.filter(pk=account_id).update(is_active=False)
    for service in (
        lambda: pending_staff(account_id, has_passed_second=True),
        lambda: change_password(VISITOR, account_id=account_id, new_password="Other-Lantern-42"),
        lambda: check_second_factor(VISITOR, account_id=account_id, code="123456", source=""),
        lambda: actor_of_account(account_id),
    ):
        with pytest.raises(Refusal) as refused:
            service()
        assert refused.value.status == 404


def test_bootstrap_happens_once_and_only_by_the_platform() -> None:
    first = bootstrap_admins(system_actor())
    assert [one.role for one in first] == ["system_admin", "security_admin", "audit_admin"]
    assert len({one.first_password for one in first}) == 3
    actors: list[Actor] = [actor_of_account(one.account_id) for one in first]
    assert [a.may("accounts.propose", "370000/01/") for a in actors] == [True, False, False]
    assert [a.may("accounts.confirm", "370000/01/") for a in actors] == [False, True, False]
    assert [a.may("audit.read", "370000/01/") for a in actors] == [False, False, True]
    assert not any(a.may("casework.read") or a.may("no.such.right") for a in actors)
    with pytest.raises(Refusal) as refused:
        bootstrap_admins(system_actor())
    assert refused.value.code == "bootstrapped"
    with pytest.raises(Refusal):
        bootstrap_admins(VISITOR)
