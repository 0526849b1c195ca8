"""A sample's weeks: matters by weekday, first contacts, repeats, an exclusion; the theme, a topic, the bulletin.

Weekdays are counted from this week's Monday, so that "last week" is a whole week on whatever day a demo begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from gongyou.engines.casework.queries.beside import beside_case
from gongyou.engines.casework.services import contacting, excluding, repeating
from gongyou.insight import services
from gongyou.insight.themes import month_of
from gongyou.insight.topics import WEEK, monday_of
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.offices import queries as offices

Actors = Mapping[str, Actor]
Told = Mapping[str, Any]


def with_weeks(path: Path, sample: dict[str, Any]) -> dict[str, Any]:
    """The sample with the matters `weekly.yaml` beside it tells, if the area has one."""
    if not path.exists():
        return sample
    return {**sample, "matters": [*sample.get("matters", ()), *_read(path)["matters"]]}


def _read(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = _dated(yaml.safe_load(path.read_text(encoding="utf-8")))
    return told


def live_weeks(path: Path, actors: Actors) -> None:
    """What an office made of its weeks, once the matters were lived: topic, theme, bulletins."""
    if not path.exists():
        return
    told = _read(path)
    for topic in told.get("topics", ()):
        services.open_topic(
            actors[topic["by"]],
            office_id=offices.office_by_code(topic["office"]).id,
            topic=topic["topic"],
            plan=topic["plan"],
            due_on=moment.today() + timedelta(days=topic["days"]),
        )
    for theme in told.get("themes", ()):
        services.set_theme(
            actors[theme["by"]],
            office_id=offices.office_by_code(theme["office"]).id,
            month=month_of(moment.today()),
            topic=theme["topic"],
            text=theme["text"],
        )
    for order in told.get("bulletins", ()):
        services.issue_bulletin(
            actors[order["by"]],
            office_id=offices.office_by_code(order["office"]).id,
            week_on=monday_of(moment.today()) - WEEK * order["weeks_ago"],
        )


def _dated(told: Any) -> Any:
    """'1.tue 09:30' (a week ago, Tuesday) becomes '-6 09:30' wherever a moment is told."""
    if isinstance(told, list):
        return [_dated(one) for one in told]
    if isinstance(told, dict):
        return {key: _days_ago(one) if key == "at" else _dated(one) for key, one in told.items()}
    return told


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _days_ago(text: str) -> str:
    day, _, clock = text.partition(" ")
    weeks, _, weekday = day.partition(".")
    then = monday_of(moment.today()) - WEEK * int(weeks) + timedelta(days=DAYS.index(weekday))
    return f"{(then - moment.today()).days} {clock}"


def _repeat(actor: Actor, case_id: UUID, version: int, step: Told) -> object:
    """The same person said it before: the latest likely matter of theirs is meant."""
    earlier = next(one for one in beside_case(actor, case_id).likely if one.is_same_person)
    return repeating.note_repeat(
        actor, case_id=case_id, version=version, earlier_id=earlier.id, has_new_facts=False, note=step["note"]
    )


STEPS: Mapping[str, Callable[[Actor, UUID, int, Told], object]] = {
    "contact": lambda a, c, v, s: contacting.record_contact(
        a, case_id=c, version=v, way=s.get("way", "phone"), note=s["note"]
    ),
    "ask_exclusion": lambda a, c, v, s: excluding.ask_exclusion(
        a, case_id=c, version=v, ground=s["ground"], reason=s["reason"]
    ),
    "decide_exclusion": lambda a, c, v, s: excluding.decide_exclusion(
        a, case_id=c, version=v, is_approved=s["approved"], reason=s["reason"]
    ),
    "repeat_own": _repeat,
}
