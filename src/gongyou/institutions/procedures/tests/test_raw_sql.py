"""What a database shell may not do to approvals, lists and objections: on SQLite and on PostgreSQL."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from gongyou.institutions.procedures import services
from gongyou.institutions.procedures.models import Approval, ApprovalDecision, PublicityList
from gongyou.institutions.procedures.queries import ApprovalView
from gongyou.institutions.procedures.steps import Words
from gongyou.institutions.procedures.tests.office import DIGEST, Desk, raw
from gongyou.kernel import moment
from gongyou.kernel.ids import new_id

pytestmark = pytest.mark.django_db
WORDS = Words("organisation", "第1制造有限公司", "amount", "少算了。")
DECISION = (
    "INSERT INTO procedures_approvaldecision (id, approval_id, number, digest, plan_hash, prepared_by, verdict,"
    " decided_by, decided_by_name, reason, decided_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, '', %s, %s)"
)


def refused(sql: str, *values: object) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        raw(sql, *values)


def decision(view: ApprovalView, **other: object) -> list[object]:
    row: dict[str, object] = {
        "id": new_id(), "approval_id": view.id, "number": 1, "digest": view.digest, "plan_hash": view.plan_hash,
        "prepared_by": view.prepared_by, "verdict": "approve", "decided_by": new_id(), "reason": "",
        "decided_at": moment.now(),
    } | other  # fmt: skip
    return list(row.values())


def test_maker_is_not_checker_and_steps_keep_their_order(desk: Desk) -> None:
    view, other = desk.ask(), new_id()
    for wrong in (
        {"decided_by": view.prepared_by},  # the maker
        {"decided_by": view.prepared_by, "prepared_by": other},  # the maker under another name
        {"number": 2},  # before the first step
        {"number": 3},
        {"digest": "cd" * 32},  # something else than what was asked
        {"plan_hash": "cd" * 32},
        {"approval_id": new_id()},
        {"verdict": "perhaps"},
        {"verdict": "refuse"},  # without a reason
    ):
        refused(DECISION, *decision(view, **wrong))
    raw(DECISION, *decision(view, decided_by=other))
    refused(DECISION, *decision(view, number=2, decided_by=other))  # no person twice
    refused(DECISION, *decision(view))  # no step twice
    raw(DECISION, *decision(view, number=2))
    assert ApprovalDecision.objects.count() == 2


def test_an_approval_is_what_its_decisions_say(desk: Desk) -> None:
    view = desk.ask()
    end = "UPDATE procedures_approval SET state = %s, ended_at = %s WHERE id = %s"
    for state in ("approved", "refused", "withdrawn", "anything"):
        refused(end, state, moment.now(), view.id)
    raw(DECISION, *decision(view))
    refused(end, "approved", moment.now(), view.id)  # one of two
    raw(DECISION, *decision(view, number=2, verdict="refuse", reason="错"))
    refused(end, "approved", moment.now(), view.id)
    raw(end, "refused", moment.now(), view.id)
    for state in ("open", "approved"):
        refused(end, state, moment.now(), view.id)
    refused(DECISION, *decision(view, number=3))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE procedures_approval SET digest = 'x'",
        "UPDATE procedures_approval SET sum_fen = sum_fen + 1",
        "UPDATE procedures_approval SET prepared_by = id",
        "UPDATE procedures_approval SET step_count = 1",
        "UPDATE procedures_approval SET plan_hash = 'x', state = 'withdrawn', ended_at = prepared_at, withdrawn_by = id",
        "DELETE FROM procedures_approval",
        "UPDATE procedures_approvalstep SET number = 9",
        "DELETE FROM procedures_approvalstep",
        "UPDATE procedures_approvaldecision SET verdict = 'refuse', reason = 'x'",
        "UPDATE procedures_approvaldecision SET decided_by = id",
        "DELETE FROM procedures_approvaldecision",
    ],
)
def test_what_is_decided_stays_insert_only(desk: Desk, sql: str) -> None:
    view = desk.ask()
    services.decide_approval(desk.reviewer, approval_id=view.id, digest=DIGEST, verdict="approve")
    refused(sql)


def test_no_step_joins_once_somebody_decided(desk: Desk) -> None:
    view = desk.ask()
    services.decide_approval(desk.reviewer, approval_id=view.id, digest=DIGEST, verdict="approve")
    refused(
        'INSERT INTO procedures_approvalstep (approval_id, number, name, title, "right", days, office_id, office_path)'
        " VALUES (%s, 3, 'x', 'x', 'x', 1, %s, 'x')",
        view.id,
        new_id(),
    )
    assert Approval.objects.get().steps.count() == 2


LINE = (
    "INSERT INTO procedures_publicityline (list_id, position, subject_key, name, shown, amount_fen)"
    " VALUES (%s, %s, %s, 'x', '[]', 5)"
)
SEAL = "UPDATE procedures_publicitylist SET state = 'sealed', line_count = %s, sum_fen = %s, digest = %s, sealed_at = %s"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE procedures_publicityline SET amount_fen = amount_fen + 1",
        "UPDATE procedures_publicityline SET name = 'x'",
        "DELETE FROM procedures_publicityline",
        "UPDATE procedures_publicitylist SET line_count = 1",
        "UPDATE procedures_publicitylist SET sum_fen = 1, state = 'published', published_by = id",
        "UPDATE procedures_publicitylist SET digest = 'x', state = 'withdrawn', ended_by = id",
        "UPDATE procedures_publicitylist SET state = 'draft'",
        "UPDATE procedures_publicitylist SET state = 'closed', ended_by = id",
        "UPDATE procedures_publicitylist SET state = 'published'",
        "UPDATE procedures_publicitylist SET state = 'published', published_by = prepared_by, published_at = prepared_at",
        "UPDATE procedures_publicitylist SET prepared_by = id, state = 'withdrawn', ended_by = id",
        "DELETE FROM procedures_publicitylist",
    ],
)
def test_sealed_content_stays(desk: Desk, sql: str) -> None:
    sealed = desk.sealed()
    refused(sql)
    refused(LINE, sealed.id, 4, "late")
    refused(SEAL, sealed.count, sealed.sum_fen, sealed.digest, moment.now())  # not twice


def test_count_sum_and_hash_are_the_databases(desk: Desk) -> None:
    draft = desk.draft([])
    refused(LINE, new_id(), 1, "nowhere")
    refused(SEAL, 0, 0, "", moment.now())
    known = desk.sealed(run_ref="other")
    raw(LINE, draft.id, 1, "one")
    for count, fen, digest in ((1, 5, known.digest), (2, 5, "ab" * 32), (1, 6, "ab" * 32)):
        refused(SEAL + " WHERE id = %s", count, fen, digest, moment.now(), draft.id)
    assert PublicityList.objects.get(pk=draft.id).state == "draft"


def _objected(desk: Desk) -> UUID:
    public = services.publish_publicity(desk.reviewer, list_id=desk.sealed().id)
    return services.raise_objection(desk.maker, list_id=public.id, subject_key="subject-1", words=WORDS).id


def test_an_objection_is_decided_once_by_another_person_than_the_lists_maker(desk: Desk) -> None:
    objection = _objected(desk)
    decide = (
        "UPDATE procedures_objection SET state = 'decided', outcome = 'rejected', reason = 'x', decided_at = raised_at,"
        " decided_by = %s"
    )
    refused(decide, desk.maker.id)
    for sql in (
        "UPDATE procedures_objection SET list_maker = NULL",
        "UPDATE procedures_objection SET subject_key = 'x'",
        "UPDATE procedures_objection SET text = NULL",
        "UPDATE procedures_objection SET state = 'decided'",
        "UPDATE procedures_publicitylist SET state = 'closed', ended_by = id, over_at = prepared_at",
        "DELETE FROM procedures_objection",
    ):
        refused(sql)
    raw(decide, desk.leader.id)
    refused("UPDATE procedures_objection SET outcome = 'upheld'")
    refused(
        "UPDATE procedures_objection SET state = 'open', outcome = '', decided_by = NULL, decided_at = NULL"
    )
    assert (
        raw("UPDATE procedures_objection SET text = NULL WHERE id = %s", objection) == 1
    )  # erasing is allowed
