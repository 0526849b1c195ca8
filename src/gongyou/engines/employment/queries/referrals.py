"""Interests, interviews and placements as each side may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from gongyou.basics.refusal import says
from gongyou.engines.employment.definitions import REFERRAL_OVER, employer_path
from gongyou.engines.employment.models import Interview, Placement, Referral
from gongyou.engines.employment.queries.posts import PostView, view
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.kernel.personal_data import record_read
from gongyou.registry.queries import MaskedPerson, own_people, show_people
from gongyou.registry.queries.people import OpenPerson, masked_rows, open_rows

READ, OWN, EMPLOYER, PLACE = "employment.read", "employment.own", "employment.employer", "employment.place"
NOUN = "referral"


@dataclass(frozen=True)
class InterviewView:
    starts_at: datetime
    ends_at: datetime
    place: str
    state: str


@dataclass(frozen=True)
class HappeningView:
    kind: str
    at: datetime
    by_kind: str
    note: str


@dataclass(frozen=True)
class PlacementView:
    id: UUID
    started_on: date
    evidence_kind: str
    evidence: str
    wage_before_fen: int | None
    wage_after_fen: int
    left_on: date | None


@dataclass(frozen=True)
class ReferralView:
    """`person` is masked; None where the reader may not see them. `contact` only where the person agreed."""

    id: UUID
    intention_id: UUID
    post: PostView
    state: str
    shares_contact: bool
    reasons: tuple[str, ...]
    version: int
    opened_at: datetime
    person: MaskedPerson | None
    contact: OpenPerson | None
    interview: InterviewView | None
    happenings: tuple[HappeningView, ...]
    placement: PlacementView | None

    @property
    def is_over(self) -> bool:
        return self.state in REFERRAL_OVER


def own_referrals(actor: Actor) -> tuple[ReferralView, ...]:
    """The signed-in person's own, newest first. Raises NotAllowed."""
    actor.require(OWN)
    rows = _rows().filter(intention__person_id__in=own_people(actor)).order_by("-changed_at", "id")
    return tuple(_view(row, None, None) for row in rows[:100])


def candidates(actor: Actor, post_id: UUID) -> tuple[ReferralView, ...]:
    """Whoever is interested in an employer's post: masked, with name and number where they agreed (the read is on
    record). Nobody else is ever shown. Raises NotAllowed, NotFound."""
    rows = list(_rows().filter(post_id=post_id).order_by("opened_at", "id")[:200])
    for row in rows[:1]:
        actor.require(EMPLOYER, employer_path(row.post.organisation.credit_code or ""))
    if rows:
        record_read(actor, NOUN, [row.pk for row in rows], PURPOSE)
    people = masked_rows(row.intention.person_id for row in rows)
    agreed = {
        row.intention.person_id for row in rows if row.shares_contact and row.state not in REFERRAL_OVER
    }
    opened = open_rows(actor, agreed, purpose=PURPOSE) if agreed else {}
    return tuple(
        _view(
            row,
            people.get(row.intention.person_id),
            opened.get(row.intention.person_id)
            if row.shares_contact and row.state not in REFERRAL_OVER
            else None,
        )
        for row in rows
    )


PURPOSE = says("单位查看应聘者")


def list_referrals(actor: Actor, *, state: str = "", size: int = 100) -> tuple[ReferralView, ...]:
    """Those of the actor's offices, latest change first; people masked. Raises NotAllowed."""
    actor.require(READ)
    rows = _rows().filter(actor.scope(READ).filter())
    rows = rows.filter(state=state) if state else rows
    found = list(rows.order_by("-changed_at", "id")[:size])
    people = show_people(actor, [row.intention.person_id for row in found]) if found else {}
    return tuple(_view(row, people.get(row.intention.person_id), None) for row in found)


def referral_of(actor: Actor, referral_id: UUID, *, purpose: str) -> ReferralView:
    """By the office, the read on record. Raises NotFound, NotAllowed."""
    row = _rows().filter(pk=referral_id).first()
    if row is None:
        raise NotFound
    actor.require(READ, row.office_path)
    record_read(actor, NOUN, [row.pk], purpose)
    return _view(row, show_people(actor, [row.intention.person_id]).get(row.intention.person_id), None)


def _rows() -> QuerySet[Referral]:
    return Referral.objects.select_related("intention", "post__organisation").prefetch_related(
        "interviews", "happenings"
    )


def _view(row: Referral, person: MaskedPerson | None, contact: OpenPerson | None) -> ReferralView:
    planned = sorted((i for i in row.interviews.all() if i.state != "cancelled"), key=lambda i: i.made_at)
    placed = Placement.objects.filter(referral=row).first()
    return ReferralView(
        id=row.pk,
        intention_id=row.intention_id,
        post=view(row.post),
        state=row.state,
        shares_contact=row.shares_contact,
        reasons=tuple(row.reasons),
        version=row.version,
        opened_at=row.opened_at,
        person=person,
        contact=contact,
        interview=_interview(planned[-1]) if planned else None,
        happenings=tuple(
            HappeningView(h.kind, h.at, h.by_kind, h.note)
            for h in sorted(row.happenings.all(), key=lambda h: (h.at, h.pk))
        ),
        placement=_placement(placed) if placed else None,
    )


def _interview(row: Interview) -> InterviewView:
    return InterviewView(row.starts_at, row.ends_at, row.place, row.state)


def _placement(row: Placement) -> PlacementView:
    return PlacementView(
        row.pk,
        row.started_on,
        row.evidence_kind,
        row.evidence,
        row.wage_before_fen,
        row.wage_after_fen,
        row.left_on,
    )
