"""Who acts for which organisation: the office's list, and what a signed-in person may act for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from gongyou.basics.refusal import says
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.accounts import own_phone
from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.sealed_fields import blind_index
from gongyou.registry.models import Person, Representative
from gongyou.registry.queries.people import MaskedPerson, show_people

READ = "representatives.read"
ACT = "representatives.act"


@dataclass(frozen=True)
class RepresentativeLine:
    """One row of the office's list; the person is masked."""

    id: UUID
    organisation_id: UUID
    organisation: str
    credit_code: str
    person: MaskedPerson | None
    evidence: str
    state: str
    named_by: UUID
    named_at: datetime
    valid_until: date | None
    reason: str
    version: int


@dataclass(frozen=True)
class Represented:
    """An organisation somebody may act for now. `office_path`: the office that keeps the register entry."""

    representative_id: UUID
    organisation_id: UUID
    name: str
    credit_code: str
    office_path: str
    valid_until: date | None


def list_representatives(actor: Actor, *, state: str = "", size: int = 200) -> tuple[RepresentativeLine, ...]:
    """Those the actor's offices keep, newest first. Raises NotAllowed."""
    actor.require(READ)
    rows = Representative.objects.select_related("organisation").filter(actor.scope(READ).filter())
    if state:
        rows = rows.filter(state=state)
    found = list(rows.order_by("-named_at", "id")[:size])
    people = show_people(actor, [row.person_id for row in found])
    return tuple(_line(row, people.get(row.person_id)) for row in found)


def represented_by(actor: Actor) -> tuple[Represented, ...]:
    """The organisations the signed-in person may act for: their proven number is that of an active entry.

    The look at the own number is on record. Empty for everybody else.
    """
    if not actor.may(ACT):
        return ()
    phone = own_phone(actor, says("查看本人可以经办的单位"))
    today = moment.today()
    rows = (
        Representative.objects.select_related("organisation")
        .filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=today),
            state=Representative.State.ACTIVE,
            person__phone_index=blind_index(Person, "phone", phone),
            organisation__is_active=True,
        )
        .order_by("organisation__name", "id")
    )
    return tuple(
        Represented(
            row.pk,
            row.organisation_id,
            row.organisation.name,
            row.organisation.credit_code or "",
            row.office_path,
            row.valid_until,
        )
        for row in rows
    )


def require_represented(actor: Actor, organisation_id: UUID) -> Represented:
    """The organisation, if the actor may act for it now. Raises NotAllowed."""
    found = next((r for r in represented_by(actor) if r.organisation_id == organisation_id), None)
    if found is None:
        raise NotAllowed(ACT)
    return found


def _line(row: Representative, person: MaskedPerson | None) -> RepresentativeLine:
    return RepresentativeLine(
        id=row.pk,
        organisation_id=row.organisation_id,
        organisation=row.organisation.name,
        credit_code=row.organisation.credit_code or "",
        person=person,
        evidence=row.evidence,
        state=row.state,
        named_by=row.named_by,
        named_at=row.named_at,
        valid_until=row.valid_until,
        reason=row.reason,
        version=row.version,
    )


@dataclass(frozen=True)
class Reachable:
    """Somebody to tell about an organisation; the number opens with `open_for_work`."""

    representative_id: UUID
    organisation: str
    credit_code: str
    person_id: UUID


def reachable(area: str, *, after: UUID | None, size: int) -> tuple[Reachable, ...]:
    """Who acts for the organisations of an area now, by id, `size` after `after`. Unguarded: for the platform's own
    messages."""
    rows = _acting_now(area)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return tuple(map(_reachable, rows.order_by("pk")[:size]))


def reachable_for(area: str, credit_code: str) -> tuple[Reachable, ...]:
    """Who acts for one organisation of an area now, the longest first. Unguarded: for the platform's own messages."""
    rows = _acting_now(area).filter(organisation__credit_code=credit_code)
    return tuple(map(_reachable, rows.order_by("named_at", "pk")))


def _acting_now(area: str) -> QuerySet[Representative]:
    root, today = f"{area}/", moment.today()
    return Representative.objects.select_related("organisation").filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=today),
        office_path__gte=root,
        office_path__lt=root + "\U0010ffff",
        state=Representative.State.ACTIVE,
        organisation__is_active=True,
        organisation__credit_code__isnull=False,
    )


def _reachable(row: Representative) -> Reachable:
    return Reachable(row.pk, row.organisation.name, row.organisation.credit_code or "", row.person_id)
