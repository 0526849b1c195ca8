"""Accounts and roles: the system administrator proposes, the security administrator confirms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from gongyou.basics.identity import mask_phone
from gongyou.basics.refusal import says
from gongyou.kernel.accounts.codes import read_mobile
from gongyou.kernel.accounts.passwords import make_first_password
from gongyou.kernel.accounts.separation import ADMIN_ROLES, check_role, check_separation
from gongyou.kernel.accounts.sessions import end_all, in_force
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.models.accounts import Account, RoleHolding

PROPOSE = "accounts.propose"
CONFIRM = "accounts.confirm"

_LOGIN = re.compile(r"[a-z][a-z0-9._-]{2,39}")
NAME_LENGTH = 40


@dataclass(frozen=True)
class Confirmed:
    """A role came into force. `first_password` is shown once, where the account was opened with it."""

    account_id: UUID
    login: str
    first_password: str = ""


@action("accounts.propose_account", right=PROPOSE)
def propose_account(
    act: Act, *, login: str, name: str, phone: str, role: str, office_id: UUID | None, office_path: str
) -> UUID:
    """A staff account with its first role, closed until that is confirmed. Returns the account's id."""
    act.require(PROPOSE, office_path)
    check_role(role)
    login = _free_login(login)
    account_id = new_id()
    account = Account(
        id=account_id,
        login=login,
        kind=Account.Kind.STAFF,
        name=_name(name),
        is_active=False,
        created_at=act.now,
    )
    if phone.strip():
        mobile = read_mobile(phone)
        account.phone = mobile
        account.phone_masked = mask_phone(mobile)
    account.set_unusable_password()
    account.save(force_insert=True)
    _propose(act, account_id, role, office_id, office_path)
    act.about(f"account:{account_id}", office_path)
    return account_id


def _free_login(text: str) -> str:
    login = text.strip().casefold()
    if not _LOGIN.fullmatch(login):
        raise DomainError(
            "login_form",
            says("登录名“{login}”不合规则。"),
            says("请用3到40个小写字母、数字、点、横线，以字母开头。"),
            field="login",
            login=login[:60],
        )
    if Account.objects.filter(login=login).exists():
        raise DomainError(
            "login_taken",
            says("登录名“{login}”已经有人使用。"),
            says("请换一个。"),
            field="login",
            login=login,
        )
    return login


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= NAME_LENGTH:
        raise DomainError(
            "name_form", says("请填写姓名，不超过40个字。"), says("写本人姓名，一人一号。"), field="name"
        )
    return name


@action("accounts.propose_role", right=PROPOSE)
def propose_role(act: Act, *, account_id: UUID, role: str, office_id: UUID | None, office_path: str) -> UUID:
    """A further role for a staff account. Returns the proposal's id."""
    act.require(PROPOSE, office_path)
    check_role(role)
    account = staff_account(account_id)
    if account_id == act.actor.id:
        raise own_account()
    check_separation(role, _roles(account_id, standing()))
    same = RoleHolding.objects.filter(standing(), account_id=account_id, role=role, office_path=office_path)
    if same.exists():
        raise DomainError(
            "role_held", says("{name}已经有这个岗位，或者已经提出申请。"), field="role", name=account.name
        )
    act.about(f"account:{account_id}", office_path)
    return _propose(act, account_id, role, office_id, office_path)


def _propose(act: Act, account_id: UUID, role: str, office_id: UUID | None, office_path: str) -> UUID:
    holding = RoleHolding.objects.create(
        account_id=account_id,
        role=role,
        office_id=office_id,
        office_path=office_path,
        from_at=act.now,
        granted_by=act.actor.id,
    )
    return holding.pk


