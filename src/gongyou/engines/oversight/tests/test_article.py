"""The article's case from clue to end: found, heard, filed, decided by two, paid into two books, over."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gongyou.engines.casework.tests.wish_county import volunteer
from gongyou.engines.oversight import queries, services
from gongyou.engines.oversight.definitions.sanctions import Sanction
from gongyou.engines.oversight.jobs import run_night
from gongyou.engines.oversight.models import Decision, Happening, Payment
from gongyou.engines.oversight.tests.office import FOUND, NUMBER, PHONE, Guard, proposal, said
from gongyou.institutions.ledger import queries as ledger
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound, Stale
from gongyou.kernel.models.audit import ReadRecord
from gongyou.kernel.models.worklist import WorkItem

pytestmark = pytest.mark.django_db


def code_of(call: Any) -> str:
    with pytest.raises(DomainError) as refused:
        call()
    return refused.value.code


def test_the_articles_case_is_a_worked_example(guard: Guard) -> None:
    """2.5 times and six months inside bounds; 92 days noticed against 90; claim right until 2025-09-30 on 2025-06-05."""
    found = guard.decided()
    with guard.on("2025-06-05", 17):
        view = queries.read_matter(guard.staff["head"], found)
        decision = view.decision
        assert decision is not None and view.state == "decided"
        assert (decision.sanction, decision.fine_fen) == (Sanction(FOUND, 25, 6), 2_150_000)
        assert decision.band == "first_given_back"
        assert (decision.days_used, decision.days_allowed, decision.is_late) == (92, 90, True)
        late = next(line for line in view.history if line.kind == "decided_late")
        assert (late.data["days_used"], late.note) == (92, "等待医院调取病历")
        assert view.line.may_claim and view.line.may_claim_until == date(2025, 9, 30)
        assert (decision.suspended_from, decision.suspended_until) == (date(2025, 6, 5), date(2025, 12, 4))
        assert decision.issued_by_name == "白梅" != decision.proposed_by_name
        guard.step(services.note_delivery, found, delivered_on=date(2025, 6, 5), document="送达回证9号")
    with guard.on("2025-06-12"):
        guard.step(
            services.refer_to_police, found, document="移送函1号", body="市公安局", on=date(2025, 6, 12)
        )
        view = queries.read_matter(guard.staff["officer"], found)
        assert view.referred_on == date(2025, 6, 12)
        ways = view.decision
        assert ways is not None
        assert (ways.pay_until, ways.review_until, ways.sue_until) == (
            date(2025, 6, 20),
            date(2025, 8, 4),
            date(2025, 12, 5),
        )
    _pay_and_end(guard, found)


def _pay_and_end(guard: Guard, found: Any) -> None:
    with guard.on("2025-06-16"):
        for money, fen, receipt in (
            ("returned", FOUND, "A1"),
            ("fine", 1_000_000, "B1"),
            ("fine", 1_150_000, "B2"),
        ):
            given = {"money": money, "amount_fen": fen, "paid_on": date(2025, 6, 13), "receipt": receipt}
            noted = guard.step(services.note_payment, found, **given)
            services.confirm_payment(guard.staff["cashier"], payment_id=noted.id)
        assert _balances(guard) == {"found": FOUND, "recoverable": 0, "returned": FOUND, "imposed": 2_150_000,
                                    "due": 0, "paid_in": 2_150_000}  # fmt: skip
    with guard.on("2025-12-04"):
        assert run_night() == {"suspensions_ended": 0}
    with guard.on("2025-12-05"):
        assert run_night() == {"suspensions_ended": 1}
        assert run_night() == {"suspensions_ended": 0}
        assert queries.read_matter(guard.staff["officer"], found).state == "done"


def _balances(guard: Guard) -> dict[str, int]:
    found: dict[str, int] = {}
    for book in ledger.books(guard.staff["chief"]):
        trial = ledger.trial_balance(guard.staff["chief"], book.id)
        assert trial.is_balanced
        found |= {line.name: abs(line.debit_fen - line.credit_fen) for line in trial.lines}
    return found


@pytest.mark.parametrize(
    ("returned", "fined", "recoverable", "due", "is_done"),
    [
        ((), (), FOUND, 2_150_000, False),
        ((FOUND,), (), 0, 2_150_000, False),
        ((), (2_150_000,), FOUND, 0, False),
        ((1, FOUND - 1), (1, 2_149_999), 0, 0, True),
        ((FOUND - 1,), (2_149_999,), 1, 1, False),
    ],
)
def test_both_ledgers_hold_what_is_open_and_what_came_in(
    guard: Guard,
    returned: tuple[int, ...],
    fined: tuple[int, ...],
    recoverable: int,
    due: int,
    is_done: bool,
) -> None:
    """Returned money stands in the fund's book, the fine in the treasury's, and neither in the other."""
    found = guard.decided()
    with guard.on("2025-06-16"):
        for money, sums in (("returned", returned), ("fine", fined)):
            for number, fen in enumerate(sums):
                given = {"amount_fen": fen, "paid_on": date(2025, 6, 13), "receipt": f"{money}{number}"}
                noted = guard.step(services.note_payment, found, money=money, **given)
                services.confirm_payment(guard.staff["cashier"], payment_id=noted.id)
        assert _balances(guard) == {
            "found": FOUND, "recoverable": recoverable, "returned": sum(returned),
            "imposed": 2_150_000, "due": due, "paid_in": sum(fined),
        }  # fmt: skip
    with guard.on("2025-12-05"):
        run_night()
        assert (queries.read_matter(guard.staff["officer"], found).state == "done") is is_done


@pytest.mark.parametrize(
    ("filed", "decided", "extended", "due", "used", "is_late"),
    [
        ("2025-03-05", "2025-06-03", 0, "2025-06-03", 90, False),  # the last day
        ("2025-03-05", "2025-06-05", 0, "2025-06-03", 92, True),  # the article
        ("2025-03-05", "2025-06-05", 10, "2025-06-13", 92, False),  # more days by a document
        (
            "2025-07-07",
            "2025-10-09",
            0,
            "2025-10-09",
            94,
            True,
        ),  # day 90 in the holiday: until the next working day
    ],
)
def test_the_clock_of_ninety_days_with_its_extensions(
    guard: Guard, filed: str, decided: str, extended: int, due: str, used: int, is_late: bool
) -> None:
    found = guard.told(filed, filed)
    with guard.on(filed):
        if extended:
            guard.step(
                services.ask_extension, found, days=extended, document="延期决定1号", reason="调取病历"
            )
            guard.verdict(guard.row(found).extensions.get().approval_id)
    with guard.on(decided):
        assert guard.row(found).due_on == date.fromisoformat(due)
        guard.step(services.propose_decision, found, proposal=proposal(late_reason="调取病历"))
        guard.agree(found)
        decision = Decision.objects.get()
        assert decision.days_used == used
        view = queries.read_matter(guard.staff["head"], found).decision
        assert view is not None and view.is_late == is_late


def test_an_extension_names_its_document_is_approved_by_another_and_has_its_limit(guard: Guard) -> None:
    found = guard.filed()
    with guard.on("2025-05-20"):
        ask = services.ask_extension
        assert (
            code_of(lambda: guard.step(ask, found, days=31, document="x", reason="y")) == "extension_too_long"
        )
        with pytest.raises(Exception, match="没有填写"):
            guard.step(ask, found, days=10, document=" ", reason="y")
        guard.step(ask, found, days=20, document="延期决定1号", reason="调取病历")
        approval = guard.row(found).extensions.get().approval_id
        with pytest.raises(NotAllowed):
            guard.verdict(approval, "officer")
        assert guard.row(found).due_on == date(2025, 6, 3)
        guard.verdict(approval)
        assert guard.row(found).due_on == date(2025, 6, 23)
        assert (
            code_of(lambda: guard.step(ask, found, days=11, document="x", reason="y")) == "extension_too_long"
        )


def test_late_without_a_reason_is_refused(guard: Guard) -> None:
    with pytest.raises(Exception, match="没有填写") as refused:
        guard.proposed("2025-06-05")
    assert refused.value.field == "late_reason"  # type: ignore[attr-defined]
    assert not Decision.objects.exists()


def test_never_an_automatic_sanction(guard: Guard) -> None:
    """No decision without an inquiry by two, a heard person, the time for a statement, and another person's yes."""
    with guard.on("2025-03-03"):
        alone = guard.clue()
        guard.step(services.begin_inquiry, alone)
        assert code_of(lambda: guard.step(services.begin_inquiry, alone)) == "same_person"
        file = {"document": "1号", "reason": "x"}
        assert code_of(lambda: guard.step(services.file_matter, alone, **file)) == "not_now"
        guard.step(services.begin_inquiry, alone, "second")
        assert code_of(lambda: guard.step(services.file_matter, alone, **file)) == "not_heard"
        assert code_of(lambda: guard.step(services.propose_decision, alone, proposal=proposal())) == "not_now"
    told = guard.told(told_on="2025-05-27")
    with guard.on("2025-05-28"):
        early = lambda: guard.step(services.propose_decision, told, proposal=proposal())  # noqa: E731
        assert code_of(early) == "statement_time_runs"
        guard.step(services.hear, told, said=said("2025-05-28", "waived"))
        guard.step(services.propose_decision, told, proposal=proposal())
        with pytest.raises(NotAllowed):
            guard.agree(told, "officer")
        with pytest.raises(NotAllowed):
            guard.agree(told, "second")
        assert guard.row(told).state == "proposed"
        guard.agree(told, "head", "refuse")
        assert guard.row(told).state == "told" and Decision.objects.get().state == "refused"


