"""A call after placement found arrears or harm: it becomes a matter of the area's programme, once."""

from __future__ import annotations

from uuid import UUID

from gongyou.basics.refusal import Refusal, says
from gongyou.engines.casework.services.filing import Filing, file_case
from gongyou.engines.employment.queries.calls import HarmView, harm_of
from gongyou.engines.employment.queries.rules import employment_rules
from gongyou.engines.employment.steps.placing import note_matter
from gongyou.kernel.access import system_actor
from gongyou.kernel.actions import Act
from gongyou.kernel.jobs import Payload, errand
from gongyou.kernel.worklist import put_todo
from gongyou.kernel.writing import writing
from gongyou.offices import queries as offices
from gongyou.registry.queries.people import open_rows

FILE_HARM = "flows.file_harm"
TODO = "employment.harm"
OUTCOMES = {"arrears": says("欠薪"), "harm": says("受到伤害")}


def _file(payload: Payload) -> str:
    """The matter's number; '' where no programme of the area takes it. Repeated it files nothing twice."""
    found = harm_of(UUID(payload["follow_up_id"]))
    office = offices.office_at(found.office_path)
    actor = system_actor(FILE_HARM)
    with writing():
        person = open_rows(actor, {found.person_id}, purpose=says("就业后回访发现问题，转办")).get(
            found.person_id
        )
    for one in employment_rules().harm:
        filing = Filing(
            programme=one.programme,
            type_id=one.type,
            text=_words(found),
            channel="phone",
            office_id=office.id,
            name=person.name if person else "",
            phone=person.phone if person else "",
        )
        try:
            return file_case(
                actor.intending(f"harm:{found.follow_up_id}:{one.programme}"), filing=filing
            ).number
        except Refusal:
            continue  # the area does not run this programme; the next may take it
    return ""


def _words(found: HarmView) -> str:
    return says("就业后{days}天回访（{employer}，{title}）：{outcome}。{why}").format(
        days=found.days,
        employer=found.employer,
        title=found.title,
        outcome=OUTCOMES.get(found.outcome, found.outcome),
        why=found.why,
    )


@errand(FILE_HARM, prepare=_file)
def _note(act: Act, payload: Payload, number: str) -> None:
    follow_up_id = UUID(payload["follow_up_id"])
    found = harm_of(follow_up_id)
    note_matter(act, follow_up_id, number)
    if not number:  # nobody takes it by itself: a person has to
        office = offices.office_at(found.office_path)
        put_todo(act, kind=TODO, subject_id=follow_up_id, office_id=office.id, office_path=office.path, number="",
                 title=says("回访发现欠薪或伤害，请办理"), due_at=act.now)  # fmt: skip
    act.about(f"follow_up:{follow_up_id}", found.office_path)
