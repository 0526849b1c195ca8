"""Who asks for a place: their row in the registry, and whether law lets them sit the examination on its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from gongyou.basics.identity import read_resident_id
from gongyou.basics.identity.residents import ResidentId
from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import Refusal, says
from gongyou.credentials.admitting import Facts, Holding, standing
from gongyou.engines.skills.definitions import Standard
from gongyou.engines.skills.models import TrainingClass
from gongyou.engines.skills.queries.rules import courses_at, recognition_in
from gongyou.kernel.accounts import link_person, own_phone
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError
from gongyou.kernel.moment import SHANGHAI
from gongyou.registry.steps import note_person, open_for_work, record_consent, tie_person

PURPOSE = "skills.course"
MATTER_OF_WOMEN = ("cadre", "worker")


@dataclass(frozen=True)
class Words:
    """What somebody says when asking for a place. `category`: of job, where the age of retirement asks for it."""

    name: str = ""
    phone: str = ""
    id_number: str = ""
    target_group: str = ""
    category: str = ""
    consents: bool = False


def note_learner(act: Act, row: TrainingClass, words: Words, *, is_own: bool) -> tuple[UUID, ResidentId]:
    """Row and identity of the learner. Raises DomainError, Refusal."""
    if not words.consents:
        raise DomainError(
            "consents",
            says("没有本人同意，不能登记报名信息。"),
            says("请阅读说明并勾选同意。"),
            field="consents",
        )
    person_id = note_person(
        act,
        name=read_text(words.name, field="name", longest=40, is_needed=True),
        phone=own_phone(act.actor, says("报名参加培训")) if is_own else words.phone,
        id_number=words.id_number,
        controller=f"union:{row.area}",
        area=row.area,
        source="web" if is_own else "desk",
        purpose=PURPOSE,
    )
    if is_own:
        link_person(act, person_id)
    identity = identity_of(act, person_id)
    record_consent(
        act, person_id=person_id, purpose=PURPOSE, basis="consent", evidence="web" if is_own else "paper"
    )
    return person_id, identity


def tie_learner(act: Act, row: TrainingClass, person_id: UUID) -> None:
    """From now on the school sees this person's masked name."""
    tie_person(
        act, person_id=person_id, subject=f"class:{row.pk}", role="learner", office_path=row.office_path
    )


def identity_of(act: Act, person_id: UUID) -> ResidentId:
    """Raises DomainError where nobody gave the number."""
    person = open_for_work(act, [person_id], purpose=says("核对报考年龄"))[person_id]
    if not person.id_number:
        raise DomainError(
            "id_number",
            says("报考要核对年龄，请填写身份证号。"),
            says("身份证号只用来核对年龄和办证。"),
            field="id_number",
        )
    return read_resident_id(person.id_number, today=act.now.astimezone(SHANGHAI).date())


def require_age(row: TrainingClass, identity: ResidentId, category: str) -> None:
    """Ages are functions of birth month, sex, category and the day of the examination. Raises DomainError: too young,
    too old, or the category decides and nobody said it."""
    declared = courses_at(row.rules_hash)
    course = declared.course(row.course)
    for standard in declared.standards_of(course) if course else ():
        _require_age_for(row.area, standard, row.exam_on, identity, category)


def _require_age_for(area: str, standard: Standard, on: date, identity: ResidentId, category: str) -> None:
    facts = Facts(
        identity.birth_on,
        identity.sex.value,
        category if category in MATTER_OF_WOMEN and identity.sex == "female" else "",
    )
    holding = Holding(standard.kind, level=standard.level, issued_on=on)
    found = standing(recognition_in(area), holding, on, facts)
    if found.is_in_force is True:
        return
    if found.is_in_force is None:
        raise DomainError(
            "category",
            says("这个年龄能不能报考，要看岗位类别。"),
            says("请选择管理技术岗位或工人岗位。"),
            field="category",
        )
    raise Refusal(
        "age",
        found.because.message,
        says("请选不受这个年龄限制的班。"),
        field="id_number",
        **dict[str, Any](found.because.params),
    )
