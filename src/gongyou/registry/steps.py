"""Writes of the registry that other rooms make inside their own actions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import connection

from gongyou.basics.identity import mask_name, mask_phone, read_credit_code, read_phone, read_resident_id
from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import Refusal, says
from gongyou.kernel.access import Actor, system_actor
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.inserting import insert, new_row
from gongyou.kernel.moment import SHANGHAI
from gongyou.kernel.plain_reads import Question, one
from gongyou.kernel.sealed_fields import blind_index
from gongyou.registry.events import ConsentWithdrawn
from gongyou.registry.inputs import read_area, read_name, read_place_code
from gongyou.registry.models import Consent, Organisation, Person, PersonTie
from gongyou.registry.queries.people import OpenPerson, asking_same_phone, open_rows, open_same_phone


def note_person(
    act: Act,
    *,
    name: str,
    phone: str,
    controller: str,
    area: str,
    source: str,
    purpose: str,
    id_number: str = "",
) -> UUID:
    """The row of this person at this controller: the same number and name (and no other identity number) is the
    same row; without a phone always a new one. Raises Refusal.
    """
    name = read_name(name)
    number = read_phone(phone) if phone.strip() else ""
    identity = _identity(act, id_number)
    known = _known_person(act, controller, name, number, identity) if number else None
    if known is not None:
        return known
    row = new_row(
        Person,
        id=new_id(),
        area=read_area(area),
        controller=read_text(controller, field="controller", longest=60, is_needed=True),
        source=read_text(source, field="source", longest=30, is_needed=True),
        purpose=read_text(purpose, field="purpose", longest=80, is_needed=True),
        created_at=act.now,
    )
    write_person(act, row, name=name, phone=number, id_number=identity)
    insert(row)
    return row.pk


def write_person(
    act: Act, row: Person, *, name: str | None = None, phone: str | None = None, id_number: str | None = None
) -> None:
    """Put content, masks and indexes into a row (not saved); None leaves a column as it is. Inputs are read."""
    if name is not None:
        row.name, row.name_masked = name, mask_name(name)
    if phone is not None:
        row.phone, row.phone_masked = phone, mask_phone(phone)
    if id_number is not None:
        row.id_number = id_number
        row.birth_year = read_resident_id(id_number, today=_today(act)).birth_on.year if id_number else None


def _identity(act: Act, text: str) -> str:
    return read_resident_id(text, today=_today(act)).number if text.strip() else ""


def _today(act: Act) -> date:
    return act.now.astimezone(SHANGHAI).date()


def _known_person(act: Act, controller: str, name: str, number: str, identity: str) -> UUID | None:
    _take_turn(number)
    # The platform compares, nobody sees: the record of the read says so.
    opened = open_same_phone(system_actor("registry"), controller, number, purpose=says("核对是否同一个人"))
    alike = [p for p in opened.values() if p.name == name and (not identity or p.id_number in ("", identity))]
    if not alike:
        return None
    person = min(alike, key=lambda p: (p.id_number != identity, p.id))
    if identity and not person.id_number:
        row = Person.objects.get(pk=person.id)
        write_person(act, row, id_number=identity)
        row.save(update_fields=["id_number", "id_number_index", "birth_year"])
    return person.id


_TURN = "SELECT pg_advisory_xact_lock(%s)"


def asking_known_person(*, controller: str, phone: str) -> list[Question]:
    """What `note_person` asks, to be asked ahead: the turn, then who has this number (read already)."""
    return [_asking_turn(phone), asking_same_phone(controller, phone)]


def _asking_turn(number: str) -> Question:
    index = blind_index(Person, "phone", number)
    return Question(_TURN, (int.from_bytes(index[:8], "big", signed=True),))


def _take_turn(number: str) -> None:
    """Two first messages of one person at one moment make one row: the second waits here for the first's commit, and
    its own look begins after it."""
    if connection.vendor == "postgresql":
        turn = _asking_turn(number)
        one(turn.sql, turn.values)


def tie_person(act: Act, *, person_id: UUID, subject: str, role: str, office_path: str) -> None:
    """The person has a part in a matter that lies with an office; the same part again moves or re-opens it."""
    insert(
        new_row(
            PersonTie, person_id=person_id, subject=subject, role=role, office_path=office_path, since=act.now
        ),
        replaces=("office_path", "is_open", "closed_at", "keep_until"),
        on=("person_id", "subject", "role"),
    )


def move_ties(act: Act, *, subject: str, office_path: str, role: str = "") -> int:
    """The matter lies elsewhere now, and access to its people with it (only ties of `role`, if given)."""
    ties = PersonTie.objects.filter(subject=subject)
    return (ties.filter(role=role) if role else ties).update(office_path=office_path)


def close_ties(act: Act, *, subject: str, keep_until: date, role: str = "") -> int:
    """The matter (or one part in it) ended; its people may be erased after `keep_until`."""
    ties = PersonTie.objects.filter(subject=subject, is_open=True)
    return (ties.filter(role=role) if role else ties).update(
        is_open=False, closed_at=act.now, keep_until=keep_until
    )


def reopen_ties(act: Act, *, subject: str) -> int:
    """The matter goes on; nobody in it may be erased."""
    return PersonTie.objects.filter(subject=subject, is_open=False).update(
        is_open=True, closed_at=None, keep_until=None
    )


def drop_ties(act: Act, *, subject: str, role: str = "") -> int:
    """The part was noted by mistake: access ends with it."""
    ties = PersonTie.objects.filter(subject=subject)
    return (ties.filter(role=role) if role else ties).delete()[0]


def open_for_work(act: Act, ids: Iterable[UUID], *, purpose: str) -> dict[UUID, OpenPerson]:
    """Open people for a step of the platform's own (a message has to reach them); recorded under the actor."""
    return open_rows(act.actor, set(ids), purpose=purpose)


