"""Sample life of an area for a demo: offices, points, staff and matters, all through the real services.

The file (`packs/areas/<code>/samples/county.yaml`) says what happened when; nothing here invents results.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from gongyou.engines.casework.queries import prove_own, version_of
from gongyou.engines.casework.services import answering, calling, filing, handling, own, reviewing
from gongyou.flows import sample_community as community
from gongyou.flows import sample_figures
from gongyou.flows.sample_policies import run_sample
from gongyou.flows.sample_times import moment_of
from gongyou.flows.station_samples import live_stations, offices_of
from gongyou.kernel import jobs, moment
from gongyou.kernel.access import Actor, system_actor, visitor_actor
from gongyou.kernel.accounts import actor_of_account, seed_demo_account
from gongyou.offices import queries as offices
from gongyou.offices import services as office_services

Say = Callable[[str], None]
DUTY_DAYS = 14


@dataclass(frozen=True)
class Login:
    """An account to print at the start of a demo."""

    account_id: UUID
    login: str
    name: str
    role: str
    office: str


def sample_files(packs: Path) -> list[Path]:
    return sorted(packs.glob("areas/*/samples/county.yaml"))


def load_sample(path: Path, *, password: str, say: Say) -> list[Login]:
    """Load one area's sample once; a second call only returns the logins."""
    told: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    sample = sample_figures.with_weeks(path.with_name("weekly.yaml"), told)
    is_new = sample["area"] not in offices.areas()
    if is_new:
        for office in (*sample["offices"], *offices_of(path.with_name("stations.yaml"))):
            _add_office(sample["area"], office)
    logins = [_add_staff(person, password) for person in sample["staff"]]
    if is_new:
        actors = {login.login: actor_of_account(login.account_id) for login in logins}
        for duty in sample.get("duty", ()):
            _add_duty(duty, {login.login: login for login in logins})
        community.add_partners(sample, actors)
        for number, story in enumerate(sample.get("matters", ()), start=1):
            _live(story, sample, actors)
            say(f"{sample['area']} {number}/{len(sample['matters'])}")
        sample_figures.live_weeks(path.with_name("weekly.yaml"), actors)
        community.add_purchases(sample, actors)
        live_stations(path.with_name("stations.yaml"), actors)
        for order in sample.get("policy_runs", ()):
            with moment.standing_at(moment_of(order["at"])):
                run_sample(order, actors[order["by"]])
    return logins


def _add_office(area: str, office: Mapping[str, Any]) -> None:
    parent = offices.office_by_code(office["parent"]) if office.get("parent") else None
    added = office_services.add_office(
        system_actor("demo"),
        code=office["code"],
        name=office["name"],
        name_en=office.get("name_en", ""),
        kind=office["kind"],
        parent_id=parent.id if parent else None,
        area=area,
        opens=office.get("opens", "08:30"),
        closes=office.get("closes", "17:00"),
        phone=office.get("phone", ""),
        address=office.get("address", ""),
        operator=office.get("operator", ""),
        is_place_sure=False,  # a demo's places are plausible, not surveyed
        lon=str(office.get("lon", "")),
        lat=str(office.get("lat", "")),
    )
    for place in office.get("points", ()):
        office_services.add_point(system_actor("demo"), office_id=added.id, place=place)


def _add_staff(person: Mapping[str, Any], password: str) -> Login:
    office = offices.office_by_code(person["office"]) if person.get("office") else None
    account_id = seed_demo_account(
        system_actor("demo"),
        login=person["login"],
        name=person["name"],
        password=password,
        role=person["role"],
        office_id=office.id if office else None,
        office_path=office.path if office else "",
        is_demo=True,
    )
    return Login(account_id, person["login"], person["name"], person["role"], office.name if office else "")


def _add_duty(duty: Mapping[str, Any], logins: Mapping[str, Login]) -> None:
    """Two weeks of shifts at the station's opening hours, from yesterday on."""
    office, holder = offices.office_by_code(duty["office"]), logins[duty["holder"]]
    for number in range(-1, DUTY_DAYS):
        day = moment.today() + timedelta(days=number)
        office_services.put_shift(
            system_actor("demo"),
            office_id=office.id,
            from_at=datetime.combine(day, office.opens, tzinfo=moment.SHANGHAI),
            until_at=datetime.combine(day, office.closes, tzinfo=moment.SHANGHAI),
            holder_name=holder.name,
            holder_account_id=holder.account_id,
        )


