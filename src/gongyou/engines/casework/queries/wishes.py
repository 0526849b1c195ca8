"""Wishes: the public wall, the staff's board, one wish with its claims and fitting resources, rates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from gongyou.engines.casework.definitions import CaseType, Happens
from gongyou.engines.casework.loop import allowed
from gongyou.engines.casework.models import Case, CaseEvent, Wish, WishClaim
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.engines.casework.queries.figures import Extent
from gongyou.engines.casework.queries.lists import in_scope
from gongyou.engines.casework.queries.reading import CHILDREN, readable_row
from gongyou.engines.casework.queries.views import Choice
from gongyou.engines.casework.queries.wish_matching import Match, match
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.personal_data import record_read
from gongyou.offices import queries as offices
from gongyou.registry import queries as registry
from gongyou.registry.queries import MaskedPerson, OpenPerson
from gongyou.registry.queries.catalogue import resource_kinds
from gongyou.registry.queries.partners import available_resources, vetted_partners

ON_WALL_AT_MOST = 200


@dataclass(frozen=True)
class WallWish:
    """What anybody may read. Of a child's wish only what and how much: no words, no station, no date of its own."""

    case_id: UUID
    category: str
    text: str
    unit: str
    need: int
    left: int
    station: UUID | None
    wanted_by: date | None
    is_for_vetted: bool


@dataclass(frozen=True)
class BoardLine:
    case_id: UUID
    number: str
    category: str
    state: Choice
    text: str
    unit: str
    need: int
    taken: int
    fulfilled: int
    office_id: UUID
    is_about_child: bool
    due_at: datetime | None
    is_late: bool
    step: str  # check | put_up | claim | help | fulfil


@dataclass(frozen=True)
class ClaimLine:
    id: UUID
    person_id: UUID
    claimant: MaskedPerson | None
    partner: str
    resource: str
    quantity: int
    state: str
    claimed_at: datetime
    due_at: datetime
    is_late: bool
    proof: str


@dataclass(frozen=True)
class WishView:
    """One wish for the desk; what the person wrote stands on the matter's page."""

    case_id: UUID
    number: str
    version: int
    area: str
    office_id: UUID
    office_path: str
    state: Choice
    topic: str
    is_about_child: bool
    categories: tuple[Choice, ...]
    line: BoardLine | None
    wanted_by: date | None
    has_consent: bool
    claims: tuple[ClaimLine, ...]
    matches: tuple[Match, ...]
    steps: frozenset[str]
    is_own_check: bool


@dataclass(frozen=True)
class OwnClaim:
    """The claimant's own line: what to bring where, until when."""

    id: UUID
    number: str
    category: str
    text: str
    unit: str
    quantity: int
    state: str
    due_at: datetime
    office_id: UUID


def _title(case_type: CaseType, topic_id: str) -> str:
    return next((t.title for t in case_type.topics if t.id == topic_id), topic_id)


def wall(area: str) -> tuple[WallWish, ...]:
    """Wishes of an area that wait for somebody, longest waiting first. No personal content."""
    rows = Wish.objects.filter(area=area, is_on_wall=True).select_related("case")
    return tuple(_on_wall(row) for row in rows.order_by("put_up_at", "id")[:ON_WALL_AT_MOST])


def _on_wall(row: Wish) -> WallWish:
    is_child = row.is_about_child
    return WallWish(
        case_id=row.case_id,
        category=_title(type_of(row.case.definition, row.case.type_id), row.category),
        text="" if is_child else row.wall_text,
        unit=row.unit,
        need=row.need,
        left=row.need - row.taken,
        station=None if is_child else row.case.office_id,
        wanted_by=None if is_child else row.wanted_by,
        is_for_vetted=is_child,
    )


def wall_wish(case_id: UUID) -> WallWish | None:
    """One wish on the wall; None for anything that does not hang there."""
    row = Wish.objects.filter(case_id=case_id, is_on_wall=True).select_related("case").first()
    return _on_wall(row) if row else None


OPEN_STEPS: Mapping[str, Happens] = {
    "check": Happens.CHECKED,
    "put_up": Happens.PUT_UP,
    "claim": Happens.CLAIM_TAKEN,
    "fulfil": Happens.FULFILLED,
    "help": Happens.UPPER_HELPED,
    "take_down": Happens.TAKEN_DOWN,
}


