"""Locking accounts, ending their sessions, and resets that one administrator asks for and another decides."""

from __future__ import annotations

from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.kernel.accounts.administration import (
    CONFIRM,
    PROPOSE,
    Confirmed,
    check_not_last,
    give_first_password,
    maker_is_checker,
    own_account,
    staff_account,
    standing,
)
from gongyou.kernel.accounts.attempts import Outcome, digest_of_login, note_attempt
from gongyou.kernel.accounts.sessions import end_all, in_force
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.models.accounts import Account, AccountRequest, RoleHolding

LOCK = "accounts.lock"


@action("accounts.lock_account", right=LOCK)
def lock_account(act: Act, *, account_id: UUID) -> None:
    """Nobody signs in with this account until it is unlocked; its sessions end now."""
    account = _within(act, LOCK, account_id)
    if account_id == act.actor.id:
        raise own_account()
    for holding in RoleHolding.objects.filter(in_force(act.now), account_id=account_id):
        check_not_last(act, holding)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    end_all(act, account_id=account_id)


@action("accounts.unlock_account", right=LOCK)
def unlock_account(act: Act, *, account_id: UUID) -> None:
    """Open a locked account again and forget its wrong attempts."""
    account = _within(act, LOCK, account_id)
    if account_id == act.actor.id:
        raise own_account()
    is_staff = account.kind == Account.Kind.STAFF
    if is_staff and not account.has_usable_password():
        raise DomainError(
            "not_opened", says("这个账号还没有确认过岗位，尚未开通。"), says("请先确认它的岗位申请。")
        )
    Account.objects.filter(pk=account_id).update(is_active=True, failures=0)
    if is_staff:
        digest = digest_of_login(account.login)
        note_attempt(act, login_digest=digest, source="", outcome=Outcome.UNLOCKED, account_id=account_id)


@action("accounts.end_sessions", right=LOCK)
def end_sessions(act: Act, *, account_id: UUID) -> int:
    """Sign an account out everywhere; returns how many sessions there were."""
    _within(act, LOCK, account_id)
    return end_all(act, account_id=account_id)


@action("accounts.request_reset", right=PROPOSE)
def request_reset(act: Act, *, account_id: UUID, kind: str) -> UUID:
    """Ask for a new first password (`password`) or a new second factor (`second_factor`) of an account."""
    if kind not in AccountRequest.Kind.values:
        raise DomainError("reset_unknown", says("没有这种重置。"), says("请从列表中选择。"), field="kind")
    account = _within(act, PROPOSE, account_id)
    if not account.has_usable_password():
        raise DomainError(
            "not_opened", says("这个账号还没有确认过岗位，尚未开通。"), says("请先确认它的岗位申请。")
        )
    if account_id == act.actor.id:
        raise own_account()
    if AccountRequest.objects.filter(account_id=account_id, kind=kind, decided_at__isnull=True).exists():
        raise DomainError("reset_asked", says("已经提出过这项重置，正在等待确认。"), status=409)
    request = AccountRequest.objects.create(
        account_id=account_id, kind=kind, asked_by=act.actor.id, asked_at=act.now
    )
    return request.pk


@action("accounts.confirm_reset", right=CONFIRM)
def confirm_reset(act: Act, *, request_id: UUID) -> Confirmed:
    """Carry a requested reset out; sessions end. `first_password` is shown once."""
    request = _open_request(request_id)
    account = _within(act, CONFIRM, request.account_id)
    if act.actor.id in (request.asked_by, request.account_id):
        raise maker_is_checker()
    if not account.is_active:
        raise DomainError("account_locked", says("这个账号已被停用。"), says("请先解除停用，再办理重置。"))
    _decide(act, request, is_confirmed=True)
    if request.kind == AccountRequest.Kind.PASSWORD:
        return Confirmed(account.pk, account.login, give_first_password(act, account))
    account.totp_secret = None
    account.totp_last_step = 0
    account.save(update_fields=["totp_secret", "totp_last_step"])
    end_all(act, account_id=account.pk)
    return Confirmed(account.pk, account.login)


@action("accounts.decline_reset", right=CONFIRM)
def decline_reset(act: Act, *, request_id: UUID) -> None:
    request = _open_request(request_id)
    _within(act, CONFIRM, request.account_id)
    _decide(act, request, is_confirmed=False)


def _decide(act: Act, request: AccountRequest, *, is_confirmed: bool) -> None:
    request.decided_by = act.actor.id
    request.decided_at = act.now
    request.is_confirmed = is_confirmed
    request.save(update_fields=["decided_by", "decided_at", "is_confirmed"])


def _open_request(request_id: UUID) -> AccountRequest:
    request = AccountRequest.objects.select_for_update().filter(pk=request_id).first()
    if request is None:
        raise NotFound(says("没有找到这项重置申请。"))
    if request.decided_at is not None:
        raise DomainError("reset_decided", says("这项重置申请已经办理过了。"), status=409)
    return request


def _within(act: Act, right: str, account_id: UUID) -> Account:
    """The account, locked, when the right reaches every office of its roles. Raises NotAllowed, NotFound."""
    account = Account.objects.select_for_update().filter(pk=account_id).first()
    if account is None:
        raise NotFound(says("没有这个账号。"))
    paths = set(
        RoleHolding.objects.filter(standing(), account_id=account_id).values_list("office_path", flat=True)
    )
    for path in paths or {""}:  # an account of no office belongs to the whole installation
        act.require(right, path)
    act.about(f"account:{account_id}", min(paths, default=""))
    if right != LOCK:
        staff_account(account_id)
    return account
