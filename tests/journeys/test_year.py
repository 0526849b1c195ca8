"""A year's simulation of 29 stations with holidays, sick leave, vacancies at every level and a wage incident.

People say things, staff act or don't, fall ill, leave; nights pass; at the end the books must agree: no lost number,
no unexplained date, every step once. CI lives one month with 30 people in the incident; the year with its 300 people
is run by command: `pytest tests/journeys/test_year.py -m long`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db.models import Q

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.models import (
    Case,
    CaseEvent,
    Clock,
    Incident,
    Rise,
)
from gongyou.engines.casework.queries import pin_of
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.engines.casework.queries.incidents import incident_hints
from gongyou.engines.casework.services import answering, incidents, joining, own, repeating
from gongyou.engines.casework.tests.histories import moment_of
from gongyou.engines.casework.tests.recount import check_everything
from gongyou.engines.casework.tests.stories import Story
from gongyou.flows import night
from gongyou.kernel import bars, jobs, moment
from gongyou.kernel.access import Actor
from gongyou.kernel.accounts import end_role
from gongyou.kernel.errors import DomainError
from gongyou.kernel.ids import new_id
from gongyou.kernel.models.accounts import RoleHolding
from gongyou.offices.models import DutyLeave
from gongyou.offices.queries import OfficeView
from gongyou.offices.services import record_leave
from tests.journeys.books import (
    check_dates,
    check_dissatisfied,
    check_end,
    check_nothing_is_left,
    check_numbers,
    check_rungs,
)
from tests.journeys.test_loop_walks import LIMITS, Walk, check_chain
from tests.yunshan.county import STRAIGHT, TRIAGE, YUNSHAN, County, Person, Place
from tests.yunshan.county import _appoint as appoint
from tests.yunshan.county import _build as build_county

TOWNS = {"松溪": 6, "竹坪": 6, "云岭": 6, "石桥": 6, "柳湾": 5}
DESERTED = "99010105"  # the town whose union has nobody at all
HOURS = (9, 15)
REFUSED = LIMITS | {"too_early", "join", "repeat_late"}
# How often a possible step is taken, against the others; what is not named: 3.
WEIGHTS = {"accepted": 6, "called_dissatisfied": 2, "withdrawn": 0.2, "not_accepted": 0.2, "objected": 1}
WEIGHTS |= {"paused": 0.5, "explained": 0.5, "reclassified": 0.2, "reopened": 0.5, "offered": 0.2}


def places() -> tuple[Place, ...]:
    found = [
        Place(YUNSHAN, "county", "", "云山县总工会", "Yunshan County Union"),
        Place(f"{YUNSHAN}90", "callback_desk", YUNSHAN, "云山县回访专班", "Yunshan call-back desk"),
    ]
    for number, (name, count) in enumerate(TOWNS.items(), 1):
        town = f"{YUNSHAN}{number:02d}"
        found.append(Place(town, "township", YUNSHAN, f"{name}镇总工会", f"Town Union {number}"))
        for n in range(1, count + 1):
            station = Place(
                f"{town}{n:02d}", "station", town, f"{name}{n}站", f"Station {number}-{n}", ("门口",)
            )
            found.append(station)
    return tuple(found)


def people() -> tuple[Person, ...]:
    """Staff everywhere but at the last station of every town and in one town's union."""
    found = [
        Person("ys.dispatcher", "常青", "dispatcher", YUNSHAN),
        Person("ys.caller", "田禾", "caller", YUNSHAN),
        Person("ys.desk_caller", "田苗", "caller", f"{YUNSHAN}90"),
        Person("ys.leader", "陆川", "leader", YUNSHAN),
        Person("ys.desk", "方圆", "desk", YUNSHAN),
        Person("ys.security_admin", "安石", "security_admin", ""),
    ]
    for place in places():
        if place.kind == "township" and place.code != DESERTED:
            found.append(Person(f"ys.leader_{place.code}", f"{place.name[:2]}镇长", "leader", place.code))
            found.append(Person(f"ys.desk_{place.code}", f"{place.name[:2]}干事", "desk", place.code))
        if place.kind == "station" and not is_vacant(place.code):
            found.append(Person(f"ys.desk_{place.code}", f"站员{place.code[-4:]}", "desk", place.code))
            found.append(
                Person(f"ys.master_{place.code}", f"站长{place.code[-4:]}", "station_master", place.code)
            )
    return tuple(found)


