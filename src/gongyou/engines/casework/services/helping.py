"""Help (吹哨): another office helps, responsibility stays; the helper has a date of its own and reports to the lead."""

from __future__ import annotations

from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.loop import help_due
from gongyou.engines.casework.models import HelpRequest
from gongyou.engines.casework.queries.views import Standing
from gongyou.engines.casework.steps.matter import Matter, happen, load, write_text
from gongyou.engines.casework.steps.reaching import Reach
from gongyou.engines.casework.steps.standing import standing
from gongyou.engines.casework.steps.telling import tell_office
from gongyou.kernel.access import system_actor
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.kernel.ids import new_id
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView


@action("casework.ask_help", right="casework.handle", answers=Standing)
def ask_help(act: Act, *, case_id: UUID, version: int, office_id: UUID, reason: str) -> Standing:
    """Ask another office of the area. The worker is told nothing: nothing new is needed from them."""
    matter = load(act, case_id, version)
    act.require("casework.handle", matter.row.office_path)
    office = offices.office(office_id)
    _check(matter, office)
    text = write_text(act, matter, "reason", reason)
    settle = matter.projection.clock("settle")
    asked = HelpRequest.objects.create(
        id=new_id(),
        case=matter.row,
        office_id=office.id,
        office_path=office.path,
        asked_at=act.now,
        asked_by=act.actor.id,
        reason=text,
        due_at=help_due(act.now, settle.due.due_at if settle else None, matter.calendar),
    )
    data = {"help": str(asked.pk), "helper": str(office.id), "help_due_at": asked.due_at.isoformat()}
    happen(act, matter, Happens.HELP_ASKED, {**data, "text": str(text.pk)})
    _tell(act, matter, office)
    return standing(matter)


def _check(matter: Matter, office: OfficeView) -> None:
    if matter.projection.is_closed:
        raise DomainError("closed", says("这件事已经办结，不用协助。"), status=409)
    if office.area != matter.row.area or not office.is_active:
        raise DomainError("other_area", says("只能请本地的单位协助。"), field="office")
    if office.id == matter.row.office_id:
        raise DomainError("own_office", says("这件事就由这个单位承办，不用请自己协助。"), field="office")
    if any(h.office_id == office.id for h in matter.projection.beside.helps):
        raise DomainError(
            "helps_already", says("已经请这个单位协助，还没有回告。"), field="office", status=409
        )


def _tell(act: Act, matter: Matter, office: OfficeView) -> None:
    told = Reach(system_actor("ladder"), act.now).told(office)
    tell_office(act, matter.type, phone=told.phone, office=told.office, number=matter.row.number, count=1)


@action("casework.report_help", right="casework.read", answers=Standing)
def report_help(act: Act, *, case_id: UUID, help_id: UUID, report: str) -> Standing:
    """The helper says what it did; the lead answers the worker. Whoever handles or reviews there may report."""
    matter = load(act, case_id)
    asked = HelpRequest.objects.filter(pk=help_id, case=matter.row).first()
    if asked is None:
        raise NotFound
    if not (
        act.actor.may("casework.handle", asked.office_path)
        or act.actor.may("casework.review", asked.office_path)
    ):
        raise NotAllowed("casework.handle")
    if asked.reported_at is not None or asked.ended_at is not None:
        raise DomainError("reported", says("这次协助已经结束，不用再回告。"), status=409)
    text = write_text(act, matter, "reason", report)
    asked.report, asked.reported_at = text, act.now
    asked.save(update_fields=["report", "reported_at"])
    happen(act, matter, Happens.HELP_REPORTED, {"help": str(asked.pk), "text": str(text.pk)})
    return standing(matter)
