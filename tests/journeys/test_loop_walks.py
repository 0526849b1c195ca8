"""Random lives of matters through the services: whatever happens, what is stored equals what the history says."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.jobs import run_night
from gongyou.engines.casework.loop import allowed
from gongyou.engines.casework.models import Case
from gongyou.engines.casework.queries import access_case, list_cases, pin_of
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.engines.casework.services import answering, calling, handling, own, reviewing
from gongyou.engines.casework.services.calling import Call
from gongyou.engines.casework.tests.histories import moment_of
from gongyou.engines.casework.tests.recount import check_everything
from gongyou.engines.casework.tests.stories import TAIL, Story
from gongyou.kernel import audit, jobs, moment
from gongyou.kernel.access import Actor, Holding, system_actor, visitor_actor, worker_actor
from gongyou.kernel.errors import DomainError, NotAllowed, Stale
from gongyou.kernel.ids import new_id
from gongyou.kernel.models.audit import AuditRecord
from gongyou.kernel.seals import seal_all_reads
from gongyou.offices import queries as offices
from tests.yunshan.county import County, build_jinxiang

STEPS = 25
# Roles whose right to read reaches down; the others read at their own office only (config/roles.py).
DOWN = frozenset({"dispatcher", "caller", "leader"})
READING = DOWN | {"desk", "station_master"}
# Refusals that belong to the rules of a programme: the step was possible, its limit was reached.
LIMITS = frozenset(
    {
        "class_once",
        "pause_often",
        "pause_long",
        "pause_late",
        "objected_before",
        "reopen_late",
        "explained",  # after the last word only with new facts
    }
)


@dataclass
class Walk:
    """One matter, a dice and a calendar that only goes forward."""

    county: County
    strangers: County
    dice: random.Random
    story: Story
    now: datetime
    done: list[str] = field(default_factory=list)

    @property
    def row(self) -> Case:
        return self.story.row

    def pass_time(self) -> None:
        """Minutes or days; sometimes the night's work or the messages' carrier comes in between."""
        self.now += timedelta(minutes=self.dice.choice([3, 40, 200, 900, 2000, 6000]))
        with moment.standing_at(self.now):
            if self.dice.random() < 0.6:
                jobs.run_due()
            if self.dice.random() < 0.3:
                run_night()

    def at_office(self, role: str, path: str) -> Actor:
        """Somebody of a role at an office: of the county's staff, or a new colleague."""
        for actor in self.county.staff.values():
            if any(h.role == role and h.office_path == path for h in actor.holdings):
                return actor
        office = next(o for o in self.county.offices.values() if o.path == path)
        return Actor(new_id(), "staff", "同事", (Holding(role, office.id, path),))

    def dispatcher(self) -> Actor:
        return self.county.staff["dispatcher"]

    def handler(self) -> Actor:
        return self.at_office(self.dice.choice(["desk", "station_master"]), self.row.office_path)

    def approver(self) -> Actor:
        upper = offices.upper_of(self.row.office_id) or offices.office(self.row.office_id)
        return self.at_office("leader", upper.path)

    def caller(self) -> Actor:
        """Of the office that calls back; a matter that rose to the county is not called back from there."""
        return self.at_office("caller", self.row.call_office_path)

    def steps(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """What may be tried now, by name, each with somebody who may."""
        row = self.row
        case_type = type_of(row.definition, row.type_id)
        for kind in sorted(allowed(case_type, row.state)):
            step = getattr(self, f"_{kind}", None)
            if step is not None:
                yield kind, step

    def _ids(self) -> dict[str, object]:
        return {"case_id": self.row.pk, "version": self.row.version}

    def _offered(self) -> object:
        office = self.dice.choice(self.county.stations)
        return handling.offer_case(self.dispatcher(), **self._ids(), office_id=office.id)

    def _accepted(self) -> object:
        return handling.accept_case(self.handler(), **self._ids())

    def _objected(self) -> object:
        return handling.object_to_case(
            self.handler(), **self._ids(), grounds="duty_list", reason="不归本站。"
        )

    def _not_accepted(self) -> object:
        return handling.decline_case(self.dispatcher(), **self._ids(), reason="不归工会。")

    def _reclassified(self) -> object:
        row = self.row
        others = [c.id for c in type_of(row.definition, row.type_id).classes if c.id != row.matter_class]
        return handling.reclassify_case(
            self.approver(), **self._ids(), matter_class=self.dice.choice(others), reason="涉及两个单位。"
        )

    def _paused(self) -> object:
        row = self.row
        rules = type_of(row.definition, row.type_id).pauses
        assert rules is not None
        reason = self.dice.choice(rules.reasons).id
        return handling.pause_case(self.handler(), **self._ids(), reason_id=reason, note="等材料。")

    def _resumed(self) -> object:
        if self.dice.random() < 0.5:
            return handling.resume_case(self.handler(), **self._ids())
        return own.add_supplement(self.county.visitor, own=self.own(), text="材料在这里。")

    def _answer_drafted(self) -> object:
        return answering.draft_answer(
            self.at_office("desk", self.row.office_path), **self._ids(), result="partly", text="已联系单位。"
        )

    def _settled(self) -> object:
        row = self.row
        case_type = type_of(row.definition, row.type_id)
        if Happens.ANSWER_RETURNED in allowed(case_type, row.state):
            return answering.approve_answer(self.approver(), **self._ids())
        return self._answer_drafted()

    def _answer_returned(self) -> object:
        return answering.return_answer(self.approver(), **self._ids(), reason="没有写明日期。")

    def _call_tried(self) -> object:
        outcome = self.dice.choice(["no_answer", "refused", "wrong_number", "proxy_only"])
        return calling.record_call(self.caller(), **self._ids(), call=Call(outcome))

    def _called_satisfied(self) -> object:
        return self._answer(is_satisfied=True)

    def _called_dissatisfied(self) -> object:
        return self._answer(is_satisfied=False)

    def _answer(self, *, is_satisfied: bool) -> object:
        is_solved = self.dice.random() < 0.5
        if self.dice.random() < 0.5:
            return own.rate_answer(
                self.county.visitor, own=self.own(), is_solved=is_solved, is_satisfied=is_satisfied, note=""
            )
        call = Call("answered", "phone", is_solved=is_solved, is_satisfied=is_satisfied, note="接通。")
        return calling.record_call(self.caller(), **self._ids(), call=call)

    def _reviewed(self) -> object:
        finding = self.story.finding(is_reasonable=self.dice.random() < 0.7)
        return reviewing.record_review(self.approver(), **self._ids(), finding=finding)

    def _explained(self) -> object:
        return reviewing.explain_finally(self.approver(), **self._ids(), text="依规定说明如下。")

    def _withdrawn(self) -> object:
        return own.withdraw_case(self.county.visitor, own=self.own(), reason="不用了。")

    def _reopened(self) -> object:
        return own.reopen_case(self.county.visitor, own=self.own(), reason="又来了。")

    def own(self) -> own.Own:
        return self.story.own(pin_of(self.story.number) if self.row.is_anonymous else TAIL)

    def go(self) -> bool:
        """One step and everything that must hold after it; False where the matter has ended for good."""
        self.pass_time()
        with moment.standing_at(self.now):
            possible = list(self.steps())
            if not possible:
                return False
            # Endings are likely by chance alone: they are taken less often, so that lives grow long.
            weights = [1 if name in {"withdrawn", "not_accepted", "explained"} else 4 for name, _ in possible]
            name, step = self.dice.choices(possible, weights)[0]
            before = self.row.version
            try:
                step()
            except DomainError as refusal:
                assert refusal.code in LIMITS | {"too_early"}, f"{name} in {self.row.state}: {refusal.code}"
                assert self.row.version == before, "a refused step left something behind"
            else:
                assert self.row.version > before
                self.done.append(name)
                check_stale(self, before)
        check_everything(self.row.pk)
        check_readers(self, self.dice.sample(everybody(self), 3))
        return True


def check_stale(walk: Walk, before: int) -> None:
    """A form made before the step is refused after it."""
    with pytest.raises(Stale):
        handling.accept_case(walk.handler(), case_id=walk.row.pk, version=before)


def may_read(row: Case, actor: Actor) -> bool:
    """Written another way than `access.Scope`: role by role, office by office."""
    paths = [p for p in (row.office_path, row.filed_office_path, row.call_office_path) if p]
    for holding in actor.holdings:
        for path in paths:
            if holding.role in DOWN and path.startswith(holding.office_path):
                return True
            if holding.role in READING and path == holding.office_path:
                return True
    return False


def everybody(walk: Walk) -> list[Actor]:
    outside = [*walk.strangers.staff.values(), visitor_actor(), worker_actor(new_id(), new_id())]
    row = walk.row
    assert not any(may_read(row, actor) for actor in outside)
    return [*walk.county.staff.values(), *outside]


def check_readers(walk: Walk, actors: list[Actor]) -> None:
    """Within reach it opens and is listed; outside it does neither."""
    row = walk.row
    for actor in actors:
        is_listed = any(line.id == row.pk for line in list_cases(actor, size=200).items)
        if may_read(row, actor):
            assert access_case(actor, row.pk, "核对").version == row.version
            assert is_listed
        else:
            assert not is_listed
            with pytest.raises(NotAllowed):
                access_case(actor, row.pk, "核对")


FILINGS = (
    {"type_id": "appeal", "topic": "rest_facilities"},
    {"type_id": "appeal", "topic": "wages"},
    {"type_id": "wish", "topic": "learning"},
    {"type_id": "anonymous_clue", "topic": "hazard", "is_anonymous": True},
)
CARE_FILINGS = (
    {"type_id": "appeal", "topic": "work"},
    {"type_id": "urgent", "topic": "injury"},
)


def live(county: County, strangers: County, seed: int, filings: tuple[dict[str, object], ...]) -> list[str]:
    dice = random.Random(seed)
    # Around the year's end every third walk runs over dates no notice covers yet.
    begins = moment_of("2026-09-28 09:00") + timedelta(minutes=dice.randrange(95 * 24 * 60))
    text = f"{begins:%Y-%m-%d %H:%M}"
    walk = Walk(county, strangers, dice, Story.begun(county, text, **dice.choice(filings)), moment_of(text))
    check_everything(walk.row.pk)
    for _ in range(STEPS):
        if not walk.go():
            break
    check_readers(walk, everybody(walk))
    assert walk.done
    return walk.done


def check_chain() -> None:
    seal_all_reads(system_actor("seal"))
    verdict = audit.verify()
    assert verdict.is_intact, verdict.broken
    assert verdict.records == AuditRecord.objects.count() > 0


@pytest.mark.parametrize("seed", range(6))
def test_lives_on_the_spot(county: County, seed: int) -> None:
    strangers = build_jinxiang()
    live(county, strangers, seed, FILINGS)
    live(county, strangers, 1000 + seed, FILINGS)
    check_chain()


@pytest.mark.parametrize("seed", range(3))
def test_lives_that_are_dispatched(care_county: County, seed: int) -> None:
    strangers = build_jinxiang()
    live(care_county, strangers, seed, CARE_FILINGS)
    live(care_county, strangers, 1000 + seed, CARE_FILINGS)
    check_chain()


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_hundreds_of_lives(county: County, seed: int) -> None:
    strangers = build_jinxiang()
    done = [step for n in range(30) for step in live(county, strangers, 10_000 * (seed + 1) + n, FILINGS)]
    # The walks go everywhere the programme goes.
    assert {Happens(step) for step in done} >= {
        Happens.OFFERED,
        Happens.ACCEPTED,
        Happens.OBJECTED,
        Happens.SETTLED,
        Happens.CALLED_SATISFIED,
        Happens.CALLED_DISSATISFIED,
        Happens.REVIEWED,
        Happens.REOPENED,
        Happens.PAUSED,
    }
    check_chain()
