"""One matter driven through the services, each step at its own moment by somebody who may take it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from gongyou.engines.casework.definitions import CaseProgramme, CaseType
from gongyou.engines.casework.models import Case
from gongyou.engines.casework.queries import prove_own, version_of
from gongyou.engines.casework.queries.definitions import running_name
from gongyou.engines.casework.services import (
    answering,
    calling,
    contacting,
    excluding,
    handling,
    own,
    repeating,
    reviewing,
)
from gongyou.engines.casework.tests.histories import moment_of
from gongyou.kernel import catalogue, jobs, moment
from gongyou.kernel.access import Actor, system_actor
from gongyou.kernel.canonical import plain
from gongyou.packkit.releases import Release
from gongyou.packkit.services import publish_releases
from tests.yunshan.county import County

TAIL = "0117"  # of the phone `County.file` leaves
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def at(text: str) -> AbstractContextManager[None]:
    return moment.standing_at(moment_of(text))


def run_jobs() -> int:
    """Everything due now and what follows from it at once."""
    return jobs.run_due()


@contextmanager
def republished(county: County, change: Callable[[CaseType], CaseType]) -> Iterator[None]:
    """Inside, the county runs its programme in a changed version; matters begun there keep it."""
    name = running_name(county.area, county.programme)
    published = catalogue.current("running", name)
    assert published is not None
    before = catalogue.read_as(published.hash, CaseProgramme)
    after = CaseProgramme(types=tuple(change(t) for t in before.types))
    _publish(name, after)
    yield
    _publish(name, before)


def _publish(name: str, content: CaseProgramme) -> None:
    publish_releases(system_actor("tests"), releases=(Release("running", name, plain(content)),))


@dataclass
class Story:
    """A filed matter. Every step returns the story, so that a test reads like one."""

    county: County
    case_id: UUID
    number: str

    @classmethod
    def begun(cls, county: County, when: str, **filing: Any) -> Story:
        with at(when):
            receipt = county.file(**({"topic": "rest_facilities"} | filing))
            run_jobs()  # the receipt goes out
        return cls(county, receipt.case_id, receipt.number)

    @classmethod
    def settled(cls, county: County, when: str, **filing: Any) -> Story:
        """Accepted half an hour later and answered on the next day."""
        story = cls.begun(county, when, **filing)
        begun = moment_of(when)
        story.accept(f"{begun + timedelta(minutes=30):%Y-%m-%d %H:%M}")
        return story.draft(f"{begun + timedelta(days=1):%Y-%m-%d %H:%M}")

    @classmethod
    def reviewing(cls, county: County, when: str, **filing: Any) -> Story:
        """Answered, and the worker is not satisfied."""
        story = cls.settled(county, when, **filing)
        return story.rate(f"{moment_of(when) + timedelta(days=2):%Y-%m-%d %H:%M}", is_satisfied=False)

    @property
    def row(self) -> Case:
        return Case.objects.get(pk=self.case_id)

    @property
    def version(self) -> int:
        return version_of(self.case_id)

    def staff(self, who: str | Actor) -> Actor:
        return self.county.staff[who] if isinstance(who, str) else who

    def accept(self, when: str, who: str | Actor = "desk") -> Story:
        with at(when):
            handling.accept_case(self.staff(who), case_id=self.case_id, version=self.version)
        return self

    def object_(self, when: str, who: str | Actor = "desk") -> Story:
        with at(when):
            handling.object_to_case(
                self.staff(who),
                case_id=self.case_id,
                version=self.version,
                grounds="duty_list",
                reason="不归本站。",
            )
        return self

    def offer(self, when: str, office_id: UUID, who: str | Actor = "dispatcher") -> Story:
        with at(when):
            handling.offer_case(
                self.staff(who), case_id=self.case_id, version=self.version, office_id=office_id
            )
        return self

    def contact(self, when: str, who: str | Actor = "desk", way: str = "phone") -> Story:
        with at(when):
            contacting.record_contact(
                self.staff(who), case_id=self.case_id, version=self.version, way=way, note="问清了情况。"
            )
        return self

    def ask_exclusion(self, when: str, ground: str, who: str | Actor = "desk") -> Story:
        with at(when):
            excluding.ask_exclusion(
                self.staff(who),
                case_id=self.case_id,
                version=self.version,
                ground=ground,
                reason="所提已超出政策。",
            )
        return self

    def decide_exclusion(self, when: str, *, is_approved: bool, who: str | Actor = "leader") -> Story:
        with at(when):
            excluding.decide_exclusion(
                self.staff(who),
                case_id=self.case_id,
                version=self.version,
                is_approved=is_approved,
                reason="核对过记录。",
            )
        return self

    def repeats(
        self, when: str, earlier: Story, *, new_facts: bool = False, who: str | Actor = "desk"
    ) -> Story:
        with at(when):
            repeating.note_repeat(
                self.staff(who),
                case_id=self.case_id,
                version=self.version,
                earlier_id=earlier.case_id,
                has_new_facts=new_facts,
                note="同一件事。",
            )
        return self

    def pause(self, when: str, who: str | Actor = "desk", reason_id: str = "evidence") -> Story:
        with at(when):
            handling.pause_case(
                self.staff(who),
                case_id=self.case_id,
                version=self.version,
                reason_id=reason_id,
                note="等工资条。",
            )
        return self

    def resume(self, when: str, who: str | Actor = "desk") -> Story:
        with at(when):
            handling.resume_case(self.staff(who), case_id=self.case_id, version=self.version)
        return self

    def reclassify(self, when: str, matter_class: str, who: str | Actor = "master") -> Story:
        with at(when):
            handling.reclassify_case(
                self.staff(who),
                case_id=self.case_id,
                version=self.version,
                matter_class=matter_class,
                reason="涉及两个单位。",
            )
        return self

    def draft(self, when: str, who: str | Actor = "desk", result: str = "solved") -> Story:
        with at(when):
            answering.draft_answer(
                self.staff(who),
                case_id=self.case_id,
                version=self.version,
                result=result,
                text="水管已经修好。",
            )
        return self

    def approve(self, when: str, who: str | Actor = "master") -> Story:
        with at(when):
            answering.approve_answer(self.staff(who), case_id=self.case_id, version=self.version)
        return self

    def call(self, when: str, outcome: str, who: str | Actor = "caller", **answer: Any) -> Story:
        with at(when):
            calling.record_call(
                self.staff(who),
                case_id=self.case_id,
                version=self.version,
                call=calling.Call(outcome, **answer),
            )
        return self

    def own(self, tail: str = TAIL) -> own.Own:
        return prove_own(self.county.visitor, self.number, tail, "test")

    def rate(self, when: str, *, is_satisfied: bool, is_solved: bool = True) -> Story:
        with at(when):
            own.rate_answer(
                self.county.visitor,
                own=self.own(),
                is_solved=is_solved,
                is_satisfied=is_satisfied,
                note="",
            )
        return self

    def rate_as(self, when: str, tail: str) -> Story:
        """The satisfied answer of somebody else's phone than the usual one."""
        with at(when):
            own.rate_answer(
                self.county.visitor, own=self.own(tail), is_solved=True, is_satisfied=True, note=""
            )
        return self

    def withdraw(self, when: str) -> Story:
        with at(when):
            own.withdraw_case(self.county.visitor, own=self.own(), reason="已经自己解决。")
        return self

    def reopen(self, when: str) -> Story:
        with at(when):
            own.reopen_case(self.county.visitor, own=self.own(), reason="又断水了。")
        return self

    def finding(self, **changes: Any) -> reviewing.Finding:
        given: dict[str, Any] = {
            "convened_on": moment.today(),
            "members": "陆川、白桦",
            "is_reasonable": True,
            "cause": "只修了一处。",
            "measures": "全楼检查。",
            "answerable": "严朗",
        }
        return reviewing.Finding(**(given | changes))

    def review(self, when: str, who: str | Actor = "leader", **changes: Any) -> Story:
        with at(when):
            reviewing.record_review(
                self.staff(who), case_id=self.case_id, version=self.version, finding=self.finding(**changes)
            )
        return self

    def explain(self, when: str, who: str | Actor = "leader") -> Story:
        with at(when):
            reviewing.explain_finally(
                self.staff(who), case_id=self.case_id, version=self.version, text="依规定说明如下。"
            )
        return self
