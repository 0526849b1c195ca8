"""People: masked lines, opened rows, and a person's own page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from gongyou.basics.identity import read_phone
from gongyou.basics.refusal import says
from gongyou.kernel import bars
from gongyou.kernel.access import Actor
from gongyou.kernel.accounts import own_phone
from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.inserting import new_row
from gongyou.kernel.personal_data import record_read
from gongyou.kernel.plain_reads import Question, as_uuid, every
from gongyou.kernel.sealed_fields import Grant, Sealed, blind_index
from gongyou.registry.models import NOUN, Person, PersonTie

READ = "registry.read"
OWN = "registry.own"


@dataclass(frozen=True)
class MaskedPerson:
    """What a list may show. Empty masks of an erased person."""

    id: UUID
    name_masked: str
    phone_masked: str
    area: str
    is_erased: bool


@dataclass(frozen=True)
class OpenPerson:
    """An opened row; its reading is on record. Empty strings are what nobody gave or what was erased."""

    id: UUID
    name: str = field(repr=False)
    phone: str = field(repr=False)
    id_number: str = field(repr=False)
    birth_year: int | None
    area: str


@dataclass(frozen=True)
class ConsentView:
    id: UUID
    purpose: str
    basis: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class OwnPerson:
    """What the registry knows about the reader: masked content, who controls it, for what, since when."""

    person: MaskedPerson
    controller: str
    source: str
    purpose: str
    noted_at: datetime
    consents: tuple[ConsentView, ...]


def show_people(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, MaskedPerson]:
    """Masked people: those of `ids` with a tie in the actor's scope, and the actor's own row. Others are absent.

    Raises NotAllowed without registry.read and registry.own.
    """
    if not (actor.may(READ) or actor.may(OWN)):
        raise NotAllowed(READ)
    rows = Person.objects.filter(pk__in=within_reach(actor, set(ids), READ))
    return {row.pk: _masked(row) for row in rows.defer("name", "phone", "id_number")}


def masked_rows(ids: Iterable[UUID]) -> dict[UUID, MaskedPerson]:
    """Masked people for a room that checked that the reader may see them."""
    rows = Person.objects.filter(pk__in=set(ids)).defer("name", "phone", "id_number")
    return {row.pk: _masked(row) for row in rows}


def list_people(actor: Actor) -> Iterator[MaskedPerson]:
    """Everybody the actor's matters tie in, masked, in the order of their ids. Raises NotAllowed."""
    actor.require(READ)
    tied = _ties_in_reach(actor, READ).values("person_id")
    for row in Person.objects.filter(pk__in=tied).order_by("pk").iterator(chunk_size=500):
        yield _masked(row)


def access_people(actor: Actor, ids: Iterable[UUID], *, purpose: str) -> dict[UUID, OpenPerson]:
    """Open people for a stated purpose; one access record for all. Raises NotAllowed if any lies out of reach."""
    wanted = set(ids)
    if wanted - within_reach(actor, wanted, READ):
        raise NotAllowed(READ)
    return open_rows(actor, wanted, purpose=purpose)


def open_rows(actor: Actor, ids: set[UUID], *, purpose: str) -> dict[UUID, OpenPerson]:
    """Record the read and open the rows; the caller has checked that the actor may."""
    return _open_all(actor, list(Person.objects.filter(pk__in=ids)), purpose)


def _open_all(actor: Actor, rows: list[Person], purpose: str) -> dict[UUID, OpenPerson]:
    grant = record_read(actor, NOUN, (row.pk for row in rows), purpose)
    return {row.pk: _opened(row, grant) for row in rows}


_CONTENT = ("id", "name", "phone", "id_number", "birth_year", "area")
_SAME_PHONE = f"SELECT {', '.join(_CONTENT)} FROM registry_person WHERE controller = %s AND phone_index = %s"  # noqa: S608 — our own names


