"""Whatever is clicked in whatever order, approvals, lists and objections keep the model; at once they are decided once."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongyou.institutions.procedures import queries, services
from gongyou.institutions.procedures.models import Approval, ApprovalDecision, Objection, PublicityList
from gongyou.institutions.procedures.steps import Words
from gongyou.institutions.procedures.tests.office import DIGEST, Desk, some_lines
from gongyou.kernel import jobs, moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import DomainError

pytestmark = pytest.mark.django_db
FIRST = datetime(2026, 9, 8, 10, tzinfo=moment.SHANGHAI)
WHO = ("maker", "reviewer", "leader")

happenings = st.lists(
    st.tuples(
        st.sampled_from(
            ("ask", "approve", "refuse", "take back", "draft", "seal", "publish", "withdraw", "object",
             "uphold", "reject", "days go by", "close")
        ),
        st.sampled_from(WHO),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=25,
)  # fmt: skip


class Walk:
    """The same happenings in plain Python beside the database."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.at = FIRST
        self.approvals: dict[UUID, list[str]] = {}
        self.approval_states: dict[UUID, str] = {}
        self.lists: dict[UUID, str] = {}
        self.until: dict[UUID, datetime] = {}
        self.objections: dict[UUID, tuple[UUID, str]] = {}

    def run(self, all_that_happens: list[tuple[str, str, int]]) -> None:
        for what, who, number in all_that_happens:
            with moment.standing_at(self.at):
                actor: Actor = getattr(self.desk, who)
                getattr(self, what.replace(" ", "_"))(actor, who, number)
            self.same(what)

    def tried(self, may: bool, work: Any) -> Any:
        try:
            with transaction.atomic():
                done = work()
        except DomainError as error:
            assert not may, error
            return None
        assert may
        return done

    def pick(self, rows: dict[UUID, Any], number: int) -> UUID | None:
        return list(rows)[number % len(rows)] if rows else None

    def ask(self, _actor: Actor, _who: str, _number: int) -> None:
        view = self.desk.ask()
        self.approvals[view.id], self.approval_states[view.id] = [], "open"

    def approve(self, actor: Actor, who: str, number: int) -> None:
        self._decide(actor, who, number, "approve")

    def refuse(self, actor: Actor, who: str, number: int) -> None:
        self._decide(actor, who, number, "refuse")

    def _decide(self, actor: Actor, who: str, number: int, verdict: str) -> None:
        found = self.pick(self.approvals, number)
        if found is None:
            return
        taken = self.approvals[found]
        is_open = self.approval_states[found] == "open"
        may = is_open and who == ("reviewer", "leader")[min(len(taken), 1)]
        self.tried(
            may,
            lambda: services.decide_approval(
                actor, approval_id=found, digest=DIGEST, verdict=verdict, reason="看过"
            ),
        )
        if may:
            taken.append(who)
            over = "refused" if verdict == "refuse" else "approved" if len(taken) == 2 else "open"
            self.approval_states[found] = over

    def take_back(self, actor: Actor, who: str, number: int) -> None:
        found = self.pick(self.approvals, number)
        if found is not None:
            may = who == "maker" and self.approval_states[found] == "open"
            if self.tried(may, lambda: services.withdraw_approval(actor, approval_id=found, reason="改")):
                self.approval_states[found] = "withdrawn"

    def draft(self, _actor: Actor, _who: str, number: int) -> None:
        made = self.desk.draft(some_lines(number + 1), run_ref=f"run-{len(self.lists)}")
        self.lists[made.id] = "draft"

    def seal(self, _actor: Actor, _who: str, number: int) -> None:
        found = self.pick(self.lists, number)
        if found and self.tried(self.lists[found] == "draft", lambda: self.desk.seal(found)):
            self.lists[found] = "sealed"

    def publish(self, actor: Actor, who: str, number: int) -> None:
        found = self.pick(self.lists, number)
        if found:
            may = who == "reviewer" and self.lists[found] == "sealed"
            done = self.tried(may, lambda: services.publish_publicity(actor, list_id=found))
            if done:
                self.lists[found], self.until[found] = "published", done.until_at

    def withdraw(self, actor: Actor, who: str, number: int) -> None:
        found = self.pick(self.lists, number)
        if found:
            may = who == "reviewer" and self.lists[found] in ("draft", "sealed", "published")
            if self.tried(may, lambda: services.withdraw_publicity(actor, list_id=found, reason="错")):
                self.lists[found] = "withdrawn"

    def close(self, actor: Actor, who: str, number: int) -> None:
        found = self.pick(self.lists, number)
        if found:
            is_over = self.lists[found] == "published" and self.until[found] <= self.at
            is_clear = not any(on == found and state == "open" for on, state in self.objections.values())
            may = who == "reviewer" and is_over and is_clear
            if self.tried(may, lambda: services.close_publicity(actor, list_id=found)):
                self.lists[found] = "closed"

    def object(self, actor: Actor, who: str, number: int) -> None:
        found = self.pick(self.lists, number)
        if found:
            is_public = self.lists[found] == "published" and self.at < self.until[found]
            words = Words("organisation", f"单位{len(self.objections)}", "amount", "不对")
            done = self.tried(
                who == "maker" and is_public,
                lambda: services.raise_objection(
                    actor, list_id=found, subject_key=f"subject-{number}", words=words
                ),
            )
            if done:
                self.objections[done.id] = (found, "open")

    def uphold(self, actor: Actor, who: str, number: int) -> None:
        self._answer(actor, who, number, "upheld")

    def reject(self, actor: Actor, who: str, number: int) -> None:
        self._answer(actor, who, number, "rejected")

    def _answer(self, actor: Actor, who: str, number: int, outcome: str) -> None:
        found = self.pick(self.objections, number)
        if found:
            may = who != "maker" and self.objections[found][1] == "open"
            if self.tried(
                may,
                lambda: services.decide_objection(actor, objection_id=found, outcome=outcome, reason="查过"),
            ):
                self.objections[found] = (self.objections[found][0], outcome)

    def days_go_by(self, _actor: Actor, _who: str, number: int) -> None:
        self.at += timedelta(days=3 * number + 1)
        with moment.standing_at(self.at):
            jobs.run_due()

    def same(self, what: str) -> None:
        states = dict(Approval.objects.values_list("id", "state"))
        assert states == self.approval_states, what
        assert ApprovalDecision.objects.count() == sum(map(len, self.approvals.values())), what
        assert dict(PublicityList.objects.values_list("id", "state")) == self.lists, what
        rows = Objection.objects.values_list("id", "list_id", "outcome")
        assert {pk: (on, outcome or "open") for pk, on, outcome in rows} == self.objections, what
        for row in PublicityList.objects.exclude(digest=""):
            totals = queries.totals_of(row.pk)
            assert (totals.count, totals.sum_fen, totals.digest) == (
                row.line_count, row.sum_fen, row.digest,
            ), what  # fmt: skip


