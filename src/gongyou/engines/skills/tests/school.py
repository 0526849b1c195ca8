"""A school of the test county with an electrician's class: who plans, teaches, marks and issues; learners with ids."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from gongyou.credentials.tests.maps import WEIGHTS
from gongyou.engines.skills import services
from gongyou.engines.skills.models import Candidate, Enrolment, Session
from gongyou.engines.skills.services.planning import Body, ClassPlan
from gongyou.engines.skills.steps.learners import Words
from gongyou.engines.skills.tests.test_course import practical, theory
from gongyou.kernel import catalogue, moment
from gongyou.kernel.access import Actor, system_actor, worker_actor
from gongyou.kernel.accounts import actor_of_account, seed_demo_account
from gongyou.kernel.actions import in_act
from gongyou.offices import queries as offices
from gongyou.offices import services as office_services
from gongyou.offices.queries import OfficeView
from tests.yunshan.county import County
from tests.yunshan.remembered import remembered

NOW = datetime(2026, 9, 1, 9, tzinfo=moment.SHANGHAI)
STARTS, ENDS, EXAM = date(2026, 9, 7), date(2026, 9, 18), date(2026, 9, 21)
PROGRAMME = "one-course-two-certificates"
FROM = "652300"


def id_number(birth: str, order: int = 1, *, is_male: bool = True) -> str:
    """A well-formed identity number of nobody in particular."""
    body = f"110105{birth}{order:02d}{1 if is_male else 2}"
    rest = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[rest]


def publish_courses(area: str) -> None:
    """The county runs the repository's courses and recognition map."""

    def publish(act):
        for kind, name, there in (
            ("courses", f"{FROM}/{PROGRAMME}", f"{area}/{PROGRAMME}"),
            ("recognition", FROM, area),
        ):
            content = catalogue.content(catalogue.current_hash(kind, name))
            catalogue.publish(act, kind=kind, name=there, content=content)

    in_act("tests.publish", system_actor("tests"), publish, {})


@dataclass
class School:
    county: County
    office: OfficeView
    other_office: OfficeView
    staff: dict[str, Actor]
    provider_id: UUID
    site_id: UUID
    class_id: UUID

    @property
    def officer(self) -> Actor:
        return self.staff["officer"]

    @property
    def teacher(self) -> Actor:
        return self.staff["teacher"]

    def plan(self, **changes: object) -> ClassPlan:
        made = ClassPlan(
            course="electrician_double", title="电工双证一班", capacity=3, enrol_until=date(2026, 9, 5),
            starts_on=STARTS, ends_on=ENDS, exam_on=EXAM,
        )  # fmt: skip
        return replace(made, **changes)

    def open(self, **changes: object) -> UUID:
        return services.open_class(
            self.officer, provider_id=self.provider_id, site_id=self.site_id, plan=self.plan(**changes)
        ).id

    def enrol(self, order: int, *, class_id: UUID | None = None, birth: str = "19900615", **words: object):
        given = Words(
            name=f"学员{'一二三四五六七八九十'[order - 1]}", phone=f"138000009{order:02d}",
            id_number=id_number(birth, order), target_group="rural", consents=True,
        )  # fmt: skip
        return services.enrol_learner(
            self.teacher, class_id=class_id or self.class_id, words=replace(given, **words)
        )

    def session(self, class_id: UUID | None = None, day: date = STARTS, hours: int = 8) -> Session:
        made = services.add_session(
            self.teacher, class_id=class_id or self.class_id, unit="safety", day=day,
            begins="09:00", ends="17:00", hours=hours,
        )  # fmt: skip
        return Session.objects.get(pk=made)

    def teach(self, class_id: UUID | None = None, absent: tuple[int, ...] = ()) -> None:
        """One session everybody came to, and the end of teaching."""
        class_id = class_id or self.class_id
        session = self.session(class_id)
        with moment.standing_at(datetime.combine(STARTS, time(18), moment.SHANGHAI)):
            for row in Enrolment.objects.filter(training_class_id=class_id, state="placed"):
                if row.roll not in absent:
                    services.note_attendance(
                        self.teacher, class_id=class_id, session_number=session.number, roll=row.roll
                    )
        with moment.standing_at(datetime.combine(ENDS, time(18), moment.SHANGHAI)):
            services.finish_teaching(self.teacher, class_id=class_id)

    def sitting(self, class_id: UUID | None = None, held_on: date = EXAM) -> UUID:
        """An examination with its three examiners."""
        made = services.set_examination(
            self.officer, class_id=class_id or self.class_id, held_on=held_on
        ).examination_id
        for name, part in (("theory", "theory"), ("one", "practical"), ("two", "practical")):
            services.assign_examiner(
                self.officer, examination_id=made, account_id=self.staff[name].id, name=name, part=part
            )
        return made

    def mark(self, examination_id: UUID, seat: int, *, of_theory=(85, 85), of_practical=(85, 85)) -> None:
        """The sheets of one candidate: marks of (level, permit)."""
        candidate = Candidate.objects.get(examination_id=examination_id, seat=seat)
        for name, part, points in (
            ("theory", "theory", theory(*of_theory)),
            ("one", "practical", practical(*of_practical)),
            ("two", "practical", practical(*of_practical)),
        ):
            services.enter_marks(
                self.staff[name],
                candidate_id=candidate.pk,
                part=part,
                points={item: str(value) for item, value in points.items()},
            )