def _live(story: Mapping[str, Any], sample: Mapping[str, Any], actors: Mapping[str, Actor]) -> None:
    """One matter from filing to where the story leaves it, each step at its own moment."""
    begins = moment_of(story["at"])
    office = offices.office_by_code(story["office"])
    with moment.standing_at(begins):
        actor = actors[story["by"]] if "by" in story else visitor_actor()
        receipt = filing.file_case(
            actor,
            filing=filing.Filing(
                programme=story.get("programme", sample["programme"]),
                type_id=story["type"],
                text=story["text"],
                channel=story.get("channel", "qr"),
                office_id=office.id,
                topic=story.get("topic", ""),
                name=story.get("name", ""),
                phone=story.get("phone", ""),
                is_anonymous=story.get("anonymous", False),
                place=story.get("place", ""),
                written_on=begins.date() - timedelta(days=story["written_days_before"])
                if "written_days_before" in story
                else None,
                book=story.get("book", ""),
                page=story.get("page"),
            ),
        )
        jobs.run_due()
    for step in story.get("steps", ()):
        with moment.standing_at(moment_of(step["at"])):
            _step(step, receipt.case_id, receipt.number, story, actors)
            jobs.run_due()


def _step(
    step: Mapping[str, Any], case_id: UUID, number: str, story: Mapping[str, Any], actors: Mapping[str, Actor]
) -> None:
    if step["do"] == "rate":
        tail = story["phone"][-4:]
        own.rate_answer(
            visitor_actor(),
            own=prove_own(visitor_actor(), number, tail, "demo"),
            is_solved=step["solved"],
            is_satisfied=step["satisfied"],
            note=step.get("note", ""),
        )
        return
    _STEPS[step["do"]](actors[step["by"]], case_id, version_of(case_id), step)


def _call(actor: Actor, case_id: UUID, version: int, step: Mapping[str, Any]) -> object:
    call = calling.Call(
        outcome=step["outcome"],
        channel=step.get("channel", "phone"),
        is_solved=step.get("solved"),
        is_satisfied=step.get("satisfied"),
        note=step.get("note", ""),
    )
    return calling.record_call(actor, case_id=case_id, version=version, call=call)


def _review(actor: Actor, case_id: UUID, version: int, step: Mapping[str, Any]) -> object:
    finding = reviewing.Finding(
        convened_on=moment.today(),
        members=step["members"],
        is_reasonable=step["reasonable"],
        cause=step["cause"],
        measures=step["measures"],
        answerable=step["answerable"],
    )
    return reviewing.record_review(actor, case_id=case_id, version=version, finding=finding)


_STEPS: Mapping[str, Callable[[Actor, UUID, int, Mapping[str, Any]], object]] = {
    "offer": lambda a, c, v, s: handling.offer_case(
        a, case_id=c, version=v, office_id=offices.office_by_code(s["office"]).id
    ),
    "accept": lambda a, c, v, s: handling.accept_case(a, case_id=c, version=v),
    "object": lambda a, c, v, s: handling.object_to_case(
        a, case_id=c, version=v, grounds=s.get("grounds", "duty_list"), reason=s["reason"]
    ),
    "pause": lambda a, c, v, s: handling.pause_case(
        a, case_id=c, version=v, reason_id=s["reason"], note=s["note"]
    ),
    "reclassify": lambda a, c, v, s: handling.reclassify_case(
        a, case_id=c, version=v, matter_class=s["class"], reason=s["reason"]
    ),
    "answer": lambda a, c, v, s: answering.draft_answer(
        a, case_id=c, version=v, result=s["result"], text=s["text"]
    ),
    "approve": lambda a, c, v, s: answering.approve_answer(a, case_id=c, version=v),
    "call": _call,
    "review": _review,
    **community.STEPS,
    **sample_figures.STEPS,
}