@pytest.mark.parametrize("kind", ["refused", "absent"])
def test_a_refusal_or_absence_counts_only_with_its_document(guard: Guard, kind: str) -> None:
    with guard.on("2025-03-03"):
        found = guard.inquiry()
        bare = services.Said(kind=kind, on=date(2025, 3, 3), text="两次上门没有人。")
        with pytest.raises(Exception, match="没有填写"):
            guard.step(services.hear, found, said=bare)
        guard.step(services.hear, found, said=said("2025-03-03", kind))
        guard.step(services.file_matter, found, document="1号", reason="x")
        assert guard.row(found).state == "filed"


@pytest.mark.parametrize(
    ("tenths", "months", "code"),
    [
        (19, 6, "outside_the_law"),
        (51, 6, "outside_the_law"),
        (31, 6, "outside_the_table"),
        (25, 2, "outside_the_law"),
    ],
)
def test_outside_of_the_bounds_nothing_is_proposed(guard: Guard, tenths: int, months: int, code: str) -> None:
    found = guard.told()
    with guard.on("2025-06-03"):
        wrong = proposal(sanction=Sanction(FOUND, tenths, months))
        with pytest.raises(Exception) as refused:
            guard.step(services.propose_decision, found, proposal=wrong)
        assert refused.value.code == code  # type: ignore[attr-defined]
        assert guard.row(found).state == "told" and not Decision.objects.exists()


