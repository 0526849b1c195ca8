"""What the files of a pack may contain. Values and sources: `basics.values`; `case.yaml`: casework's own definition
with names for numbers; `policy.yaml`: the policy engine's."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import Field

from gongyou.basics.definition import definition
from gongyou.basics.values import Confidence, Source
from gongyou.engines.casework.definitions import Happens

Level = Literal["nation", "province", "city", "county", "township"]


@definition
class Programme:
    """`programme.yaml`: a promise, written once at the level of the document that makes it."""

    id: str
    title: str
    level: Level
    summary: str
    owner: str
    source: str
    rooms: tuple[str, ...]
    open_points: tuple[str, ...] = ()
    """What the source leaves open, in words; shown with the programme."""


@definition
class Contact:
    """How to reach the area's office; an empty phone is shown as still to be found out."""

    id: str
    title: str
    phone: str = ""
    hours: str = ""


@definition
class OverlayDay:
    """A day an area decides for itself: off (typhoon, local festival) or worked."""

    day: date
    kind: Literal["off", "on"]
    reason: str


@definition
class Area:
    """`packs/areas/<code>/area.yaml`: a thin overlay by GB/T 2260 code."""

    code: str
    title: str
    programmes: tuple[str, ...] = ()
    parent: str = ""
    """Only where the code does not tell (a county directly under its province)."""
    opens: time | None = None
    closes: time | None = None
    hours_confidence: Confidence = Confidence.ASSUMED
    contacts: tuple[Contact, ...] = ()
    overlay_days: tuple[OverlayDay, ...] = ()
    call_back_office: str = "callback_desk"
    """Kind of the office that calls back: never the one that handled the matter."""
    switches: dict[str, bool] = field(default_factory=dict)
    open_points: tuple[str, ...] = ()


@definition
class LocalProcedures:
    """`packs/areas/<code>/procedures/<programme>.yaml`: fields of the programme's entries an area decides otherwise.

    Every entry has the `id` of the entry it changes, and its own `source` and `confidence`.
    """

    programme: str
    sources: tuple[Source, ...] = ()
    approvals: tuple[dict[str, Any], ...] = ()
    publicity: tuple[dict[str, Any], ...] = ()
    objections: tuple[dict[str, Any], ...] = ()


@definition
class ExampleStep:
    """One happening of a worked example; `matter_class` where it sets or changes the class."""

    at: datetime
    happens: Happens
    matter_class: Annotated[str, Field(alias="class")] = ""
    is_refused: bool = False


@definition
class ExpectedClock:
    """`due` empty means: stopped now."""

    due: datetime | None = None
    provisional: bool = False
    met: bool = False
    late: bool = False


@definition
class Expected:
    state: str
    round: int = 1
    clocks: dict[str, ExpectedClock] = field(default_factory=dict)


@definition
class Example:
    """Given … on … expect … because …: a case a lawyer can read."""

    case: str
    type: str
    area: str = ""
    because: str
    given: tuple[ExampleStep, ...]
    on: datetime
    expect: Expected


@definition
class Examples:
    """`cases/*.yaml`."""

    cases: tuple[Example, ...]