def wish_board(actor: Actor, limit: int = 200) -> tuple[BoardLine, ...]:
    """Open wishes in reach by their nearest promise; those of children only for who may read them."""
    rows = in_scope(actor).filter(kind="wish", closed_at__isnull=True).select_related("wish")
    now = moment.now()
    return tuple(_board_line(row, now) for row in rows.order_by("next_due_at", "id")[:limit])


def _board_line(row: Case, now: datetime) -> BoardLine:
    case_type = type_of(row.definition, row.type_id)
    wish: Wish | None = getattr(row, "wish", None)
    possible = allowed(case_type, row.state)
    order = ("help", "fulfil", "claim", "put_up", "check")
    return BoardLine(
        case_id=row.pk,
        number=row.number,
        category=_title(case_type, wish.category if wish else row.topic),
        state=Choice(row.state, case_type.states[row.state].title),
        text=wish.wall_text if wish else "",
        unit=wish.unit if wish else "",
        need=wish.need if wish else 0,
        taken=wish.taken if wish else 0,
        fulfilled=wish.fulfilled if wish else 0,
        office_id=row.office_id,
        is_about_child=row.is_about_child,
        due_at=row.next_due_at,
        is_late=row.next_due_at is not None and row.next_due_at < now,
        step=next((name for name in order if OPEN_STEPS[name] in possible), ""),
    )


def wish_view(actor: Actor, case_id: UUID) -> WishView:
    """One wish with its claims and what fits. The reading is recorded. Raises NotFound, NotAllowed."""
    row = readable_row(actor, case_id)
    record_read(actor, "case", [row.pk], "wish")
    case_type = type_of(row.definition, row.type_id)
    wish = Wish.objects.filter(case=row).first()
    return WishView(
        case_id=row.pk,
        number=row.number,
        version=row.version,
        area=row.area,
        office_id=row.office_id,
        office_path=row.office_path,
        state=Choice(row.state, case_type.states[row.state].title),
        topic=row.topic,
        is_about_child=row.is_about_child,
        categories=tuple(Choice(t.id, t.title) for t in case_type.topics),
        line=_board_line(row, moment.now()) if wish else None,
        wanted_by=wish.wanted_by if wish else None,
        has_consent=bool(wish and wish.consent_id),
        claims=_claims(actor, row),
        matches=_matches(wish) if wish and wish.is_on_wall else (),
        steps=_steps(actor, row, case_type, wish),
        is_own_check=bool(wish and wish.checked_by == actor.id),
    )


def _steps(actor: Actor, row: Case, case_type: CaseType, wish: Wish | None) -> frozenset[str]:
    """What this actor may do now."""
    possible = allowed(case_type, row.state)
    found = {name for name, kind in OPEN_STEPS.items() if kind in possible and _may(actor, row, name)}
    if wish and wish.is_about_child and wish.checked_by == actor.id:
        found.discard("put_up")
    if wish and wish.fulfilled:
        found.discard("take_down")
    # Parts that are held can be fulfilled while the rest still hangs on the wall.
    if "claim" in found and wish and wish.taken > wish.fulfilled:
        found.add("fulfil")
    return frozenset(found)


def _may(actor: Actor, row: Case, name: str) -> bool:
    if name == "help":
        upper = offices.upper_of(row.office_id)
        return actor.may("casework.review", upper.path if upper else row.office_path)
    if row.is_about_child and not actor.may(CHILDREN, row.office_path):
        return False
    is_second = name == "put_up" and row.is_about_child
    return actor.may("casework.approve" if is_second else "casework.handle", row.office_path)


def _claims(actor: Actor, row: Case) -> tuple[ClaimLine, ...]:
    claims = list(
        WishClaim.objects.filter(case=row)
        .select_related("partner", "resource", "proof")
        .order_by("claimed_at", "id")
    )
    people = registry.show_people(actor, [c.person_id for c in claims]) if claims else {}
    now = moment.now()
    return tuple(
        ClaimLine(
            id=c.pk,
            person_id=c.person_id,
            claimant=people.get(c.person_id),
            partner=c.partner.name if c.partner else "",
            resource=c.resource.title if c.resource else "",
            quantity=c.quantity,
            state=c.state,
            claimed_at=c.claimed_at,
            due_at=c.due_at,
            is_late=c.state == "held" and c.due_at < now,
            proof=c.proof.text if c.proof else "",
        )
        for c in claims
    )


