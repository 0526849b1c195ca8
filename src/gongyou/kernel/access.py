"""Who acts, where, and with which rights. What no rule names is denied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db.models import Q

from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.installation import installed
from gongyou.kernel.roles import Reach


@dataclass(frozen=True)
class Holding:
    """A role held at an office. `office_path` is '123456/03/' with a closing slash."""

    role: str
    office_id: UUID | None
    office_path: str


@dataclass(frozen=True)
class Scope:
    """The offices within which one right holds."""

    own: tuple[str, ...] = ()
    subtree: tuple[str, ...] = ()

    def covers(self, office_path: str) -> bool:
        return office_path in self.own or any(office_path.startswith(path) for path in self.subtree)

    def filter(self, column: str = "office_path") -> Q:
        """A filter over a path column; an empty scope matches nothing."""
        query = Q(pk__in=[])
        if self.own:
            query |= Q(**{f"{column}__in": self.own})
        for path in self.subtree:
            # A range, not LIKE: it uses the plain index on both databases.
            query |= Q(**{f"{column}__gte": path, f"{column}__lt": path + "\uffff"})
        return query

    def __bool__(self) -> bool:
        return bool(self.own or self.subtree)


@dataclass(frozen=True)
class Actor:
    """Whoever acts: staff, worker, visitor, device or system.

    `intent` is the idempotency key of the call under way; `person_id` a worker's own registry row.
    """

    id: UUID
    kind: str
    name: str = ""
    holdings: tuple[Holding, ...] = ()
    person_id: UUID | None = None
    intent: str = ""
    purpose: str = ""
    _scopes: dict[str, Scope] = field(default_factory=dict, compare=False, repr=False)

    def scope(self, right: str) -> Scope:
        if right not in self._scopes:
            self._scopes[right] = _scope_of(self.holdings, right)
        return self._scopes[right]

    def may(self, right: str, office_path: str | None = None) -> bool:
        """Whether the right is held at all, or, with a path, whether it reaches that office."""
        scope = self.scope(right)
        return bool(scope) if office_path is None else scope.covers(office_path)

    def require(self, right: str, office_path: str | None = None) -> None:
        """Raises NotAllowed."""
        if not self.may(right, office_path):
            raise NotAllowed(right)

    def intending(self, key: str) -> Actor:
        """The same actor with an idempotency key for the next action."""
        return replace(self, intent=key)

    @property
    def offices(self) -> tuple[UUID, ...]:
        return tuple({h.office_id: None for h in self.holdings if h.office_id is not None})


def _scope_of(holdings: Iterable[Holding], right: str) -> Scope:
    own: list[str] = []
    subtree: list[str] = []
    roles = installed().roles
    for holding in holdings:
        role = roles.get(holding.role)
        reach = role.rights.get(right) if role else None
        if reach is Reach.SUBTREE:
            subtree.append(holding.office_path)
        elif reach is Reach.OWN:
            own.append(holding.office_path)
    return Scope(own=tuple(own), subtree=tuple(subtree))


SYSTEM_ID = UUID("00000000-0000-7000-8000-000000000001")
VISITOR_ID = UUID("00000000-0000-7000-8000-000000000002")


def system_actor(name: str = "system") -> Actor:
    """The platform itself: night runs, workers of the job queue."""
    return Actor(id=SYSTEM_ID, kind="system", name=name, holdings=(Holding("system", None, ""),))


def visitor_actor() -> Actor:
    """Anybody at a public page, not signed in."""
    return Actor(id=VISITOR_ID, kind="visitor", holdings=(Holding("visitor", None, ""),))


def worker_actor(account_id: UUID, person_id: UUID | None) -> Actor:
    """A worker signed in by SMS code; services check that the matter is the worker's own."""
    return Actor(id=account_id, kind="worker", holdings=(Holding("worker", None, ""),), person_id=person_id)
