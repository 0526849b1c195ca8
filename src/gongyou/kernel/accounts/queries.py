"""What administrators and colleagues see of accounts; phones stay masked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from gongyou.basics.refusal import says
from gongyou.kernel import moment
from gongyou.kernel.access import SYSTEM_ID, VISITOR_ID, Actor, Scope
from gongyou.kernel.accounts.attempts import digest_of_login, locked_until
from gongyou.kernel.accounts.bootstrap import INSTALLER_ID
from gongyou.kernel.accounts.sessions import LIMITS, in_force
from gongyou.kernel.errors import NotFound
from gongyou.kernel.installation import installed
from gongyou.kernel.models.accounts import Account, AccountRequest, KnownSession, RoleHolding

READ = "accounts.read"
_NOBODY = {SYSTEM_ID: says("平台"), VISITOR_ID: says("来访群众"), INSTALLER_ID: says("平台安装人员")}


@dataclass(frozen=True)
class HoldingView:
    """A role at an office: proposed, in force or over. `title` is a Chinese msgid."""

    id: UUID
    account_id: UUID
    login: str
    name: str
    role: str
    title: str
    office_id: UUID | None
    office_path: str
    from_at: datetime
    until_at: datetime | None
    granted_by: UUID
    is_confirmed: bool


@dataclass(frozen=True)
class AccountView:
    """One account as administrators see it."""

    id: UUID
    login: str
    kind: str
    name: str
    phone_masked: str
    is_active: bool
    is_opened: bool
    has_second_factor: bool
    last_sign_in_at: datetime | None
    holdings: tuple[HoldingView, ...]


@dataclass(frozen=True)
class AccountPage:
    """One page by login; `next` is the following page's cursor, empty at the end."""

    items: tuple[AccountView, ...]
    next: str


@dataclass(frozen=True)
class ResetView:
    """A reset somebody asked for and nobody has decided."""

    id: UUID
    account_id: UUID
    login: str
    name: str
    kind: str
    asked_by: UUID
    asked_at: datetime


@dataclass(frozen=True)
class SessionView:
    """A session that has not ended."""

    started_at: datetime
    seen_at: datetime
    source: str


@dataclass(frozen=True)
class StaffView:
    """A colleague: staff act in office, so their names are known to each other."""

    account_id: UUID
    name: str
    roles: tuple[str, ...]


def list_accounts(
    actor: Actor, *, kind: str = Account.Kind.STAFF, text: str = "", cursor: str = "", size: int = 30
) -> AccountPage:
    """Accounts within the actor's scope by login; `text` is the beginning of a login or of a name."""
    actor.require(READ)
    rows = Account.objects.filter(_seen_by(actor), kind=kind, login__gt=cursor)
    if text.strip():
        wanted = text.strip()
        rows = rows.filter(Q(login__startswith=wanted.casefold()) | Q(name__startswith=wanted))
    found = list(rows.order_by("login")[: size + 1])
    items = _views(found[:size])
    return AccountPage(items, items[-1].login if len(found) > size else "")


def account_view(actor: Actor, account_id: UUID) -> AccountView:
    """Raises NotAllowed, and NotFound also for an account outside the scope."""
    actor.require(READ)
    account = Account.objects.filter(_seen_by(actor), pk=account_id).first()
    if account is None:
        raise NotFound(says("没有这个账号。"))
    return _views([account])[0]


def lock_of(actor: Actor, account: AccountView) -> datetime | None:
    """Until when wrong attempts keep the account from signing in."""
    actor.require(READ)
    return locked_until(digest_of_login(account.login), moment.now())


def sessions_of(actor: Actor, account_id: UUID) -> tuple[SessionView, ...]:
    """Live sessions, newest first. Raises NotAllowed, NotFound."""
    account = account_view(actor, account_id)
    limits, now = LIMITS[account.kind], moment.now()
    rows = KnownSession.objects.filter(
        account_id=account_id,
        ended_at__isnull=True,
        started_at__gt=now - limits.lasts,
        seen_at__gt=now - limits.idle,
    ).order_by("-started_at")
    return tuple(SessionView(row.started_at, row.seen_at, row.source) for row in rows)


def list_proposals(actor: Actor, *, right: str = "accounts.confirm") -> tuple[HoldingView, ...]:
    """Roles proposed and not decided, oldest first, within the scope of `right`."""
    actor.require(right)
    rows = RoleHolding.objects.filter(
        actor.scope(right).filter(), confirmed_by__isnull=True, until_at__isnull=True
    ).select_related("account")
    return tuple(_holding_view(row) for row in rows.order_by("from_at", "id")[:200])


