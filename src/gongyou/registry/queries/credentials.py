"""Certificates people hold, and what they admit to: on a day, in an area, by its published recognition map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from gongyou.basics.identity import read_resident_id
from gongyou.basics.refusal import Refusal, says
from gongyou.credentials.admitting import Admission, Facts, Holding, Standing, admits, standing
from gongyou.credentials.definitions import Recognition
from gongyou.credentials.recognition import RecognitionMap, recognition_map
from gongyou.kernel import catalogue, moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotAllowed
from gongyou.registry.models import HeldCredential
from gongyou.registry.queries.people import MaskedPerson, open_rows, own_people, show_people, within_reach

READ = "credentials.read"
OWN = "credentials.own"
State = HeldCredential.State


@dataclass(frozen=True)
class CredentialView:
    """A certificate as a page shows it; the number is masked. `standing` is judged on the day of the page."""

    id: UUID
    person_id: UUID
    kind: str
    title: str
    level: str
    level_title: str
    number_masked: str
    issuer: str
    issued_on: date | None
    state: str
    origin: str
    area: str
    version: int
    standing: Standing


def recognition_in(area: str) -> RecognitionMap:
    """The map published for an area. Raises Refusal where none is."""
    digest = catalogue.current_hash("recognition", area)
    if digest is None:
        raise Refusal(
            "no_recognition_here",
            says("{area}还没有发布证书认可表。"),
            says("请先发布声明了证书的规则包。"),
            field="area",
            area=area,
        )
    return _map_of(digest, area)


@lru_cache(maxsize=64)
def _map_of(digest: str, area: str) -> RecognitionMap:
    return recognition_map(catalogue.read_as(digest, Recognition), area)


def what_admits(
    holdings: Sequence[Holding], *, occupation: str, area: str, on: date, facts: Facts | None = None
) -> Admission:
    """Whether these certificates admit to an occupation (code or name) in an area on a day, with what is missing.

    Raises Refusal for an occupation or kind nobody declared.
    """
    recognition = recognition_in(area)
    return admits(recognition, holdings, recognition.occupation_named(occupation), on, facts=facts)


def person_admitted(actor: Actor, person_id: UUID, *, occupation: str, area: str, on: date) -> Admission:
    """The same for a person's held certificates; age by the identity number, whose reading is on record.

    Raises NotAllowed for a person out of reach, Refusal.
    """
    if not _reached(actor, {person_id}):
        raise NotAllowed(READ)
    opened = open_rows(actor, {person_id}, purpose=says("核对上岗条件"))[person_id]
    facts = Facts()
    if opened.id_number:
        read = read_resident_id(opened.id_number, today=moment.today())
        facts = Facts(read.birth_on, read.sex)
    held = holdings_of([person_id]).get(person_id, ())
    return what_admits(held, occupation=occupation, area=area, on=on, facts=facts)


def holdings_of(person_ids: Iterable[UUID]) -> dict[UUID, tuple[Holding, ...]]:
    """What these people hold, revoked and pending ones too, renewed ones not; in one query. Unguarded, without any
    personal content: for matching and for the platform's own checks."""
    found: dict[UUID, list[Holding]] = {}
    rows = HeldCredential.objects.filter(person_id__in=set(person_ids)).exclude(state=State.SUPERSEDED)
    for row in rows.defer("number").order_by("person_id", "id"):
        found.setdefault(row.person_id, []).append(holding_of(row))
    return {person: tuple(held) for person, held in found.items()}


def holding_of(row: HeldCredential) -> Holding:
    return Holding(
        kind=row.kind,
        level=row.level,
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        reviewed_on=row.reviewed_on,
        review_on=row.review_on,
        issued_area=row.issued_area,
        is_pending=row.state == State.PENDING,
        is_revoked=row.state == State.REVOKED,
        reference=str(row.pk),
    )


def credentials_of(
    actor: Actor, person_ids: Iterable[UUID], *, on: date | None = None
) -> tuple[CredentialView, ...]:
    """Certificates of those people whom the actor's matters tie in; others are absent. Masked. Raises NotAllowed."""
    reached = _reached(actor, set(person_ids))
    rows = HeldCredential.objects.filter(person_id__in=reached).defer("number").order_by("person_id", "id")
    return tuple(_view(row, on or moment.today()) for row in rows)


def own_credentials(actor: Actor, *, on: date | None = None) -> tuple[CredentialView, ...]:
    """The signed-in worker's own, with every body that knows their proven number. Raises NotAllowed."""
    actor.require(OWN)
    rows = HeldCredential.objects.filter(person_id__in=own_people(actor)).defer("number").order_by("id")
    return tuple(_view(row, on or moment.today()) for row in rows)


@dataclass(frozen=True)
class CredentialPage:
    """A page of an office's certificates by id; `next` is where the following page begins, None at the end."""

    lines: tuple[tuple[CredentialView, MaskedPerson | None], ...]
    next: UUID | None


def list_credentials(
    actor: Actor, *, state: str = "", kind: str = "", after: UUID | None = None, size: int = 50
) -> CredentialPage:
    """Certificates the actor's offices keep, within their scope; people masked. Raises NotAllowed."""
    actor.require(READ)
    rows = HeldCredential.objects.filter(actor.scope(READ).filter()).defer("number")
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows.order_by("id")[: size + 1])
    page, today = found[:size], moment.today()
    people = show_people(actor, [row.person_id for row in page])
    return CredentialPage(
        tuple((_view(row, today), people.get(row.person_id)) for row in page),
        page[-1].pk if len(found) > size else None,
    )


def _reached(actor: Actor, ids: set[UUID]) -> set[UUID]:
    if not (actor.may(READ) or actor.may(OWN)):
        raise NotAllowed(READ)
    reached = within_reach(actor, ids, READ) if actor.may(READ) else set()
    return reached | (ids & own_people(actor) if actor.may(OWN) else set())


def _view(row: HeldCredential, on: date) -> CredentialView:
    recognition = recognition_in(row.area)
    return CredentialView(
        id=row.pk,
        person_id=row.person_id,
        kind=row.kind,
        title=recognition.kind_named(row.kind).title,
        level=row.level,
        level_title=recognition.declared.level_titles.get(row.level, row.level),
        number_masked=row.number_masked,
        issuer=row.issuer,
        issued_on=row.issued_on,
        state=row.state,
        origin=row.origin,
        area=row.area,
        version=row.version,
        standing=standing(recognition, holding_of(row), on, Facts()),
    )