def is_vacant(station: str) -> bool:
    return int(station[-2:]) == list(TOWNS.values())[int(station[-4:-2]) - 1]


@dataclass(frozen=True)
class Saying:
    """A kind of demand and how it reaches a station."""

    type_id: str
    topic: str = ""
    channel: str = "qr"
    programme: str = STRAIGHT
    details: tuple[tuple[str, str], ...] = ()

    def filing(self) -> dict[str, object]:
        is_anonymous = self.type_id == "anonymous_clue"
        given = {"type_id": self.type_id, "topic": self.topic, "channel": self.channel}
        return given | {
            "programme": self.programme,
            "is_anonymous": is_anonymous,
            "details": dict(self.details),
        }


SAYINGS = (
    Saying("appeal", "rest_facilities"),
    Saying("appeal", "wages"),
    Saying("appeal", "child_care", "phone"),
    Saying("appeal", "other", "paper"),
    Saying("appeal", "hours_leave", "desk"),
    Saying("wish", "learning"),
    Saying("clue", "hygiene", "desk"),
    Saying("anonymous_clue", "hazard"),
    Saying("suggestion", "service", "paper"),
    Saying("proposal", channel="desk", details=(("congress", "county"), ("measure", "请工会牵头改造食堂。"))),
    Saying("appeal", "work", "phone", TRIAGE),
    Saying("urgent", "injury", "qr", TRIAGE),
)


class Nobody(Exception):
    """No one sits where somebody would have to act."""


class Life(Walk):
    """One matter among many: who may act on it are the people there are, nobody is invented."""

    said: Mapping[str, object]
    away: Mapping[UUID, date]
    is_repeated = False

    def at_office(self, role: str, path: str) -> Actor:
        today = self.now.astimezone(moment.SHANGHAI).date()
        for actor in self.county.staff.values():
            holds = any(h.role == role and h.office_path == path for h in actor.holdings)
            if holds and self.away.get(actor.id, date.min) < today and not self.is_barred(actor):
                return actor
        raise Nobody

    def is_barred(self, actor: Actor) -> bool:
        """A child's matter is for who holds the right for children."""
        return bars.is_barred(actor, f"case:{self.story.case_id}")

    def dispatcher(self) -> Actor:
        return self.at_office("dispatcher", self.county.root.path)

    def own(self) -> own.Own:
        row = self.row
        return self.story.own(pin_of(self.story.number) if row.is_anonymous else row.phone_tail)

    def may_come_again(self) -> bool:
        return not self.is_repeated and not self.said["is_anonymous"] and self.said["channel"] == "qr"

    def _reclassified(self) -> object:
        row = self.row
        if len(type_of(row.definition, row.type_id).classes) < 2:
            raise Nobody  # there is only one class to be in
        return super()._reclassified()

    def _answer_drafted(self) -> object:
        """By the results the type of the matter knows."""
        row = self.row
        known = [result.id for result in type_of(row.definition, row.type_id).results]
        result = self.dice.choice(known or ["solved", "partly"])
        desk = self.at_office("desk", row.office_path)
        return answering.draft_answer(desk, **self._ids(), result=result, text="已联系单位。")

    def likely(self, name: str) -> float:
        if name == "offered" and self.row.state not in {"offered", "in_progress", "waiting"}:
            return 6  # nobody has it yet, or it is disputed
        return WEIGHTS.get(name, 3)

    def act(self) -> None:
        """Something that may happen now, by somebody there is. A refused step leaves nothing behind."""
        possible = list(self.steps())
        if not possible:
            return
        name, step = self.dice.choices(possible, [self.likely(name) for name, _ in possible])[0]
        self.attempt(name, step)

    def attempt(self, name: str, step: Callable[[], object]) -> None:
        row = self.row
        try:
            step()
        except Nobody:
            return
        except DomainError as refusal:
            assert refusal.code in REFUSED, f"{name} of {row.number} in {row.state}: {refusal.code}"
            assert self.row.version == row.version, "a refused step left something behind"
        else:
            self.done.append(name)


