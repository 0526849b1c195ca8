"""One person prepares a posting, another posts it."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time
from uuid import UUID

from gongyou.basics.inputs import read_text
from gongyou.basics.money import checked_fen
from gongyou.basics.refusal import says
from gongyou.institutions.ledger.models import Draft, Flow, Transfer
from gongyou.institutions.ledger.queries.views import DraftView, Posted, draft_view
from gongyou.institutions.ledger.steps import (
    Control,
    Order,
    book_receiving,
    flow_of,
    period_for,
    post,
    reverse,
)
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.moment import SHANGHAI
from gongyou.kernel.worklist import drop_todos, put_todo

DRAFT, POST = "ledger.draft", "ledger.post"
TODO = "ledger.draft"
CLOSE_OF_BUSINESS = time(17)
MOST_ENTRIES = 500
"""By hand. Batches of an engine are posted by its own action."""


@action("ledger.draft_posting", right=DRAFT, answers=DraftView)
def draft_posting(
    act: Act,
    *,
    book_id: UUID,
    flow: str,
    posted_on: date,
    reference: str,
    purpose: str,
    entries: tuple[tuple[str, int, int], ...],
    approval_id: UUID | None = None,
) -> DraftView:
    """Prepare entries (reference, instalment, fen) of one flow. Raises NotAllowed, NotFound, DomainError."""
    found = flow_of(book_id, flow)
    if found.needs_approval and approval_id is None:
        raise DomainError(
            "approval_needed",
            says("“{flow}”要先经审批，不能手工制单。"),
            says("请在公示名单或付款批次里办理。"),
            field="flow",
            flow=found.title,
        )
    draft = _drafted(act, found, posted_on, reference, purpose, entries)
    draft.approval_id = approval_id
    return _keep(act, draft)


@action("ledger.receive_money", right=DRAFT, answers=DraftView)
def receive_money(
    act: Act,
    *,
    area: str,
    controller: str,
    fund: str,
    money: str,
    posted_on: date,
    reference: str,
    purpose: str,
    amount_fen: int,
) -> DraftView:
    """Money that came back (`returned`) or a fine (`fine`): the kind alone decides which book takes it.

    Raises NotAllowed, NotFound, DomainError.
    """
    _, flow = book_receiving(area, controller, fund, money)
    return _keep(act, _drafted(act, flow, posted_on, reference, purpose, ((reference, 1, amount_fen),)))


@action("ledger.draft_counter_entry", right=DRAFT, answers=DraftView)
def draft_counter_entry(act: Act, *, transfer_id: int, posted_on: date, reason: str) -> DraftView:
    """Prepare the reversal of one transfer; nothing posted is ever changed. Raises NotAllowed, NotFound, DomainError."""
    transfer = (
        Transfer.objects.select_related(
            "posting__flow__book", "posting__flow__debit", "posting__flow__credit"
        )
        .filter(pk=transfer_id, reverses=None)
        .first()
    )
    if transfer is None:
        raise NotFound(says("没有找到可以冲销的这笔账。"))
    entries = ((transfer.reference, transfer.instalment, transfer.amount_fen),)
    draft = _drafted(act, transfer.posting.flow, posted_on, f"counter-{transfer.pk}", reason, entries)
    draft.reverses = transfer.pk
    return _keep(act, draft)


def _drafted(
    act: Act,
    flow: Flow,
    posted_on: date,
    reference: str,
    purpose: str,
    entries: tuple[tuple[str, int, int], ...],
) -> Draft:
    act.require(DRAFT, flow.book.office_path)
    _check(entries)
    period_for(act, flow.book_id, posted_on)
    return Draft(
        id=new_id(),
        book=flow.book,
        flow=flow,
        posted_on=posted_on,
        reference=read_text(reference, field="reference", longest=64, is_needed=True),
        purpose=read_text(purpose, field="purpose", longest=200, is_needed=True),
        entries=[list(entry) for entry in entries],
        sum_fen=checked_fen(sum(fen for _, _, fen in entries)),
        prepared_by=act.actor.id,
        prepared_by_name=act.actor.name,
        prepared_at=act.now,
    )


def _keep(act: Act, draft: Draft) -> DraftView:
    draft.save(force_insert=True)
    act.about(f"draft:{draft.pk}", draft.book.office_path)
    put_todo(
        act,
        kind=TODO,
        subject_id=draft.pk,
        office_id=draft.book.office_id,
        office_path=draft.book.office_path,
        number=draft.reference[:24],
        title=draft.flow.title,
        due_at=_end_of_month(draft.posted_on),
    )
    return draft_view(draft)


def _end_of_month(day: date) -> datetime:
    """A month can't be closed while a draft of it waits: that is when it has to be posted or dropped."""
    last = monthrange(day.year, day.month)[1]
    return datetime.combine(day.replace(day=last), CLOSE_OF_BUSINESS, SHANGHAI)


