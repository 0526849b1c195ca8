"""The three first administrators of a new installation, and ready accounts of a demo."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pyotp
from django.contrib.auth.hashers import make_password

from gongyou.basics.refusal import says
from gongyou.kernel.access import SYSTEM_ID, Actor
from gongyou.kernel.accounts.passwords import make_first_password
from gongyou.kernel.accounts.separation import (
    ADMIN_ROLES,
    AUDIT_ADMIN,
    SECURITY_ADMIN,
    SYSTEM_ADMIN,
    check_role,
)
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError
from gongyou.kernel.ids import new_id
from gongyou.kernel.models.accounts import Account, RoleHolding

# Whoever runs the installation command vouches for the first holdings; the platform only writes them.
INSTALLER_ID = UUID("00000000-0000-7000-8000-000000000003")
RIGHT = "accounts.bootstrap"

_FIRST = (
    ("sysadmin", SYSTEM_ADMIN),
    ("secadmin", SECURITY_ADMIN),
    ("auditadmin", AUDIT_ADMIN),
)


@dataclass(frozen=True)
class FirstAccount:
    """A first administrator with the one-time password, shown once."""

    account_id: UUID
    login: str
    role: str
    first_password: str


@dataclass(frozen=True)
class _Opening:
    account_id: UUID
    login: str
    role: str
    encoded: str


def bootstrap_admins(actor: Actor) -> tuple[FirstAccount, ...]:
    """Open the three administrators' accounts. Raises DomainError where there already are administrators."""
    actor.require(RIGHT)
    first = [FirstAccount(new_id(), login, role, make_first_password()) for login, role in _FIRST]
    openings = [
        _Opening(one.account_id, one.login, one.role, make_password(one.first_password)) for one in first
    ]
    _open_admins(actor, openings=openings)
    return tuple(first)


@action("accounts.bootstrap_admins", right=RIGHT)
def _open_admins(act: Act, *, openings: list[_Opening]) -> None:
    if RoleHolding.objects.filter(role__in=ADMIN_ROLES).exists():
        raise DomainError(
            "bootstrapped",
            says("这个平台已经有管理员账号。"),
            says("新的账号请由系统管理员申请、安全管理员确认。"),
            status=409,
        )
    for opening in openings:
        Account.objects.create(
            id=opening.account_id,
            login=opening.login,
            kind=Account.Kind.STAFF,
            password=opening.encoded,
            password_set_at=act.now,
            created_at=act.now,
        )
        _hold(act, opening.account_id, opening.role, None, "")
    act.about("accounts:first")


def seed_demo_account(
    actor: Actor,
    *,
    login: str,
    name: str,
    password: str,
    role: str,
    office_id: UUID | None,
    office_path: str,
    is_demo: bool,
) -> UUID:
    """An account of a demo installation, ready to sign in: known password, second factor enrolled.

    `is_demo` comes from config; elsewhere accounts are proposed and confirmed. Repeating it changes nothing.
    """
    if not is_demo:
        raise DomainError("not_a_demo", says("只有演示环境才能直接开立账号。"), status=403)
    actor.require(RIGHT)
    return _open_demo_account(
        actor,
        login=login,
        name=name,
        encoded=make_password(password),
        role=role,
        office_id=office_id,
        office_path=office_path,
    )


@action("accounts.seed_demo_account", right=RIGHT)
def _open_demo_account(
    act: Act, *, login: str, name: str, encoded: str, role: str, office_id: UUID | None, office_path: str
) -> UUID:
    check_role(role)
    known = Account.objects.filter(login=login).first()
    if known is not None:
        return known.pk
    account = Account(
        id=new_id(),
        login=login,
        kind=Account.Kind.STAFF,
        name=name,
        password=encoded,
        must_change_password=False,
        password_set_at=act.now,
        totp_last_step=1,  # enrolled: any code of this century is newer
        created_at=act.now,
    )
    account.totp_secret = pyotp.random_base32()
    account.save(force_insert=True)
    _hold(act, account.pk, role, office_id, office_path)
    act.about(f"account:{account.pk}", office_path)
    return account.pk


def _hold(act: Act, account_id: UUID, role: str, office_id: UUID | None, office_path: str) -> None:
    RoleHolding.objects.create(
        account_id=account_id,
        role=role,
        office_id=office_id,
        office_path=office_path,
        from_at=act.now,
        granted_by=SYSTEM_ID,
        confirmed_by=INSTALLER_ID,
    )
