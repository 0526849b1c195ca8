"""Mass incidents: many matters under one commander. Each person keeps number, clock, answer and call-back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.models import Case, Incident, IncidentEntry
from gongyou.engines.casework.queries.views import IncidentStanding
from gongyou.engines.casework.steps.matter import Matter, happen, load
from gongyou.engines.casework.steps.reaching import Reach, Told
from gongyou.engines.casework.steps.telling import tell_office, tell_worker
from gongyou.kernel import worklist
from gongyou.kernel.access import system_actor
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound, Stale
from gongyou.kernel.ids import new_id
from gongyou.offices import queries as offices

RIGHT = "casework.incident"
ON_LIST = "casework.incident"
CAUSES = ("persons", "share", "words", "staff")
LONGEST = 1000


@action("casework.raise_incident", right=RIGHT, answers=IncidentStanding)
def raise_incident(act: Act, *, title: str, case_ids: Sequence[UUID], cause: str) -> IncidentStanding:
    """One office at the top of the area commands; whoever is on duty there is told at once."""
    if cause not in CAUSES or not title.strip():
        raise DomainError("incident", says("请写明事件名称和提起的原因。"), field="title")
    matters = [load(act, case_id) for case_id in sorted(set(case_ids), key=str)]
    _check(act, matters)
    first = matters[0]
    root = offices.root_of(first.row.area)
    told = Reach(system_actor("ladder"), act.now).told(root)
    incident = Incident.objects.create(
        id=new_id(),
        area=first.row.area,
        programme=first.row.programme,
        title=title.strip()[:80],
        cause=cause,
        raised_by=act.actor.id,
        raised_at=act.now,
        office_id=root.id,
        office_path=root.path,
        commander_id=told.account_id,
        commander_name=told.name,
        report_due_at=act.now + timedelta(hours=first.type.incidents.tell_hours),
    )
    _log(act, incident, "raised", count=len(matters))
    for matter in matters:
        _enter(act, matter, incident)
    _tell_at_once(act, first, incident, told)
    act.about(f"incident:{incident.pk}", root.path)
    return _standing(incident)


def _check(act: Act, matters: Sequence[Matter]) -> None:
    if not matters:
        raise DomainError("no_matters", says("请选择属于这次事件的事项。"), field="case_ids")
    if len({m.row.area for m in matters}) > 1:
        raise DomainError("other_area", says("一次事件的事项要在同一个县区。"), field="case_ids")
    for matter in matters:
        act.require(RIGHT, matter.row.office_path)
        if matter.projection.is_closed or matter.projection.beside.incident is not None:
            raise DomainError(
                "not_free",
                says("编号{number}已经办结，或已经在别的事件里。"),
                field="case_ids",
                number=matter.row.number,
                status=409,
            )


def _enter(act: Act, matter: Matter, incident: Incident) -> None:
    happen(act, matter, Happens.INCIDENT_ENTERED, {"incident": str(incident.pk)})
    Case.objects.filter(pk=matter.row.pk).update(incident=incident)


def _tell_at_once(act: Act, matter: Matter, incident: Incident, told: Told) -> None:
    tell_office(
        act,
        matter.type,
        phone=told.phone,
        office=told.office,
        number=matter.row.number,
        count=Case.objects.filter(incident=incident).count(),
        is_urgent=True,
    )
    worklist.put_todo(
        act,
        kind=ON_LIST,
        subject_id=incident.pk,
        office_id=incident.office_id,
        office_path=incident.office_path,
        number="",
        title=incident.title,
        due_at=incident.report_due_at,
        holder_id=told.account_id,
    )


@action("casework.add_to_incident", right=RIGHT, answers=IncidentStanding)
def add_to_incident(act: Act, *, incident_id: UUID, case_ids: Sequence[UUID]) -> IncidentStanding:
    """More matters of the same incident. Their clocks run on."""
    incident = _open(act, incident_id)
    matters = [load(act, case_id) for case_id in sorted(set(case_ids), key=str)]
    _check(act, matters)
    if any(m.row.area != incident.area for m in matters):
        raise DomainError("other_area", says("一次事件的事项要在同一个县区。"), field="case_ids")
    for matter in matters:
        _enter(act, matter, incident)
    _log(act, incident, "added", count=len(matters))
    act.about(f"incident:{incident.pk}", incident.office_path)
    return _standing(incident)


@action("casework.leave_incident", right=RIGHT, answers=IncidentStanding)
def leave_incident(act: Act, *, incident_id: UUID, case_id: UUID) -> IncidentStanding:
    """A matter that does not belong to it after all; what happened stays in its history."""
    incident = _open(act, incident_id)
    matter = load(act, case_id)
    if matter.projection.beside.incident != incident.pk:
        raise NotFound
    happen(act, matter, Happens.INCIDENT_LEFT, {"incident": str(incident.pk)})
    Case.objects.filter(pk=matter.row.pk).update(incident=None)
    _log(act, incident, "left", count=1)
    act.about(f"incident:{incident.pk}", incident.office_path)
    return _standing(incident)


@action("casework.report_incident", right=RIGHT, answers=IncidentStanding)
def report_incident(
    act: Act, *, incident_id: UUID, version: int, reported_to: str, text: str
) -> IncidentStanding:
    """Fill the report line: to whom it was reported, when, and what was said."""
    incident = _open(act, incident_id, version)
    if not reported_to.strip():
        raise DomainError("reported_to", says("请写明报告给谁。"), field="reported_to")
    incident.reported_to, incident.reported_at = reported_to.strip()[:80], incident.reported_at or act.now
    _log(act, incident, "reported", text)
    worklist.drop_todos(act, subject_id=incident.pk, kinds=[ON_LIST])
    return _saved(incident)


@action("casework.tell_members", right=RIGHT, answers=IncidentStanding)
def tell_members(act: Act, *, incident_id: UUID, version: int, text: str) -> IncidentStanding:
    """One sentence to everybody in it, to each a message of their own with their own number; no answer to any claim."""
    incident = _open(act, incident_id, version)
    if not text.strip() or len(text) > LONGEST:
        raise DomainError("text", says("请写一段话，最多{most}个字。"), field="text", most=LONGEST)
    incident.public_line = text.strip()
    sent = 0
    for case_id in Case.objects.filter(incident=incident).order_by("id").values_list("id", flat=True):
        sent += tell_worker(act, load(act, case_id), "incident", reason=text.strip()[:60]) is not None
    _log(act, incident, "told", text, count=sent)
    act.about(f"incident:{incident.pk}", incident.office_path)
    return _saved(incident)


@action("casework.close_incident", right=RIGHT, answers=IncidentStanding)
def close_incident(act: Act, *, incident_id: UUID, version: int, text: str) -> IncidentStanding:
    """The incident is over; its matters go on, each to its own answer."""
    incident = _open(act, incident_id, version)
    if incident.reported_at is None:
        raise DomainError("not_reported", says("还没有登记报告情况，不能结束。"), status=409)
    incident.closed_at = act.now
    _log(act, incident, "closed", text)
    return _saved(incident)


def _open(act: Act, incident_id: UUID, version: int | None = None) -> Incident:
    incident = Incident.objects.select_for_update().filter(pk=incident_id).first()
    if incident is None:
        raise NotFound
    act.require(RIGHT, incident.office_path)
    act.about(f"incident:{incident.pk}", incident.office_path)
    if version is not None and incident.version != version:
        raise Stale
    if incident.closed_at is not None:
        raise DomainError("incident_over", says("这次事件已经结束。"), status=409)
    return incident


def _log(act: Act, incident: Incident, kind: str, text: str = "", count: int = 0) -> None:
    IncidentEntry.objects.create(
        incident=incident,
        kind=kind,
        at=act.now,
        actor_id=act.actor.id,
        actor_name=act.actor.name,
        text=text.strip()[:LONGEST],
        count=count,
    )


def _saved(incident: Incident) -> IncidentStanding:
    incident.version += 1
    incident.save()
    return _standing(incident)


def _standing(incident: Incident) -> IncidentStanding:
    return IncidentStanding(incident.pk, incident.version)
