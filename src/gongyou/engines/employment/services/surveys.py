"""Surveys: what a person or an employer answered becomes an intention or a post; training is asked apart from work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.employment.models import Intention
from gongyou.engines.employment.steps import intentions
from gongyou.engines.employment.steps.intentions import MESSAGES, PURPOSE, WillingnessWords
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import NotFound
from gongyou.kernel.worklist import drop_todos, put_todo
from gongyou.offices import queries as offices
from gongyou.registry.queries import own_people
from gongyou.registry.steps import end_consents

SURVEY, OWN = "employment.survey", "employment.own"
ASK_TODO = "employment.human_ask"


@dataclass(frozen=True)
class Answered:
    """`intention_id` None: no work was asked for, or matching was not agreed to."""

    answer_id: UUID
    intention_id: UUID | None
    version: int


@action("employment.answer_willingness", right=None, answers=Answered)
def answer_willingness(
    act: Act, *, office_id: UUID, channel: str, words: WillingnessWords, answered_on: date | None = None
) -> Answered:
    """Note an answer: the person's own (`employment.own`), or taken by staff on the telephone, at the counter or the
    door, or by a broker (`employment.survey`). Raises NotAllowed, Refusal naming the field."""
    office = offices.office(office_id)
    if act.actor.kind == "worker":
        act.require(OWN)
        channel = "own"
    else:
        act.require(SURVEY, office.path)
    read = intentions.read_words(act, office.area, words)
    person_id = intentions.note_seeker(act, office, words, channel)
    answer = intentions.note_answer(act, office, channel, person_id, words, read, answered_on)
    intention = intentions.put_intention(act, office, answer, words, read)
    act.about(f"answer:{answer.pk}", office.path)
    return Answered(answer.pk, intention.pk if intention else None, intention.version if intention else 0)


@action("employment.withdraw_intention", right=None, answers=Answered)
def withdraw_intention(act: Act, *, intention_id: UUID) -> Answered:
    """Take the intention and the consents back; open interests end. By the person or the office. Raises NotAllowed."""
    row = _intention_for(act, intention_id)
    intentions.withdraw(act, row)
    end_consents(act, person_id=row.person_id, purposes=(PURPOSE, MESSAGES))
    return Answered(row.answer_id, row.pk, row.version)


@action("employment.choose_order", right=None, answers=Answered)
def choose_order(act: Act, *, intention_id: UUID, is_plain: bool) -> Answered:
    """Opt out of the personalised order (nearest and newest instead), or in again. By the person or the office."""
    row = _intention_for(act, intention_id)
    intentions.choose_order(act, row, is_plain=is_plain)
    return Answered(row.answer_id, row.pk, row.version)


@action("employment.ask_person", right=OWN, answers=UUID)
def ask_person(act: Act, *, intention_id: UUID, text: str) -> UUID:
    """The person wants somebody to look at their list: a row on the office's worklist. Once at a time."""
    row = _intention_for(act, intention_id)
    ask = intentions.open_ask(act, row, text)
    office = offices.office_at(row.office_path)
    put_todo(act, kind=ASK_TODO, subject_id=ask.pk, office_id=office.id, office_path=office.path, number="",
             title=says("求职者请人工看推荐"), due_at=intentions.work_due(act, row.area))  # fmt: skip
    return ask.pk


@action("employment.answer_ask", right=SURVEY, answers=UUID)
def answer_ask(act: Act, *, ask_id: UUID, text: str) -> UUID:
    """What the person who looked says. Raises NotFound, NotAllowed, DomainError where it is answered."""
    ask = intentions.locked_ask(ask_id)
    act.require(SURVEY, ask.office_path)
    intentions.close_ask(act, ask, text)
    drop_todos(act, subject_id=ask.pk)
    act.about(f"intention:{ask.intention_id}", ask.office_path)
    return ask.intention_id


def _own(act: Act, row: Intention) -> bool:
    return act.actor.kind == "worker" and act.actor.may(OWN) and row.person_id in own_people(act.actor)


def _intention_for(act: Act, intention_id: UUID) -> Intention:
    row = Intention.objects.select_for_update().filter(pk=intention_id).first()
    if row is None:
        raise NotFound(says("没有找到这份求职意向。"))
    if not _own(act, row):
        act.require(SURVEY, row.office_path)
    act.about(f"intention:{row.pk}", row.office_path)
    return row