def _walk(desk: Desk, all_that_happens: list[tuple[str, str, int]]) -> None:
    point = transaction.savepoint()
    try:
        Walk(desk).run(all_that_happens)
    finally:
        transaction.savepoint_rollback(point)


@given(happenings)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sequence_keeps_the_model(desk: Desk, all_that_happens: list[tuple[str, str, int]]) -> None:
    _walk(desk, all_that_happens)


@pytest.mark.long
@given(happenings)
@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sequence_keeps_the_model_at_length(
    desk: Desk, all_that_happens: list[tuple[str, str, int]]
) -> None:
    _walk(desk, all_that_happens)


def at_once(*works: Any) -> list[Exception | None]:
    """Each in a thread and a connection of its own, begun together; what each raised."""
    found: list[Exception | None] = [None] * len(works)
    start = Barrier(len(works))

    def run(number: int) -> None:
        try:
            start.wait(10)
            with moment.standing_at(FIRST):
                works[number]()
        except Exception as error:
            found[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(n,)) for n in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_concurrent_clicks_decide_once(desk: Desk) -> None:
    view, sealed = desk.ask(), desk.sealed()
    clicks = [
        lambda v=v: services.decide_approval(
            desk.reviewer, approval_id=view.id, digest=DIGEST, verdict=v, reason="看过"
        )
        for v in ("approve", "refuse", "approve", "refuse")
    ]
    errors = at_once(*clicks)
    assert sum(error is None for error in errors) == 1, errors
    assert all(isinstance(error, DomainError) for error in errors if error), errors
    assert ApprovalDecision.objects.count() == 1
    errors = at_once(*[lambda: services.publish_publicity(desk.reviewer, list_id=sealed.id)] * 4)
    assert sum(error is None for error in errors) == 1, errors
    words = Words("organisation", "单位", "amount", "不对")
    raised = services.raise_objection(desk.maker, list_id=sealed.id, subject_key="subject-1", words=words)
    answers = [
        lambda o=o: services.decide_objection(desk.leader, objection_id=raised.id, outcome=o, reason="查过")
        for o in ("upheld", "rejected", "upheld")
    ]
    errors = at_once(*answers)
    assert sum(error is None for error in errors) == 1, errors
    assert Objection.objects.get().state == "decided"
