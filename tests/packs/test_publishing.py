"""Packs in the database: published once, by whoever may, readable without the folder."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from django.utils import translation

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.definitions import CaseProgramme
from gongyou.kernel import catalogue, moment
from gongyou.kernel.access import system_actor, visitor_actor
from gongyou.kernel.errors import NotAllowed, NotFound
from gongyou.kernel.models.catalogue import PackVersion
from gongyou.kernel.moment import SHANGHAI
from gongyou.offices import queries as offices
from gongyou.packkit import texts
from gongyou.packkit.calendars import calendar_for
from gongyou.packkit.findings import PacksRefused
from gongyou.packkit.publishing import install_packs, publish_all, publish_area
from gongyou.packkit.releases import checked
from gongyou.packkit.resolving import resolve
from tests.yunshan.county import JINXIANG, PACKS, STRAIGHT, TRIAGE, YUNSHAN, build_yunshan

pytestmark = pytest.mark.django_db
ACTOR = system_actor("tests")


def test_what_runs_is_what_was_resolved(installed_packs: None) -> None:
    packs = checked(PACKS)
    for area, programme in ((JINXIANG, STRAIGHT), (YUNSHAN, TRIAGE), (YUNSHAN, STRAIGHT)):
        published = catalogue.current("running", f"{area}/{programme}/case")
        assert published is not None
        expected = resolve(packs, programme, area, moment.today()).content
        assert catalogue.read_as(published.hash, CaseProgramme) == expected
    assert catalogue.current("running", f"{JINXIANG}/{TRIAGE}/case") is None


def test_publishing_again_changes_nothing(installed_packs: None) -> None:
    before = PackVersion.objects.count()
    again = publish_all(ACTOR, PACKS)
    assert not any(publication.is_new for publication in again)
    assert PackVersion.objects.count() == before


def test_a_value_that_changes_on_a_day_is_published_from_that_day(installed_packs: None) -> None:
    name = f"{YUNSHAN}/{TRIAGE}/case"
    old = catalogue.current("running", name)
    with moment.standing_at(datetime(2027, 1, 1, 1, tzinfo=SHANGHAI)):
        changed = [p for p in publish_all(ACTOR, PACKS) if p.is_new]
    assert name in {p.name for p in changed}
    assert f"{JINXIANG}/{STRAIGHT}/case" not in {p.name for p in changed}
    new = catalogue.current("running", name)
    assert old is not None and new is not None and new.number == old.number + 1
    assert catalogue.read_as(old.hash, CaseProgramme) != catalogue.read_as(new.hash, CaseProgramme)


def test_packs_with_a_mistake_are_refused_whole(db: None, tmp_path: Path) -> None:
    root = tmp_path / "packs"
    shutil.copytree(PACKS, root)
    path = root / "programmes" / STRAIGHT / "values.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("amount: 3", "amount: 99", 1), encoding="utf-8")
    with pytest.raises(PacksRefused) as refused:
        install_packs(ACTOR, root)
    assert "values.yaml" in refused.value.sentence() and "99" in refused.value.sentence()
    assert not PackVersion.objects.exists()


def test_only_who_may_publishes(db: None) -> None:
    with pytest.raises(NotAllowed):
        publish_all(visitor_actor(), PACKS)
    assert not PackVersion.objects.exists()


def test_one_area_alone(db: None) -> None:
    names = {p.name for p in publish_area(ACTOR, PACKS, JINXIANG)}
    running = {f"{JINXIANG}/{STRAIGHT}{kind}" for kind in ("", "/case", "/stations")}
    assert names == {JINXIANG, *running}
    with pytest.raises(NotFound):
        publish_area(ACTOR, PACKS, "990199")


def test_the_areas_own_days_and_hours_reach_the_calendar(installed_packs: None) -> None:
    build_yunshan()
    _, calendar = offices.calendar_of(YUNSHAN)
    typhoon = datetime(2026, 8, 5, tzinfo=SHANGHAI).date()
    assert not calendar.is_working_day(typhoon)
    assert calendar.closes.strftime("%H:%M") == "17:30"


def test_what_is_not_known_is_shown_as_open(installed_packs: None) -> None:
    published = catalogue.current("area", JINXIANG)
    assert published is not None
    area = catalogue.content(published.hash)
    assert area["hours_confidence"] == "assumed"
    assert [contact["is_open"] for contact in area["contacts"]] == [True, True]
    assert area["open_points"]


def test_texts_in_the_readers_language(installed_packs: None) -> None:
    assert texts.translate("诉求", "zh-hans") == "诉求"
    assert texts.translate("诉求", "en") == "Appeal"
    assert texts.translate("没有译过的一句", "en") == "没有译过的一句"
    with translation.override("en"):
        assert texts.say("待签收") == "Waiting for acceptance"
    with translation.override("zh-hans"):
        assert texts.say("待签收") == "待签收"


def test_every_text_a_person_reads_has_its_english(installed_packs: None) -> None:
    for area, programme in ((JINXIANG, STRAIGHT), (YUNSHAN, TRIAGE)):
        published = catalogue.current("running", f"{area}/{programme}/case")
        assert published is not None
        for case_type in catalogue.read_as(published.hash, CaseProgramme).types:
            shown = [case_type.title, case_type.invitation]
            shown += [text for state in case_type.states.values() for text in (state.title, state.public)]
            shown += [text for clock in case_type.clocks for text in (clock.title, clock.source)]
            shown += [message.text for message in case_type.messages]
            assert [text for text in shown if texts.translate(text, "en") == text] == []


def test_looking_up_texts_is_cheap(installed_packs: None, django_assert_num_queries: object) -> None:
    texts.translate("诉求", "en")
    with django_assert_num_queries(0):  # type: ignore[operator]
        for _ in range(1000):
            texts.translate("诉求", "en")


def test_a_calendar_without_a_database() -> None:
    typhoon = datetime(2026, 8, 5, tzinfo=SHANGHAI).date()
    assert not calendar_for(YUNSHAN).is_working_day(typhoon)
    assert calendar_for().is_working_day(typhoon) and calendar_for("110000").is_working_day(typhoon)
    assert calendar_for(JINXIANG).closes.strftime("%H:%M") == "17:00"
    with pytest.raises(Refusal):
        calendar_for("3708")
