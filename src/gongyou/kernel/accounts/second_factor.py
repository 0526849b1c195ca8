"""The second factor of staff: time-based codes (RFC 6238), each good once, one step of drift allowed."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp

from gongyou.basics.refusal import says
from gongyou.kernel.access import Actor, system_actor
from gongyou.kernel.accounts.attempts import Outcome, SignIn, digest_of_login, is_locked, note_attempt
from gongyou.kernel.accounts.staff import count_failure
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.models.accounts import Account
from gongyou.kernel.personal_data import record_read

STEP_SECONDS = 30
ISSUER = "工友"


@dataclass(frozen=True)
class Enrolment:
    """The secret to put into an authenticator app; `uri` is what the QR code says."""

    secret: str
    uri: str


@action("accounts.check_second_factor", right=None)
def check_second_factor(act: Act, *, account_id: UUID, code: str, source: str) -> SignIn:
    """Check a code of an enrolled account. OK completes the sign-in."""
    account = _staff(account_id)
    if account.totp_last_step == 0:
        raise DomainError(
            "not_enrolled", says("这个账号还没有绑定动态验证码。"), says("请重新登录并按提示绑定。")
        )
    return _check(act, account, code, source)


@action("accounts.begin_enrolment", right=None)
def begin_enrolment(act: Act, *, account_id: UUID, is_fresh: bool) -> Enrolment:
    """Make a secret for an account without second factor; not fresh: show the one of this sign-in again.

    Raises DomainError when the account has a second factor already.
    """
    account = _staff(account_id)
    act.about(f"account:{account_id}")
    if account.totp_last_step > 0:
        raise DomainError(
            "already_enrolled",
            says("这个账号已经绑定了动态验证码。"),
            says("如需更换，请联系系统管理员申请重置。"),
        )
    if is_fresh or account.totp_secret is None:
        secret = pyotp.random_base32()
        account.totp_secret = secret  # sealed on assignment
        account.save(update_fields=["totp_secret"])
    else:
        secret = secret_of(account, "enrolment")
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name=ISSUER))


@action("accounts.confirm_enrolment", right=None)
def confirm_enrolment(act: Act, *, account_id: UUID, code: str, source: str) -> SignIn:
    """The first right code binds the authenticator and completes the sign-in."""
    account = _staff(account_id)
    if account.totp_last_step > 0 or account.totp_secret is None:
        raise DomainError("enrolment_over", says("这次绑定已经失效。"), says("请重新登录后再试。"))
    return _check(act, account, code, source)


def _check(act: Act, account: Account, code: str, source: str) -> SignIn:
    act.about(f"account:{account.pk}")
    digest = digest_of_login(account.login)
    if is_locked(digest, source, act.now):
        outcome = Outcome.LOCKED
    else:
        step = matching_step(secret_of(account, "second factor"), code, act.now, account.totp_last_step)
        outcome = Outcome.BAD_CODE if step is None else Outcome.OK
        if step is None:
            count_failure(account)
        else:
            Account.objects.filter(pk=account.pk).update(totp_last_step=step, failures=0)
    note_attempt(act, login_digest=digest, source=source, outcome=outcome, account_id=account.pk)
    return SignIn(outcome, account.pk if outcome is Outcome.OK else None)


def matching_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """The time step whose code this is: the present one or a neighbour, newer than the last one used."""
    present = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    given = "".join(code.split()).encode()
    for step in (present, present - 1, present + 1):
        if step > last_step and hmac.compare_digest(totp.generate_otp(step).encode(), given):
            return step
    return None


def secret_of(account: Account, purpose: str) -> str:
    """The platform itself opens a secret, and the read is recorded like every other."""
    if account.totp_secret is None:
        raise NotFound(says("这个账号还没有绑定动态验证码。"))
    grant = record_read(system_actor("accounts"), "account", [account.pk], purpose)
    return str(account.totp_secret.open(grant))


def _staff(account_id: UUID) -> Account:
    account = (
        Account.objects.select_for_update()
        .filter(pk=account_id, kind=Account.Kind.STAFF, is_active=True)
        .first()
    )
    if account is None:
        raise NotFound(says("这个账号不能登录。"))
    return account


@action("accounts.show_demo_code", right="accounts.bootstrap")
def _show_demo_code(act: Act, *, account_id: UUID) -> str:
    account = _staff(account_id)
    act.about(f"account:{account_id}")
    step = max(int(act.now.timestamp()) // STEP_SECONDS, account.totp_last_step + 1)
    return pyotp.TOTP(secret_of(account, "demo")).generate_otp(step)


def demo_second_factor(actor: Actor, *, account_id: UUID, is_demo: bool) -> str:
    """The code to type now, for a demo installation only (`is_demo` comes from config). Raises DomainError.

    A code is good once: while the present one is used up, this is the next one, if the drift allows it.
    """
    if not is_demo:
        raise DomainError("not_a_demo", says("只有演示环境才能显示动态验证码。"), status=403)
    return _show_demo_code(actor, account_id=account_id)
