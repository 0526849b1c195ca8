"""An employment office of a real-coded county, its people and employers: the test bed of the room."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gongyou.engines.casework.tests.wish_county import volunteer
from gongyou.engines.employment import services
from gongyou.engines.employment.models import MatchRun, Post
from gongyou.engines.employment.services.posts import PostStanding
from gongyou.engines.employment.services.surveys import Answered
from gongyou.engines.employment.steps.intentions import WillingnessWords
from gongyou.engines.employment.steps.posts import PostWords
from gongyou.kernel import jobs, moment
from gongyou.kernel.access import Actor
from gongyou.policy.cases import credit_code
from gongyou.registry.queries.representatives import represented_by
from gongyou.registry.services.representatives import check_representative, name_representative
from gongyou.web.employer.acting import Acting, acting_for
from tests.journeys.outsiders import appoint
from tests.yunshan.county import County

NOW = datetime(2026, 11, 23, 10, tzinfo=moment.SHANGHAI)
CODE = credit_code(901)
BOSS = "13922220001"

PERSON = WillingnessWords(
    name="李秋", phone="13811110001", division="370828", wants_job=True, agrees_matching=True, agrees_messages=True,
    birth_on="1990-05-01", sex="女", township="370828001", occupations=("保洁员",), wage_min_yuan="3000",
    shifts=("白班",),
)  # fmt: skip
CLEANER = PostWords(
    title="厂区保洁", occupation="保洁员", division="370828", headcount="2", wage_low_yuan="3200",
    wage_high_yuan="3800", shift="白班", text="打扫车间和办公楼，男女不限。",
)  # fmt: skip
ELECTRICIAN = replace(
    CLEANER, title="维修电工", occupation="电工", certificates=("低压电工作业证",), wage_low_yuan="5000",
    wage_high_yuan="6500", text="车间设备维修。",
)  # fmt: skip


@dataclass
class Bed:
    county: County
    officer: Actor
    reviewer: Actor
    boss: Actor
    organisation_id: UUID

    @property
    def office_id(self) -> UUID:
        return self.county.root.id

    @property
    def employer(self) -> Acting:
        return acting_for(self.boss, self.organisation_id)

    def asks(self, words: WillingnessWords = PERSON, channel: str = "desk") -> Answered:
        return services.answer_willingness(
            self.officer, office_id=self.office_id, channel=channel, words=words
        )

    def proposes(self, words: PostWords = CLEANER) -> PostStanding:
        return services.propose_post(
            self.officer, office_id=self.office_id, organisation_id=self.organisation_id, words=words
        )

    def opens(self, words: PostWords = CLEANER) -> Post:
        """Proposed by one, made public by another."""
        made = self.proposes(words)
        services.publish_post(self.reviewer, post_id=made.post_id, version=made.version)
        return Post.objects.get(pk=made.post_id)

    def matches(self) -> MatchRun:
        """A full run, done."""
        ordered = services.order_match(self.officer, area=self.county.area)
        jobs.run_due()
        return MatchRun.objects.get(pk=ordered.run_id)


def open_bed(county: County) -> Bed:
    """Who asks and proposes, who makes public, and a boss whose paper was checked."""
    root = county.root
    officer = appoint(f"{county.area}.work", "employment_officer", root.id, root.path)
    reviewer = appoint(f"{county.area}.check", "employment_reviewer", root.id, root.path)
    named = name_representative(
        officer, credit_code=CODE, organisation="晨光示例电子厂", kind="enterprise", office_path=root.path,
        name="钱经理", phone=BOSS, evidence="授权书",
    )  # fmt: skip
    check_representative(
        reviewer, representative_id=named.representative_id, version=named.version, is_accepted=True
    )
    boss = volunteer(BOSS)
    return Bed(county, officer, reviewer, boss, represented_by(boss)[0].organisation_id)


def later(days: int) -> Any:
    return moment.standing_at(NOW + timedelta(days=days))
