"""A bank's return file comes in and is compared with what was sent."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.institutions.ledger.events import ReturnsReconciled
from gongyou.institutions.ledger.models import Posting, ReturnFile, ReturnLine
from gongyou.institutions.ledger.queries.returns import Reconciliation, reconciliation
from gongyou.kernel.actions import Act, action
from gongyou.kernel.canonical import canonical
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id

RECONCILE = "ledger.reconcile"
CHUNK = 2000


@dataclass(frozen=True)
class Answer:
    """What the bank says of one payment, under our reference."""

    reference: str
    amount_fen: int
    is_paid: bool
    reason: str = ""
    instalment: int = 1


@action("ledger.reconcile_returns", right=RECONCILE, answers=Reconciliation)
def reconcile_returns(
    act: Act, *, posting_id: UUID, name: str, answers: tuple[Answer, ...]
) -> Reconciliation:
    """Keep the file and compare; the same file again is recognised. Raises NotAllowed, NotFound, DomainError."""
    posting = Posting.objects.select_related("book").filter(pk=posting_id, is_sealed=True).first()
    if posting is None:
        raise NotFound(says("没有找到这笔账。"))
    act.require(RECONCILE, posting.book.office_path)
    digest = hashlib.sha256(canonical(answers)).hexdigest()
    known = ReturnFile.objects.filter(posting=posting, digest=digest).first()
    if known is not None:
        return reconciliation(known)
    _check(answers)
    file = ReturnFile.objects.create(
        id=new_id(),
        posting=posting,
        name=read_text(name, field="file", longest=120, is_needed=True),
        digest=digest,
        received_at=act.now,
        received_by=act.actor.id,
        line_count=len(answers),
        sum_fen=sum(a.amount_fen for a in answers),
    )
    lines = [ReturnLine(file=file, reference=a.reference, instalment=a.instalment, amount_fen=a.amount_fen,
                        is_paid=a.is_paid, reason=a.reason[:120]) for a in answers]  # fmt: skip
    ReturnLine.objects.bulk_create(lines, batch_size=CHUNK)
    found = reconciliation(file)
    act.about(f"posting:{posting.pk}", posting.book.office_path)
    differences = found.missing + found.extra + found.differing
    act.publish(ReturnsReconciled(posting.book_id, posting.pk, file.pk, found.failed, differences))
    return found


def _check(answers: tuple[Answer, ...]) -> None:
    seen: set[tuple[str, int]] = set()
    for number, answer in enumerate(answers, start=1):
        key = (answer.reference, answer.instalment)
        if not answer.reference or len(answer.reference) > 64 or key in seen:
            raise DomainError(
                "answer_wrong",
                says("回盘文件第{n}行的编号为空、过长或重复。"),
                says("请核对文件，没有导入任何一行。"),
                field="file",
                n=number,
            )
        seen.add(key)
    if not answers:
        raise DomainError("answers_empty", says("回盘文件里没有明细。"), says("请核对文件。"), field="file")
