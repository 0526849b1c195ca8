"""Objection upheld → facts put right → single-subject re-run → difference → revised list; lapse; use of money."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from gongyou.engines.benefits import queries, services
from gongyou.engines.benefits.jobs import enqueue_chases
from gongyou.engines.benefits.models import Order, Round
from gongyou.engines.benefits.services.using import Use
from gongyou.engines.benefits.tests.office import (
    NOW,
    PERIOD,
    RULES,
    SUBJECTS,
    Office,
    publish_rules,
    return_csv,
    stands,
)
from gongyou.institutions.decisions.definitions import Order as RunOrder
from gongyou.institutions.decisions.queries import list_subjects
from gongyou.institutions.decisions.receiving import corrected_tables
from gongyou.institutions.decisions.services import keep_snapshot
from gongyou.institutions.decisions.tests.office import CUTTING, GOOD, finished, snapshot, tables
from gongyou.institutions.ledger.tests.bookkeeping import is_balanced, staff
from gongyou.institutions.procedures import queries as procedures
from gongyou.institutions.procedures.services import close_publicity, publish_publicity
from gongyou.kernel import jobs, moment
from gongyou.kernel.access import Actor, Holding, system_actor
from gongyou.kernel.actions import in_act
from gongyou.kernel.errors import DomainError, NotAllowed
from gongyou.kernel.ids import new_id
from gongyou.kernel.models.messages import Message
from gongyou.registry.services.representatives import check_representative, name_representative
from tests.yunshan.county import County

pytestmark = pytest.mark.django_db
A, B, _C, _D = SUBJECTS


def test_a_single_subject_is_computed_again_and_the_list_revised(
    office: Office, county: County, tmp_path: Path
) -> None:
    publish_rules(county, replace(RULES, publicity="list"))
    officer = staff("policy_officer", county)
    on = date(2025, 9, 1)
    run = finished(officer, RunOrder(snapshot(officer, county.root.id, tables(tmp_path / "facts"), on), on))
    view = office.take_in(run.id)
    assert (view.line_count, view.sum_fen) == (1, 2_160_000)
    services.list_round(office.maker, round_id=view.id)
    [public] = procedures.lists_of_run(str(view.id))
    publish_publicity(office.reviewer, list_id=public.id)
    with pytest.raises(DomainError, match="公示还没有办结"):
        services.ask_round_approval(office.maker, round_id=view.id)
    # The objection was right: only 50 people drew benefits, not 61.
    facts = {"benefit_recipient_count": "50"}
    kept = keep_snapshot(
        officer, tables=corrected_tables(officer, run_id=run.id, subject=CUTTING, facts=facts)
    )
    again = finished(officer, RunOrder(kept.id, on))
    assert (again.only_subject, again.rows, again.eligible) == (CUTTING, 1, 1)
    [line] = list_subjects(officer, again.id, purpose="看").items
    assert office.take_in(again.id).id == view.id, "it corrects the open round"
    row = Round.objects.get(pk=view.id)
    assert (row.state, row.line_count, row.sum_fen) == ("taken", 2, 2_160_000 + (line.amount_fen or 0))
    services.list_round(office.maker, round_id=view.id)
    revised, first = procedures.lists_of_run(str(view.id))
    assert (revised.count, revised.previous_id, first.id) == (1, first.id, public.id)
    publish_publicity(office.reviewer, list_id=revised.id)
    with moment.standing_at(NOW + timedelta(days=30)):
        jobs.run_due()
        for one in (revised, first):
            close_publicity(office.reviewer, list_id=one.id)
        services.ask_round_approval(office.maker, round_id=view.id)
        row.refresh_from_db()
        assert row.approval_id
        office.approve(row.approval_id)
        assert {s: stand.decided for s, stand in stands().items()} == {
            GOOD: 2_160_000,
            CUTTING: line.amount_fen,
        }
        assert is_balanced()


def test_nobody_comes_with_an_account_messages_list_lapse(office: Office) -> None:
    office.committed({A: 100_00, B: 50_00}, accounts={A: ""})
    [waiting] = queries.list_chases(office.maker, purpose="找账户").items
    assert (waiting.subject, waiting.reason) == (A, "没有收款账户")
    for day in (0, 7, 15, 60):
        with moment.standing_at(NOW + timedelta(days=day)):
            in_act("tests.night", system_actor("night"), enqueue_chases, {})
            jobs.run_due()
    [over] = queries.list_chases(office.maker, state="lapsed", purpose="看").items
    assert [step.kind for step in over.done] == ["message", "message", "list", "lapse"]
    assert (stands()[A].lapsed, stands()[A].unsent, stands()[B].unsent) == (100_00, 0, 50_00)
    assert Order.objects.filter(state="lapsed").count() == 1
    assert is_balanced()


def test_a_message_about_a_missing_account_goes_to_whoever_acts_for_the_employer(
    office: Office, county: County
) -> None:
    officer, checker = staff("policy_officer", county), staff("leader", county)
    named = name_representative(
        officer, credit_code=A, organisation="独角兽风筝厂", kind="enterprise", office_path=county.root.path,
        name="周会计", phone="13911112222", evidence="授权书",
    )  # fmt: skip
    office.committed({A: 100_00, B: 50_00}, accounts={A: "", B: ""})
    night(NOW)
    assert not Message.objects.filter(template="benefits.account").exists(), "named, not checked yet"
    check_representative(
        checker, representative_id=named.representative_id, version=named.version, is_accepted=True
    )
    night(NOW + timedelta(days=7))
    [sent] = Message.objects.filter(template="benefits.account")
    assert sent.message_class == "benefits"
    notes = {chase.subject: [step.note for step in chase.done] for chase in
             queries.list_chases(office.maker, purpose="看").items}  # fmt: skip
    by_hand = "没有联系电话，转人工联系"
    assert notes == {A: [by_hand, ""], B: [by_hand, by_hand]}


def test_lapse_by_a_calendar_date_the_end_of_the_first_quarter_of_the_next_year(
    office: Office, county: County
) -> None:
    publish_rules(county, replace(RULES, chase=replace(RULES.chase, lapse_on="03-31")))
    office.committed({A: 100_00}, accounts={A: ""})
    for on in (NOW, NOW.replace(month=9, day=17), NOW.replace(month=9, day=25)):
        night(on)
    for on, state in ((date(2027, 3, 30), "owed"), (date(2027, 3, 31), "lapsed")):
        night(NOW.replace(year=on.year, month=on.month, day=on.day))
        assert Order.objects.get().state == state, on
    assert RULES.chase.lapses_on(date(2026, 9, 10)) == date(2026, 11, 9)
    late = replace(RULES.chase, lapse_on="01-02")
    assert late.lapses_on(date(2026, 12, 25)) == date(2027, 1, 9), "never before the list"


def night(at: datetime) -> None:
    with moment.standing_at(at):
        in_act("tests.night", system_actor("night"), enqueue_chases, {})
        jobs.run_due()


def test_use_of_money_within_what_was_paid_by_the_employer_itself(office: Office, tmp_path: Path) -> None:
    office.committed({A: 100_00, B: 50_00})
    batch = office.sent()
    digest, read = queries.read_return_file(office.checker, batch.pk, return_csv(batch, tmp_path / "r.csv"))
    services.receive_returns(office.checker, batch_id=batch.pk, name="r.csv", digest=digest, read=read)
    employer = Actor(new_id(), "employer", "厂", (Holding("employer", None, f"employer/{A}/"),))
    [path] = queries.paths_of(employer, A, purpose="本单位查看")
    use = Use("training", 60_00, date(2026, 9, 9), "焊工培训")
    made = services.record_use(employer, entitlement_id=path.entitlement_id, use=use)
    with pytest.raises(DomainError, match="可登记的金额是"):
        services.record_use(employer, entitlement_id=path.entitlement_id, use=use)
    services.reverse_use(employer, use_id=made.id, reason="记错了")
    assert queries.paths_of(employer, A, purpose="本单位查看")[0].used_fen == 0
    with pytest.raises(NotAllowed):
        queries.paths_of(employer, B, purpose="看别人的")
    with pytest.raises(DomainError, match="可以用于"):
        services.record_use(
            office.maker, entitlement_id=path.entitlement_id, use=replace(use, purpose="cars")
        )
    assert path.period == PERIOD


def test_a_budget_that_is_short_leaves_the_round_approved_and_says_why(office: Office) -> None:
    view = office.take_in(office.run_of({A: 10_000_000_01}))
    office.ask(view.id)
    row = Round.objects.get(pk=view.id)
    assert row.approval_id
    office.approve(row.approval_id)
    row.refresh_from_db()
    assert row.state == "approved"
    assert "余额" in str(row.refusal["message"])
    assert Order.objects.count() == 0
    office.books.post("appropriate", 100_00, "追加", on=NOW.date())
    services.commit_round(office.checker, round_id=row.pk)
    assert stands()[A].unsent == 10_000_000_01
