"""Work in a demo: surveys, posts, a run, interests that became interviews, placements and calls; by the services alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from gongyou.engines.employment import services
from gongyou.engines.employment.queries.calls import list_calls
from gongyou.engines.employment.services.posts import EmployerWords
from gongyou.engines.employment.services.referrals import ReferralStanding
from gongyou.engines.employment.steps.intentions import WillingnessWords
from gongyou.engines.employment.steps.placing import FollowUpWords, PlacementWords
from gongyou.engines.employment.steps.posts import PostWords
from gongyou.flows.sample_times import moment_of
from gongyou.kernel import jobs, moment
from gongyou.kernel.access import Actor
from gongyou.offices import queries as offices
from gongyou.policy.cases import credit_code
from gongyou.registry.services.representatives import check_representative, name_representative

Recipe = Mapping[str, Any]
BEGUN, MATCHED = "-75 09:00", "-1 09:00"


def live_work(path: Path, area: str, actors: Mapping[str, Actor]) -> None:
    """A file that is not there is no work."""
    if not path.is_file():
        return
    told: Recipe = yaml.safe_load(path.read_text(encoding="utf-8"))
    officer, reviewer = actors[told["officer"]], actors[told["reviewer"]]
    office = offices.root_of(area)
    with moment.standing_at(moment_of(BEGUN)):
        for employer in told["employers"]:
            _introduce(employer, office.path, officer, reviewer)
        posts = [_offer(post, told, office.id, area, officer, reviewer) for post in told["posts"]]
        people = [_ask(person, office.id, area, officer) for person in told["people"]]
    for way in told["ways"]:
        _go(way, people[way["person"]], posts[way["post"]], officer)
    with moment.standing_at(moment_of(MATCHED)):
        services.order_match(officer, area=area)
        jobs.run_due()


def _introduce(employer: Recipe, office_path: str, officer: Actor, reviewer: Actor) -> None:
    """Whoever acts for the employer, named by one and checked by another."""
    named = name_representative(
        officer,
        credit_code=credit_code(employer["seed"]),
        organisation=employer["name"],
        kind="enterprise",
        office_path=office_path,
        name=employer["boss"],
        phone=employer["phone"],
        evidence="单位授权书（示例）",
    )
    check_representative(
        reviewer, representative_id=named.representative_id, version=named.version, is_accepted=True
    )


def _offer(post: Recipe, told: Recipe, office_id: UUID, area: str, officer: Actor, reviewer: Actor) -> UUID:
    employer = told["employers"][post["employer"]]
    words = PostWords(
        title=post["title"],
        occupation=post["occupation"],
        division=area,
        headcount=post["headcount"],
        certificates=tuple(post.get("certificates", ())),
        wage_low_yuan=post["low"],
        wage_high_yuan=post["high"],
        shift=post["shift"],
        is_gig=post.get("gig", False),
        is_daily=post.get("gig", False),
        text=post["text"],
        expires_on=(moment.today() + timedelta(days=150)).isoformat(),
    )
    made = services.answer_shortage(
        officer,
        office_id=office_id,
        employer=EmployerWords(employer["name"], credit_code(employer["seed"])),
        words=words,
        channel="phone",
    )
    if not post.get("waits"):
        services.publish_post(reviewer, post_id=made.post_id, version=made.version)
    return made.post_id


def _ask(person: Recipe, office_id: UUID, area: str, officer: Actor) -> UUID | None:
    words = WillingnessWords(
        name=person["name"],
        phone=person["phone"],
        division=area,
        wants_job=bool(person["work"]),
        wants_training="learn" in person,
        training=tuple(person.get("learn", ())),
        agrees_matching=bool(person["work"]),
        agrees_messages=True,
        birth_on=person["born"],
        sex=person["sex"],
        township=person["township"],
        occupations=tuple(person["work"]),
        certificates=tuple(person.get("held", ())),
        wage_min_yuan=person.get("least", ""),
        shifts=tuple(person.get("shifts", ())),
        wants_gig=person.get("gig", False),
    )
    return services.answer_willingness(
        officer, office_id=office_id, channel=person["way"], words=words
    ).intention_id


def _go(way: Recipe, intention_id: UUID | None, post_id: UUID, officer: Actor) -> None:
    """As far as the recipe says."""
    if intention_id is None:
        return
    with moment.standing_at(moment_of(way["at"])):
        stands = services.show_interest(
            officer, intention_id=intention_id, post_id=post_id, shares_contact=True
        )
    if "invited_at" in way:
        with moment.standing_at(moment_of(way["invited_at"])):
            stands = services.invite(
                officer,
                referral_id=stands.referral_id,
                version=stands.version,
                starts_at=moment.now() + timedelta(days=3),
                minutes=30,
                place="厂区一楼会议室",
            )
    if "offered_at" in way:
        with moment.standing_at(moment_of(way["offered_at"])):
            stands = services.offer(officer, referral_id=stands.referral_id, version=stands.version)
    if "placed_at" in way:
        _place(way, stands, officer)


def _place(way: Recipe, stands: ReferralStanding, officer: Actor) -> None:
    with moment.standing_at(moment_of(way["placed_at"])):
        words = PlacementWords(
            started_on=moment.today(),
            evidence_kind="contract",
            evidence="劳动合同（示例）",
            wage_after_yuan=way["wage_after"],
            wage_before_yuan=way["wage_before"],
        )
        services.note_placement(officer, referral_id=stands.referral_id, version=stands.version, words=words)
    with moment.standing_at(moment_of(way["called_at"])):
        due = next(one for one in list_calls(officer) if one.referral_id == stands.referral_id)
        words_of_call = FollowUpWords(way["outcome"], way.get("why", ""))
        services.note_follow_up(officer, follow_up_id=due.id, words=words_of_call)
        jobs.run_due()
