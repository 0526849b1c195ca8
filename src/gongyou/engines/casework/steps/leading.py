"""The rung at which the office above takes the lead: responsibility moves, no clock does."""

from __future__ import annotations

from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.steps.climbing import Taken, event_data
from gongyou.engines.casework.steps.matter import Matter, happen, load, move_to_office
from gongyou.engines.casework.steps.telling import tell_worker
from gongyou.kernel.actions import Act


def lead(act: Act, taken: Taken) -> None:
    """Take the rung. Where the upper office confirmed the one that has the matter, only the history says so."""
    matter = load(act, taken.due.case_id)
    office = taken.told[0][1].office
    data = event_data(taken)
    if _is_confirmed(matter) or office.id == matter.office.id:
        happen(act, matter, Happens.ESCALATED, {**data, "outcome": "stays"})
        return
    move_to_office(act, matter, office)
    happen(act, matter, Happens.ESCALATED, {**data, "outcome": "leads"})
    tell_worker(act, matter, "transferred")


def _is_confirmed(matter: Matter) -> bool:
    return matter.projection.beside.confirmed_in == matter.projection.round