@action("accounts.confirm_role", right=CONFIRM)
def confirm_role(act: Act, *, holding_id: UUID) -> Confirmed:
    """Put a proposed role into force; an account confirmed for the first time gets a one-time password."""
    holding = _holding(holding_id)
    act.require(CONFIRM, holding.office_path)
    _check_open(holding)
    if act.actor.id in (holding.granted_by, holding.account_id):
        raise maker_is_checker()
    account = Account.objects.select_for_update().get(pk=holding.account_id)
    check_separation(holding.role, _roles(account.pk, standing(), but=holding.pk))
    act.about(f"account:{account.pk}", holding.office_path)
    holding.confirmed_by = act.actor.id
    holding.from_at = act.now
    holding.save(update_fields=["confirmed_by", "from_at"])
    first_password = "" if account.has_usable_password() else give_first_password(act, account)
    return Confirmed(account.pk, account.login, first_password)


def give_first_password(act: Act, account: Account) -> str:
    """Step: open the account with a one-time password that must be changed at the first sign-in."""
    password = make_first_password()
    account.set_password(password)
    account.must_change_password = True
    account.password_set_at = act.now
    account.is_active = True
    account.save(update_fields=["password", "must_change_password", "password_set_at", "is_active"])
    end_all(act, account_id=account.pk)
    return password


@action("accounts.end_role", right=None)
def end_role(act: Act, *, holding_id: UUID) -> None:
    """End a role, or decline a proposed one. Either administrator may: taking away needs no second person.

    The last holder of an administrator's role stays: otherwise nobody could appoint another one.
    """
    holding = _holding(holding_id)
    if not (act.actor.may(PROPOSE, holding.office_path) or act.actor.may(CONFIRM, holding.office_path)):
        act.require(PROPOSE, holding.office_path)
    if holding.until_at is not None and holding.until_at <= act.now:
        raise _over()
    if holding.account_id == act.actor.id:
        raise own_account()
    check_not_last(act, holding)
    act.about(f"account:{holding.account_id}", holding.office_path)
    RoleHolding.objects.filter(pk=holding_id).update(until_at=act.now)


def check_not_last(act: Act, holding: RoleHolding) -> None:
    """Raises DomainError when nobody else could do this administrator's work."""
    if holding.role not in ADMIN_ROLES or holding.confirmed_by is None:
        return
    others = RoleHolding.objects.filter(
        in_force(act.now), role=holding.role, office_path=holding.office_path, account__is_active=True
    ).exclude(account_id=holding.account_id)
    if not others.exists():
        raise DomainError(
            "last_admin",
            says("这是最后一位担任此管理员岗位的同志，不能停用。"),
            says("请先为接任的同志开立账号并确认岗位。"),
        )


def standing() -> Q:
    """Holdings in force, to come or proposed: everything that was not ended."""
    return Q(until_at__isnull=True)


def _roles(account_id: UUID, condition: Q, but: UUID | None = None) -> set[str]:
    rows = RoleHolding.objects.filter(condition, account_id=account_id)
    return {role for pk, role in rows.values_list("pk", "role") if pk != but}


def _holding(holding_id: UUID) -> RoleHolding:
    holding = RoleHolding.objects.select_for_update().filter(pk=holding_id).first()
    if holding is None:
        raise NotFound(says("没有找到这项岗位申请。"))
    return holding


def _check_open(holding: RoleHolding) -> None:
    if holding.until_at is not None:
        raise _over()
    if holding.confirmed_by is not None:
        raise DomainError(
            "role_confirmed", says("这项岗位已经确认过了。"), says("无需再次确认。"), status=409
        )


def _over() -> DomainError:
    return DomainError(
        "role_over", says("这项岗位已经结束或被退回。"), says("如仍需要，请重新提出。"), status=409
    )


def staff_account(account_id: UUID) -> Account:
    """Raises NotFound."""
    account = Account.objects.select_for_update().filter(pk=account_id, kind=Account.Kind.STAFF).first()
    if account is None:
        raise NotFound(says("没有这个工作人员账号。"))
    return account


def own_account() -> DomainError:
    return DomainError(
        "own_account", says("不能办理自己账号的事项。"), says("请由另一位管理员办理。"), status=403
    )


def maker_is_checker() -> DomainError:
    return DomainError(
        "maker_is_checker", says("提出的人不能自己确认。"), says("请由另一位安全管理员确认。"), status=403
    )