@dataclass
class Year:
    """A county, a dice and the days."""

    county: County
    dice: random.Random
    now: datetime
    open: list[Life] = field(default_factory=list)
    over: list[Life] = field(default_factory=list)
    persons: int = 0

    away: dict[UUID, date] = field(default_factory=dict)
    """Who is ill, until when; who left for good, for ever."""

    leaves: int = 0

    def at(self, when: datetime) -> None:
        assert when >= self.now
        self.now = when

    def next_minute(self) -> None:
        self.at(self.now + timedelta(minutes=1))

    def day(self, day: date, demands: int, crowd: int) -> None:
        self.at(night.night_of(day))
        self.recover(day)
        with moment.standing_at(self.now):
            night.run_night(day)
        for hour in HOURS:
            self.at(max(self.now, moment_of(f"{day} {hour:02d}:00")))
            for _ in range(self.dice.randint(0, demands)):
                self.next_minute()
                with moment.standing_at(self.now):
                    self.demand()
            if crowd and hour == HOURS[0]:
                self.incident(crowd)
            if hour == HOURS[0] and self.dice.random() < 0.4:
                self.fall_ill()
            self.acts(0.4 if day.weekday() < 5 else 0.1)
            self.next_minute()
            with moment.standing_at(self.now):
                night.run_hour()
                jobs.run_due()

    # --- who is there ---------------------------------------------------------------------------------

    def fall_ill(self) -> None:
        """Somebody reports sick for up to a week: nobody does their work, and no turn falls on them."""
        working = [a for a in self.county.staff.values() if a.id not in self.away and a.holdings[0].office_id]
        ill = self.dice.choice(working)
        self.next_minute()
        with moment.standing_at(self.now):
            today = moment.today()
            self.away[ill.id] = today + timedelta(days=self.dice.randint(0, 6))
            record_leave(
                ill,
                office_id=ill.holdings[0].office_id,
                from_on=today,
                until_on=self.away[ill.id],
                holder_name="病假",
                holder_account_id=ill.id,
            )
        self.leaves += 1

    def recover(self, day: date) -> None:
        for who in [who for who, until in self.away.items() if until < day]:
            del self.away[who]

    def empty_the_county(self) -> None:
        """The county's leader, dispatcher and desk leave on one day: now every level has an office without anybody."""
        root = self.county.root.path
        for row in RoleHolding.objects.filter(office_path=root, role__in=("leader", "dispatcher", "desk")):
            self.next_minute()
            with moment.standing_at(self.now):
                end_role(self.county.staff["security_admin"], holding_id=row.pk)
            self.away[row.account_id] = date.max

    def fill_the_county(self) -> None:
        """Others are appointed."""
        found = {}
        for role, name in (("leader", "何川"), ("dispatcher", "常绿"), ("desk", "方正")):
            self.next_minute()
            with moment.standing_at(self.now):
                found[f"new_{role}"] = appoint(Person(f"ys.new_{role}", name, role, YUNSHAN))
        self.county = replace(self.county, staff={**self.county.staff, **found})
        for life in (*self.open, *self.over):
            life.county = self.county

    def acts(self, often: float) -> None:
        """Staff and people do what they do; now and then somebody comes back to what was over."""
        chosen = [life for life in self.open if self.dice.random() < often]
        if self.over and self.dice.random() < 0.2:
            chosen.append(self.dice.choice(self.over))
        for number, life in enumerate(chosen):
            if number % 10 == 0:
                self.next_minute()
            life.now = self.now
            with moment.standing_at(self.now):
                life.act()
                if self.dice.random() < 0.05:
                    self.tie(life)
        self.sort_out()

    def sort_out(self) -> None:
        closed = set(Case.objects.filter(closed_at__isnull=False).values_list("pk", flat=True))
        lives = [*self.open, *self.over]
        self.open = [life for life in lives if life.story.case_id not in closed]
        self.over = [life for life in lives if life.story.case_id in closed]

    def tie(self, life: Life) -> None:
        """A join with the oldest open matter of the office."""
        row = life.row
        if row.closed_at is not None:
            return
        others = Case.objects.filter(office_id=row.office_id, programme=row.programme, closed_at__isnull=True)
        lead = others.exclude(Q(pk=row.pk) | Q(is_about_child=True)).order_by("number").first()
        if lead is not None:
            ids = {"case_id": row.pk, "version": row.version}
            life.attempt(
                "joined",
                lambda: joining.join_case(
                    life.handler(), **ids, lead_id=lead.pk, reason="同一单位同一件事。"
                ),
            )

    # --- what people say ------------------------------------------------------------------------------

    def demand(self) -> None:
        station = self.dice.choice(self.county.stations)
        saying = self.dice.choice(SAYINGS)
        if self.dice.random() < 0.2:
            self.refused(station)
        earlier = self.dice.choice(self.open) if self.open else None
        if earlier and earlier.may_come_again() and self.dice.random() < 0.15:
            self.again(earlier)
        elif saying.channel != "qr":
            self.at_desk(station, saying)
        else:
            self.say(station, saying.filing())

    def at_desk(self, station: OfficeView, saying: Saying) -> None:
        """What is said at the desk or written in the book needs somebody there; else the person goes home."""
        desk = self.county.staff.get(f"desk_{station.code}")
        if desk is not None and desk.id not in self.away:
            written = moment.today() - timedelta(days=self.dice.randint(0, 5))
            self.say(
                station,
                saying.filing() | ({"written_on": written} if saying.channel == "paper" else {}),
                desk,
            )

    def refused(self, station: OfficeView) -> None:
        """A filing that fails after its number was taken: the number must not be lost with it."""
        point = self.county.points[station.code][0].code
        with pytest.raises(Refusal):
            self.county.file("有照片。", point=point, files=(new_id(),))

    def again(self, earlier: Life) -> None:
        """The same person at the same station, and whoever sits there says what that is."""
        earlier.is_repeated = True
        station = next(s for s in self.county.stations if s.id == earlier.row.filed_office_id)
        life = self.say(station, dict(earlier.said))
        has_new, given = self.dice.random() < 0.5, {"case_id": life.row.pk, "version": life.row.version}
        given |= {"earlier_id": earlier.row.pk, "has_new_facts": has_new, "note": "又说了一次。"}
        if earlier.row.office_id != station.id:
            return  # it moved on: who sits here may not read it, and can't say it is the same
        life.attempt("repeated", lambda: repeating.note_repeat(life.handler(), **given))

    def say(self, station: OfficeView, filing: dict[str, object], desk: Actor | None = None) -> Life:
        self.persons += 1
        given = {"name": f"工友{self.persons}", "phone": f"138{self.persons:08d}", **filing}
        if desk is None:
            given |= {"point": self.county.points[station.code][0].code}
        receipt = self.county.file(actor=desk, office_id=station.id if desk else None, **given)
        story = Story(self.county, receipt.case_id, receipt.number)
        life = Life(self.county, self.county, self.dice, story, self.now)
        life.said, life.away = given, self.away
        self.open.append(life)
        return life

    def incident(self, crowd: int) -> None:
        """Many people of one employer, the same wages; one office commands, everybody keeps a matter of their own."""
        station = self.county.stations[1]
        said = []
        for number in range(crowd):
            if number % 10 == 0:
                self.next_minute()
            with moment.standing_at(self.now):
                filing = Saying("appeal", "wages").filing() | {"text": "工厂拖欠工资三个月。"}
                said.append(self.say(station, filing).story.case_id)
        leader = self.county.staff["leader"]
        self.next_minute()
        with moment.standing_at(self.now):
            assert any(hint.cause == "persons" for hint in incident_hints(leader))
            raised = incidents.raise_incident(leader, title="某厂欠薪", case_ids=said, cause="persons")
            told = incidents.tell_members(
                leader, incident_id=raised.incident_id, version=raised.version, text="已派人到厂里协调"
            )
            incidents.report_incident(
                leader,
                incident_id=raised.incident_id,
                version=told.version,
                reported_to="值班室",
                text="情绪平稳。",
            )