def record_consent(act: Act, *, person_id: UUID, purpose: str, basis: str, evidence: str = "") -> UUID:
    """The person's consent (or another basis) for a purpose; one in force stays as it is. Raises Refusal."""
    if basis not in Consent.Basis.values:
        raise Refusal(
            "basis_wrong",
            says("处理个人信息的依据“{basis}”不认识。"),
            says("请从列出的依据中选择。"),
            field="basis",
            basis=basis[:40],
        )
    purpose = read_text(purpose, field="purpose", longest=80, is_needed=True)
    if not Person.objects.filter(pk=person_id, erased_at=None).exists():
        raise NotFound
    consent, _ = Consent.objects.get_or_create(
        person_id=person_id,
        purpose=purpose,
        basis=basis,
        withdrawn_at=None,
        defaults={
            "given_at": act.now,
            "evidence": read_text(evidence, field="evidence", longest=200),
        },
    )
    return consent.pk


def end_consents(act: Act, *, person_id: UUID, purposes: Iterable[str]) -> int:
    """End what rests on the person's yes for these purposes (duties of law stay); returns how many ended. The caller
    has checked that the actor may."""
    count = 0
    for purpose in purposes:
        ended = Consent.objects.filter(
            person_id=person_id,
            purpose=purpose,
            withdrawn_at=None,
            basis__in=[Consent.Basis.CONSENT, Consent.Basis.SEPARATE_CONSENT],
        ).update(withdrawn_at=act.now)
        if ended:
            act.publish(ConsentWithdrawn(person_id, purpose))
        count += ended
    return count


def note_organisation(
    act: Act,
    *,
    name: str,
    kind: str,
    division: str,
    controller: str,
    source: str,
    credit_code: str = "",
    address: str = "",
    phone: str = "",
) -> UUID:
    """The row of this organisation: the one with its credit code, else of this name in this division and
    controller, else a new one. What is known is not overwritten. Raises Refusal."""
    row = Organisation(
        id=new_id(),
        credit_code=read_credit_code(credit_code) if credit_code.strip() else None,
        name=read_text(name, field="name", longest=120, is_needed=True),
        kind=read_organisation_kind(kind),
        division=read_place_code(division),
        address=read_text(address, field="address", longest=200),
        phone=read_phone(phone) if phone.strip() else "",
        controller=read_text(controller, field="controller", longest=60, is_needed=True),
        source=read_text(source, field="source", longest=30, is_needed=True),
        noted_at=act.now,
    )
    known = _known_organisation(row)
    if known is None:
        row.save(force_insert=True)
        return row.pk
    if row.credit_code and known.credit_code is None:
        Organisation.objects.filter(pk=known.pk).update(credit_code=row.credit_code)
    return known.pk


def _known_organisation(row: Organisation) -> Organisation | None:
    if row.credit_code:
        same = Organisation.objects.filter(credit_code=row.credit_code).first()
        if same is not None:
            return same
    alike = Organisation.objects.filter(controller=row.controller, name=row.name, division=row.division)
    # Two bodies of one name with different codes are two bodies.
    return (alike.filter(credit_code=None) if row.credit_code else alike).order_by("id").first()


def read_organisation_kind(kind: str) -> str:
    """Raises DomainError for a kind that is none."""
    if kind not in Organisation.Kind.values:
        raise DomainError(
            "organisation_kind",
            says("单位类型“{kind}”不认识。"),
            says("请从列出的类型中选择。"),
            field="kind",
            kind=kind[:40],
        )
    return kind


def require_in(actor: Actor, right: str, area: str) -> None:
    """The right must be held somewhere in the area whose union controls the row. Raises NotAllowed."""
    scope = actor.scope(right)
    root = f"{area}/"
    if not scope.covers(root) and not any(path.startswith(root) for path in (*scope.own, *scope.subtree)):
        raise NotAllowed(right)
