"""Staff sign in: password first, then the second factor; the password is changed when it must be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password

from gongyou.basics.refusal import says
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.accounts.attempts import Outcome, SignIn, digest_of_login, is_locked, note_attempt
from gongyou.kernel.accounts.passwords import MAX_LENGTH, check_password_rules
from gongyou.kernel.accounts.sessions import end_all
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound, Stale
from gongyou.kernel.models.accounts import Account

ROTATION = timedelta(days=180)


class Step(StrEnum):
    """What stands between a right password and the desk."""

    SECOND_FACTOR = "second"
    PASSWORD = "password"  # noqa: S105
    ENROL = "enrol"
    DONE = "done"


@dataclass(frozen=True)
class Pending:
    """A staff account on its way in. `binding` changes with the password: a stolen half-way sign-in ends."""

    account_id: UUID
    login: str
    name: str
    language: str
    step: Step
    binding: str


def sign_in_staff(actor: Actor, *, login: str, password: str, source: str) -> SignIn:
    """Check the password and keep the attempt; PASSWORD_OK means the next step is `pending_staff`'s.

    The password is checked outside the transaction: hashing takes long on purpose, and it must not enter the
    audit digest. A login that doesn't exist takes the same time and gets the same answer.
    """
    login = login.strip().casefold()[:60]
    is_right, account_id = False, None
    if not is_locked(digest_of_login(login), source, moment.now()):
        account = Account.objects.filter(login=login, kind=Account.Kind.STAFF).first()
        is_right = _is_right(account, password)
        account_id = account.pk if account is not None and account.is_active else None
    return _note_password(actor, login=login, source=source, account_id=account_id, is_right=is_right)


def _is_right(account: Account | None, password: str) -> bool:
    password = password[:MAX_LENGTH]
    if account is None or not account.has_usable_password():
        make_password(password)  # takes as long as a check would
        return False
    return check_password(password, account.password)


@action("accounts.sign_in_staff", right=None)
def _note_password(act: Act, *, login: str, source: str, account_id: UUID | None, is_right: bool) -> SignIn:
    digest = digest_of_login(login)
    account = _locked_row(account_id)
    if is_locked(digest, source, act.now):
        outcome = Outcome.LOCKED  # also for a right password: others guessed meanwhile
    elif account is None:
        outcome = Outcome.UNKNOWN
    else:
        outcome = Outcome.PASSWORD_OK if is_right else Outcome.BAD_PASSWORD
        act.about(f"account:{account.pk}")
    note_attempt(act, login_digest=digest, source=source, outcome=outcome, account_id=account_id)
    if account is not None and outcome is Outcome.BAD_PASSWORD:
        count_failure(account)
    return SignIn(outcome, account_id if outcome is Outcome.PASSWORD_OK else None)


def _locked_row(account_id: UUID | None) -> Account | None:
    """Locked, so that parallel guesses are counted one after the other."""
    if account_id is None:
        return None
    return Account.objects.select_for_update().filter(pk=account_id, is_active=True).first()


def count_failure(account: Account) -> None:
    """What the administrator's list shows; the lock itself follows from the attempts."""
    Account.objects.filter(pk=account.pk).update(failures=min(account.failures + 1, 30_000))


def pending_staff(account_id: UUID, *, has_passed_second: bool) -> Pending:
    """The next step of a sign-in whose password was right. Raises NotFound when the account was closed."""
    account = Account.objects.filter(pk=account_id, kind=Account.Kind.STAFF, is_active=True).first()
    if account is None:
        raise NotFound(says("这个账号不能登录。"))
    return Pending(
        account_id=account.pk,
        login=account.login,
        name=account.name,
        language=account.language,
        step=_next_step(account, has_passed_second, moment.now()),
        binding=account.get_session_auth_hash(),
    )


def _next_step(account: Account, has_passed_second: bool, now: datetime) -> Step:
    is_enrolled = account.totp_last_step > 0
    if is_enrolled and not has_passed_second:
        return Step.SECOND_FACTOR
    if account.must_change_password or is_password_old(account, now):
        return Step.PASSWORD
    return Step.DONE if is_enrolled else Step.ENROL


def is_password_old(account: Account, now: datetime) -> bool:
    return account.password_set_at is None or now - account.password_set_at > ROTATION


def change_password(actor: Actor, *, account_id: UUID, new_password: str) -> None:
    """Store a new password and end the account's sessions. The caller has checked the old one.

    Raises DomainError with field `new_password`, NotFound, Stale.
    """
    account = Account.objects.filter(pk=account_id, kind=Account.Kind.STAFF, is_active=True).first()
    if account is None:
        raise NotFound(says("这个账号不能登录。"))
    check_password_rules(new_password, login=account.login, name=account.name)
    if check_password(new_password, account.password):
        raise DomainError(
            "password_same",
            says("新密码和原来的一样。"),
            says("请换一个新的密码。"),
            field="new_password",
        )
    _store_password(
        actor,
        account_id=account_id,
        encoded=make_password(new_password),
        previous=account.get_session_auth_hash(),
    )


@action("accounts.change_password", right=None)
def _store_password(act: Act, *, account_id: UUID, encoded: str, previous: str) -> None:
    account = _locked_row(account_id)
    if account is None or account.get_session_auth_hash() != previous:
        raise Stale
    act.about(f"account:{account_id}")
    account.password = encoded
    account.must_change_password = False
    account.password_set_at = act.now
    account.save(update_fields=["password", "must_change_password", "password_set_at"])
    end_all(act, account_id=account_id)
