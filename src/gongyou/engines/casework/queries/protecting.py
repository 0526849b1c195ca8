"""Who is barred from a matter and why, and whose name two persons have to open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.casework.models import Case, Conflict, IdentityRequest, Protection
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.accounts import names_of
from gongyou.kernel.errors import DomainError
from gongyou.offices import queries as offices
from gongyou.registry import queries as registry

GRANTED_FOR = timedelta(hours=24)
"""How long a granted reading of a protected name may be used; after that it is asked for again."""


@dataclass(frozen=True)
class ConflictLine:
    id: UUID
    kind: str
    who: str
    reason: str
    declared_at: datetime
    is_lifted: bool


@dataclass(frozen=True)
class IdentityLine:
    """One request to read a protected name. `may_decide` for the page's reader."""

    id: UUID
    asked_by_name: str
    reason: str
    asked_at: datetime
    is_granted: bool | None
    decided_at: datetime | None
    is_own: bool


@dataclass(frozen=True)
class ProtectionView:
    """What the desk shows of a matter's protection. `may_open`: this reader holds a grant that is still good."""

    conflicts: tuple[ConflictLine, ...]
    kinds: tuple[str, ...]
    is_protected: bool
    requests: tuple[IdentityLine, ...]
    may_open: bool


def is_protected(row: Case) -> bool:
    """Whether the name of the matter's person is opened by two persons only."""
    if type_of(row.definition, row.type_id).protects_reporter and not row.is_anonymous:
        return True
    return Protection.objects.filter(case=row, lifted_at__isnull=True).exists()


def holds_grant(actor: Actor, row: Case) -> bool:
    since = moment.now() - GRANTED_FOR
    granted = IdentityRequest.objects.filter(case=row, asked_by=actor.id, is_granted=True)
    return granted.filter(decided_at__gt=since).exists()


def refuse_unless_granted(actor: Actor, row: Case) -> None:
    """A protected name opens only after somebody else agreed. Raises DomainError."""
    if is_protected(row) and not holds_grant(actor, row):
        raise DomainError(
            "two_persons",
            says("这件事的当事人受保护，一个人不能查看姓名电话。"),
            says("请写明理由提出申请，由另一位负责人同意后再看。"),
            status=403,
        )


def protection_of(actor: Actor, row: Case) -> ProtectionView:
    kinds = list(Protection.objects.filter(case=row, lifted_at__isnull=True).values_list("kind", flat=True))
    if type_of(row.definition, row.type_id).protects_reporter and not row.is_anonymous:
        kinds.append(Protection.Kind.REPORTER)
    requests = IdentityRequest.objects.filter(case=row).select_related("reason").order_by("-asked_at")
    return ProtectionView(
        conflicts=_conflicts(actor, row),
        kinds=tuple(sorted({str(kind) for kind in kinds})),
        is_protected=bool(kinds),
        requests=tuple(
            IdentityLine(
                r.pk, r.asked_by_name, r.reason.text, r.asked_at, r.is_granted, r.decided_at,
                r.asked_by == actor.id,
            )
            for r in requests
        ),
        may_open=holds_grant(actor, row),
    )  # fmt: skip


def _conflicts(actor: Actor, row: Case) -> tuple[ConflictLine, ...]:
    found = list(Conflict.objects.filter(case=row).select_related("reason").order_by("declared_at", "id"))
    accounts = names_of(actor, {c.account_id for c in found if c.account_id})
    places = offices.offices({c.office_id for c in found if c.office_id})
    named = {c.organisation_id for c in found if c.organisation_id}
    bodies = registry.organisations(actor, named) if named else {}
    return tuple(
        ConflictLine(
            id=c.pk,
            kind=c.kind,
            who="、".join(
                name
                for name in (
                    accounts.get(c.account_id, "") if c.account_id else "",
                    places[c.office_id].name if c.office_id in places else "",
                    bodies[c.organisation_id].name if c.organisation_id in bodies else "",
                )
                if name
            ),
            reason=c.reason.text,
            declared_at=c.declared_at,
            is_lifted=c.lifted_at is not None,
        )
        for c in found
    )