def check_lived(year: Year, days: int, crowd: int) -> None:
    """The days went where vacancies, ladders and crowds are: nothing above holds for want of a case."""
    kinds = set(CaseEvent.objects.values_list("kind", flat=True).distinct())
    assert kinds >= {Happens.ACCEPTED, Happens.SETTLED, Happens.CALLED_SATISFIED, Happens.CALLED_DISSATISFIED}
    assert kinds >= {Happens.OBJECTED, Happens.ESCALATED, Happens.REVIEWED, Happens.CALL_TRIED}
    assert set(Rise.objects.values_list("does", flat=True)) == {"remind", "master", "help", "lead", "tell"}
    vacant = [s.id for s in year.county.stations if is_vacant(s.code)]
    told = dict(Rise.objects.order_by("at").values_list("told_as", "office_id"))
    assert told[Rise.ToldAs.OFFICE] == year.county.root.id, (
        "nobody at any level: still it ends with somebody's list"
    )
    assert set(told) >= {Rise.ToldAs.HOLDER, Rise.ToldAs.POST}
    assert year.leaves == DutyLeave.objects.count() > days // 10
    assert any(rest for rest in Clock.objects.values_list("rest_days", flat=True)), (
        "no promise crossed a holiday"
    )
    silent = CaseEvent.objects.filter(kind=Happens.ACCEPTED, case__filed_office_id__in=vacant)
    assert any(event.data.get("by") == "silence" for event in silent)
    assert Case.objects.filter(incident=Incident.objects.get()).count() == crowd
    channels = set(Case.objects.values_list("channel", flat=True))
    assert channels == {"qr", "phone", "desk", "paper"}