def test_a_clue_closed_without_finding_says_so_and_nothing_else_follows(guard: Guard) -> None:
    found = guard.heard()
    with guard.on("2025-03-10"):
        guard.step(services.close_without_finding, found, reason="家里受的伤，医院和邻居都说得一样")
        view = queries.read_matter(guard.staff["officer"], found)
        assert view.state == "closed" and view.decision is None
        assert not WorkItem.objects.filter(subject_id=found).exists()
        file = {"document": "1号", "reason": "x"}
        assert code_of(lambda: guard.step(services.file_matter, found, **file)) == "not_now"


def test_money_is_noted_by_one_and_confirmed_by_another_and_never_too_much(guard: Guard) -> None:
    found = guard.decided()
    with guard.on("2025-06-16"):
        given = {"money": "returned", "paid_on": date(2025, 6, 13), "receipt": "A1"}
        note = services.note_payment
        assert code_of(lambda: guard.step(note, found, amount_fen=FOUND + 1, **given)) == "more_than_owed"
        assert code_of(lambda: guard.step(note, found, amount_fen=0, **given)) == "more_than_owed"
        paid = guard.step(note, found, amount_fen=FOUND - 1, **given)
        assert code_of(lambda: guard.step(note, found, amount_fen=1, **given)) == "receipt_twice"
        with pytest.raises(NotAllowed):
            services.confirm_payment(guard.staff["officer"], payment_id=paid.id)
        services.confirm_payment(guard.staff["cashier"], payment_id=paid.id)
        again = lambda: services.confirm_payment(guard.staff["cashier"], payment_id=paid.id)  # noqa: E731
        assert code_of(again) == "confirmed_before"
        assert Payment.objects.get().posting_id is not None


