"""From demand to lasting work, step by step, and what each step refuses."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from gongyou.basics.refusal import Refusal
from gongyou.engines.skills import services
from gongyou.engines.skills.course.drawing import digest_of
from gongyou.engines.skills.models import (
    Attendance,
    Candidate,
    Certificate,
    Enrolment,
    FollowUp,
    Result,
    StepFact,
)
from gongyou.engines.skills.queries.classes import class_page, list_classes, open_classes
from gongyou.engines.skills.queries.examining import access_papers, draw_of, mark_page, own_duties
from gongyou.engines.skills.queries.figures import (
    at_once_rate,
    class_figures,
    conversions,
    rows_of,
    shared_results,
)
from gongyou.engines.skills.queries.own import own_courses
from gongyou.engines.skills.queries.register import due_by, pending_numbers, providers
from gongyou.engines.skills.services.placing import Job
from gongyou.engines.skills.services.planning import Body
from gongyou.engines.skills.tests.school import AFTER, ENDS, EXAM, STARTS, School, at, id_number, learner
from gongyou.flows.course_finding import class_for
from gongyou.kernel import moment, worklist
from gongyou.kernel.errors import DomainError, NotAllowed
from gongyou.kernel.models import Event
from gongyou.registry.queries.credentials import holdings_of, what_admits

pytestmark = pytest.mark.django_db

PERMIT = "T" + id_number("19900615", 1)


def results(order: int) -> dict[str, tuple[int | None, int | None, bool]]:
    rows = Result.objects.filter(enrolment__roll=order).order_by("id")
    return {row.standard: (row.theory, row.practical, row.is_passed) for row in rows}


def examined(school: School, *marks: tuple[tuple[int, int], tuple[int, int]]) -> None:
    """As many learners as marks, examined and published."""
    for order in range(1, len(marks) + 1):
        school.enrol(order)
    school.teach()
    with at(ENDS, 19):
        sitting = school.sitting()
    with at(EXAM):
        for seat, (of_theory, of_practical) in enumerate(marks, start=1):
            school.mark(sitting, seat, of_theory=of_theory, of_practical=of_practical)
    with at(AFTER):
        services.publish_results(school.officer, examination_id=sitting)


def test_whoever_lacks_the_permit_is_told_the_class_that_gives_it(school: School) -> None:
    county = school.office.area
    with at(date(2026, 9, 1)):
        assert "电工双证一班" in class_for("low_voltage_permit", county)
        assert class_for("no_such_certificate", county) == ""
    with at(date(2026, 9, 6)):  # too late to ask for a place
        assert class_for("low_voltage_permit", county) == ""


def test_59_60_and_79_80_at_each_examination_and_passing_one_does_not_imply_the_other(school: School) -> None:
    examined(school, ((59, 79), (85, 85)), ((60, 79), (85, 85)), ((85, 85), (60, 80)))
    assert results(1) == {"electrician_five": (59, 85, False), "low_voltage": (79, 85, False)}
    assert results(2) == {"electrician_five": (60, 85, True), "low_voltage": (79, 85, False)}
    assert results(3) == {"electrician_five": (85, 60, True), "low_voltage": (85, 80, True)}
    held = set(Certificate.objects.values_list("enrolment__roll", "kind", "state"))
    assert held == {
        (2, "electrician_level", "issued"),
        (3, "electrician_level", "issued"),
        (3, "low_voltage_permit", "pending"),
    }


def test_the_statutory_one_is_pending_until_the_authority_s_number_is_recorded(school: School) -> None:
    examined(school, ((85, 85), (85, 85)), ((85, 85), (85, 85)))
    one, two = Certificate.objects.filter(is_statutory=True).order_by("enrolment__roll")
    assert (one.state, one.number, one.number_masked) == ("pending", None, "")
    authority = school.staff["authority"]

    def admitted(person_id: UUID) -> bool:
        holdings = holdings_of([person_id])[person_id]
        return what_admits(holdings, occupation="6-31-01-03", area=school.county.area, on=AFTER).admits

    with at(AFTER):
        assert [admitted(row.person_id) for row in (one, two)] == [False, False]
        assert [line.roll for line in pending_numbers(authority)] == [1, 2]
        for wrong in ("123", PERMIT[:-1], "T" + PERMIT):
            with pytest.raises(DomainError, match="T加18位身份证号"):
                services.record_authority_number(
                    authority, certificate_id=one.pk, number=wrong, issued_on=AFTER
                )
        with pytest.raises(NotAllowed):
            services.record_authority_number(
                school.teacher, certificate_id=one.pk, number=PERMIT, issued_on=AFTER
            )
        services.record_authority_number(
            authority, certificate_id=one.pk, number=f" {PERMIT.lower()} ", issued_on=AFTER
        )
        with pytest.raises(DomainError, match="另一本证书"):
            services.record_authority_number(authority, certificate_id=two.pk, number=PERMIT, issued_on=AFTER)
        with pytest.raises(DomainError, match="不能再改"):
            services.record_authority_number(authority, certificate_id=one.pk, number=PERMIT, issued_on=AFTER)
        assert [line.roll for line in pending_numbers(authority)] == [2]
    with at(AFTER):
        assert [admitted(row.person_id) for row in (one, two)] == [True, False]
    one.refresh_from_db()
    assert (one.state, one.number_masked) == ("issued", f"{PERMIT[:4]}****{PERMIT[-4:]}")
    names = list(
        Event.objects.filter(name__startswith="skills.").order_by("id").values_list("name", flat=True)
    )
    assert names.count("skills.certificate_earned") == 4
    assert names.count("skills.authority_number_recorded") == 1


def test_the_database_itself_keeps_a_permit_pending_and_results_as_they_were(school: School) -> None:
    examined(school, ((85, 85), (85, 85)))
    row = Certificate.objects.get(is_statutory=True)
    for broken in (
        lambda: Certificate.objects.filter(pk=row.pk).update(state="issued"),
        lambda: Result.objects.all().update(is_passed=False),
        lambda: Certificate.objects.filter(state="issued").update(level="one"),
        lambda: StepFact.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            broken()


def test_one_free_resit_where_the_rule_says_so_and_none_where_it_does_not(school: School) -> None:
    for kind in ("guard_level", "guard_permit"):
        services.record_agreement(
            school.staff["authority"], office_id=school.county.root.id, kind=kind, authority="公安局",
            document="考试约定", from_on=date(2026, 1, 1),
        )  # fmt: skip
    guards = school.open(course="guard_double", title="保安员双证班")
    school.enrol(1, class_id=guards)
    session = services.add_session(
        school.teacher, class_id=guards, unit="law", day=STARTS, begins="09:00",
        ends="17:00", hours=8,
    )  # fmt: skip
    assert session
    with at(ENDS, 18):
        services.note_attendance(school.teacher, class_id=guards, session_number=1, roll=1)
        services.finish_teaching(school.teacher, class_id=guards)

    def sit(held_on: date, marks: dict[str, str]) -> tuple[str, ...]:
        with at(held_on):
            sitting = school.sitting(guards, held_on)
            candidate = Candidate.objects.get(examination_id=sitting)
            services.enter_marks(
                school.staff["theory"], candidate_id=candidate.pk, part="theory", points=marks
            )
            drill = {"p_drill": "20", "p_patrol": "20", "p_fire": "20"}
            for name in ("one", "two") if "guard_five" in candidate.standards else ():
                services.enter_marks(
                    school.staff[name], candidate_id=candidate.pk, part="practical", points=drill
                )
            services.publish_results(school.officer, examination_id=sitting)
            return tuple(candidate.standards)

    low = {"t_duty": "20", "t_rescue": "20", "t_equipment": "19", "t_law": "19"}
    assert sit(EXAM, low) == ("guard_five", "guard_permit")
    assert results(1) == {"guard_five": (59, 60, False), "guard_permit": (59, None, False)}
    assert sit(EXAM + timedelta(days=14), low) == ("guard_permit",)  # the level has no free resit
    with at(EXAM + timedelta(days=28)), pytest.raises(DomainError, match="没有免费补考"):
        services.set_examination(school.officer, class_id=guards, held_on=EXAM + timedelta(days=28))


AGES = (
    ("20090101", True, "", "要满18周岁"),
    ("20080921", True, "", None),  # eighteen on the day of the examination
    ("20080922", True, "", "要满18周岁"),
    ("19640801", True, "", "年龄上限"),  # 60 in August 2024, before ages began to move
    ("19660801", True, "", None),  # 60 and 5 months: January 2027
    ("19750101", False, "", "岗位类别"),
    ("19750101", False, "cadre", None),
    ("19750101", False, "worker", "年龄上限"),
)


def test_age_is_a_function_of_birth_month_sex_category_and_the_day(school: School) -> None:
    wide = school.open(title="大班", capacity=40)
    for order, (birth, is_male, category, why) in enumerate(AGES, start=1):
        number = id_number(birth, order, is_male=is_male)
        if why is None:
            asked = school.enrol(order, class_id=wide, id_number=number, category=category)
            assert asked.state == "placed", birth
            continue
        with pytest.raises(Refusal) as refused:
            school.enrol(order, class_id=wide, id_number=number, category=category)
        assert why in refused.value.sentence()
    assert Enrolment.objects.count() == 3


def test_places_go_in_the_order_of_asking_and_a_free_one_to_who_waits_longest(school: School) -> None:
    asked = [school.enrol(order) for order in range(1, 6)]
    assert [(a.state, a.before) for a in asked] == [
        ("placed", 0), ("placed", 0), ("placed", 0), ("waiting", 0), ("waiting", 1),
    ]  # fmt: skip
    services.withdraw(school.teacher, enrolment_id=asked[1].enrolment_id)
    states = dict(Enrolment.objects.values_list("roll", "state"))
    assert states == {1: "placed", 2: "withdrawn", 3: "placed", 4: "placed", 5: "waiting"}
    assert services.change_capacity(school.teacher, class_id=school.class_id, capacity=4) == 1
    with pytest.raises(DomainError, match="已经报过"):
        school.enrol(1)
    with pytest.raises(DomainError, match="没有本人同意"):
        school.enrol(6, consents=False)


def test_no_class_opens_without_both_agreements_on_the_day_of_the_examination(school: School) -> None:
    with pytest.raises(DomainError, match="叉车司机 N1"):
        school.open(course="forklift_double")
    with at(date(2027, 12, 30)), pytest.raises(DomainError, match="书面约定"):
        school.open(
            enrol_until=date(2027, 12, 30), starts_on=date(2027, 12, 31), ends_on=date(2028, 1, 5),
            exam_on=date(2028, 1, 6),
        )  # fmt: skip


def test_checking_in_twice_is_once_and_only_on_the_day_and_the_sheet_names_its_wrong_rows(
    school: School,
) -> None:
    school.enrol(1)
    row = Enrolment.objects.get()
    session = school.session()
    me = learner(row.person_id)
    with pytest.raises(DomainError, match="不在今天"):
        services.check_in(me, code=session.code)
    with at(STARTS):
        assert services.check_in(me, code=session.code).is_new
        assert not services.check_in(me, code=session.code).is_new
        assert not services.note_attendance(
            school.teacher, class_id=school.class_id, session_number=1, roll=1
        ).is_new
        with pytest.raises(DomainError, match="没有9号学员"):
            services.note_attendance(school.teacher, class_id=school.class_id, session_number=1, roll=9)
        with pytest.raises(NotAllowed):
            services.note_attendance(
                school.staff["other_teacher"], class_id=school.class_id, session_number=1, roll=1
            )
    assert Attendance.objects.count() == 1
    assert own_courses(me)[0].percent == 100


def test_too_little_attendance_keeps_from_the_examination(school: School) -> None:
    school.enrol(1)
    school.enrol(2)
    school.teach(absent=(2,))
    assert dict(Enrolment.objects.values_list("roll", "state")) == {1: "trained", 2: "short"}
    with at(ENDS, 19):
        assert (
            services.set_examination(school.officer, class_id=school.class_id, held_on=EXAM).candidates == 1
        )


def test_the_digest_stands_before_and_the_seed_after_draws_the_same_paper(school: School) -> None:
    school.enrol(1)
    school.teach()
    with at(ENDS, 19):
        sitting = school.sitting()
        before = draw_of(sitting)
        assert (len(before.seed_digest), before.opened_seed, before.sections) == (64, "", ())
        for early in (
            lambda: access_papers(school.officer, sitting),
            lambda: services.open_seed(school.officer, examination_id=sitting),
        ):
            with pytest.raises(DomainError, match=r"还没有到|到考试那天"):
                early()
    with at(EXAM):
        printed = access_papers(school.officer, sitting)
        assert printed == access_papers(school.officer, sitting)
        with pytest.raises(NotAllowed):
            access_papers(school.teacher, sitting)
        seed = services.open_seed(school.officer, examination_id=sitting)
    after = draw_of(sitting)
    assert (after.is_right, digest_of(seed)) == (True, before.seed_digest)
    asked = {q.id for section in printed.papers[0].sections for q in section.questions}
    assert asked == {name for _title, names in after.sections for name in names}


def test_an_examiner_marks_own_candidates_only_and_another_school_s_examiner_is_refused(
    school: School,
) -> None:
    school.enrol(1)
    school.teach()
    with at(ENDS, 19):
        sitting = school.sitting()
    candidate = Candidate.objects.get()
    with at(EXAM):
        assert [d.part for d in own_duties(school.staff["one"])] == ["practical"]
        assert own_duties(school.staff["other_examiner"]) == ()
        for who, part in (("other_examiner", "practical"), ("theory", "practical"), ("one", "theory")):
            with pytest.raises(NotAllowed):
                mark_page(school.staff[who], sitting, part)
            with pytest.raises(NotAllowed):
                services.enter_marks(school.staff[who], candidate_id=candidate.pk, part=part, points={})
        with pytest.raises(DomainError, match="已经够了"):
            services.assign_examiner(
                school.officer, examination_id=sitting, account_id=school.staff["other_examiner"].id,
                name="三", part="practical",
            )  # fmt: skip
        with pytest.raises(DomainError, match="1号考生的成绩不全"):
            services.publish_results(school.officer, examination_id=sitting)
        school.mark(sitting, 1)
        services.enter_marks(
            school.staff["two"], candidate_id=candidate.pk, part="practical",
            points={"p_safety": "20", "p_tools": "20", "p_control": "20", "p_response": "20"},
        )  # fmt: skip
        with pytest.raises(DomainError, match="相差"):
            services.publish_results(school.officer, examination_id=sitting)


def test_another_county_s_or_school_s_people_see_and_do_nothing_here(school: School) -> None:
    other = school.staff["other_teacher"]
    assert list_classes(other) == ()
    for refused in (
        lambda: class_page(other, school.class_id),
        lambda: services.finish_teaching(other, class_id=school.class_id),
        lambda: services.enrol_learner(other, class_id=school.class_id, words=None),
        lambda: services.set_examination(other, class_id=school.class_id, held_on=EXAM),
        lambda: conversions(school.teacher),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert [line.title for line in open_classes([school.county.area])] == ["电工双证一班"]


def job(began_on: date, **changes: object) -> Job:
    given = {"employer": Body("云山矿业"), "contract": "fixed", "evidence": "劳动合同", "wage_after_fen": 620_000,
             "wage_before_fen": 310_000}  # fmt: skip
    return Job(began_on=began_on, **(given | changes))


def test_conversion_per_step_opens_to_rows_and_never_says_trained_alone(school: School) -> None:
    services.offer_course(
        school.officer, office_id=school.office.id, course="electrician_double", name="没来的人",
        phone="13800000977", basis="consent",
    )  # fmt: skip
    examined(school, ((85, 85), (85, 85)), ((60, 79), (85, 85)))
    first = Enrolment.objects.get(roll=1)
    with at(AFTER):
        services.record_authority_number(
            school.staff["authority"], certificate_id=Certificate.objects.get(is_statutory=True).pk,
            number=PERMIT, issued_on=AFTER,
        )  # fmt: skip
        placed = services.place_learner(school.officer, enrolment_id=first.pk, job=job(AFTER))
        assert placed.due_on == (date(2026, 12, 22), date(2027, 3, 22), date(2027, 9, 22))
        todos = worklist.list_todos(school.officer, kinds=["skills.follow_up"]).items
        assert [t.due_at.date() for t in todos] == list(placed.due_on)
        with pytest.raises(DomainError, match="还没有到"):
            services.record_follow_up(
                school.officer, follow_up_id=FollowUp.objects.get(months=3).pk, outcome="retained"
            )
    with at(date(2026, 12, 22)):
        services.record_follow_up(
            school.officer,
            follow_up_id=FollowUp.objects.get(months=3).pk,
            outcome="retained",
            wage_fen=650_000,
        )
    with at(date(2027, 3, 22)):
        services.record_follow_up(
            school.officer, follow_up_id=FollowUp.objects.get(months=6).pk, outcome="left"
        )
        assert worklist.list_todos(school.officer, kinds=["skills.follow_up"]).items == ()
    leader = school.county.staff["leader"]
    young = {c.step: (c.numerator, c.denominator) for c in conversions(leader)}
    assert young["retained_3"] == (0, 0)  # nobody is missing before the day has come
    with at(date(2027, 9, 22)):
        found = {c.step: (c.numerator, c.denominator) for c in conversions(leader)}
    assert found == {
        "gap_detected": (3, 3), "offered": (3, 3), "enrolled": (2, 3), "trained": (2, 2), "assessed": (2, 2),
        "certified_level": (2, 2), "certified_permit": (1, 2), "employed": (1, 2), "retained_3": (1, 1),
        "retained_6": (0, 1), "retained_12": (0, 1),
    }  # fmt: skip
    for step, (numerator, _of) in found.items():
        assert len(rows_of(leader, step)) == numerator
    figure = class_figures(leader)[0]
    assert (figure.trained, figure.both, figure.employed, figure.saved_yuan) == (2, 1, 1, 2 * 480)
    assert (figure.wage_before_fen, figure.wage_after_fen) == (310_000, 620_000)


def test_an_order_class_goes_from_entry_examination_to_a_job_at_its_end(school: School) -> None:
    services.record_demand(
        school.officer, office_id=school.county.root.id, course="electrician_double", source="order",
        people=2, employer=Body("云山矿业"),
    )  # fmt: skip
    order = school.open(title="矿业订单班", capacity=2, entry_mark=60, employer=Body("云山矿业"))
    asked = [school.enrol(n, class_id=order) for n in (1, 2, 3, 4)]
    assert {a.state for a in asked} == {"applied"}
    marks = (70, 59, 90, 80)
    for one, mark in zip(asked, marks, strict=True):
        services.note_entry_mark(school.teacher, enrolment_id=one.enrolment_id, mark=mark)
    states = dict(Enrolment.objects.filter(training_class_id=order).values_list("entry_mark", "state"))
    assert states == {90: "placed", 80: "placed", 70: "waiting", 59: "refused"}
    school.teach(order)
    best = Enrolment.objects.get(training_class_id=order, entry_mark=90)
    second = Enrolment.objects.get(training_class_id=order, entry_mark=80)
    assert shared_results(best.training_class.employer_id) == ()
    with at(AFTER):
        services.begin_internship(school.officer, enrolment_id=best.pk, from_on=ENDS)
        services.place_learner(school.officer, enrolment_id=best.pk, job=job(AFTER))
    with at(ENDS + timedelta(days=40)):
        services.place_learner(school.officer, enrolment_id=second.pk, job=job(ENDS + timedelta(days=31)))
    rate = at_once_rate(school.county.staff["leader"])
    assert (rate.numerator, rate.denominator, rate.percent) == (1, 2, 50)


def test_an_employer_sees_results_by_the_learner_s_consent_only(school: School) -> None:
    order = school.open(title="矿业订单班", entry_mark=60, employer=Body("云山矿业"))
    made = school.enrol(1, class_id=order)
    row = Enrolment.objects.get(pk=made.enrolment_id)
    employer = row.training_class.employer_id
    with pytest.raises(NotAllowed):
        services.share_results(learner(school.class_id), enrolment_id=row.pk, shares=True)
    services.share_results(learner(row.person_id), enrolment_id=row.pk, shares=True)
    assert [one.class_title for one in shared_results(employer)] == ["矿业订单班"]
    services.share_results(learner(row.person_id), enrolment_id=row.pk, shares=False)
    assert shared_results(employer) == ()


def test_a_co_operative_s_two_classes_a_year_and_when_one_is_overdue(school: School) -> None:
    assert [due_by(2, date(2026, month, 1)) for month in (1, 6, 7, 12)] == [0, 0, 1, 1]
    services.add_provider(
        school.officer, office_id=school.other_office.id, body=Body("云山劳务合作社"), kind="cooperative",
        yearly_classes=2,
    )  # fmt: skip
    with moment.standing_at(datetime(2026, 7, 1, 9, tzinfo=moment.SHANGHAI)):
        found = {p.name: (p.held, p.due, p.is_late) for p in providers(school.officer)}
    assert found["云山劳务合作社"] == (0, 1, True)
    assert found["云山技工学校"][2] is False