def at(day: date, hour: int = 10):
    return moment.standing_at(datetime.combine(day, time(hour), moment.SHANGHAI))


AFTER = EXAM + timedelta(days=1)


def open_school(county: County) -> School:
    return remembered(f"school {county.area}", lambda: _built(county))


def _appoint(login: str, name: str, role: str, office: OfficeView) -> Actor:
    account = seed_demo_account(
        system_actor("tests"), login=login, name=name, password="Yunshan-2026-Shanlu", role=role,
        office_id=office.id, office_path=office.path, is_demo=True,
    )  # fmt: skip
    return actor_of_account(account)


def _office(county: County, code: str, name: str) -> OfficeView:
    office_services.add_office(
        system_actor("tests"), code=code, name=name, name_en=name, kind="other",
        parent_id=county.root.id, area=county.area, phone="0900-0000000",
    )  # fmt: skip
    return offices.office_by_code(code)


def _built(county: County) -> School:
    with moment.standing_at(NOW):
        made = found_school(county)
        made.class_id = made.open()
        return made


def found_school(county: County) -> School:
    """Offices, people, a provider with its site, the agreements of both issuers; no class yet."""
    publish_courses(county.area)
    school = _office(county, f"{county.area}81", "云山技工学校")
    other = _office(county, f"{county.area}82", "竹坪培训学校")
    people = {
        "officer": ("培训主管", "training_officer", county.root),
        "authority": ("发证员", "permit_authority", county.root),
        "teacher": ("教务一", "school", school),
        "other_teacher": ("教务二", "school", other),
        "theory": ("阅卷员", "examiner", county.root),
        "one": ("考评员甲", "examiner", county.root),
        "two": ("考评员乙", "examiner", county.root),
        "other_examiner": ("外校考评员", "examiner", other),
    }
    staff = {key: _appoint(f"ys.{key}", name, role, office) for key, (name, role, office) in people.items()}
    made = School(county, school, other, staff, UUID(int=0), UUID(int=0), UUID(int=0))
    made.provider_id = services.add_provider(
        made.officer,
        office_id=school.id,
        body=Body("云山技工学校", kind="public_institution"),
        kind="school",
    ).id
    made.site_id = services.add_site(
        made.officer,
        provider_id=made.provider_id,
        name="实训楼",
        address="松溪路1号",
        kind="practice",
        seats=40,
    ).id
    for kind, who in (("electrician_level", "人社局"), ("low_voltage_permit", "应急管理局")):
        services.record_agreement(
            staff["authority"], office_id=county.root.id, kind=kind, authority=who,
            document=f"{who}考核约定", from_on=date(2026, 1, 1), until_on=date(2027, 12, 31),
        )  # fmt: skip
    return made


def learner(person_id: UUID) -> Actor:
    """The signed-in worker whose row this is."""
    return worker_actor(UUID(int=7), person_id)