def list_resets(actor: Actor, *, right: str = "accounts.confirm") -> tuple[ResetView, ...]:
    """Resets asked for and not decided, oldest first."""
    actor.require(right)
    rows = AccountRequest.objects.filter(
        _held_within("account_id", actor.scope(right)), decided_at__isnull=True
    ).select_related("account")
    return tuple(
        ResetView(r.pk, r.account_id, r.account.login, r.account.name, r.kind, r.asked_by, r.asked_at)
        for r in rows.order_by("asked_at", "id")[:200]
    )


def names_of(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of staff (login where the name is empty) and of the platform's own actors, for histories.

    Workers don't appear. Visitors and workers see nobody's name.
    """
    if actor.kind not in ("staff", "system"):
        return {}
    wanted = set(ids)
    rows = Account.objects.filter(pk__in=wanted, kind=Account.Kind.STAFF).values_list("pk", "name", "login")
    named = {pk: name or login for pk, name, login in rows}
    return named | {pk: title for pk, title in _NOBODY.items() if pk in wanted}


def account_login(actor: Actor) -> str:
    """The login of whoever is signed in. Raises NotFound for actors without an account."""
    login = Account.objects.filter(pk=actor.id).values_list("login", flat=True).first()
    if login is None:
        raise NotFound(says("没有这个账号。"))
    return login


def find_staff(actor: Actor, login: str) -> UUID | None:
    """The account with this login, for colleagues."""
    if actor.kind not in ("staff", "system"):
        return None
    rows = Account.objects.filter(login=login.strip().casefold(), kind=Account.Kind.STAFF)
    return rows.values_list("pk", flat=True).first()


def staff_at(actor: Actor, *, office_path: str) -> tuple[StaffView, ...]:
    """Who holds a role at an office now, by name: whom a colleague can hand a matter to."""
    return staff_of(actor, office_paths=[office_path]).get(office_path, ())


def staff_of(actor: Actor, *, office_paths: Collection[str]) -> dict[str, tuple[StaffView, ...]]:
    """`staff_at` for many offices in one query; an office without staff is absent."""
    if actor.kind not in ("staff", "system"):
        return {}
    rows = RoleHolding.objects.filter(
        in_force(moment.now()), office_path__in=office_paths, account__is_active=True
    ).select_related("account")
    found: dict[str, dict[UUID, tuple[str, list[str]]]] = {}
    for row in rows.order_by("account__name", "role"):
        there = found.setdefault(row.office_path, {})
        there.setdefault(row.account_id, (row.account.name, []))[1].append(row.role)
    return {
        path: tuple(StaffView(pk, name, tuple(roles)) for pk, (name, roles) in there.items())
        for path, there in found.items()
    }


def _seen_by(actor: Actor) -> Q:
    scope = actor.scope(READ)
    if scope.covers(""):
        return Q()  # accounts of no office belong to the whole installation
    return Q(_held_within("pk", scope))


def _held_within(column: str, scope: Scope) -> Q:
    if scope.covers(""):
        return Q()
    return Q(Exists(RoleHolding.objects.filter(scope.filter(), account_id=OuterRef(column))))


def _views(accounts: Sequence[Account]) -> tuple[AccountView, ...]:
    held: dict[UUID, list[HoldingView]] = {}
    for row in _holdings([account.pk for account in accounts]):
        held.setdefault(row.account_id, []).append(_holding_view(row))
    return tuple(
        AccountView(
            id=account.pk,
            login=account.login,
            kind=account.kind,
            name=account.name,
            phone_masked=account.phone_masked,
            is_active=account.is_active,
            is_opened=account.has_usable_password(),
            has_second_factor=account.totp_last_step > 0,
            last_sign_in_at=account.last_login,
            holdings=tuple(held.get(account.pk, ())),
        )
        for account in accounts
    )


def _holdings(ids: Sequence[UUID]) -> QuerySet[RoleHolding]:
    rows = RoleHolding.objects.filter(account_id__in=ids).select_related("account")
    return rows.order_by("until_at", "office_path", "role", "id")


def _holding_view(row: RoleHolding) -> HoldingView:
    role = installed().roles.get(row.role)
    return HoldingView(
        id=row.pk,
        account_id=row.account_id,
        login=row.account.login,
        name=row.account.name,
        role=row.role,
        title=role.title if role else row.role,
        office_id=row.office_id,
        office_path=row.office_path,
        from_at=row.from_at,
        until_at=row.until_at,
        granted_by=row.granted_by,
        is_confirmed=row.confirmed_by is not None,
    )