def open_claimants(actor: Actor, case_id: UUID, purpose: str) -> dict[UUID, OpenPerson]:
    """Whom to call about a held part, in clear, on record. Raises NotFound, NotAllowed."""
    row = readable_row(actor, case_id)
    held = WishClaim.objects.filter(case=row, state="held").values_list("person_id", flat=True)
    return registry.access_people(actor, held, purpose=purpose)


def _matches(wish: Wish) -> tuple[Match, ...]:
    today = moment.today()
    resources = available_resources(wish.area, today)
    kinds = {kind.id: kind.serves for kind in resource_kinds(wish.area)}
    vetted = vetted_partners({r.partner_id for r in resources}, today) if wish.is_about_child else frozenset()
    return match(
        category=wish.category,
        left=wish.need - wish.taken,
        office_path=wish.office_path,
        wanted_by=wish.wanted_by,
        is_about_child=wish.is_about_child,
        resources=resources,
        serves=kinds,
        vetted=vetted,
    )


def own_claims(actor: Actor) -> tuple[OwnClaim, ...]:
    """The signed-in volunteer's own claims, newest first."""
    if actor.person_id is None:
        return ()
    rows = WishClaim.objects.filter(person_id=actor.person_id).select_related("case__wish")
    return tuple(
        OwnClaim(
            c.pk, c.case.number, _title(type_of(c.case.definition, c.case.type_id), c.case.wish.category),
            c.case.wish.wall_text, c.case.wish.unit, c.quantity, c.state, c.due_at, c.case.office_id,
        )
        for c in rows.order_by("-claimed_at", "-id")[:100]
    )  # fmt: skip


def late_claims(limit: int) -> list[UUID]:
    """Held claims whose own time is up, oldest first."""
    late = WishClaim.objects.filter(state="held", due_at__lte=moment.now())
    return list(late.order_by("due_at", "id").values_list("pk", flat=True)[:limit])


@dataclass(frozen=True)
class WishFigures:
    """Fulfilled of those that were put up in a period; those whose time still runs are left out of both and named."""

    put_up: int
    fulfilled: int
    running: int
    closed_otherwise: int
    waiting_on_wall: int
    with_upper: int
    volunteers: int
    partners: int
    units: int

    @property
    def judged(self) -> int:
        return self.put_up - self.running


def wish_figures(actor: Actor, extent: Extent) -> WishFigures:
    """Counts within `supervise.read`; no wish is named. Raises NotAllowed."""
    cases = _supervised(actor, extent)
    wishes = Wish.objects.filter(
        case__in=cases, put_up_at__date__gte=extent.since, put_up_at__date__lte=extent.until
    )
    done = Q(case__events__kind=Happens.FULFILLED)
    put_up = wishes.count()
    fulfilled = wishes.filter(done).distinct().count()
    is_open = Q(case__closed_at__isnull=True)
    now = moment.now()
    running = wishes.filter(is_open, case__due_at__gte=now).exclude(
        case__in=CaseEvent.objects.filter(kind=Happens.FULFILLED).values("case_id")
    )
    on_wall = Wish.objects.filter(case__in=cases, is_on_wall=True)
    claims = WishClaim.objects.filter(case__in=wishes.values("case_id"), state="fulfilled")
    counted = claims.aggregate(
        volunteers=Count("person_id", filter=Q(partner__isnull=True), distinct=True),
        partners=Count("partner_id", distinct=True),
        units=Sum("quantity"),
    )
    ended = wishes.filter(case__closed_at__isnull=False).count() - (
        wishes.filter(done, case__closed_at__isnull=False).distinct().count()
    )
    return WishFigures(
        put_up=put_up,
        fulfilled=fulfilled,
        running=running.count(),
        closed_otherwise=ended,
        waiting_on_wall=on_wall.count(),
        with_upper=_with_upper(on_wall),
        volunteers=counted["volunteers"],
        partners=counted["partners"],
        units=counted["units"] or 0,
    )


def _supervised(actor: Actor, extent: Extent) -> QuerySet[Case]:
    actor.require("supervise.read")
    rows = Case.objects.filter(actor.scope("supervise.read").filter(), kind="wish")
    if extent.area:
        rows = rows.filter(area=extent.area)
    if extent.office_path:
        rows = rows.filter(office_path__gte=extent.office_path, office_path__lt=extent.office_path + "\uffff")
    return rows


def _with_upper(rows: Iterable[Wish]) -> int:
    """Nobody claimed them: the office above looks for help."""
    ids = [row.case_id for row in rows]
    return Case.objects.filter(pk__in=ids, clocks__clock_id="upper_help", clocks__met_at__isnull=True).count()
