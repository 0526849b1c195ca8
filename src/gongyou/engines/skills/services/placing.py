"""From a class to a job: internship, contract and wage before and after, asked again after months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.credentials.ages import add_months
from gongyou.engines.skills.definitions import Step
from gongyou.engines.skills.models import Enrolment, FollowUp, Placement
from gongyou.engines.skills.queries.rules import course_of, courses_at
from gongyou.engines.skills.services.planning import Body
from gongyou.engines.skills.steps.reaching import reach
from gongyou.kernel import worklist
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.moment import SHANGHAI
from gongyou.registry.steps import note_organisation

PLACE = "skills.place"
TODO = "skills.follow_up"
CONTRACTS = ("fixed", "open", "piece", "dispatch")
OUTCOMES = ("retained", "left", "unreached")
RETAINED = {3: Step.RETAINED_3, 6: Step.RETAINED_6, 12: Step.RETAINED_12}
CLOSE_OF_DAY = time(17)


@dataclass(frozen=True)
class Job:
    """A job somebody began. Monthly wages in fen; `wage_before_fen` None: not known, 0: no work before."""

    employer: Body
    contract: str
    evidence: str
    began_on: date
    wage_after_fen: int
    wage_before_fen: int | None = None


@dataclass(frozen=True)
class Placed:
    placement_id: UUID
    due_on: tuple[date, ...]
    follow_ups: tuple[UUID, ...] = ()
    """Each asked on its day of `due_on`."""


@action("skills.begin_internship", right=PLACE, answers=UUID)
def begin_internship(act: Act, *, enrolment_id: UUID, from_on: date) -> UUID:
    """An order class's learner begins to work under guidance at the employer. Raises NotAllowed, DomainError."""
    row = _enrolment(act, enrolment_id)
    if row.training_class.employer_id is None or row.state != Enrolment.State.TRAINED:
        raise DomainError("not_now", says("只有订单班里学完的人才登记带岗实习。"), status=409)
    if from_on < row.training_class.starts_on:
        raise DomainError("from_on", says("实习日期早于开课日期。"), field="from_on")
    Enrolment.objects.filter(pk=row.pk).update(internship_from=from_on)
    reach(act, row, Step.INTERNSHIP)
    return row.pk


@action("skills.place_learner", right=PLACE, answers=Placed)
def place_learner(act: Act, *, enrolment_id: UUID, job: Job) -> Placed:
    """Note the job, and put the questions after 3, 6 and 12 months on the worklist.

    Raises NotAllowed, NotFound, DomainError, Refusal.
    """
    row = _enrolment(act, enrolment_id)
    _check(act, row, job)
    training_class = row.training_class
    made = Placement.objects.create(
        id=new_id(),
        enrolment=row,
        office_id=training_class.office_id,
        office_path=training_class.office_path,
        employer_id=note_organisation(
            act,
            name=job.employer.name,
            kind=job.employer.kind,
            division=training_class.area,
            controller=f"union:{training_class.area}",
            source="desk",
            credit_code=job.employer.credit_code,
        ),
        occupation=course_of(training_class.rules_hash, training_class.course).occupation,
        contract=job.contract,
        evidence=read_text(job.evidence, field="evidence", longest=120, is_needed=True),
        began_on=job.began_on,
        wage_before_fen=job.wage_before_fen,
        wage_after_fen=job.wage_after_fen,
        noted_by=act.actor.id,
        noted_at=act.now,
    )
    reach(act, row, Step.EMPLOYED)
    months = courses_at(training_class.rules_hash).follow_up_months
    planned = [_plan(act, made, row, number) for number in months]
    return Placed(made.pk, tuple(p.due_on for p in planned), tuple(p.pk for p in planned))


def _plan(act: Act, placement: Placement, row: Enrolment, months: int) -> FollowUp:
    """A question due so many months after the first day at work."""
    due_on = add_months(placement.began_on, months)
    made = FollowUp.objects.create(id=new_id(), placement=placement, months=months, due_on=due_on)
    worklist.put_todo(
        act,
        kind=TODO,
        subject_id=made.pk,
        office_id=placement.office_id,
        office_path=placement.office_path,
        number=f"{row.training_class.title[:20]} {row.roll}",
        title=says("就业回访"),
        due_at=datetime.combine(due_on, CLOSE_OF_DAY, tzinfo=SHANGHAI),
    )
    return made


def _check(act: Act, row: Enrolment, job: Job) -> None:
    if row.state != Enrolment.State.TRAINED or hasattr(row, "placement"):
        raise DomainError("not_now", says("还没有学完，或者已经登记过就业。"), status=409)
    if job.contract not in CONTRACTS:
        raise DomainError("contract", says("请选择合同类型。"), field="contract")
    today = act.now.astimezone(SHANGHAI).date()
    if not row.training_class.starts_on <= job.began_on <= today:
        raise DomainError("began_on", says("上岗日期要在开课和今天之间。"), field="began_on")
    if job.wage_after_fen <= 0 or (job.wage_before_fen or 0) < 0:
        raise DomainError("wage", says("月工资写大于0的数。"), field="wage_after")


def _enrolment(act: Act, enrolment_id: UUID) -> Enrolment:
    row = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("training_class")
        .filter(pk=enrolment_id)
        .first()
    )
    if row is None:
        raise NotFound(says("没有找到这位学员。"))
    act.require(PLACE, row.office_path)
    act.about(f"enrolment:{row.pk}", row.office_path)
    return row


@action("skills.record_follow_up", right=PLACE, answers=UUID)
def record_follow_up(act: Act, *, follow_up_id: UUID, outcome: str, wage_fen: int | None = None) -> UUID:
    """What was learned on asking. Who left is asked no more. Raises NotAllowed, NotFound, DomainError."""
    found = FollowUp.objects.select_related("placement").filter(pk=follow_up_id).first()
    if found is None:
        raise NotFound(says("没有找到这次回访。"))
    row = _enrolment(act, found.placement.enrolment_id)
    found.refresh_from_db()
    if found.outcome:
        raise DomainError("asked", says("这次回访已经登记过。"), status=409)
    if outcome not in OUTCOMES or (wage_fen is not None and wage_fen < 0):
        raise DomainError("outcome", says("请选择回访结果。"), field="outcome")
    if found.due_on > act.now.astimezone(SHANGHAI).date() and outcome == "retained":
        raise DomainError(
            "too_early",
            says("还没有到{day}，不能算稳定就业。"),
            field="outcome",
            day=found.due_on.isoformat(),
        )
    over = [found.pk]
    if outcome == "left":
        later = found.placement.follow_ups.filter(outcome="", months__gt=found.months)
        over += later.values_list("pk", flat=True)
        later.update(outcome="left", asked_by=act.actor.id, asked_at=act.now)
    FollowUp.objects.filter(pk=found.pk).update(
        outcome=outcome, wage_fen=wage_fen, asked_by=act.actor.id, asked_at=act.now
    )
    worklist.drop_todos_of(act, subject_ids=over, kind=TODO)
    if outcome == "retained" and found.months in RETAINED:
        reach(act, row, RETAINED[found.months])
    return found.pk
