"""The rights of a person over what is known about them: correct, withdraw, erase (PIPL arts. 15, 46, 47)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gongyou.basics.identity import read_phone, read_resident_id
from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.kernel.moment import SHANGHAI
from gongyou.registry.erasure import empty_people
from gongyou.registry.events import PersonCorrected, PersonErased
from gongyou.registry.inputs import LONGEST_NAME, read_area, read_name
from gongyou.registry.models import REGISTER, Person
from gongyou.registry.queries.people import MaskedPerson, within_reach
from gongyou.registry.steps import (
    end_consents,
    note_person,
    record_consent,
    require_in,
    tie_person,
    write_person,
)

WRITE = "registry.write"
ERASE = "registry.erase"


@dataclass(frozen=True)
class Withdrawn:
    """How many bases for the purpose ended, and when."""

    person_id: UUID
    purpose: str
    count: int
    at: datetime


@dataclass(frozen=True)
class Erased:
    person_id: UUID
    at: datetime


@dataclass(frozen=True)
class Noted:
    person_id: UUID


@action("registry.add_person", right=WRITE, answers=Noted)
def add_person(
    act: Act,
    *,
    name: str,
    area: str,
    source: str,
    purpose: str,
    basis: str,
    phone: str = "",
    id_number: str = "",
) -> Noted:
    """Put somebody into the register of an area's union, with the basis for it; the same person again is the same row.

    Raises NotAllowed, Refusal.
    """
    area = read_area(area)
    require_in(act.actor, WRITE, area)
    person_id = note_person(
        act,
        name=read_text(name, field="name", longest=LONGEST_NAME, is_needed=True),
        phone=phone,
        id_number=id_number,
        controller=f"union:{area}",
        area=area,
        source=source,
        purpose=purpose,
    )
    record_consent(act, person_id=person_id, purpose=purpose, basis=basis)
    tie_person(
        act, person_id=person_id, subject=f"{REGISTER}{area}", role="registered", office_path=f"{area}/"
    )
    act.about(f"person:{person_id}", f"{area}/")
    return Noted(person_id)


@action("registry.correct_person", right=None, answers=MaskedPerson)
def correct_person(
    act: Act,
    *,
    person_id: UUID,
    name: str | None = None,
    phone: str | None = None,
    id_number: str | None = None,
) -> MaskedPerson:
    """Put right what is wrong; None leaves a fact as it is, an empty text removes it.

    By the person, or where registry.write reaches. Raises NotAllowed, NotFound, Refusal.
    """
    row = _reachable(act, person_id, WRITE)
    given = {"name": name, "phone": phone, "id_number": id_number}
    changed = tuple(field for field, text in given.items() if text is not None)
    write_person(
        act,
        row,
        name=None if name is None else read_name(name),
        phone=None if phone is None else (read_phone(phone) if phone.strip() else ""),
        id_number=None if id_number is None else _identity(act, id_number),
    )
    row.save()
    act.about(f"person:{row.pk}")
    act.publish(PersonCorrected(row.pk, changed))
    return MaskedPerson(row.pk, row.name_masked, row.phone_masked, row.area, is_erased=False)


def _identity(act: Act, text: str) -> str:
    return read_resident_id(text, today=act.now.astimezone(SHANGHAI).date()).number if text.strip() else ""


@action("registry.withdraw_consent", right=None, answers=Withdrawn)
def withdraw_consent(act: Act, *, person_id: UUID, purpose: str) -> Withdrawn:
    """End every consent of a person for a purpose; duties of law stay. Raises NotAllowed, NotFound, DomainError."""
    row = _reachable(act, person_id, WRITE)
    count = end_consents(act, person_id=row.pk, purposes=(purpose,))
    if count == 0:
        raise DomainError(
            "no_consent",
            says("没有找到可以撤回的同意。"),
            says("依法律职责处理的信息不靠同意，如有异议请联系受理单位。"),
            field="purpose",
            status=404,
        )
    act.about(f"person:{row.pk}")
    return Withdrawn(row.pk, purpose, count, act.now)


@action("registry.erase_person", right=None, answers=Erased)
def erase_person(act: Act, *, person_id: UUID) -> Erased:
    """Empty a person's row for good; matters keep their history without the person's content.

    By the person, or where registry.erase reaches. Raises NotAllowed, NotFound, DomainError while a matter is open.
    """
    row = _reachable(act, person_id, ERASE)
    open_count = (
        row.ties.filter(is_open=True)
        .exclude(subject__startswith=REGISTER)
        .values("subject")
        .distinct()
        .count()
    )
    if open_count:
        raise DomainError(
            "open_matters",
            says("还有{count}件事项没有办结，办结前需要联系本人，现在不能删除。"),
            says("请先办结或由本人撤回事项，再申请删除。"),
            count=open_count,
            status=409,
        )
    today = act.now.astimezone(SHANGHAI).date()
    row.ties.filter(is_open=True).update(is_open=False, closed_at=act.now, keep_until=today)
    empty_people([row.pk], act.now)
    act.about(f"person:{row.pk}")
    act.publish(PersonErased(row.pk))
    return Erased(row.pk, act.now)


def _reachable(act: Act, person_id: UUID, right: str) -> Person:
    """Lock the row the actor may act on. Somebody else's and nobody's row look alike."""
    if not within_reach(act.actor, {person_id}, right):
        raise NotAllowed(right)
    row = Person.objects.select_for_update().filter(pk=person_id, erased_at=None).first()
    if row is None:
        raise NotFound(says("这个人的信息已经删除。"))
    return row