def _check(entries: tuple[tuple[str, int, int], ...]) -> None:
    if not 0 < len(entries) <= MOST_ENTRIES:
        raise DomainError(
            "entry_count",
            says("手工制单要有1到{most}条明细。"),
            says("请核对明细。"),
            field="entries",
            most=MOST_ENTRIES,
        )
    for number, (reference, instalment, fen) in enumerate(entries, start=1):
        if not reference.strip() or len(reference) > 64 or not 1 <= instalment <= 999:
            raise DomainError("entry_wrong", says("第{n}条明细的编号或期次不对。"), field="entries", n=number)
        if checked_fen(fen) <= 0:
            raise DomainError(
                "entry_amount", says("第{n}条明细的金额必须大于零。"), field="entries", n=number
            )


@action("ledger.post_draft", right=POST, answers=Posted)
def post_draft(act: Act, *, draft_id: UUID) -> Posted:
    """Another person than the preparer posts it. Raises NotAllowed, NotFound, DomainError."""
    draft = _open_draft(act, draft_id, POST)
    order = Order(
        draft.book_id,
        draft.flow.name,
        draft.posted_on,
        draft.reference,
        draft.purpose,
        draft.prepared_by,
        draft.approval_id,
    )
    if draft.reverses is not None:
        posted = reverse(act, order, list(Transfer.objects.filter(pk=draft.reverses)))
    else:
        entries = [(str(r), int(n), int(fen)) for r, n, fen in draft.entries]
        posted = post(act, order, entries, Control(len(entries), draft.sum_fen))
    _end(act, draft, posted.id)
    return posted


@action("ledger.drop_draft", right=DRAFT, answers=DraftView)
def drop_draft(act: Act, *, draft_id: UUID) -> DraftView:
    """Nothing is posted; the draft stays readable. Raises NotAllowed, NotFound, DomainError."""
    draft = _open_draft(act, draft_id, DRAFT)
    _end(act, draft, None)
    return draft_view(draft)


def _end(act: Act, draft: Draft, posting_id: UUID | None) -> None:
    draft.ended_at, draft.ended_by, draft.posting_id = act.now, act.actor.id, posting_id
    draft.save(update_fields=["ended_at", "ended_by", "posting_id"])
    drop_todos(act, subject_id=draft.pk)
    act.about(f"draft:{draft.pk}", draft.book.office_path)


def _open_draft(act: Act, draft_id: UUID, right: str) -> Draft:
    draft = (
        Draft.objects.select_for_update(of=("self",))
        .select_related("book", "flow")
        .filter(pk=draft_id)
        .first()
    )
    if draft is None:
        raise NotFound(says("没有找到这张单子。"))
    act.require(right, draft.book.office_path)
    if draft.ended_at is not None:
        raise DomainError(
            "draft_ended", says("这张单子已经处理过。"), says("请回到账簿查看结果。"), status=409
        )
    return draft
