"""From a survey to a job that lasts, through the services."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gongyou.engines.casework.models import Case
from gongyou.engines.employment import services
from gongyou.engines.employment.models import FollowUp, Intention, Listing, MatchRun, Post, SurveyAnswer
from gongyou.engines.employment.queries.lists import list_of, why
from gongyou.engines.employment.queries.referrals import candidates
from gongyou.engines.employment.services.referrals import FollowUpWords, PlacementWords
from gongyou.engines.employment.tests.bed import CLEANER, ELECTRICIAN, NOW, PERSON, Bed, later
from gongyou.kernel import jobs
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import DomainError, NotAllowed
from gongyou.kernel.models.events import Event
from gongyou.kernel.models.messages import Message
from gongyou.kernel.models.worklist import WorkItem
from gongyou.registry.services.people import withdraw_consent
from tests.journeys.outsiders import appoint
from tests.yunshan.county import County

pytestmark = pytest.mark.django_db


def test_survey_recommendation_interview_placement_follow_up(bed: Bed) -> None:
    answered = bed.asks()
    post = bed.opens()
    run = bed.matches()
    assert (run.state, run.workers, run.posts, run.recommended) == ("done", 1, 1, 1)
    assert len(run.input_digest) == len(run.rulebook_hash) == len(run.fingerprint) == 64
    listed = list_of(bed.officer, answered.intention_id, purpose="求职登记")
    assert [(one.post.id, "第一意向职业" in one.reasons) for one in listed.posts] == [(post.pk, True)]

    seen = services.show_interest(bed.officer, intention_id=answered.intention_id, post_id=post.pk)
    employer = bed.employer.actor
    (candidate,) = candidates(employer, post.pk)
    assert candidate.person is not None
    assert (candidate.person.name_masked, candidate.contact) == ("李*", None)

    invited = services.invite(
        employer, referral_id=seen.referral_id, version=seen.version, starts_at=NOW + timedelta(days=1), minutes=30,
        place="厂区一楼",
    )  # fmt: skip
    assert Message.objects.filter(template="employment.progress").count() == 1
    offered = services.offer(employer, referral_id=seen.referral_id, version=invited.version)
    with later(3):
        placed = services.note_placement(
            bed.officer, referral_id=seen.referral_id, version=offered.version,
            words=PlacementWords(date(2026, 11, 25), "contract", "劳动合同", "3600", "2800"),
        )  # fmt: skip
        assert placed.state == "placed"
    calls = list(FollowUp.objects.order_by("days"))
    assert [(c.days, c.due_on) for c in calls] == [(30, date(2026, 12, 25)), (90, date(2027, 2, 23))]
    assert WorkItem.objects.filter(kind="employment.follow_up").count() == 2
    with later(33):
        services.note_follow_up(
            bed.officer, follow_up_id=calls[0].pk, words=FollowUpWords("still", wage_yuan="3700")
        )
    assert WorkItem.objects.filter(kind="employment.follow_up").count() == 1


def test_harm_found_by_a_follow_up_opens_a_matter(bed: Bed) -> None:
    answered, post = bed.asks(), bed.opens()
    seen = services.show_interest(bed.officer, intention_id=answered.intention_id, post_id=post.pk)
    words = PlacementWords(date(2026, 11, 20), "contract", "劳动合同", "3600")
    services.note_placement(bed.officer, referral_id=seen.referral_id, version=seen.version, words=words)
    call = FollowUp.objects.order_by("days")[0]
    with later(30):
        services.note_follow_up(
            bed.officer, follow_up_id=call.pk, words=FollowUpWords("arrears", "上个月工资没有发")
        )
        jobs.run_due()
        jobs.run_due()
    call.refresh_from_db()
    assert Case.objects.get().number.replace(" ", "") in (
        call.matter_number,
        call.matter_number.replace("-", ""),
    )


def test_training_willingness_becomes_course_demand_and_work_is_asked_apart(bed: Bed) -> None:
    answered = bed.asks(replace(PERSON, wants_job=False, wants_training=True, training=("低压电工作业证",)))
    assert answered.intention_id is None
    assert SurveyAnswer.objects.get().training == ["低压电工作业证"]
    wanted = Event.objects.get(name="employment.training_wanted")
    assert wanted.payload["wanted"] == ["低压电工作业证"]
    assert not Intention.objects.exists()


def test_why_this_post_why_not_that_one_is_right_on_both_sides(bed: Bed) -> None:
    answered = bed.asks(replace(PERSON, occupations=("保洁员", "电工")))
    cleaner, electrician = bed.opens(), bed.opens(ELECTRICIAN)
    bed.matches()
    listed = list_of(bed.officer, answered.intention_id, purpose="求职登记")
    assert [one.post.id for one in listed.posts] == [cleaner.pk]
    (near,) = listed.near
    assert (near.post.id, near.certificate) == (electrician.pk, "低压电工作业证")
    assert "应急管理部门" in near.how
    told = why(bed.officer, answered.intention_id, electrician.pk, purpose="求职登记")[2]
    assert (told.eligible, told.failed) == (False, ("certificates",))
    assert told.sentences[0].startswith("还差：低压电工作业证")
    with pytest.raises(DomainError, match="还差：低压电工作业证"):
        services.show_interest(bed.officer, intention_id=answered.intention_id, post_id=electrician.pk)
    seen = services.show_interest(bed.officer, intention_id=answered.intention_id, post_id=cleaner.pk)
    (candidate,) = candidates(bed.employer.actor, cleaner.pk)
    assert "第一意向职业" in candidate.reasons
    assert candidates(bed.employer.actor, electrician.pk) == ()
    assert seen.state == "interested"


def test_a_changed_post_updates_the_lists(bed: Bed) -> None:
    answered = bed.asks()
    first = bed.opens()
    bed.matches()
    second = bed.opens(replace(CLEANER, title="食堂保洁", wage_high_yuan="4500"))
    jobs.run_due()
    assert MatchRun.objects.order_by("ordered_at", "id").last().kind == "update"
    listed = list_of(bed.officer, answered.intention_id, purpose="求职登记")
    assert [one.post.id for one in listed.posts] == [second.pk, first.pk]
    services.end_post(bed.officer, post_id=second.pk, version=Post.objects.get(pk=second.pk).version)
    jobs.run_due()
    assert [one[0] for one in Listing.objects.get().posts] == [str(first.pk)]
    again = bed.matches()
    assert [one[0] for one in Listing.objects.get(run=again).posts] == [str(first.pk)]


def test_who_opts_out_gets_a_plain_list_and_is_in_no_run(bed: Bed) -> None:
    answered, post = bed.asks(), bed.opens()
    bed.asks(replace(PERSON, name="王二", phone="13811110031"))
    assert bed.matches().workers == 2
    services.choose_order(bed.officer, intention_id=answered.intention_id, is_plain=True)
    listed = list_of(bed.officer, answered.intention_id, purpose="求职登记")
    assert [(one.post.id, one.score, one.reasons) for one in listed.posts] == [(post.pk, None, ())]
    jobs.run_due()
    assert bed.matches().workers == 1
    assert not Listing.objects.filter(intention_id=answered.intention_id).exists()


def test_a_consent_taken_back_ends_list_and_interest(bed: Bed) -> None:
    answered, post = bed.asks(), bed.opens()
    bed.matches()
    seen = services.show_interest(bed.officer, intention_id=answered.intention_id, post_id=post.pk)
    row = Intention.objects.get()
    withdraw_consent(_registrar(bed), person_id=row.person_id, purpose="employment.matching")
    jobs.run_due()
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert list_of(bed.officer, row.pk, purpose="求职登记").posts == ()
    assert row.referrals.get(pk=seen.referral_id).state == "withdrawn"


def _registrar(bed: Bed) -> Actor:
    return bed.county.staff["dispatcher"]


def test_nobody_is_in_two_interviews_at_once(bed: Bed) -> None:
    answered, post, other = bed.asks(), bed.opens(), bed.opens(replace(CLEANER, title="食堂保洁"))
    employer = bed.employer.actor
    at = NOW + timedelta(days=1)
    for one, is_free in ((post, True), (other, False)):
        seen = services.show_interest(bed.officer, intention_id=answered.intention_id, post_id=one.pk)
        given = {"referral_id": seen.referral_id, "version": seen.version, "starts_at": at, "minutes": 30}
        if is_free:
            services.invite(employer, place="一楼", **given)  # type: ignore[arg-type]
        else:
            with pytest.raises(DomainError, match="已经有别的面试"):
                services.invite(employer, place="二楼", **given)  # type: ignore[arg-type]


def test_another_countys_officer_is_refused(bed: Bed, other: County) -> None:
    stranger = appoint("ys.work", "employment_officer", other.root.id, other.root.path)
    answered, post = bed.asks(), bed.opens()
    with pytest.raises(NotAllowed):
        list_of(stranger, answered.intention_id, purpose="求职登记")
    with pytest.raises(NotAllowed):
        services.order_match(stranger, area=bed.county.area)
    with pytest.raises(NotAllowed):
        services.end_post(stranger, post_id=post.pk, version=post.version)
    with pytest.raises(NotAllowed):
        services.show_interest(stranger, intention_id=answered.intention_id, post_id=post.pk)
    Post.objects.filter(pk=post.pk).update(office_path=other.root.path)
    with pytest.raises(NotAllowed):  # the post is theirs now, the person is not
        services.show_interest(stranger, intention_id=answered.intention_id, post_id=post.pk)