@pytest.mark.parametrize(
    ("begins", "days", "demands", "crowd", "seed"),
    [
        ("2026-09-14", 30, 2, 30, 1),  # over the autumn holidays and their working Sundays
        pytest.param("2026-03-02", 365, 4, 300, 2, marks=pytest.mark.long),  # into days no notice covers yet
    ],
)
def test_29_stations_live_with_holidays_sick_leave_vacancies_at_every_level_and_a_wage_incident(
    installed_packs: None, begins: str, days: int, demands: int, crowd: int, seed: int
) -> None:
    """No lost number, no unexplained date, every step once."""
    first = date.fromisoformat(begins)
    with moment.standing_at(night.night_of(first - timedelta(days=1))):
        county = build_county(YUNSHAN, STRAIGHT, places(), people())
    assert len(county.stations) == 29
    year = Year(county, random.Random(seed), night.night_of(first))
    for n in range(days):
        if n == days // 2:
            year.empty_the_county()
        if n == days // 2 + 7:
            year.fill_the_county()
        year.day(first + timedelta(days=n), demands, crowd if n == days // 3 else 0)
    rows = list(Case.objects.order_by("number"))
    assert len(rows) == len(year.open) + len(year.over)
    check_numbers()
    check_rungs()
    check_nothing_is_left(year.now)
    check_dates()
    for row in rows:
        check_everything(row.pk)
        check_end(row)
    assert sum(map(check_dissatisfied, rows)) > 0
    check_lived(year, days, crowd)
    check_chain()
