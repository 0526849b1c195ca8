"""What examiners see of their own candidates (seats, no names), papers, and the open proof of a draw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.skills.course.drawing import Section, drawn, is_opened_by, paper
from gongyou.engines.skills.definitions import Item, Part
from gongyou.engines.skills.models import SEED, Candidate, Examination, ExaminerDuty, MarkSheet
from gongyou.engines.skills.queries.rules import course_of
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.kernel.personal_data import record_read

EXAMINE, MARK = "skills.examine", "skills.mark"


@dataclass(frozen=True)
class DutyLine:
    examination_id: UUID
    part: str
    title: str
    number: int
    held_on: date
    is_published: bool
    candidates: int
    marked: int


@dataclass(frozen=True)
class Seat:
    """`points`: what this examiner entered last."""

    candidate_id: UUID
    seat: int
    is_absent: bool
    points: dict[str, int]
    items: tuple[Item, ...]


@dataclass(frozen=True)
class MarkPage:
    duty: DutyLine
    seats: tuple[Seat, ...]


def own_duties(actor: Actor) -> tuple[DutyLine, ...]:
    """The examinations this examiner marks, the latest first. Raises NotAllowed."""
    actor.require(MARK)
    rows = ExaminerDuty.objects.select_related("examination__training_class").filter(account_id=actor.id)
    return tuple(_duty(row) for row in rows.order_by("-examination__held_on", "part")[:60])


def _duty(row: ExaminerDuty) -> DutyLine:
    examination = row.examination
    marked = MarkSheet.objects.filter(
        candidate__examination=examination, part=row.part, examiner_id=row.account_id
    )
    return DutyLine(
        examination.pk,
        row.part,
        examination.training_class.title,
        examination.number,
        examination.held_on,
        examination.published_at is not None,
        examination.candidates.filter(is_absent=False).count(),
        marked.values("candidate_id").distinct().count(),
    )


def mark_page(actor: Actor, examination_id: UUID, part: str) -> MarkPage:
    """The examiner's own candidates of one part; nobody else's. Raises NotAllowed."""
    duty = (
        ExaminerDuty.objects.select_related("examination__training_class")
        .filter(account_id=actor.id, examination_id=examination_id, part=part)
        .first()
    )
    if duty is None or not actor.may(MARK):
        raise NotAllowed(MARK)
    row = duty.examination.training_class
    course = course_of(row.rules_hash, row.course)
    known: Part = "practical" if part == "practical" else "theory"
    seats = []
    for candidate in duty.examination.candidates.order_by("seat"):
        latest = candidate.sheets.filter(part=part, examiner_id=actor.id).order_by("-id").first()
        items = tuple(
            item for item in course.items_of(known) if set(item.standards) & set(candidate.standards)
        )
        seats.append(
            Seat(candidate.pk, candidate.seat, candidate.is_absent, latest.points if latest else {}, items)
        )
    return MarkPage(_duty(duty), tuple(seats))


@dataclass(frozen=True)
class Paper:
    seat: int
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Papers:
    title: str
    number: int
    held_on: date
    minutes: int
    seed_digest: str
    papers: tuple[Paper, ...]


def access_papers(actor: Actor, examination_id: UUID) -> Papers:
    """Every candidate's theory paper, from the day of the examination on; opening the seed for it is on record.

    Raises NotAllowed, NotFound, DomainError.
    """
    row = Examination.objects.select_related("training_class").filter(pk=examination_id).first()
    if row is None:
        raise NotFound
    actor.require(EXAMINE, row.office_path)
    if row.held_on > moment.today():
        raise DomainError(
            "not_held", says("试卷到考试那天才能印。"), says("考试那天再打开这一页。"), status=409
        )
    assert row.seed is not None  # set with the examination
    seed = row.seed.open(record_read(actor, SEED, [row.pk], says("印制试卷")))
    training_class = row.training_class
    course = course_of(training_class.rules_hash, training_class.course)
    papers = tuple(
        Paper(c.seat, paper(course, seed, str(c.seat), c.standards)) for c in row.candidates.order_by("seat")
    )
    return Papers(training_class.title, row.number, row.held_on, course.minutes, row.seed_digest, papers)


@dataclass(frozen=True)
class Draw:
    """What anybody can check: the digest from before, the seed from after, and what it draws."""

    title: str
    number: int
    held_on: date
    seed_digest: str
    opened_seed: str
    is_right: bool | None
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    """(title, ids of the drawn questions), once the seed is open."""


def draw_of(examination_id: UUID) -> Draw:
    """Raises NotFound."""
    row = Examination.objects.select_related("training_class").filter(pk=examination_id).first()
    if row is None:
        raise NotFound
    course = course_of(row.training_class.rules_hash, row.training_class.course)
    titles = {item.id: item.title for item in course.items}
    chosen = drawn(course, row.opened_seed) if row.opened_seed else {}
    return Draw(
        row.training_class.title,
        row.number,
        row.held_on,
        row.seed_digest,
        row.opened_seed,
        is_opened_by(row.seed_digest, row.opened_seed) if row.opened_seed else None,
        tuple((titles[name], tuple(q.id for q in questions)) for name, questions in chosen.items()),
    )


@dataclass(frozen=True)
class SeatLine:
    candidate_id: UUID
    seat: int
    roll: int
    is_absent: bool
    theory: int
    practical: int


def seats_of(actor: Actor, examination_id: UUID) -> tuple[SeatLine, ...]:
    """Seats with how many examiners marked each part: what is still missing before publishing. Raises NotAllowed."""
    row = Examination.objects.filter(pk=examination_id).first()
    if row is None:
        raise NotFound
    actor.require(EXAMINE, row.office_path)
    done: dict[UUID, set[tuple[str, UUID]]] = {}
    for candidate, part, examiner in MarkSheet.objects.filter(candidate__examination=row).values_list(
        "candidate_id", "part", "examiner_id"
    ):
        done.setdefault(candidate, set()).add((part, examiner))
    return tuple(
        SeatLine(
            c.pk,
            c.seat,
            c.enrolment.roll,
            c.is_absent,
            sum(1 for part, _ in done.get(c.pk, ()) if part == "theory"),
            sum(1 for part, _ in done.get(c.pk, ()) if part == "practical"),
        )
        for c in Candidate.objects.select_related("enrolment").filter(examination=row).order_by("seat")
    )
