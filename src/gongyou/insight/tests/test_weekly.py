"""Hot topics, the weekly bulletin, the month's theme: what they count, what is frozen, who may."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.jobs import climb
from gongyou.engines.casework.queries.topics import TopicKey
from gongyou.engines.casework.tests.histories import moment_of
from gongyou.engines.casework.tests.stories import Story, at
from gongyou.insight import services
from gongyou.insight.bulletins import BulletinView, bulletin_of, list_bulletins
from gongyou.insight.measures import measures, period
from gongyou.insight.models import Bulletin, MonthlyTheme
from gongyou.insight.themes import month_of, theme_for_workers, themes_of
from gongyou.insight.topics import HotTopic, access_taken_up, hot_topics, list_taken_up, matters_of
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.kernel.models.audit import AuditRecord
from gongyou.web.tests.desk_county import county
from tests.yunshan.county import County
from tests.yunshan.fixtures import installed_packs

__all__ = ["county", "installed_packs"]

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 9)
MONDAY_AFTER = "2026-11-16 09:00"
WAGES = TopicKey("chair-as-station-master", "appeal", "wages")
REST = TopicKey("chair-as-station-master", "appeal", "rest_facilities")


def said(county: County, topic: str, days: list[str]) -> None:
    for day in days:
        with at(f"{day} 10:00"):
            county.file(topic=topic)


def hot(county: County, when: str = MONDAY_AFTER, week_on: date = MONDAY) -> dict[TopicKey, HotTopic]:
    root = county.offices[county.area]
    extent = period(week_on, week_on + timedelta(days=6), area=county.area, office_path=root.path)
    with at(when):
        return {t.key: t for t in hot_topics(county.staff["leader"], extent, week_on)}


# Matters of the week, matters of the four weeks before (nearest first): hot or not.
WEEKS = (
    ("five against none before", 5, (0, 0, 0, 0), True),
    ("four: too few to say anything", 4, (0, 0, 0, 0), False),
    ("six against an average of four: half as many again", 6, (4, 4, 4, 4), True),
    ("five against an average of four", 5, (4, 4, 4, 4), False),
    ("a single busy week does not hide it", 6, (8, 0, 0, 0), True),
    ("as ever", 5, (5, 5, 5, 5), False),
)


@pytest.mark.parametrize(("what", "now", "before", "is_hot"), WEEKS, ids=[w[0] for w in WEEKS])
def test_hot_topics_rose_against_the_weeks_before_with_a_minimum_n(
    what: str, now: int, before: tuple[int, ...], is_hot: bool
) -> None:
    assert HotTopic(WAGES, "工资报酬", now, before, repeats=0).has_risen is is_hot


def test_hot_topics_are_counted_by_week_and_open_to_their_rows(county: County) -> None:
    said(county, "wages", ["2026-10-26", "2026-11-04"])
    said(county, "wages", [f"2026-11-{day:02}" for day in (9, 10, 10, 11, 15)])
    said(county, "rest_facilities", ["2026-11-09", "2026-11-10"])
    found = hot(county)
    assert set(found) == {WAGES}
    assert (found[WAGES].count, found[WAGES].before) == (5, (1, 1, 0, 0))
    root = county.offices[county.area]
    week = period(MONDAY, MONDAY + timedelta(days=6), area=county.area, office_path=root.path)
    rows = matters_of(county.staff["leader"], week, WAGES)
    assert len(rows) == 5
    assert all(MONDAY <= row.received_on <= MONDAY + timedelta(days=6) for row in rows)
    elsewhere = period(MONDAY, MONDAY, area=county.area, office_path=county.other_station.path)
    assert not matters_of(county.staff["leader"], elsewhere, WAGES)


def repeated(county: County, times: int) -> None:
    for number in range(times):
        earlier = Story.settled(county, f"2026-11-0{number + 2} 10:00")
        Story.begun(county, f"2026-11-1{number} 10:00").repeats(f"2026-11-1{number} 11:00", earlier)


def test_a_topic_from_repeats_can_be_opened_as_a_proactive_matter(county: County) -> None:
    """Three matters said again without anything new; the figure counts the topic as taken up from then on."""
    repeated(county, 3)
    leader, root = county.staff["leader"], county.offices[county.area]
    assert hot(county)[REST].is_repeated
    with at(MONDAY_AFTER):
        opened = services.open_topic(
            leader, office_id=root.id, topic=REST.text, plan="给每个站配一把椅子。", due_on=date(2026, 12, 31)
        )
        extent = period(date(2026, 11, 1), date(2026, 11, 30), area=county.area)
        figure = {m.id: m for m in measures(leader, extent)}["topics_opened"]
        assert (figure.numerator, figure.denominator) == (1, 1)
        assert access_taken_up(leader, opened.topic_id).reason == "repeats"
        with pytest.raises(DomainError) as refused:
            services.open_topic(
                leader, office_id=root.id, topic=REST.text, plan="再来。", due_on=date(2026, 12, 31)
            )
        assert refused.value.code == "taken_up"
        services.close_topic(leader, topic_id=opened.topic_id, result="椅子到位。")
        assert [t.result for t in list_taken_up(leader, extent)] == ["椅子到位。"]
    assert hot(county)[REST].taken_up is None


# Who tries to take up what, and what stops them.
def test_a_topic_that_neither_rose_nor_came_back_is_not_taken_up(county: County) -> None:
    said(county, "wages", ["2026-11-10"])
    root = county.offices[county.area]
    with at(MONDAY_AFTER), pytest.raises(DomainError) as refused:
        services.open_topic(
            county.staff["leader"],
            office_id=root.id,
            topic=WAGES.text,
            plan="想办法。",
            due_on=date(2026, 12, 1),
        )
    assert refused.value.code == "not_hot"
    with at(MONDAY_AFTER), pytest.raises(NotAllowed):
        services.open_topic(
            county.staff["desk"],
            office_id=root.id,
            topic=WAGES.text,
            plan="想办法。",
            due_on=date(2026, 12, 1),
        )


def busy_week(county: County) -> Story:
    """A matter that climbs, one that is late, an exclusion, a hot topic."""
    late = Story.begun(county, "2026-11-09 10:00").accept("2026-11-09 11:00")
    with at("2026-11-13 09:00"):
        climb()
    angry = Story.reviewing(county, "2026-11-05 10:00").review("2026-11-09 10:00", is_reasonable=False)
    angry.ask_exclusion("2026-11-09 11:00", "unreasonable").decide_exclusion(
        "2026-11-10 15:00", is_approved=True
    )
    said(county, "wages", [f"2026-11-{day:02}" for day in (9, 10, 11, 12, 13)])
    return late


def issued(county: County, when: str = MONDAY_AFTER) -> BulletinView:
    root = county.offices[county.area]
    with at(when):
        services.issue_bulletin(county.staff["leader"], office_id=root.id, week_on=MONDAY)
        return bulletin_of(county.staff["leader"], root.id, MONDAY)


def test_the_weekly_bulletin_has_a_line_for_every_escalation_step_of_the_week(county: County) -> None:
    late = busy_week(county)
    content = issued(county).content
    number = late.row.number
    steps = [(line.number, line.does) for line in content.steps if line.number == number]
    assert [does for _number, does in steps][:3] == ["remind", "master", "help"]
    assert number in {line.number for line in content.late}
    assert [line.is_approved for line in content.left_out] == [True]
    assert {(t.title, t.count) for t in content.topics} == {("工资报酬", 5)}
    opinion = {f.id: f for f in content.figures}["satisfaction"]
    assert (opinion.numerator, opinion.denominator, opinion.left_out) == (0, 0, 1)
    assert opinion.coverage == (1, 1), "never without its coverage"


def test_an_issued_bulletin_is_frozen_and_readable_afterwards(county: County) -> None:
    busy_week(county)
    before = issued(county)
    record = AuditRecord.objects.filter(action="insight.issue_bulletin").get()
    assert record.actor_id == county.staff["leader"].id
    said(county, "wages", ["2026-11-14"])  # keyed later, dated in the week
    with at("2026-12-01 09:00"):
        after = bulletin_of(county.staff["leader"], county.offices[county.area].id, MONDAY)
        assert after == before
        assert [line.week_on for line in list_bulletins(county.staff["leader"])] == [MONDAY]
    for change in (
        lambda rows: rows.update(content={}),
        lambda rows: rows.delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(Bulletin.objects.all())


# What may not be issued: when, which Monday, by whom; the code or the kind of refusal.
def test_a_bulletin_is_issued_once_and_only_when_the_week_is_over(county: County) -> None:
    root, leader = county.offices[county.area], county.staff["leader"]
    for when, week_on, code in (
        ("2026-11-15 23:00", MONDAY, "week_runs"),
        (MONDAY_AFTER, date(2026, 11, 10), "week"),
    ):
        with at(when), pytest.raises(DomainError) as refused:
            services.issue_bulletin(leader, office_id=root.id, week_on=week_on)
        assert refused.value.code == code
    issued(county)
    with at(MONDAY_AFTER), pytest.raises(DomainError) as refused:
        services.issue_bulletin(leader, office_id=root.id, week_on=MONDAY)
    assert refused.value.code == "issued_before"


def test_a_bulletin_stays_within_reach(county: County) -> None:
    root = county.offices[county.area]
    issued(county)
    with at(MONDAY_AFTER):
        for who in ("town_leader", "desk"):
            with pytest.raises((NotAllowed, NotFound)):
                bulletin_of(county.staff[who], root.id, MONDAY)
            with pytest.raises(Refusal):
                services.issue_bulletin(
                    county.staff[who], office_id=root.id, week_on=MONDAY - timedelta(days=7)
                )
        assert not list_bulletins(county.staff["town_leader"])


def set_theme(county: County, topic: TopicKey, text: str, when: str = "2026-11-02 09:00") -> None:
    root = county.offices[county.area]
    with at(when):
        services.set_theme(
            county.staff["leader"], office_id=root.id, month=date(2026, 11, 1), topic=topic.text, text=text
        )


def test_a_monthly_theme_is_set_by_an_office_and_its_matters_are_counted(county: County) -> None:
    said(county, "wages", ["2026-10-20", "2026-11-05", "2026-11-06"])
    set_theme(county, REST, "先看饮水。")
    set_theme(county, WAGES, "这个月专门办工资。", "2026-11-03 09:00")
    with at(MONDAY_AFTER):
        (theme,) = themes_of(county.staff["leader"], date(2026, 11, 1))
    assert (theme.key, theme.count, theme.before) == (WAGES, 2, 1)
    assert MonthlyTheme.objects.count() == 2, "the one before is kept, superseded"


def test_workers_see_the_theme_of_the_nearest_office(county: County) -> None:
    set_theme(county, WAGES, "这个月专门办工资。")
    month = month_of(moment_of(MONDAY_AFTER).date())
    theme = theme_for_workers(county.station.id, month)
    assert theme is not None
    assert (theme.title, theme.text) == ("工资报酬", "这个月专门办工资。")
    assert theme.count is None, "figures are not for the worker's page"
    assert theme_for_workers(county.station.id, date(2026, 12, 1)) is None


def test_a_theme_needs_a_topic_of_the_area_and_a_month_that_is_not_past(county: County) -> None:
    root = county.offices[county.area]
    for month, topic, code in (
        (date(2026, 10, 1), WAGES.text, "past_month"),
        (date(2026, 11, 1), "elsewhere.appeal.wages", "topic"),
        (date(2026, 11, 1), "wages", "topic"),
    ):
        with at(MONDAY_AFTER), pytest.raises(DomainError) as refused:
            services.set_theme(
                county.staff["leader"], office_id=root.id, month=month, topic=topic, text="办好它。"
            )
        assert refused.value.code == code
