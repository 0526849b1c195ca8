"""Actors of 云山县 at different offices, and one person known to it."""

from __future__ import annotations

from uuid import UUID

import pytest

from gongyou.kernel.access import Actor, Holding, system_actor, worker_actor
from gongyou.kernel.actions import Act, action
from gongyou.kernel.ids import new_id
from gongyou.registry import steps

AREA = "990101"
CONTROLLER = f"union:{AREA}"
STATION = f"{AREA}/01/001/"
OTHER_STATION = f"{AREA}/02/001/"


def staff(role: str, path: str) -> Actor:
    return Actor(id=new_id(), kind="staff", holdings=(Holding(role, new_id(), path),))


@action("tests.step", right=None)
def in_action(act: Act, *, step: str, facts: dict[str, object]) -> object:
    """Run one step of the registry inside an action, as the rooms above do."""
    return getattr(steps, step)(act, **facts)


def run(step: str, *, actor: Actor | None = None, **facts: object) -> object:
    return in_action(actor or system_actor(), step=step, facts=facts)


def note(name: str = "王建国", phone: str = "13812345678", **facts: object) -> UUID:
    given = {
        "controller": CONTROLLER,
        "area": AREA,
        "source": "desk",
        "purpose": "casework:demo",
        "id_number": "",
        **facts,
    }
    return run("note_person", name=name, phone=phone, **given)  # type: ignore[return-value]


@pytest.fixture
def desk() -> Actor:
    return staff("desk", STATION)


@pytest.fixture
def other_desk() -> Actor:
    return staff("desk", OTHER_STATION)


@pytest.fixture
def tied(db: None) -> tuple[UUID, str]:
    """(person, subject) of a matter that lies with STATION."""
    person_id, subject = note(), f"case:{new_id()}"
    run("tie_person", person_id=person_id, subject=subject, role="subject", office_path=STATION)
    return person_id, subject


@pytest.fixture
def worker(tied: tuple[UUID, str]) -> Actor:
    return worker_actor(new_id(), tied[0])
