"""The sample courses of an area, lived through the real services: agreements, providers, demand, classes to the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from gongyou.basics.money import yuan_to_fen
from gongyou.engines.skills import services
from gongyou.engines.skills.queries.classes import class_page
from gongyou.engines.skills.queries.examining import mark_page
from gongyou.engines.skills.queries.register import pending_numbers
from gongyou.engines.skills.services.placing import Job
from gongyou.engines.skills.services.planning import Body, ClassPlan
from gongyou.engines.skills.steps.learners import Words
from gongyou.flows.sample_times import moment_of
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.offices import queries as offices

Told = Mapping[str, Any]
PARTS = ("theory", "practical")


@dataclass
class Courses:
    """What has a name so far. `by`: part of the story → who plays it."""

    told: Told
    actors: Mapping[str, Actor]
    area: str
    sites: dict[str, tuple[UUID, UUID]] = field(default_factory=dict)

    def actor(self, part: str) -> Actor:
        return self.actors[self.told["by"][part]]


def live_courses(told: Told | None, area: str, actors: Mapping[str, Actor]) -> None:
    """Everything of the file's `courses`; nothing where it has none."""
    if told is None:
        return
    story = Courses(told, actors, area)
    with moment.standing_at(moment_of(told["at"])):
        _register(story)
    for one in told["classes"]:
        _live_class(story, one)


def _register(story: Courses) -> None:
    root = offices.root_of(story.area)
    for one in story.told["agreements"]:
        services.record_agreement(
            story.actor("authority"),
            office_id=root.id,
            kind=one["kind"],
            authority=one["authority"],
            document=one["document"],
            from_on=_day(one["from"]),
            until_on=_day(one["until"]),
        )
    for one in story.told["providers"]:
        _add_provider(story, one)
    for one in story.told["demands"]:
        services.record_demand(
            story.actor("officer"),
            office_id=root.id,
            course=one["course"],
            source=one["source"],
            people=one["people"],
            employer=Body(one["employer"]) if "employer" in one else None,
            note=one.get("note", ""),
        )
    for one in story.told.get("offers", ()):
        services.offer_course(
            story.actor("officer"),
            office_id=root.id,
            course=one["course"],
            name=one["name"],
            phone=one["phone"],
            basis="consent",
        )


def _add_provider(story: Courses, told: Told) -> None:
    officer = story.actor("officer")
    provider_id = services.add_provider(
        officer,
        office_id=offices.office_by_code(told["office"]).id,
        body=Body(told["name"], kind=told["body"]),
        kind=told["kind"],
        yearly_classes=told.get("yearly", 0),
    ).id
    for site in told["sites"]:
        site_id = services.add_site(
            officer, provider_id=provider_id, **{k: site[k] for k in ("name", "address", "kind", "seats")}
        ).id
        story.sites[site["id"]] = (provider_id, site_id)
        for name, pieces, until in site.get("equipment", ()):
            services.add_equipment(
                officer, site_id=site_id, name=name, pieces=pieces, checked_until=_day(until)
            )


def _day(days: int) -> date:
    """So many days from today."""
    return datetime.now(moment.SHANGHAI).date() + timedelta(days=days)


def _at(days: int, hour: int) -> datetime:
    wanted = datetime.combine(_day(days), time(hour), tzinfo=moment.SHANGHAI)
    return min(wanted, datetime.now(moment.SHANGHAI))


def _live_class(story: Courses, told: Told) -> None:
    """As far as the days of the class have come."""
    class_id = _opened(story, told)
    teacher = story.actors[told["teacher"]]
    with moment.standing_at(_at(told["at"], 11)):
        enrolled = [_enrol(teacher, class_id, one) for one in told["learners"]]
        for one, enrolment_id in zip(told["learners"], enrolled, strict=True):
            if "entry" in one:
                services.note_entry_mark(teacher, enrolment_id=enrolment_id, mark=one["entry"])
        for session in told["sessions"]:
            services.add_session(
                teacher, class_id=class_id, day=_day(session["day"]),
                **{k: session[k] for k in ("unit", "begins", "ends", "hours")},
            )  # fmt: skip
    for number, session in enumerate(told["sessions"], start=1):
        if session["day"] < 0:
            _attend(teacher, class_id, number, session)
    if told["ends"] < 0:
        with moment.standing_at(_at(told["ends"], 18)):
            services.finish_teaching(teacher, class_id=class_id)
        _examine(story, told, class_id)
        _afterwards(story, told, dict(zip([o["name"] for o in told["learners"]], enrolled, strict=True)))


