"""For any sequence of runs, objections, re-runs, approvals, returns, recoveries, kills and concurrent clicks each
subject has been paid exactly what the last valid decision says, and the books balance in every prefix."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gongyou.engines.benefits import jobs as room_jobs
from gongyou.engines.benefits import services
from gongyou.engines.benefits.jobs import enqueue_chases
from gongyou.engines.benefits.models import (
    AccountChase,
    Batch,
    BatchLine,
    Entitlement,
    Order,
    Recovery,
    Round,
    SubjectAccount,
)
from gongyou.engines.benefits.ports import BankAnswer, ReadAnswers
from gongyou.engines.benefits.tests.office import NOW, SUBJECTS, Office, open_office, stands
from gongyou.engines.benefits.tests.recount import check_money
from gongyou.institutions.ledger.tests.bookkeeping import is_balanced
from gongyou.kernel import jobs, moment
from gongyou.kernel.access import system_actor
from gongyou.kernel.actions import in_act
from gongyou.kernel.errors import DomainError
from gongyou.kernel.ids import new_id
from gongyou.kernel.models.events import Job
from tests.yunshan.county import County

pytestmark = pytest.mark.django_db
amounts = st.lists(st.one_of(st.none(), st.integers(0, 900)), min_size=4, max_size=4)
number = st.integers(0, 15)
happenings = st.lists(
    st.one_of(
        st.tuples(st.just("run"), amounts, number),
        st.tuples(st.sampled_from(("approve", "refuse", "drop", "batch", "send", "dissolve")), st.none(), number),
        st.tuples(st.sampled_from(("answer", "answer", "recover", "account", "days", "chase")), st.none(), number),
        st.tuples(st.just("objection"), amounts, number),
        st.tuples(st.just("killed"), amounts, number),
        st.tuples(st.just("twice"), st.none(), number),
    ),
    min_size=3,
    max_size=22,
)  # fmt: skip


class Killed(Exception):
    """The process dies in the middle."""


class Walk:
    """What the last valid decisions say, in plain Python, beside the real services."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.at: datetime = NOW
        self.valid: dict[str, int] = {}
        self.pending: dict[UUID, dict[str, int]] = {}
        self.accounts = 0

    def happen(self, what: str, given: list[int | None] | None, n: int) -> None:
        step: Callable[..., None] = getattr(self, f"do_{what}")
        with suppress(DomainError), transaction.atomic():
            step(given, n)
        self.check(what)

    def check(self, what: str) -> None:
        found = stands()
        assert {s: stand.decided for s, stand in found.items()} == self.valid, what
        check_money(self.office, what)

    def amounts(self, given: list[int | None], n: int) -> dict[str, int | None]:
        return dict(zip(SUBJECTS, given, strict=True))

    def note(self, round_id: UUID, amounts: dict[str, int | None]) -> None:
        said = {s: fen for s, fen in amounts.items() if fen is not None}
        self.pending.setdefault(round_id, {}).update(said)

    def do_run(self, given: list[int | None], n: int) -> None:
        amounts = self.amounts(given, n)
        self.note(self.office.take_in(self.office.run_of(amounts)).id, amounts)

    def do_objection(self, given: list[int | None], n: int) -> None:
        """It was right: one subject is computed again, in the open round or after everything."""
        subject, fen = SUBJECTS[n % 4], given[n % 4]
        amounts = {subject: fen}
        self.note(self.office.take_in(self.office.run_of(amounts, only=subject)).id, amounts)

    def open_round(self) -> Round | None:
        return Round.objects.exclude(state__in=["committed", "dropped", "approved"]).first()

    def do_approve(self, _: None, n: int) -> None:
        row = self.open_round()
        if row is None:
            return
        self.put_up(row)
        row.refresh_from_db()
        self.office.approve(row.approval_id)  # type: ignore[arg-type]
        row.refresh_from_db()
        assert row.state == "committed", row.refusal
        for subject, fen in self.pending[row.pk].items():
            if fen or subject in self.valid or fen != self.before(subject):
                self.valid[subject] = fen
        lines = set(row.lines.values_list("subject", flat=True))
        self.valid = {
            s: fen
            for s, fen in self.valid.items()
            if s in lines or Entitlement.objects.filter(subject=s).exists()
        }

    def before(self, subject: str) -> int:
        return self.valid.get(subject, 0)

    def put_up(self, row: Round) -> None:
        if row.state == "taken":
            services.list_round(self.office.maker, round_id=row.pk)
            row.refresh_from_db()
        if row.state == "listed":
            services.ask_round_approval(self.office.maker, round_id=row.pk)

    def do_refuse(self, _: None, n: int) -> None:
        row = self.open_round()
        if row is not None:
            self.put_up(row)
            row.refresh_from_db()
            self.office.approve(row.approval_id, "refuse")  # type: ignore[arg-type]

    def do_drop(self, _: None, n: int) -> None:
        row = self.open_round()
        if row is not None:
            services.drop_round(self.office.maker, round_id=row.pk, reason="重来")

    def do_batch(self, _: None, n: int) -> None:
        made = self.office.batch("csv" if n % 2 else "xlsx")
        if n % 5 == 0:
            self.office.approve(made.approval_id, "refuse")  # type: ignore[arg-type]

    def batches(self, *states: str) -> list[Batch]:
        return list(Batch.objects.filter(state__in=states).order_by("pk"))

    def do_send(self, _: None, n: int) -> None:
        for row in self.batches("approving")[:1]:
            self.office.approve(row.approval_id)  # type: ignore[arg-type]
        for row in self.batches("filed")[:1]:
            services.send_batch(self.office.checker, batch_id=row.pk)

    def do_dissolve(self, _: None, n: int) -> None:
        for row in self.batches("approving", "filed")[:1]:
            services.dissolve_batch(self.office.maker, batch_id=row.pk, reason="重组")

    def do_answer(self, _: None, n: int) -> None:
        """Bit by bit: some paid, some not, some lines wrong, some not answered yet."""
        for row in self.batches("sent")[:1]:
            self.answer(row, n)

    def answer(self, row: Batch, n: int) -> None:
        answers = []
        for line in BatchLine.objects.filter(batch=row).order_by("position"):
            bits = (n >> (line.position % 4)) & 1
            if (n + line.position) % 7 == 0:
                continue
            wrong = (n + line.position) % 11 == 0
            answers.append(
                BankAnswer(line.position, line.order_id.hex, line.amount_fen + wrong, bool(bits), "户名不符")
            )
        services.receive_returns(self.office.checker, batch_id=row.pk, name="r.csv", digest=new_id().hex,
                                 read=ReadAnswers(tuple(answers), ()))  # fmt: skip

    def do_recover(self, _: None, n: int) -> None:
        claim = Recovery.objects.filter(state="open").order_by("pk").first()
        if claim is not None:
            left = claim.amount_fen - claim.recovered_fen
            services.note_recovered(
                self.office.checker, recovery_id=claim.pk, amount_fen=max(1, left * (n + 1) // 16)
            )

    def do_account(self, _: None, n: int) -> None:
        self.accounts += 1
        self.office.account(SUBJECTS[n % 4], f"62{self.accounts:014d}")

    def do_days(self, _: None, n: int) -> None:
        self.at += timedelta(days=n)

    def do_chase(self, _: None, n: int) -> None:
        in_act("tests.night", system_actor("night"), enqueue_chases, {})
        jobs.run_due()

    def do_killed(self, given: list[int | None], n: int) -> None:
        """The process dies inside an action, or between two stretches of a run; then it is tried again."""
        steps = (self.do_approve, self.do_batch, self.do_send, self.do_answer, self.do_recover)
        before = dict(self.valid)
        with suppress(Killed, DomainError), transaction.atomic():
            steps[n % len(steps)](None, n)
            raise Killed
        self.valid = before
        amounts = {s: fen for s, fen in self.amounts(given, n).items() if fen}
        if self.open_round() is None and amounts:
            self.stopped_halfway(amounts)

    def stopped_halfway(self, amounts: dict[str, int | None]) -> None:
        view = services.take_in_run(self.office.maker, run_id=self.office.run_of(amounts))
        first = sorted(amounts)[0]
        room_jobs.take_one_stretch(view.id, [(first, "eligible", amounts[first], "独角兽", "")])
        room_jobs.take_one_stretch(view.id, [(first, "eligible", amounts[first], "独角兽", "")])
        jobs.run_due()
        self.note(view.id, amounts)

    def do_twice(self, _: None, n: int) -> None:
        """A second click: whatever was done is refused or answered alike, never done again."""
        for row in self.batches("sent", "answered")[:1]:
            with suppress(DomainError), transaction.atomic():
                services.send_batch(self.office.checker, batch_id=row.pk)
            for line in BatchLine.objects.filter(batch=row, result="paid")[:1]:
                same = BankAnswer(1, line.order_id.hex, line.amount_fen, True)
                services.receive_returns(self.office.checker, batch_id=row.pk, name="r", digest=new_id().hex,
                                         read=ReadAnswers((same, same), ()))  # fmt: skip
        for row_of in Round.objects.filter(state="committed")[:1]:
            with suppress(DomainError), transaction.atomic():
                services.commit_round(self.office.reviewer, round_id=row_of.pk)
            Job.objects.filter(kind="benefits.heed_approval").update(state="ready", tries=0)
            jobs.run_due()

    def to_the_end(self) -> None:
        """Everybody gets a working account, the bank pays everything, everything asked back comes."""
        for row in self.batches("approving", "filed", "approved"):
            services.dissolve_batch(self.office.maker, batch_id=row.pk, reason="收尾")
        for _ in range(4):
            for row in self.batches("sent"):
                self.pay_all(row)
            waiting = Order.objects.filter(state__in=["owed", "returned"]).values_list(
                "entitlement__subject", flat=True
            )
            have = set(SubjectAccount.objects.filter(state="active").values_list("subject", flat=True))
            for subject in {s for s in waiting if s not in have}:
                self.do_account(None, SUBJECTS.index(subject))
            with suppress(DomainError), transaction.atomic():
                self.pay_all(self.office.sent())
            for claim in Recovery.objects.filter(state="open"):
                left = claim.amount_fen - claim.recovered_fen
                services.note_recovered(self.office.checker, recovery_id=claim.pk, amount_fen=left)
        self.check("the end")
        for subject, stand in stands().items():
            if not stand.lapsed:
                assert stand.paid - stand.back == self.valid[subject], subject
            assert stand.paid - stand.back + stand.lapsed >= self.valid[subject] >= stand.paid - stand.back, (
                subject
            )

    def pay_all(self, row: Batch) -> None:
        lines = BatchLine.objects.filter(batch=row, result="")
        answers = tuple(BankAnswer(line.position, line.order_id.hex, line.amount_fen, True) for line in lines)
        services.receive_returns(self.office.checker, batch_id=row.pk, name="r.csv", digest=new_id().hex,
                                 read=ReadAnswers(answers, ()))  # fmt: skip

    def run(self, all_that_happens: list[Any]) -> None:
        for what, amounts, n in all_that_happens:
            with moment.standing_at(self.at):
                self.happen(what, amounts, n)
        with moment.standing_at(self.at):
            self.to_the_end()


def _walk(office: Office, all_that_happens: list[Any]) -> None:
    point = transaction.savepoint()
    try:
        Walk(office).run(all_that_happens)
    finally:
        transaction.savepoint_rollback(point)


@given(happenings)
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
def test_each_subject_has_been_paid_exactly_what_the_last_valid_decision_says(
    office: Office, all_that_happens: list[Any]
) -> None:
    """For any sequence of runs, objections, re-runs, approvals, returns, recoveries, kills and concurrent clicks each
    subject has been paid exactly what the last valid decision says, and the books balance in every prefix."""
    _walk(office, all_that_happens)


@pytest.mark.long
@given(happenings)
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
def test_each_subject_has_been_paid_exactly_at_length(office: Office, all_that_happens: list[Any]) -> None:
    _walk(office, all_that_happens)


def at_once(*works: Callable[[], object]) -> list[Exception | None]:
    """Each in a thread and a connection of its own, begun together; what each raised."""
    found: list[Exception | None] = [None] * len(works)
    start = Barrier(len(works))

    def run(which: int) -> None:
        try:
            start.wait(10)
            with moment.standing_at(NOW):
                works[which]()
        except Exception as error:
            found[which] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(n,)) for n in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_concurrent_clicks_batch_send_and_answer_once(county: County) -> None:
    with moment.standing_at(NOW):
        office = open_office(county)
        office.committed({SUBJECTS[0]: 100_00, SUBJECTS[1]: 200_00})
    errors = at_once(*[office.batch] * 4)
    assert sum(e is None for e in errors) == 1, errors
    assert BatchLine.objects.count() == 2
    row = Batch.objects.get()
    with moment.standing_at(NOW):
        office.approve(row.approval_id)  # type: ignore[arg-type]
    errors = at_once(*[lambda: services.send_batch(office.checker, batch_id=row.pk)] * 4)
    assert sum(e is None for e in errors) == 1, errors
    lines = BatchLine.objects.all()
    read = ReadAnswers(tuple(BankAnswer(1, x.order_id.hex, x.amount_fen, True) for x in lines), ())
    errors = at_once(
        *[lambda d=d: services.receive_returns(office.checker, batch_id=row.pk, name="r", digest=d, read=read)
          for d in ("a", "b", "a", "c")]
    )  # fmt: skip
    assert not any(errors), errors
    assert office.books.balances["paid"] == 300_00
    assert is_balanced()
    assert not AccountChase.objects.exists()
