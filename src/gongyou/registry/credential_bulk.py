"""Many certificates at once, with their people: a handful of statements for a thousand rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from gongyou.basics.identity import mask_name, mask_phone
from gongyou.basics.refusal import Refusal, says
from gongyou.kernel.actions import Act
from gongyou.kernel.bulk import insert_many
from gongyou.kernel.ids import new_id
from gongyou.kernel.personal_data import record_read
from gongyou.kernel.sealed_fields import blind_index, open_many, sealed_value
from gongyou.registry.credential_steps import HOLDS, Certificate, entry_of, mask_number, supersede
from gongyou.registry.models import (
    NOUN,
    Consent,
    CredentialChange,
    HeldCredential,
    Person,
    PersonTie,
)

PURPOSE = "certificates"
KNOWN_AT_ONCE = 500
_PERSON = (
    "id",
    "name",
    "phone",
    "phone_index",
    "id_number",
    "id_number_index",
    "name_masked",
    "phone_masked",
    "birth_year",
    "area",
    "controller",
    "source",
    "purpose",
    "created_at",
)
_HELD = (
    "id",
    "person_id",
    "area",
    "office_path",
    "controller",
    "purpose",
    "kind",
    "level",
    "number",
    "number_index",
    "number_masked",
    "issuer",
    "issued_on",
    "issued_area",
    "valid_until",
    "reviewed_on",
    "review_on",
    "state",
    "origin",
    "subject",
    "noted_at",
    "version",
)


@dataclass(frozen=True)
class Trainee:
    """One row, read: who holds which certificate. `row` is that of the file."""

    row: int
    name: str
    id_number: str
    birth_on: date
    phone: str
    certificate: Certificate


@dataclass(frozen=True)
class Unfit:
    """A row that disagrees with what is known."""

    row: int
    refusal: Refusal


def hold_many(
    act: Act, *, area: str, office_path: str, trainees: Sequence[Trainee], basis: str
) -> tuple[Unfit, ...]:
    """Note people and certificates that aren't known yet; the same rows again change nothing.

    Certificates are read already (ids of kind and level, capital letters). Returns rows that name another person.
    """
    controller = f"union:{area}"
    indexes = {t.id_number: blind_index(Person, "id_number", t.id_number) for t in trainees}
    known = _known_people(act, controller, indexes)
    unfit = tuple(_other_names(trainees, known))
    bad = {one.row for one in unfit}
    good = [t for t in trainees if t.row not in bad]
    people = {number: pk for number, (pk, _name) in known.items()}
    fresh = {t.id_number: t for t in good if t.id_number not in people}
    people.update({number: new_id() for number in fresh})
    made = [(people[number], t) for number, t in fresh.items()]
    insert_many(Person, _PERSON, [_person_row(act, pk, t, indexes, area, controller) for pk, t in made])
    insert_many(
        Consent,
        ("id", "person_id", "purpose", "basis", "given_at", "evidence"),
        [(new_id(), pk, PURPOSE, basis, act.now, "") for pk, _ in made],
    )
    held = [(people[t.id_number], t.certificate) for t in good]
    _tie(act, {pk for pk, _ in held}, office_path)
    _hold(act, held, area, office_path, controller)
    supersede(act, {pk for pk, _ in held})
    return unfit


def _known_people(act: Act, controller: str, indexes: dict[str, bytes]) -> dict[str, tuple[UUID, str]]:
    """Identity number → row and name at this controller; the platform's comparing is on record."""
    by_index = {index: number for number, index in indexes.items()}
    rows = []
    wanted = list(by_index)
    for start in range(0, len(wanted), KNOWN_AT_ONCE):
        rows += list(
            Person.objects.filter(
                controller=controller, id_number_index__in=wanted[start : start + KNOWN_AT_ONCE]
            ).order_by("-id")
        )
    grant = record_read(act.actor, NOUN, (row.pk for row in rows), says("核对是否同一个人"))
    names = open_many(Person, "name", grant, [(row.pk, row.__dict__["name"]) for row in rows])
    return {
        by_index[bytes(row.id_number_index or b"")]: (row.pk, name)
        for row, name in zip(rows, names, strict=True)
    }


def _other_names(trainees: Sequence[Trainee], known: dict[str, tuple[UUID, str]]) -> Iterator[Unfit]:
    for trainee in trainees:
        name = known.get(trainee.id_number, (None, ""))[1]
        if name and name != trainee.name:
            text = says("这个身份证号已经登记为另一个姓名（{name}）。")
            hint = says("请核对姓名和身份证号；登记错了的先更正登记。")
            yield Unfit(trainee.row, Refusal("other_name", text, hint, field="name", name=mask_name(name)))


def _person_row(
    act: Act, pk: UUID, trainee: Trainee, indexes: dict[str, bytes], area: str, controller: str
) -> tuple[object, ...]:
    phone = trainee.phone
    return (
        pk,
        sealed_value(Person, "name", pk, trainee.name),
        sealed_value(Person, "phone", pk, phone) if phone else None,
        blind_index(Person, "phone", phone) if phone else None,
        sealed_value(Person, "id_number", pk, trainee.id_number),
        indexes[trainee.id_number],
        mask_name(trainee.name),
        mask_phone(phone) if phone else "",
        trainee.birth_on.year,
        area,
        controller,
        "import",
        PURPOSE,
        act.now,
    )


def _tie(act: Act, people: set[UUID], office_path: str) -> None:
    subject = entry_of(office_path)
    tied = _in_parts(PersonTie, people, subject=subject, role=HOLDS)
    columns = ("id", "person_id", "subject", "role", "office_path", "since", "is_open")
    rows = [
        (new_id(), pk, subject, HOLDS, office_path, act.now, True)
        for pk in sorted(people - {row[0] for row in tied})
    ]
    insert_many(PersonTie, columns, rows)


def _hold(
    act: Act, held: Sequence[tuple[UUID, Certificate]], area: str, office_path: str, controller: str
) -> None:
    columns = ("person_id", "kind", "number_index", "issued_on")
    stored = {
        (person, kind, bytes(index or b""), day)
        for person, kind, index, day in _in_parts(
            HeldCredential, {person for person, _ in held}, columns=columns
        )
    }
    rows, changes = [], []
    for person, one in held:
        index = blind_index(HeldCredential, "number", one.number)
        if (person, one.kind, index, one.issued_on) in stored:
            continue
        pk = new_id()
        rows.append(
            (
                *(pk, person, area, office_path, controller, PURPOSE, one.kind, one.level),
                *(sealed_value(HeldCredential, "number", pk, one.number), index, mask_number(one.number)),
                *(one.issuer, one.issued_on, one.issued_area, one.valid_until, one.reviewed_on),
                *(one.review_on, HeldCredential.State.HELD, HeldCredential.Origin.IMPORTED, "", act.now, 1),
            )
        )
        changes.append((new_id(), pk, HeldCredential.State.HELD, act.now, act.actor.id, ""))
    insert_many(HeldCredential, _HELD, rows)
    insert_many(CredentialChange, ("id", "credential_id", "what", "at", "by", "reason"), changes)


def _in_parts(
    model: type[PersonTie] | type[HeldCredential],
    people: set[UUID],
    columns: tuple[str, ...] = ("person_id",),
    **facts: object,
) -> list[tuple[Any, ...]]:
    ids = sorted(people)
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(ids), KNOWN_AT_ONCE):
        part = model._default_manager.filter(person_id__in=ids[start : start + KNOWN_AT_ONCE], **facts)
        found += list(part.values_list(*columns))
    return found
