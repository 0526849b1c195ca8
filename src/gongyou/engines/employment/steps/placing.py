"""The first day of work, and the calls after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import Refusal, says
from gongyou.engines.employment.definitions import (
    FollowUpOutcome,
    IntentionState,
    PostState,
)
from gongyou.engines.employment.events import HarmFound, Placed
from gongyou.engines.employment.models import FollowUp, Placement, Referral
from gongyou.engines.employment.queries.rules import employment_rules, rulebook_of
from gongyou.engines.employment.steps import inputs, intentions, posts
from gongyou.engines.employment.steps.happening import note_post
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.moment import SHANGHAI
from gongyou.kernel.worklist import drop_todos, put_todo
from gongyou.offices import queries as offices
from gongyou.registry.partner_steps import today_of

CALL_TODO = "employment.follow_up"
HARM = (FollowUpOutcome.ARREARS, FollowUpOutcome.HARM)


@dataclass(frozen=True)
class PlacementWords:
    """`evidence`: which paper was looked at, by name; no numbers. Wages in yuan a month, before and after."""

    started_on: date
    evidence_kind: str
    evidence: str
    wage_after_yuan: str
    wage_before_yuan: str = ""


@dataclass(frozen=True)
class FollowUpWords:
    """`outcome`: still | left | unreached | arrears | harm. `why`: needed unless they are still there."""

    outcome: str
    why: str = ""
    wage_yuan: str = ""
    left_on: date | None = None


def place(act: Act, row: Referral, words: PlacementWords) -> Placement:
    """Raises Refusal, DomainError where every seat is taken."""
    rules = rulebook_of(row.area, today_of(act))
    declared = employment_rules()
    if words.evidence_kind not in declared.evidence_kinds:
        raise Refusal("evidence_kind", says("请选择看了哪种材料。"), field="evidence_kind")
    if words.started_on > today_of(act):
        raise Refusal("future_date", says("上岗日期还没有到。"), says("请上岗后再登记。"), field="started_on")
    after = inputs.read_wage(rules, words.wage_after_yuan, "wage_after_yuan")
    if after is None:
        raise Refusal("empty", says("现在的月工资没有填。"), field="wage_after_yuan")
    post = posts.locked_post(row.post_id)
    taken = Placement.objects.filter(referral__post=post).count()
    if taken >= post.headcount:
        raise DomainError("post_full", says("这个岗位的名额已经满了。"), says("请核对岗位人数。"), status=409)
    made = Placement.objects.create(
        id=new_id(),
        referral=row,
        organisation_id=post.organisation_id,
        area=row.area,
        office_path=row.office_path,
        started_on=words.started_on,
        evidence_kind=words.evidence_kind,
        evidence=read_text(words.evidence, field="evidence", longest=200, is_needed=True),
        wage_before_fen=inputs.read_wage(rules, words.wage_before_yuan, "wage_before_yuan"),
        wage_after_fen=after,
        noted_by=act.actor.id,
        noted_at=act.now,
    )
    _plan_calls(act, made, declared.follow_up.days)
    row.intention.state = IntentionState.PLACED
    intentions.save(act, row.intention, "state")
    if taken + 1 == post.headcount and post.state == PostState.PUBLIC:
        post.ended_on = today_of(act)
        note_post(act, post, PostState.FILLED, "filled")
        posts.changed(act, post)
    act.publish(Placed(made.pk, row.intention_id, post.pk))
    return made


def _plan_calls(act: Act, made: Placement, days: tuple[int, ...]) -> None:
    office = offices.office_at(made.office_path)
    for count in days:
        due_on = made.started_on + timedelta(days=count)
        call = FollowUp.objects.create(id=new_id(), placement=made, days=count, due_on=due_on)
        put_todo(act, kind=CALL_TODO, subject_id=call.pk, office_id=office.id, office_path=office.path, number="",
                 title=says("就业后回访"), due_at=datetime.combine(due_on, time(17), tzinfo=SHANGHAI))  # fmt: skip


def locked_follow_up(follow_up_id: UUID) -> FollowUp:
    rows = FollowUp.objects.select_for_update(of=("self",)).select_related("placement__referral__intention")
    row = rows.filter(pk=follow_up_id).first()
    if row is None:
        raise NotFound(says("没有找到这次回访。"))
    return row


def follow_up(act: Act, row: FollowUp, words: FollowUpWords) -> None:
    """Raises Refusal, DomainError where it was noted already."""
    if row.done_at is not None:
        raise DomainError("followed_up", says("这次回访已经登记过。"), status=409)
    if words.outcome not in set(FollowUpOutcome):
        raise Refusal("outcome", says("请选择回访结果。"), field="outcome")
    outcome = FollowUpOutcome(words.outcome)
    needs_why = outcome is not FollowUpOutcome.STILL
    row.outcome = outcome
    row.why = read_text(words.why, field="why", longest=300, is_needed=needs_why)
    rules = rulebook_of(row.placement.area, today_of(act))
    row.wage_fen = inputs.read_wage(rules, words.wage_yuan, "wage_yuan")
    row.done_by, row.done_at = act.actor.id, act.now
    row.save()
    drop_todos(act, subject_id=row.pk)
    if outcome is FollowUpOutcome.LEFT:
        _left(act, row, words)
    if outcome in HARM:
        act.publish(HarmFound(row.pk, row.placement.office_path))


def _left(act: Act, row: FollowUp, words: FollowUpWords) -> None:
    """They look for work again, with the same wishes; later calls fall away."""
    placement = row.placement
    placement.left_on, placement.left_why = words.left_on or today_of(act), "left"
    if placement.left_on < placement.started_on:
        raise Refusal("left_on", says("离开的日期早于上岗的日期。"), field="left_on")
    placement.save(update_fields=["left_on", "left_why"])
    for later in FollowUp.objects.filter(placement=placement, done_at=None):
        drop_todos(act, subject_id=later.pk)
    intention = placement.referral.intention
    if intention.state == IntentionState.PLACED:
        intention.state = IntentionState.ACTIVE
        intentions.save(act, intention, "state")


def note_matter(act: Act, follow_up_id: UUID, number: str) -> None:
    """The matter that followed from what a call found."""
    FollowUp.objects.filter(pk=follow_up_id).update(matter_number=number[:30])