def _opened(story: Courses, told: Told) -> UUID:
    provider_id, site_id = story.sites[told["site"]]
    plan = ClassPlan(
        course=told["course"],
        title=told["title"],
        capacity=told["capacity"],
        enrol_until=_day(told["enrol_until"]),
        starts_on=_day(told["starts"]),
        ends_on=_day(told["ends"]),
        exam_on=_day(told["exam"]),
        target_groups=tuple(told.get("groups", ())),
        entry_mark=told.get("entry_mark"),
        employer=Body(told["employer"]) if "employer" in told else None,
    )
    with moment.standing_at(_at(told["at"], 9)):
        return services.open_class(
            story.actor("officer"), provider_id=provider_id, site_id=site_id, plan=plan
        ).id


def _enrol(teacher: Actor, class_id: UUID, told: Told) -> UUID:
    words = Words(
        name=told["name"],
        phone=told["phone"],
        id_number=told["id_number"],
        target_group=told["group"],
        category=told.get("category", ""),
        consents=True,
    )
    return services.enrol_learner(teacher, class_id=class_id, words=words).enrolment_id


def _attend(teacher: Actor, class_id: UUID, number: int, session: Told) -> None:
    """Everybody placed came but those the file names."""
    with moment.standing_at(_at(session["day"], 18)):
        for who in class_page(teacher, class_id).learners:
            if who.state == "placed" and who.roll not in session.get("absent", ()):
                services.note_attendance(teacher, class_id=class_id, session_number=number, roll=who.roll)


def _examine(story: Courses, told: Told, class_id: UUID) -> None:
    officer = story.actor("officer")
    with moment.standing_at(_at(told["ends"], 19)):
        examination_id = services.set_examination(
            officer, class_id=class_id, held_on=_day(told["exam"])
        ).examination_id
        for part, logins in story.told["examiners"].items():
            for login in logins:
                actor = story.actors[login]
                services.assign_examiner(
                    officer, examination_id=examination_id, account_id=actor.id, name=actor.name, part=part
                )
    if told["exam"] >= 0:
        return
    with moment.standing_at(_at(told["exam"], 15)):
        for part in PARTS:
            for login in story.told["examiners"][part]:
                _mark(story.actors[login], examination_id, part, told)
        services.open_seed(officer, examination_id=examination_id)
    with moment.standing_at(_at(told["exam"] + 1, 10)):
        services.publish_results(officer, examination_id=examination_id)


def _mark(examiner: Actor, examination_id: UUID, part: str, told: Told) -> None:
    """The file gives a share of the full points by seat, so that any course can be marked."""
    for seat, share in zip(
        mark_page(examiner, examination_id, part).seats, _shares(told, part), strict=False
    ):
        points = {item.id: str(item.full * share // 100) for item in seat.items}
        services.enter_marks(examiner, candidate_id=seat.candidate_id, part=part, points=points)


def _shares(told: Told, part: str) -> Iterator[int]:
    for one in told["learners"]:
        if part in one:
            yield one[part]


def _afterwards(story: Courses, told: Told, enrolled: Mapping[str, UUID]) -> None:
    """Numbers of the authority by the order of the file, internships, jobs and questions after months."""
    if told["exam"] >= 0:
        return
    authority = story.actor("authority")
    with moment.standing_at(_at(told["exam"] + 5, 10)):
        mine = [line for line in pending_numbers(authority) if line.class_title == told["title"]]
        for line, number in zip(mine, told.get("numbers", ()), strict=False):
            services.record_authority_number(
                authority, certificate_id=line.certificate_id, number=number, issued_on=_day(told["exam"] + 5)
            )
    officer = story.actor("officer")
    for job in told.get("jobs", ()):
        with moment.standing_at(_at(job["at"], 10)):
            if "internship" in job:
                services.begin_internship(
                    officer, enrolment_id=enrolled[job["name"]], from_on=_day(job["internship"])
                )
            placed = services.place_learner(
                officer,
                enrolment_id=enrolled[job["name"]],
                job=Job(
                    employer=Body(job["employer"]),
                    contract="fixed",
                    evidence=job["evidence"],
                    began_on=_day(job["at"]),
                    wage_before_fen=yuan_to_fen(str(job["before"])) if "before" in job else None,
                    wage_after_fen=yuan_to_fen(str(job["after"])),
                ),
            )
        if "asked" in job:
            _ask(officer, placed.follow_ups[0], job["asked"])


def _ask(officer: Actor, follow_up_id: UUID, told: Told) -> None:
    """The first question after months: still there."""
    with moment.standing_at(_at(told["at"], 10)):
        services.record_follow_up(
            officer, follow_up_id=follow_up_id, outcome="retained", wage_fen=yuan_to_fen(str(told["wage"]))
        )
