"""SQL that bypasses the application can't break maker ≠ checker, balance, or what somebody is paid."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction

from gongyou.engines.benefits.models import Batch, BatchLine, Entitlement, Line, Order, Round
from gongyou.engines.benefits.tests.office import SUBJECTS, Office
from gongyou.institutions.ledger.tests.bookkeeping import is_balanced, raw
from gongyou.kernel.ids import new_id
from gongyou.kernel.moment import now

pytestmark = pytest.mark.django_db
A, B, _C, _D = SUBJECTS


def refused(*attempts: Callable[[], object]) -> None:
    for number, attempt in enumerate(attempts, start=1):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
            pytest.fail(f"attempt {number} went through")


def test_a_round_is_committed_only_with_its_own_approval(office: Office) -> None:
    view = office.take_in(office.run_of({A: 100_00, B: 50_00}))
    office.ask(view.id)
    row = Round.objects.get(pk=view.id)
    line = Line.objects.filter(round=row).first()
    assert line
    refused(
        lambda: raw("UPDATE benefits_round SET state = 'approved' WHERE id = %s", row.pk),
        lambda: raw("UPDATE benefits_round SET state = 'committed', committed_by = %s WHERE id = %s", new_id(), row.pk),
        lambda: raw("UPDATE benefits_round SET sum_fen = 1 WHERE id = %s", row.pk),
        lambda: raw("UPDATE benefits_round SET prepared_by = %s WHERE id = %s", new_id(), row.pk),
        lambda: raw("UPDATE benefits_line SET decided_fen = 99900 WHERE id = %s", line.pk),
        lambda: raw("DELETE FROM benefits_line WHERE id = %s", line.pk),
        lambda: raw("DELETE FROM benefits_round WHERE id = %s", row.pk),
        lambda: raw("INSERT INTO benefits_line (id, round_id, subject, name, decided_fen, before_fen, run_id, is_revised)"
                    " VALUES (%s, %s, 'x', '', 1, 0, %s, false)", new_id(), row.pk, row.run_id),
        lambda: raw("INSERT INTO benefits_order (id, entitlement_id, round_id, amount_fen, state, attempt)"
                    " VALUES (%s, %s, %s, 5, 'owed', 0)", new_id(), new_id(), row.pk),
    )  # fmt: skip


def test_nobody_commits_what_they_prepared(office: Office) -> None:
    row = office.committed({A: 100_00})
    refused(
        lambda: raw("UPDATE benefits_round SET committed_by = prepared_by WHERE id = %s", row.pk),
        lambda: raw("UPDATE benefits_entitlement SET decided_fen = 99900"),
        lambda: raw("DELETE FROM benefits_entitlement"),
    )


def test_a_batch_is_sent_only_sealed_approved_and_by_another(office: Office) -> None:
    office.committed({A: 100_00, B: 50_00})
    made = office.batch()
    row = Batch.objects.get(pk=made.id)
    order = Order.objects.first()
    line = BatchLine.objects.first()
    assert order and line
    refused(
        lambda: raw("UPDATE benefits_batch SET state = 'approved' WHERE id = %s", row.pk),
        lambda: raw("UPDATE benefits_batch SET state = 'sent', sent_by = %s, file_digest = 'x' WHERE id = %s",
                    new_id(), row.pk),
        lambda: raw("UPDATE benefits_batch SET sum_fen = 1 WHERE id = %s", row.pk),
        lambda: raw("UPDATE benefits_batch SET is_sealed = false WHERE id = %s", row.pk),
        lambda: raw("UPDATE benefits_batchline SET amount_fen = 1 WHERE id = %s", line.pk),
        lambda: raw("UPDATE benefits_batchline SET account_id = %s WHERE id = %s", new_id(), line.pk),
        lambda: raw("DELETE FROM benefits_batchline WHERE id = %s", line.pk),
        lambda: raw("INSERT INTO benefits_batchline (id, batch_id, order_id, account_id, attempt, position, amount_fen,"
                    " result, reason) VALUES (%s, %s, %s, %s, 9, 9, 5, '', '')",
                    new_id(), row.pk, order.pk, line.account_id),
        lambda: raw("UPDATE benefits_order SET amount_fen = 1 WHERE id = %s", order.pk),
        lambda: raw("UPDATE benefits_order SET state = 'paid' WHERE id = %s", order.pk),
        lambda: raw("DELETE FROM benefits_order WHERE id = %s", order.pk),
    )  # fmt: skip
    assert row.approval_id
    office.approve(row.approval_id)
    refused(
        lambda: raw("UPDATE benefits_batch SET state = 'sent', sent_by = prepared_by, sent_at = %s WHERE id = %s",
                    now(), row.pk),
        lambda: raw("UPDATE benefits_batch SET file_digest = 'x' WHERE id = %s", row.pk),
    )  # fmt: skip
    assert is_balanced()


def test_paid_is_what_the_bank_answered_and_never_more_than_decided(office: Office) -> None:
    office.committed({A: 100_00})
    batch = office.sent()
    order = Order.objects.get()
    entitlement = Entitlement.objects.get()
    refused(
        lambda: raw("UPDATE benefits_order SET state = 'paid' WHERE id = %s", order.pk),
        lambda: raw("UPDATE benefits_batch SET state = 'filed' WHERE id = %s", batch.pk),
    )
    # A payment slipped in under a committed round reaches no sealed batch: the sum would pass the decision.
    slipped = new_id()
    raw("INSERT INTO benefits_order (id, entitlement_id, round_id, amount_fen, state, attempt)"
        " VALUES (%s, %s, %s, 500, 'owed', 0)", slipped, entitlement.pk, entitlement.round_id)  # fmt: skip
    refused(office.batch)
    assert Batch.objects.count() == 1


def test_an_account_is_checked_by_another_person(office: Office) -> None:
    office.account(A, "6228111122223333")
    refused(
        lambda: raw("UPDATE benefits_subjectaccount SET confirmed_by = proposed_by"),
        lambda: raw("UPDATE benefits_subjectaccount SET confirmed_by = NULL"),
        lambda: raw("DELETE FROM benefits_subjectaccount"),
        lambda: raw("UPDATE benefits_subjectaccount SET subject = 'x'"),
    )
