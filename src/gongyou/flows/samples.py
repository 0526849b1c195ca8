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

from gongyou.flows import sample_community as community
from gongyou.flows import sample_figures
from gongyou.flows.sample_guard import live_guard
from gongyou.flows.sample_matters import live_matters
from gongyou.flows.sample_policies import run_sample
from gongyou.flows.sample_rounds import live_round
from gongyou.flows.sample_times import moment_of
from gongyou.flows.sample_work import live_work
from gongyou.flows.station_samples import live_stations, offices_of
from gongyou.kernel import moment
from gongyou.kernel.access import system_actor
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
        live_stations(path.with_name("stations.yaml"), actors)
        community.add_partners(sample, actors)
        live_matters(sample, actors, path.parent)
        live_guard(sample, actors)
        sample_figures.live_weeks(path.with_name("weekly.yaml"), actors)
        live_work(path.with_name("work.yaml"), sample["area"], actors)
        say(f"{sample['area']} {len(sample.get('matters', ()))}")
        for order in sample.get("policy_runs", ()):
            with moment.standing_at(moment_of(order["at"])):
                run_id = run_sample(order, actors[order["by"]])
            if "round" in order:
                live_round(order["round"], run_id, actors)
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