def test_the_suspension_is_shown_to_counters_and_only_what_they_need(guard: Guard) -> None:
    guard.decided()
    with guard.on("2025-07-01"):
        (shown,) = queries.suspended(guard.staff["counter"])
        assert (shown.name_masked, shown.until_on) == ("王**", date(2025, 12, 4))
        assert queries.is_suspended(guard.staff["counter"], reference=NUMBER) == shown
        assert queries.is_suspended(guard.staff["counter"], reference="110101199003070000") is None
        with pytest.raises(NotAllowed):
            queries.list_matters(guard.staff["counter"])
    with guard.on("2025-12-05"):
        assert queries.suspended(guard.staff["counter"]) == ()


def test_the_person_sees_their_matter_and_objects(guard: Guard) -> None:
    found = guard.filed()
    own, stranger = volunteer(PHONE), volunteer("13912349999")
    with guard.on("2025-03-20"):
        (view,) = queries.own_matters(own)
        assert view.id == found and view.reasons
        opened = queries.own_matter(own, found)[1]
        assert "磨光刷" in " ".join(opened.words.values())
        assert queries.own_matters(stranger) == ()
        with pytest.raises(NotFound):
            queries.own_matter(stranger, found)
        with pytest.raises(NotFound):
            services.object_to_own(stranger, matter_id=found, text="不是我")
        services.object_to_own(own, matter_id=found, text="是公司叫我这么说的。")
        assert WorkItem.objects.filter(subject_id=found, kind="oversight.objection").exists()
        guard.step(services.answer_objection, found, answer="已记录，调查时一并考虑。")
        assert not WorkItem.objects.filter(subject_id=found, kind="oversight.objection").exists()


def test_a_clue_nobody_looked_at_is_not_yet_a_matter_of_the_person(guard: Guard) -> None:
    with guard.on("2025-03-01"):
        guard.clue()
        assert queries.own_matters(volunteer(PHONE)) == ()


def test_every_look_at_data_has_a_purpose_and_is_recorded(guard: Guard) -> None:
    found = guard.heard()
    with guard.on("2025-03-04"):
        with pytest.raises(NotAllowed):
            queries.access_matter(guard.staff["officer"], found, purpose="")
        before = ReadRecord.objects.count()
        opened = queries.access_matter(guard.staff["officer"], found, purpose="核实身份")
        assert (opened.name, opened.reference, opened.phone) == ("王大山", NUMBER, PHONE)
        assert ReadRecord.objects.count() == before + 1
        with pytest.raises(NotAllowed):
            queries.access_matter(guard.staff["cashier"], found, purpose="看看")
        assert "大山" not in repr(queries.read_matter(guard.staff["cashier"], found))


def test_another_county_is_refused_everywhere(guard: Guard) -> None:
    found = guard.filed()
    other = guard.staff["elsewhere"]
    with guard.on("2025-03-06"):
        version = guard.row(found).version
        with pytest.raises(NotAllowed):
            queries.read_matter(other, found)
        with pytest.raises(NotAllowed):
            queries.access_matter(other, found, purpose="看看")
        assert queries.list_matters(other).items == ()
        with pytest.raises(NotAllowed):
            services.hear(other, matter_id=found, version=version, said=said("2025-03-06"))
        with pytest.raises(NotAllowed):
            services.begin_inquiry(other, matter_id=found, version=version)
        with pytest.raises(NotAllowed):
            services.take_in_clues(other, office_id=guard.office.id, clues=())


def test_history_is_added_to_only_and_an_old_page_changes_nothing(guard: Guard) -> None:
    found = guard.filed()
    with guard.on("2025-03-06"):
        version = guard.row(found).version
        with pytest.raises(Stale):
            services.tell_intended(
                guard.staff["officer"],
                matter_id=found,
                version=version - 1,
                document="1号",
                told_on=date(2025, 3, 6),
            )
        kinds = list(Happening.objects.order_by("at", "id").values_list("kind", flat=True))
        assert kinds == ["clue", "first_officer", "inquiry", "explained", "filed"]
