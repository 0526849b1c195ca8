"""Sample steps beside a matter's own course: help, joins, incidents, mandates, legal routes, protection, books."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from gongyou.basics import numbering
from gongyou.engines.casework.queries import version_of
from gongyou.engines.casework.queries.beside import beside_case
from gongyou.engines.casework.queries.views import IncidentStanding
from gongyou.engines.casework.services import (
    books,
    climbing,
    helping,
    incidents,
    joining,
    legal,
    mandates,
    protecting,
    repeating,
)
from gongyou.engines.casework.services.protecting import Involved
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.offices import queries as offices

Told = Mapping[str, Any]
Known = Mapping[str, UUID]
"""Matters of the sample by the name the file gives them (`id`)."""


def _help(actor: Actor, case_id: UUID, version: int, told: Told) -> object:
    office = offices.office_by_code(told["office"])
    return helping.ask_help(
        actor, case_id=case_id, version=version, office_id=office.id, reason=told["reason"]
    )


def _report_help(actor: Actor, case_id: UUID, _version: int, told: Told) -> object:
    asked = next(line for line in beside_case(actor, case_id).helps if line.may_report)
    return helping.report_help(actor, case_id=case_id, help_id=asked.id, report=told["report"])


def _mandate(actor: Actor, case_id: UUID, _version: int, told: Told) -> object:
    today = moment.today()
    given = mandates.MandateGiven(
        basis=told["basis"],
        proof=told["proof"],
        valid_from=today,
        valid_until=today + timedelta(days=told["good_days"]),
        scope=tuple(told["scope"]),
        may_be_called=told.get("may_be_called", False),
        subject_cannot=told.get("subject_cannot", ""),
    )
    return mandates.note_mandate(actor, case_id=case_id, given=given)


def _refer(actor: Actor, case_id: UUID, _version: int, told: Told) -> object:
    given = legal.HandOver(
        route_id=told["route"],
        facts=told["facts"],
        materials=told["materials"],
        is_accompanied=told["accompanied"],
        has_consent=True,
    )
    return legal.refer_case(actor, case_id=case_id, given=given)


def _begin(actor: Actor, case_id: UUID, _version: int, told: Told) -> object:
    return legal.note_beginning(
        actor,
        case_id=case_id,
        route_id=told["route"],
        started_on=moment.today() - timedelta(days=told["days_ago"]),
    )


def _conflict(actor: Actor, case_id: UUID, _version: int, told: Told) -> object:
    involved = Involved("unit", office_id=offices.office_by_code(told["office"]).id)
    return protecting.declare_conflict(actor, case_id=case_id, involved=involved, reason=told["reason"])


def _protect(actor: Actor, case_id: UUID, _version: int, told: Told) -> object:
    return protecting.protect_case(actor, case_id=case_id, kind=told["kind"])


def _ask_identity(actor: Actor, case_id: UUID, _version: int, told: Told) -> object:
    return protecting.ask_identity(actor, case_id=case_id, reason=told["reason"])


def _confirm(actor: Actor, case_id: UUID, version: int, told: Told) -> object:
    return climbing.confirm_office(actor, case_id=case_id, version=version, reason=told["reason"])


def _join(actor: Actor, case_id: UUID, version: int, told: Told, known: Known) -> object:
    return joining.join_case(
        actor, case_id=case_id, version=version, lead_id=known[told["lead"]], reason=told["reason"]
    )


def _answer_joined(actor: Actor, case_id: UUID, version: int, told: Told) -> object:
    return joining.answer_joined(
        actor, case_id=case_id, version=version, applies=told["applies"], text=told["text"]
    )


def _repeat(actor: Actor, case_id: UUID, version: int, told: Told, known: Known) -> object:
    return repeating.note_repeat(
        actor,
        case_id=case_id,
        version=version,
        earlier_id=known[told["earlier"]],
        has_new_facts=told["new_facts"],
        note=told["note"],
    )


STEPS: Mapping[str, Callable[[Actor, UUID, int, Told], object]] = {
    "help": _help,
    "report_help": _report_help,
    "mandate": _mandate,
    "begin": _begin,
    "refer": _refer,
    "conflict": _conflict,
    "protect": _protect,
    "ask_identity": _ask_identity,
    "confirm": _confirm,
    "answer_joined": _answer_joined,
}
TIES: Mapping[str, Callable[[Actor, UUID, int, Told, Known], object]] = {"join": _join, "repeat": _repeat}
"""Steps that name another matter."""


def take_tie(actor: Actor, case_id: UUID, told: Told, known: Known) -> None:
    TIES[told["do"]](actor, case_id, version_of(case_id), told, known)


def print_book(told: Told, actor: Actor) -> numbering.Number:
    """A voice book of the file; returns the number on its first page."""
    office = offices.office_by_code(told["office"])
    return numbering.read_number(books.print_book(actor, office_id=office.id, pages=told["pages"]).first)


def void_page(told: Told, actor: Actor, first: numbering.Number) -> None:
    number = str(first._replace(serial=first.serial + told["page"] - 1))
    books.void_page(actor, number=number, reason=told["reason"])


def raise_incident(told: Told, actor: Actor, known: Known) -> IncidentStanding:
    return incidents.raise_incident(
        actor, title=told["title"], case_ids=[known[name] for name in told["members"]], cause=told["cause"]
    )


def go_on(told: Told, actor: Actor, done: IncidentStanding) -> IncidentStanding:
    """One more step of an incident: reported, its people told, over."""
    given = {"incident_id": done.incident_id, "version": done.version, "text": told["text"]}
    if told["do"] == "report":
        return incidents.report_incident(actor, reported_to=told["to"], **given)
    if told["do"] == "tell":
        return incidents.tell_members(actor, **given)
    return incidents.close_incident(actor, **given)
