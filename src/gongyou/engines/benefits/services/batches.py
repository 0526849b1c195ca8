"""Batches: made, approved by others, written, sent, answered by the bank."""

from __future__ import annotations

from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.benefits.definitions import BatchState
from gongyou.engines.benefits.models import Batch, ReturnFile
from gongyou.engines.benefits.ports import ReadAnswers
from gongyou.engines.benefits.queries.batches import BatchView, ReturnView, batch_view, return_view
from gongyou.engines.benefits.queries.rules import book_for, rules_of
from gongyou.engines.benefits.steps import batching
from gongyou.engines.benefits.steps.batching import locked_batch
from gongyou.engines.benefits.steps.turns import take_turn
from gongyou.institutions.procedures import queries as procedures
from gongyou.institutions.procedures import steps as procedure_steps
from gongyou.kernel.actions import Act, action
from gongyou.kernel.ids import new_id
from gongyou.kernel.worklist import drop_todos
from gongyou.offices import queries as offices

BATCH = "benefits.batch"
SEND = "benefits.send"
RETURNS = "benefits.returns"
ABOUT = "benefits.batch"


@action("benefits.make_batch", right=BATCH, answers=BatchView)
def make_batch(act: Act, *, office_id: UUID, programme: str, period: str, layout: str) -> BatchView:
    """Everything owed with a working account, in one sealed batch put up for approval. Raises NotAllowed, DomainError."""
    office = offices.office(office_id)
    act.require(BATCH, office.path)
    pinned = rules_of(office.area, programme)
    take_turn(programme, office.area, period)
    batch_id = new_id()
    row = Batch.objects.create(
        id=batch_id,
        programme=programme,
        area=office.area,
        office_id=office.id,
        office_path=office.path,
        period=period[:21],
        number=f"{office.area}{act.now:%y%m%d}{batch_id.hex[-8:]}",
        book_id=book_for(office.area, pinned.rules).id,
        rules_hash=pinned.hash,
        layout=pinned.rules.layout(layout).id,
        prepared_by=act.actor.id,
        prepared_by_name=act.actor.name[:40],
        prepared_at=act.now,
    )
    batching.fill_batch(act, row, pinned.rules)
    plan = procedures.approval_plan(office.area, programme, pinned.rules.batch_approval)
    batching.ask_approval(act, row, plan, f"{period}年{pinned.rules.title}")
    act.about(f"batch:{row.pk}", row.office_path)
    return batch_view(row)


@action("benefits.note_bank_file_taken", right=SEND)
def note_bank_file_taken(act: Act, *, batch_id: UUID) -> None:
    """The bank's file leaves the house: written down with who took it. Raises NotAllowed, NotFound, DomainError."""
    row = locked_batch(batch_id, BatchState.FILED, BatchState.SENT, BatchState.ANSWERED)
    act.require(SEND, row.office_path)
    act.about(f"batch:{row.pk}", row.office_path)


@action("benefits.send_batch", right=SEND, answers=BatchView)
def send_batch(act: Act, *, batch_id: UUID) -> BatchView:
    """The file was given to the bank, by another person than made the batch. Raises NotAllowed, DomainError."""
    row = locked_batch(batch_id, BatchState.FILED)
    act.require(SEND, row.office_path)
    batching.refuse_one_person(act, row)
    take_turn(row.programme, row.area, row.period)
    batching.send(act, row)
    drop_todos(act, subject_id=row.pk)
    act.about(f"batch:{row.pk}", row.office_path)
    return batch_view(row)


@action("benefits.dissolve_batch", right=BATCH, answers=BatchView)
def dissolve_batch(act: Act, *, batch_id: UUID, reason: str) -> BatchView:
    """Take a batch apart that was not sent; its payments are owed again. Raises NotAllowed, DomainError."""
    row = locked_batch(batch_id, BatchState.APPROVING, BatchState.APPROVED, BatchState.FILED)
    act.require(BATCH, row.office_path)
    take_turn(row.programme, row.area, row.period)
    procedure_steps.withdraw_open(act, about_kind=ABOUT, about_id=row.pk, reason=reason or says("解散批次"))
    batching.dissolve(act, row)
    drop_todos(act, subject_id=row.pk)
    act.about(f"batch:{row.pk}", row.office_path)
    return batch_view(row)


@action("benefits.receive_returns", right=RETURNS, answers=ReturnView)
def receive_returns(act: Act, *, batch_id: UUID, name: str, digest: str, read: ReadAnswers) -> ReturnView:
    """What the bank answered, under our numbers; each line that does not fit is kept with its sentence.

    `read`: from `queries.read_return_file`. The same file again is recognised. Raises NotAllowed, DomainError.
    """
    row = locked_batch(batch_id, BatchState.SENT, BatchState.ANSWERED)
    act.require(RETURNS, row.office_path)
    known = ReturnFile.objects.filter(batch=row, digest=digest).first()
    if known is not None:
        return return_view(known)
    take_turn(row.programme, row.area, row.period)
    found = batching.sort_answers(row, read.answers)
    wrong = [*read.wrong, *found.wrong]
    file = ReturnFile.objects.create(
        batch=row,
        name=name[:120],
        digest=digest[:64],
        received_by=act.actor.id,
        received_at=act.now,
        paid=len(found.paid),
        failed=len(found.failed),
        wrong=[
            {"row": w.row, "message": w.message, "params": w.params} for w in wrong[: batching.WRONG_KEPT]
        ],
        wrong_count=len(wrong),
    )
    batching.take_answers(act, row, found)
    return return_view(file)