def asking_same_phone(controller: str, phone: str) -> Question:
    """What `open_same_phone` asks, to be asked ahead."""
    return Question(_SAME_PHONE, (controller, blind_index(Person, "phone", phone)))


def open_same_phone(actor: Actor, controller: str, phone: str, *, purpose: str) -> dict[UUID, OpenPerson]:
    """Record the read of all rows with this number at this controller and open them; the caller has checked that the
    actor may. Found and read in one statement: every intake asks."""
    question = asking_same_phone(controller, phone)
    rows = [
        new_row(Person, id=as_uuid(row[0]), **dict(zip(_CONTENT[1:], row[1:], strict=True)))
        for row in every(question.sql, question.values)
    ]
    return _open_all(actor, rows, purpose) if rows else {}


def within_reach(actor: Actor, ids: set[UUID], right: str) -> set[UUID]:
    """Those of `ids` that have a tie where `right` reaches, and the actor's own row (registry.own)."""
    scope = actor.scope(right)
    found: set[UUID] = set()
    if scope and ids:
        found.update(
            _ties_in_reach(actor, right).filter(person_id__in=ids).values_list("person_id", flat=True)
        )
    if actor.person_id in ids and actor.may(OWN):
        found.add(actor.person_id)
    return found


def _ties_in_reach(actor: Actor, right: str) -> QuerySet[PersonTie]:
    """Ties where the right reaches, without those to matters the actor is barred from."""
    ties = PersonTie.objects.filter(actor.scope(right).filter())
    barred = bars.barred_subjects(actor)
    return ties.exclude(subject__in=barred) if barred else ties


def own_person(actor: Actor) -> OwnPerson | None:
    """The actor's own row; None for somebody the registry has no row of. Raises NotAllowed."""
    actor.require(OWN)
    row = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    if row is None:
        return None
    consents = tuple(
        ConsentView(c.pk, c.purpose, c.basis, c.given_at, c.withdrawn_at)
        for c in row.consents.order_by("given_at", "id")
    )
    return OwnPerson(_masked(row), row.controller, row.source, row.purpose, row.created_at, consents)


def own_people(actor: Actor) -> frozenset[UUID]:
    """The rows of a signed-in worker with every body that knows them: the linked one, and those of the number they
    proved by SMS code. Where several people of one body share the number, none: nobody gets another's matters."""
    linked = frozenset({actor.person_id} if actor.person_id else ())
    if actor.kind != "worker":
        return linked
    try:
        phone = own_phone(actor, says("本人查看各地的事项"))
    except NotAllowed:
        return linked
    index = blind_index(Person, "phone", phone)
    found: dict[str, list[UUID]] = {}
    for controller, pk in Person.objects.filter(phone_index=index, erased_at=None).values_list(
        "controller", "pk"
    ):
        found.setdefault(controller, []).append(pk)
    return linked | {ids[0] for ids in found.values() if len(ids) == 1}


def find_person_by_phone(controller: str, phone: str) -> UUID | None:
    """Whose number it is, by blind index. None also where several people share it: nobody gets another's matters.

    Raises Refusal for a number that is none.
    """
    index = blind_index(Person, "phone", read_phone(phone))
    found = list(
        Person.objects.filter(controller=controller, phone_index=index).values_list("pk", flat=True)[:2]
    )
    return found[0] if len(found) == 1 else None


def _masked(row: Person) -> MaskedPerson:
    return MaskedPerson(row.pk, row.name_masked, row.phone_masked, row.area, row.erased_at is not None)


def _opened(row: Person, grant: Grant) -> OpenPerson:
    return OpenPerson(
        id=row.pk,
        name=text_of(row.name, grant),
        phone=text_of(row.phone, grant),
        id_number=text_of(row.id_number, grant),
        birth_year=row.birth_year,
        area=row.area,
    )


def text_of(sealed: Sealed | None, grant: Grant) -> str:
    """The content of a sealed column; empty where there is none. Raises NotAllowed."""
    return sealed.open(grant) if sealed is not None else ""
