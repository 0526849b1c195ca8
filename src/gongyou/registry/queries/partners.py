"""Partners and their resources: the staff's list, one partner, the public directory's counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, Q, Sum

from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotAllowed, NotFound
from gongyou.registry.models import Partner, PartnerResource, PartnerVetting
from gongyou.registry.queries.people import MaskedPerson, OpenPerson, access_people, show_people

READ = "partners.read"


@dataclass(frozen=True)
class ResourceLine:
    id: UUID
    partner_id: UUID
    partner: str
    kind: str
    title: str
    unit: str
    reaches: str
    times: str
    from_on: date
    until_on: date | None
    is_for_children: bool
    has_sessions: bool
    quantity: int
    reserved: int
    used: int
    is_ended: bool

    @property
    def free(self) -> int:
        return self.quantity - self.reserved - self.used


@dataclass(frozen=True)
class VettingLine:
    seen: str
    checked_at: datetime
    valid_until: date
    is_in_force: bool


@dataclass(frozen=True)
class PartnerLine:
    id: UUID
    name: str
    kind: str
    way: str
    state: str
    area: str
    applied_at: datetime
    agreed_until: date | None
    is_vetted: bool
    resource_count: int


@dataclass(frozen=True)
class PartnerView:
    """One partner for staff. The contact is masked; opening it is a read on record."""

    line: PartnerLine
    version: int
    office_path: str
    person_id: UUID
    contact: MaskedPerson | None
    offers: str
    event: str
    reason: str
    agreement_id: UUID | None
    agreed_from: date | None
    checked_at: datetime | None
    is_own_application: bool
    vettings: tuple[VettingLine, ...]
    resources: tuple[ResourceLine, ...]


def areas_of(actor: Actor) -> tuple[str, ...]:
    """Areas whose partners the actor may see: the directory is the whole county's, whatever station one sits at."""
    scope = actor.scope(READ)
    return tuple(sorted({path.partition("/")[0] for path in (*scope.own, *scope.subtree)}))


def list_partners(actor: Actor, *, state: str = "", kind: str = "") -> tuple[PartnerLine, ...]:
    """By name; newest applications first where they are asked for. Raises NotAllowed."""
    actor.require(READ)
    rows = Partner.objects.filter(area__in=areas_of(actor))
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(kind=kind) if kind else rows
    return _lines(rows.order_by("-applied_at", "-id")[:500])


def _lines(rows: Iterable[Partner]) -> tuple[PartnerLine, ...]:
    found = list(rows)
    ids = [row.pk for row in found]
    vetted = set(
        PartnerVetting.objects.filter(
            partner_id__in=ids, revoked_at__isnull=True, valid_until__gte=moment.today()
        ).values_list("partner_id", flat=True)
    )
    live = PartnerResource.objects.filter(partner_id__in=ids, ended_at__isnull=True).values("partner_id")
    counts = {r["partner_id"]: r["n"] for r in live.annotate(n=Count("id"))}
    return tuple(
        PartnerLine(
            row.pk, row.name, row.kind, row.way, row.state, row.area, row.applied_at, row.agreed_until,
            row.pk in vetted, counts.get(row.pk, 0),
        )
        for row in found
    )  # fmt: skip


def partner_view(actor: Actor, partner_id: UUID) -> PartnerView:
    """Raises NotAllowed, NotFound."""
    row = _readable(actor, partner_id)
    people = show_people(actor, [row.person_id]) if actor.may("registry.read") else {}
    vettings = row.vettings.order_by("-checked_at", "-id")
    return PartnerView(
        line=_lines([row])[0],
        version=row.version,
        office_path=row.office_path,
        person_id=row.person_id,
        contact=people.get(row.person_id),
        offers=row.offers,
        event=row.event,
        reason=row.reason,
        agreement_id=row.agreement_id,
        agreed_from=row.agreed_from,
        checked_at=row.checked_at,
        is_own_application=row.applied_by == actor.id,
        vettings=tuple(
            VettingLine(
                v.seen,
                v.checked_at,
                v.valid_until,
                v.revoked_at is None and v.valid_until >= moment.today(),
            )
            for v in vettings
        ),
        resources=resources_where(Q(partner=row)),
    )


def _readable(actor: Actor, partner_id: UUID) -> Partner:
    actor.require(READ)
    row = Partner.objects.filter(pk=partner_id).first()
    if row is None:
        raise NotFound
    if row.area not in areas_of(actor):
        raise NotAllowed(READ)
    return row


def open_contact(actor: Actor, partner_id: UUID, purpose: str) -> OpenPerson | None:
    """Whom to call, in clear, for a stated purpose. Raises NotAllowed, NotFound."""
    row = _readable(actor, partner_id)
    return access_people(actor, [row.person_id], purpose=purpose).get(row.person_id)


def resources_where(condition: Q) -> tuple[ResourceLine, ...]:
    rows = PartnerResource.objects.filter(condition).select_related("partner")
    return tuple(
        ResourceLine(
            r.pk, r.partner_id, r.partner.name, r.kind, r.title, r.unit, r.reaches, r.times, r.from_on,
            r.until_on, r.is_for_children, r.has_sessions, r.quantity, r.reserved, r.used,
            r.ended_at is not None,
        )
        for r in rows.order_by("kind", "title", "id")
    )  # fmt: skip


def available_resources(area: str, on: date) -> tuple[ResourceLine, ...]:
    """What active partners of an area offer on a day and still have (public facts only)."""
    return resources_where(
        Q(
            area=area,
            partner__state=Partner.State.ACTIVE,
            ended_at__isnull=True,
            from_on__lte=on,
            quantity__gt=F("reserved") + F("used"),
        )
        & (Q(until_on__isnull=True) | Q(until_on__gte=on))
    )


def vetted_partners(ids: Iterable[UUID], on: date) -> frozenset[UUID]:
    return frozenset(
        PartnerVetting.objects.filter(
            partner_id__in=list(ids), revoked_at__isnull=True, valid_until__gte=on
        ).values_list("partner_id", flat=True)
    )


def own_partner(actor: Actor) -> PartnerLine | None:
    """The signed-in worker's own partnership, the newest."""
    if actor.person_id is None:
        return None
    row = Partner.objects.filter(person_id=actor.person_id).order_by("-applied_at").first()
    return _lines([row])[0] if row else None


@dataclass(frozen=True)
class KindCount:
    """The directory by kind of resource: how many entries, units, used."""

    kind: str
    resources: int
    quantity: int
    used: int


def directory_counts(area: str) -> tuple[dict[str, int], tuple[KindCount, ...]]:
    """(active partners by kind, resources by kind) of an area."""
    partners = Partner.objects.filter(area=area, state=Partner.State.ACTIVE).values("kind")
    by_kind = {r["kind"]: r["n"] for r in partners.annotate(n=Count("id")).order_by("kind")}
    live = PartnerResource.objects.filter(area=area, ended_at__isnull=True).values("kind")
    counted = live.annotate(n=Count("id"), units=Sum("quantity"), gone=Sum("used")).order_by("kind")
    return by_kind, tuple(KindCount(r["kind"], r["n"], r["units"], r["gone"]) for r in counted)
