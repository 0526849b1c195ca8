"""Examinations: a sealed seed told by its digest before, examiners with their own candidates, independent outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.engines.skills.course.drawing import digest_of, new_seed
from gongyou.engines.skills.course.outcomes import read_points
from gongyou.engines.skills.definitions import PARTS, Part
from gongyou.engines.skills.models import (
    SEED,
    Candidate,
    Examination,
    ExaminerDuty,
    MarkSheet,
    TrainingClass,
)
from gongyou.engines.skills.queries.rules import course_of
from gongyou.engines.skills.steps.judging import candidates_for, publish_all
from gongyou.engines.skills.steps.places import locked_class, require_state
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.moment import SHANGHAI
from gongyou.kernel.personal_data import record_read

EXAMINE, MARK = "skills.examine", "skills.mark"


@dataclass(frozen=True)
class Set:
    """`seed_digest` is made public now; the seed itself after the examination."""

    examination_id: UUID
    number: int
    seed_digest: str
    candidates: int


@dataclass(frozen=True)
class Published:
    passed: int
    failed: int
    pending: int
    """Certificates that wait for their authority's number."""


@action("skills.set_examination", right=EXAMINE, answers=Set)
def set_examination(act: Act, *, class_id: UUID, held_on: date) -> Set:
    """The first sitting of everybody trained, or a resit of those who failed and may sit again without paying.

    Raises NotAllowed, DomainError: nobody to sit, the sitting before not published, a day before the class ended.
    """
    row = locked_class(act, class_id, EXAMINE)
    require_state(row, TrainingClass.State.TAUGHT, TrainingClass.State.DONE)
    if row.examinations.filter(published_at=None).exists():
        raise DomainError("examination_open", says("上一次考试的成绩还没有公布。"), status=409)
    if held_on < max(row.ends_on, act.now.astimezone(SHANGHAI).date()):
        raise DomainError("held_on", says("考试日期不能早于今天和结课日。"), field="held_on")
    seats = candidates_for(row, held_on)
    if not seats:
        raise DomainError(
            "nobody_sits",
            says("没有可以参加的人：都已通过，或者没有免费补考。"),
            says("要再考的，请重新报班。"),
            status=409,
        )
    seed = new_seed()
    made = Examination(
        id=new_id(),
        training_class=row,
        office_path=row.office_path,
        number=row.examinations.count() + 1,
        held_on=held_on,
        seed_digest=digest_of(seed),
        set_by=act.actor.id,
        set_at=act.now,
    )
    made.seed = seed
    made.save(force_insert=True)
    Candidate.objects.bulk_create(
        Candidate(id=new_id(), examination=made, enrolment=enrolment, seat=seat, standards=list(standards))
        for seat, (enrolment, standards) in enumerate(seats, start=1)
    )
    return Set(made.pk, made.number, made.seed_digest, len(seats))


def _locked_examination(act: Act, examination_id: UUID, right: str) -> Examination:
    row = (
        Examination.objects.select_for_update(of=("self",))
        .select_related("training_class")
        .filter(pk=examination_id)
        .first()
    )
    if row is None:
        raise NotFound(says("没有找到这次考试。"))
    if right:
        act.require(right, row.office_path)
    act.about(f"examination:{row.pk}", row.office_path)
    return row


def _require_unpublished(row: Examination) -> None:
    if row.published_at is not None:
        raise DomainError(
            "published",
            says("这次考试的成绩已经公布，不能再改。"),
            says("确有错误的，请按成绩复核办理。"),
            status=409,
        )


@action("skills.assign_examiner", right=EXAMINE, answers=UUID)
def assign_examiner(act: Act, *, examination_id: UUID, account_id: UUID, name: str, part: str) -> UUID:
    """Who marks a part; for the practical two are needed. Raises NotAllowed, DomainError."""
    row = _locked_examination(act, examination_id, EXAMINE)
    _require_unpublished(row)
    if part not in PARTS:
        raise DomainError("part", says("请选择理论或实操。"), field="part")
    most = 2 if part == "practical" else 1
    others = row.duties.filter(part=part).exclude(account_id=account_id)
    if others.count() >= most:
        raise DomainError("examiners", says("这一科的考评员已经够了。"), field="examiner", status=409)
    duty, _is_new = ExaminerDuty.objects.get_or_create(
        examination=row,
        account_id=account_id,
        part=part,
        defaults={"name": read_text(name, field="name", longest=40, is_needed=True)},
    )
    return duty.pk


@action("skills.note_absent", right=EXAMINE, answers=UUID)
def note_absent(act: Act, *, candidate_id: UUID, is_absent: bool) -> UUID:
    """Somebody did not come; no result is made and the sitting does not count. Raises NotAllowed, DomainError."""
    found = Candidate.objects.filter(pk=candidate_id).first()
    if found is None:
        raise NotFound
    _require_unpublished(_locked_examination(act, found.examination_id, EXAMINE))
    Candidate.objects.filter(pk=found.pk).update(is_absent=is_absent)
    return found.pk


@action("skills.enter_marks", right=MARK, answers=UUID)
def enter_marks(act: Act, *, candidate_id: UUID, part: str, points: Mapping[str, str]) -> UUID:
    """An examiner's sheet for one of their own candidates; a later sheet of the same examiner counts instead.

    Raises NotAllowed: no duty at this examination; Refusal naming the row of a wrong mark.
    """
    found = Candidate.objects.filter(pk=candidate_id).first()
    if found is None:
        raise NotFound(says("没有找到这个考生。"))
    examination = _locked_examination(act, found.examination_id, "")
    if not examination.duties.filter(account_id=act.actor.id, part=part).exists():
        raise NotAllowed(MARK)
    _require_unpublished(examination)
    if examination.held_on > act.now.astimezone(SHANGHAI).date():
        raise DomainError("not_held", says("还没有到考试的日子。"), status=409)
    row = examination.training_class
    known: Part = "practical" if part == "practical" else "theory"
    read = read_points(course_of(row.rules_hash, row.course), known, points, found.standards)
    sheet = MarkSheet.objects.create(
        id=new_id(), candidate=found, part=part, examiner_id=act.actor.id, points=read, at=act.now
    )
    return sheet.pk


@action("skills.open_seed", right=EXAMINE, answers=str)
def open_seed(act: Act, *, examination_id: UUID) -> str:
    """Make the seed public, from the day of the examination on: anybody can draw the paper again.

    Raises NotAllowed, DomainError.
    """
    row = _locked_examination(act, examination_id, EXAMINE)
    if row.held_on > act.now.astimezone(SHANGHAI).date():
        raise DomainError("not_held", says("还没有到考试的日子，种子不能公开。"), status=409)
    if not row.opened_seed and row.seed is not None:
        seed = row.seed.open(record_read(act.actor, SEED, [row.pk], says("考试后公开抽题种子")))
        Examination.objects.filter(pk=row.pk).update(opened_seed=seed)
        return str(seed)
    return row.opened_seed


@action("skills.publish_results", right=EXAMINE, answers=Published)
def publish_results(act: Act, *, examination_id: UUID) -> Published:
    """Every candidate's outcome for each certificate, each by its own rule; certificates for who passed.

    Raises NotAllowed, DomainError naming the seat: a sheet is missing, two examiners too far apart.
    """
    row = _locked_examination(act, examination_id, EXAMINE)
    _require_unpublished(row)
    passed, failed, pending = publish_all(act, row)
    Examination.objects.filter(pk=row.pk).update(published_at=act.now)
    TrainingClass.objects.filter(pk=row.training_class_id).update(state=TrainingClass.State.DONE)
    return Published(passed, failed, pending)
