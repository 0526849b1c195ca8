"""Workers sign in with a code sent to their phone; the account comes into being with the first right one."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from gongyou.basics.identity import mask_phone, read_phone
from gongyou.basics.refusal import says
from gongyou.kernel.access import Actor
from gongyou.kernel.accounts.attempts import Outcome, SignIn, is_source_locked, note_attempt
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError
from gongyou.kernel.ids import new_id
from gongyou.kernel.installation import installed
from gongyou.kernel.messages import send_message
from gongyou.kernel.models.accounts import Account, OneTimeCode, SignInAttempt
from gongyou.kernel.sealed_fields import blind_index

PURPOSE = "worker_sign_in"
GOOD_FOR = timedelta(minutes=5)
TRIES = 5
PER_PHONE_MINUTE = 1
PER_PHONE_HOUR = 5
PER_SOURCE_HOUR = 20
MOBILE_DIGITS = 11

CODE_TEXT = says("登录验证码{code}，5分钟内有效。请勿告诉他人，工作人员不会向您索要。")


@dataclass(frozen=True)
class CodeSent:
    """A code is on its way; where to and until when it is good."""

    phone_masked: str
    expires_at: datetime


def read_mobile(text: str) -> str:
    """Eleven digits of a mainland mobile. Raises Refusal with field `phone`."""
    phone = read_phone(text)
    if len(phone) != MOBILE_DIGITS or not phone.isdigit() or not phone.startswith("1"):
        raise DomainError(
            "phone_not_mobile",
            says("验证码只能发到手机，“{text}”不是手机号。"),
            says("请填写11位手机号。"),
            field="phone",
            text=text.strip()[:40],
        )
    return phone


def index_of_phone(phone: str) -> bytes:
    return blind_index(Account, "phone", phone)


def ask_code(actor: Actor, *, phone: str, source: str) -> CodeSent:
    """Send a code to a mobile. Raises Refusal for a number that is none, or asked for too often (429)."""
    return _send_code(actor, phone=read_mobile(phone), source=source)


@action("accounts.ask_code", right="accounts.ask_code")
def _send_code(act: Act, *, phone: str, source: str) -> CodeSent:
    index = index_of_phone(phone)
    _check_pace(index, source, act.now)
    code = f"{secrets.randbelow(1_000_000):06d}"
    sent = OneTimeCode.objects.create(
        phone_index=index,
        code_digest=_digest_of_code(index, code),
        purpose=PURPOSE,
        sent_at=act.now,
        expires_at=act.now + GOOD_FOR,
    )
    note_attempt(act, login_digest=index, source=source, outcome=Outcome.CODE_SENT)
    act.about(f"code:{sent.pk}")
    send_message(
        act,
        template="accounts.code",
        text=_(CODE_TEXT).format(code=code),
        phone=phone,
        subject=f"code:{sent.pk}",
        office_path="",
        message_class="codes",
        is_urgent=True,
    )
    return CodeSent(mask_phone(phone), sent.expires_at)


def _check_pace(index: bytes, source: str, now: datetime) -> None:
    sent = OneTimeCode.objects.filter(phone_index=index, purpose=PURPOSE)
    if sent.filter(sent_at__gt=now - timedelta(minutes=1)).count() >= PER_PHONE_MINUTE:
        raise _too_often("code_each_minute", says("刚刚已经发过验证码。"), says("请等1分钟再获取。"))
    if sent.filter(sent_at__gt=now - timedelta(hours=1)).count() >= PER_PHONE_HOUR:
        raise _too_often(
            "code_each_hour", says("这个手机号一小时内获取验证码太多次。"), says("请一小时后再试。")
        )
    asked = SignInAttempt.objects.filter(
        source=source, at__gt=now - timedelta(hours=1), outcome=Outcome.CODE_SENT
    )
    if source and asked.count() >= PER_SOURCE_HOUR:
        raise _too_often(
            "code_each_source",
            says("这个网络一小时内获取验证码太多次。"),
            says("请一小时后再试，或换一个网络。"),
        )


def _too_often(code: str, message: str, hint: str) -> DomainError:
    return DomainError(code, message, hint, field="phone", status=429)


def enter_code(actor: Actor, *, phone: str, code: str, source: str, person_id: UUID | None) -> SignIn:
    """Check the last code sent to a phone; the right one opens the worker's account.

    `person_id` is the registry row the caller found for this phone; it is kept when the account has none yet.
    """
    given = "".join(code.split())
    index = index_of_phone(read_mobile(phone))
    return _check_code(
        actor,
        phone=read_mobile(phone),
        code_digest=_digest_of_code(index, given),
        source=source,
        person_id=person_id,
    )


@action("accounts.sign_in_worker", right=None)
def _check_code(act: Act, *, phone: str, code_digest: bytes, source: str, person_id: UUID | None) -> SignIn:
    index = index_of_phone(phone)
    account_id = None
    if is_source_locked(source, act.now):
        outcome = Outcome.LOCKED
    elif not _is_last_code(index, code_digest, act.now):
        outcome = Outcome.BAD_CODE
    else:
        account_id = _worker(act, phone, index, person_id)
        outcome = Outcome.OK if account_id is not None else Outcome.UNKNOWN
    note_attempt(act, login_digest=index, source=source, outcome=outcome, account_id=account_id)
    return SignIn(outcome, account_id)


def _is_last_code(index: bytes, code_digest: bytes, now: datetime) -> bool:
    """Whether it is the newest code of the phone; a try is counted, a right one is used up."""
    sent = (
        OneTimeCode.objects.select_for_update()
        .filter(phone_index=index, purpose=PURPOSE)
        .order_by("-sent_at", "-id")
        .first()
    )
    if sent is None or sent.used_at is not None or now >= sent.expires_at or sent.tries >= TRIES:
        return False
    sent.tries += 1
    is_right = hmac.compare_digest(bytes(sent.code_digest), code_digest)
    if is_right:
        sent.used_at = now
    sent.save(update_fields=["tries", "used_at"])
    return is_right


def _worker(act: Act, phone: str, index: bytes, person_id: UUID | None) -> UUID | None:
    """The worker's account, opened now if there is none; None when it was locked."""
    account = Account.objects.filter(phone_index=index, kind=Account.Kind.WORKER).first()
    if account is None:
        account = _open_worker(act, phone, person_id)
    elif account.person_id is None and person_id is not None:
        Account.objects.filter(pk=account.pk).update(person_id=person_id)
    act.about(f"account:{account.pk}")
    return account.pk if account.is_active else None


def _open_worker(act: Act, phone: str, person_id: UUID | None) -> Account:
    account_id = new_id()
    account = Account(
        id=account_id,
        login=f"w:{account_id}",
        kind=Account.Kind.WORKER,
        phone_masked=mask_phone(phone),
        person_id=person_id,
        must_change_password=False,
        created_at=act.now,
    )
    account.phone = phone  # sealed with the row's id, and indexed
    account.set_unusable_password()
    account.save(force_insert=True)
    return account


def _digest_of_code(index: bytes, code: str) -> bytes:
    return installed().keyring.digest(b"code\0" + index + code.encode())
