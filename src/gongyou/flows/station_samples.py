"""The sample life of an area's stations (`samples/stations.yaml`): what stands there, who is on duty, what happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from gongyou.kernel import moment
from gongyou.kernel.access import Actor, system_actor, visitor_actor
from gongyou.kernel.ids import new_id
from gongyou.offices import jobs, services
from gongyou.offices import queries as offices
from gongyou.offices.services import DayHours, Standby

Sample = Mapping[str, Any]
DEMO = system_actor("demo")
SET_UP_DAYS = 40


def offices_of(path: Path) -> tuple[Sample, ...]:
    """The stations the file adds to the county's own list."""
    return tuple(_read(path).get("offices", ()))


def live_stations(path: Path, actors: Mapping[str, Actor]) -> None:
    """Everything the file says, each thing at its own moment, through the services."""
    sample = _read(path)
    with moment.standing_at(_at(-SET_UP_DAYS, "07:00")):
        for station in sample.get("stations", ()):
            _furnish(station)
    for rotation in sample.get("rotations", ()):
        _rotate(rotation, actors)
    for station in sample.get("stations", ()):
        _use(station, actors)
    _people(sample, actors)
    if sample:
        jobs.run_night()


def _people(sample: Sample, actors: Mapping[str, Actor]) -> None:
    """Posts, leave, out-visits and hand-over notes."""
    for post in sample.get("posts", ()):
        services.name_post_holder(
            DEMO,
            office_id=_office(post["office"]),
            kind=post["kind"],
            title=post["title"],
            holder_name=post["name"],
        )
    for leave in sample.get("leaves", ()):
        _leave(leave, actors)
    for visit in sample.get("visits", ()):
        _visit(visit, actors)
    for code, texts in sample.get("hand_overs", {}).items():
        _hand_over(_office(code), texts)


def _furnish(station: Sample) -> None:
    office_id = _office(station["office"])
    for kind, label, pieces in station.get("facilities", ()):
        services.add_facility(DEMO, office_id=office_id, kind=kind, label=label, pieces=pieces)
    for lot in station.get("stock", ()):
        services.receive_lot(
            DEMO,
            office_id=office_id,
            item=lot["item"],
            count=lot["count"],
            batch=lot.get("batch", ""),
            expires_on=moment.now().date() + timedelta(days=SET_UP_DAYS + lot["good_days"])
            if "good_days" in lot
            else None,
        )
    if "weekly" in station:
        days = tuple(DayHours(number, opens, closes) for number, opens, closes in station["weekly"])
        services.set_weekly_hours(DEMO, office_id=office_id, days=days)


def _use(station: Sample, actors: Mapping[str, Actor]) -> None:
    office_id = _office(station["office"])
    counts = station.get("uses", ())
    for number, count in enumerate(counts):
        day = moment.today() - timedelta(days=len(counts) - number)
        services.count_use(DEMO, office_id=office_id, day=day, count=count)
    for stars, text in station.get("ratings", ()):
        services.rate_station(visitor_actor(), office_id=office_id, stars=stars, text=text)
    for fault in station.get("faults", ()):
        _break(office_id, fault, actors)


def _break(office_id: UUID, fault: Sample, actors: Mapping[str, Actor]) -> None:
    """A fault as far as the file takes it; whoever repairs is not who verifies."""
    things = offices.facilities_of([office_id])[office_id]
    facility_id = next(thing.id for thing in things if thing.kind == fault["facility"])
    with moment.standing_at(_moment(fault["at"])):
        told = services.report_fault(visitor_actor(), facility_id=facility_id, text=fault["text"])
    if "repaired" in fault:
        with moment.standing_at(_moment(fault["repaired"])):
            services.repair_fault(_who(fault, actors), fault_id=told.id, note=fault["note"])
    if "verified" in fault:
        with moment.standing_at(_moment(fault["verified"])):
            services.verify_fault(DEMO, fault_id=told.id, works=True)


def _rotate(rotation: Sample, actors: Mapping[str, Actor]) -> None:
    since = -rotation.get("since_days", 14)
    with moment.standing_at(_at(since, "06:00")):
        office_id = _office(rotation["office"])
        services.set_rotation(
            DEMO,
            office_id=office_id,
            title=rotation.get("title", "轮值"),
            pattern=rotation["pattern"],
            from_on=moment.today(),
            members=tuple(_members(rotation["members"], actors)),
        )
        services.publish_rota(
            DEMO, office_id=office_id, until_on=moment.today() + timedelta(days=rotation.get("days", 28))
        )


def _members(lines: list[str], actors: Mapping[str, Actor]) -> Iterator[Standby]:
    """A login, or the name of somebody without an account."""
    for line in lines:
        actor = actors.get(line)
        yield Standby(actor.name, actor.id) if actor else Standby(line)


def _leave(leave: Sample, actors: Mapping[str, Actor]) -> None:
    actor = actors.get(leave["who"])
    first, last = (moment.today() + timedelta(days=leave[end]) for end in ("from", "until"))
    services.record_leave(
        DEMO,
        office_id=_office(leave["office"]),
        from_on=first,
        until_on=last,
        holder_name=actor.name if actor else leave["who"],
        holder_account_id=actor.id if actor else None,
    )


def _visit(visit: Sample, actors: Mapping[str, Actor]) -> None:
    begins = _at(visit["day"], visit["from"])
    ends = _at(visit["day"], visit["until"])
    actor = actors.get(visit["who"])
    with moment.standing_at(min(begins, moment.now()) - timedelta(days=1)):
        planned = services.plan_visit(
            DEMO,
            office_id=_office(visit["office"]),
            place=visit["place"],
            from_at=begins,
            until_at=ends if ends > begins else ends + timedelta(days=1),
            holder_name=actor.name if actor else visit["who"],
            holder_account_id=actor.id if actor else None,
        )
    if "heard" in visit:
        with moment.standing_at(ends + timedelta(hours=1)):
            services.record_visit(
                DEMO, visit_id=planned.id, heard_count=visit["heard"], summary=visit.get("summary", "")
            )


def _hand_over(office_id: UUID, texts: list[str]) -> None:
    """A note for the latest shifts that changed hands, one text each; the rest stays owed."""
    for shift, text in zip(offices.owed_hand_overs(office_id, moment.now()), texts, strict=False):
        with moment.standing_at(shift.until_at):
            services.write_hand_over(DEMO, shift_id=shift.id, text=text)


def _who(fault: Sample, actors: Mapping[str, Actor]) -> Actor:
    """The desk that repaired it, or the operator's repairer, who has no account in the demo."""
    return actors.get(fault.get("by", "")) or Actor(id=new_id(), kind="system", holdings=DEMO.holdings)


def _office(code: str) -> UUID:
    return offices.office_by_code(code).id


def _at(days: int, clock: str) -> datetime:
    return datetime.combine(moment.today() + timedelta(days=days), time.fromisoformat(clock), moment.SHANGHAI)


def _moment(text: str) -> datetime:
    """'-6 09:30' is six days before today at half past nine."""
    days, _, clock = text.partition(" ")
    return min(_at(int(days), clock), moment.now())


def _read(path: Path) -> Sample:
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
