"""Clues of the screen taken in again and again, the hospital's form, the count of route tests, and raw SQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from gongyou.basics.refusal import Refusal
from gongyou.engines.oversight import queries, services
from gongyou.engines.oversight.models import Decision, Happening, InjuryForm, Matter, RouteUse
from gongyou.engines.oversight.services import ClueIn, Patient
from gongyou.engines.oversight.tests.office import AREA, NUMBER, PROGRAMME, Guard
from gongyou.kernel import catalogue
from gongyou.kernel.access import visitor_actor
from gongyou.kernel.actions import in_act
from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.writing import writing

pytestmark = pytest.mark.django_db
CLUE = ClueIn(
    clue_id="c" * 32, person_id="p-000123", settlement_ids=("s1",), score=78, reasons=("就诊时间在排班的夜班里",),
    amount_fen=320_000, employer_id="91150100MA0N12345X", first_seen_on=date(2024, 9, 30),
    may_claim_until=date(2025, 9, 30), hospitals=("示例市第一医院",),
)  # fmt: skip
AT_WORK = {"relation": "employer", "doing": "working", "cause": "alone"}
AT_HOME = {"relation": "nobody", "doing": "other", "cause": "alone"}


def test_later_settlements_join_the_same_clue_and_the_same_file_again_changes_nothing(guard: Guard) -> None:
    officer, later = (
        guard.staff["officer"],
        replace(CLUE, settlement_ids=("s1", "s2"), amount_fen=860_000, score=83),
    )

    def take(*clues: ClueIn) -> tuple[int, int, int]:
        done = services.take_in_clues(officer, office_id=guard.office.id, clues=clues)
        return done.new, done.joined, done.known

    with guard.on("2025-02-10"):
        assert take(CLUE) == (1, 0, 0)
        assert take(CLUE) == (0, 0, 1)
        assert take(later) == (0, 1, 0)
        assert take(CLUE, later) == (0, 0, 2)
        row = Matter.objects.get()
        assert (row.settlements, row.amount_fen, row.score, row.state) == (["s1", "s2"], 860_000, 83, "clue")
        assert row.name_masked == "****0123"
        services.begin_inquiry(officer, matter_id=row.pk, version=row.version)
        guard.step(services.begin_inquiry, row.pk, "second")
        guard.step(services.close_without_finding, row.pk, reason="家里受的伤")
        assert take(replace(later, settlement_ids=("s1", "s2", "s3"))) == (0, 0, 1)
        assert Happening.objects.filter(kind="joined_after").count() == 1
        assert Matter.objects.get().state == "closed"


def test_reasons_of_a_screen_are_read_in_words(guard: Guard) -> None:
    words = {"in_shift": "就诊时间在排班的夜班里"}
    name = f"{AREA}/{PROGRAMME}/reasons"
    with writing():
        in_act("tests.publish", guard.staff["chief"],
               lambda act: catalogue.publish(act, kind="running", name=name, content=words), {})  # fmt: skip
    clue = replace(CLUE, reasons=("in_shift", "not_known"))
    with guard.on("2025-02-10"):
        services.take_in_clues(guard.staff["officer"], office_id=guard.office.id, clues=(clue,))
        view = queries.read_matter(guard.staff["officer"], Matter.objects.get().pk)
    assert view.reasons == ("就诊时间在排班的夜班里", "not_known")


def patient(**given: Any) -> Patient:
    return Patient(**{"name": "王大山", "number": NUMBER, "cause": "磨光刷钢丝崩进眼睛", "admitted_on": date(2024, 10, 15),
                      "injured_on": date(2024, 9, 30)} | given)  # fmt: skip


def register(guard: Guard, who: str = "clerk", **given: Any) -> services.FormRef:
    wanted = {
        "office_id": guard.hospital.id, "answers": AT_WORK, "seen_route": "work_injury", "patient": patient(),
        "pledges": False,
    } | given  # fmt: skip
    return services.register_injury(guard.staff[who], **wanted)


def test_the_hospital_asks_the_work_facts_and_shows_the_route_before_the_pledge(guard: Guard) -> None:
    with guard.on("2024-10-15"):
        for wrong, field in (
            ({"answers": {}}, "relation"),
            ({"seen_route": ""}, "seen_route"),
            ({"seen_route": "basic_medical"}, "seen_route"),
            ({"pledges": True}, "pledges"),  # a work injury: no pledge that nobody else is liable
            ({"patient": patient(number="110101199003071531")}, ""),
            ({"patient": patient(admitted_on=date(2024, 10, 16))}, "admitted_on"),
        ):
            with pytest.raises(Refusal) as refused:
                register(guard, **wrong)
            assert not field or refused.value.field == field
        assert not InjuryForm.objects.exists()
        assert register(guard).is_stopped
        home = register(guard, answers=AT_HOME, seen_route="basic_medical", pledges=True)
        assert not home.is_stopped


def test_a_hospital_form_is_read_by_few_and_for_a_purpose(guard: Guard) -> None:
    with guard.on("2024-10-15"):
        form = register(guard)
        with pytest.raises(NotAllowed):
            register(guard, "other_clerk")
        for who in ("other_clerk", "elsewhere"):
            assert queries.list_forms(guard.staff[who]).items == ()
            with pytest.raises(NotAllowed):
                queries.access_form(guard.staff[who], form.id, purpose="看看")
        for who in ("head", "cashier", "counter"):
            with pytest.raises(NotAllowed):
                queries.list_forms(guard.staff[who])
        assert queries.access_form(guard.staff["officer"], form.id, purpose="核对住院经过").name == "王大山"
        (line,) = queries.list_forms(guard.staff["clerk"]).items
        assert "大山" not in repr(line) and line.is_stopped


def test_a_route_test_is_counted_without_a_person(guard: Guard) -> None:
    with guard.on("2024-10-01"):
        assert services.count_route(visitor_actor(), area=AREA, answers=AT_WORK).route == "work_injury"
        for _again in range(2):
            assert services.count_route(visitor_actor(), area=AREA, answers={}).route == "ask"
    counted = RouteUse.objects.order_by("route").values_list("route", "times")
    assert list(counted) == [("ask", 2), ("work_injury", 1)]


def test_raw_sql_makes_no_sanction_and_unsays_nothing(guard: Guard) -> None:
    """Whoever holds a database shell: one person's decision, changed words and deleted history are refused."""
    decided = guard.decided()
    for sql in (
        "UPDATE oversight_decision SET fine_fen = 1",
        "UPDATE oversight_decision SET issued_by = proposed_by",
        "UPDATE oversight_decision SET suspended_until = '2030-01-01'",
        "UPDATE oversight_happening SET note = ''",
        "DELETE FROM oversight_happening",
        "DELETE FROM oversight_matter",
        "UPDATE oversight_hearing SET kind = 'refused'",
        "DELETE FROM oversight_hearing",
        "INSERT INTO oversight_decision SELECT * FROM oversight_decision",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    told = guard.proposed(late_reason="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(matter=told).update(
            state="issued", issued_by=guard.staff["head"].id, issued_on=date(2025, 6, 5)
        )
    assert Matter.objects.get(pk=decided).state == "decided"
