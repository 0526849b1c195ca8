"""The repository's own packs: no finding, every example holds, and what they promise is what the documents say."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from gongyou.engines.casework.definitions import BESIDE, CaseType, Confidence, Happens
from gongyou.packkit.loader import Packs
from gongyou.packkit.reporting import Report, check_and_load
from gongyou.packkit.resolving import NATION, chain_of, resolve
from gongyou.packkit.walking import walk
from tests.yunshan.county import JINXIANG, PACKS, STRAIGHT, TRIAGE, YUNSHAN

DAY = date(2026, 11, 22)


@cache
def checked() -> tuple[Report, Packs]:
    return check_and_load(PACKS)


def types(programme: str, area: str = NATION) -> tuple[CaseType, ...]:
    return resolve(checked()[1], programme, area, DAY).content.types


def test_no_finding() -> None:
    report, _ = checked()
    assert "\n".join(finding.sentence() for finding in report.findings) == ""
    assert {f"programme {STRAIGHT}", f"programme {TRIAGE}", f"area {JINXIANG}"} <= set(report.packs)


def test_every_type_has_an_example() -> None:
    _, packs = checked()
    for pack in packs.programmes:
        if pack.case is None:
            continue
        shown = {example.type for file in pack.examples for example in file.examples.cases}
        assert shown == {case_type["id"] for case_type in pack.case.data["types"]}


# What the article says, clock by clock: (class, days, unit, confidence).
ARTICLE = [
    ("settle", "simple", 3, "calendar_day", Confidence.ARTICLE),
    ("settle", "complex", 7, "calendar_day", Confidence.ARTICLE),
    ("call_back", "any", 3, "working_day", Confidence.ARTICLE),
    ("review", "any", 5, "calendar_day", Confidence.ARTICLE),
    ("receipt", "any", 1, "working_day", Confidence.ARTICLE),
    ("accept", "any", 4, "business_hour", Confidence.ASSUMED),
]


@pytest.mark.parametrize(("clock_id", "matter_class", "budget", "unit", "confidence"), ARTICLE)
def test_the_articles_numbers(
    clock_id: str, matter_class: str, budget: int, unit: str, confidence: Confidence
) -> None:
    for case_type in types(STRAIGHT, JINXIANG):
        if case_type.filed_by_staff:
            continue  # the article says nothing about delegates' proposals
        clock = next((c for c in case_type.clocks if c.id == clock_id), None)
        if clock is None:
            assert case_type.may_be_anonymous and clock_id in {"call_back", "review"}
            continue
        if case_type.kind == "wish" and clock_id == "settle":
            assert clock.confidence == "assumed"  # the article gives wishes no days
            continue
        assert (clock.budget[matter_class], clock.unit, clock.confidence) == (budget, unit, confidence)
        assert clock.source


def test_an_area_decides_otherwise_with_its_own_document() -> None:
    packs = checked()[1]
    here, elsewhere = resolve(packs, TRIAGE, YUNSHAN, DAY), resolve(packs, TRIAGE, NATION, DAY)
    local = next(v for v in here.values if v.id == "settle_hard")
    assert (local.amount, local.area) == (8, YUNSHAN)
    assert next(v.amount for v in elsewhere.values if v.id == "settle_hard") == 10
    settle = next(c for c in here.content.types[0].clocks if c.id == "settle")
    assert settle.budget == {"ordinary": 5, "hard": 8}
    assert local.source.title in settle.source


def test_a_rule_that_changes_on_a_day() -> None:
    packs = checked()[1]
    budgets = [
        next(c for c in resolve(packs, TRIAGE, NATION, on).content.types[0].clocks if c.id == "settle").budget
        for on in (date(2026, 12, 31), date(2027, 1, 1))
    ]
    assert [budget["ordinary"] for budget in budgets] == [5, 4]


def test_resolving_twice_gives_the_same() -> None:
    packs = checked()[1]
    assert resolve(packs, STRAIGHT, JINXIANG, DAY) == resolve(packs, STRAIGHT, JINXIANG, DAY)


def test_the_nearest_area_comes_first() -> None:
    assert chain_of(checked()[1], JINXIANG)[0].code == JINXIANG


@pytest.mark.parametrize("programme", [STRAIGHT, TRIAGE])
def test_no_way_to_satisfied_but_the_workers_word(programme: str) -> None:
    for case_type in types(programme):
        for step in walk(case_type):
            if step.after.state == "closed_satisfied" != step.before.state:
                assert step.on is Happens.CALLED_SATISFIED


def test_what_the_services_do_is_possible_in_every_programme() -> None:
    """Every happening a service raises leads somewhere, except those a type leaves out on purpose."""
    raised = set(Happens) - BESIDE - {Happens.CALENDAR_CHANGED, Happens.RECEIPT_SENT}
    pausing = {Happens.PAUSED, Happens.RESUMED}
    # What only wishes know: all of it or nothing.
    wall = set(
        list(Happens)[list(Happens).index(Happens.CHECKED) : list(Happens).index(Happens.FULFILLED) + 1]
    )
    for programme in (STRAIGHT, TRIAGE):
        for case_type in types(programme):
            left_out = raised - {transition.on for transition in case_type.transitions}
            if Happens.PUT_UP in left_out:
                assert wall <= left_out
                left_out -= wall
            if case_type.call_back is None:
                called = {h for h in Happens if h.value.startswith("call")} | {
                    Happens.REVIEWED,
                    Happens.EXPLAINED,
                }
                # Nobody knows whether an anonymous person said it before.
                assert left_out == called & raised | {Happens.REPEAT_TOLD}
            elif case_type.pauses is None:
                assert left_out == {*pausing, Happens.RECLASSIFIED}
            else:
                assert left_out == set()
