"""Batches and the bank's answers; the bank's own lines in the open, for the file alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db.models import QuerySet

from gongyou.basics.refusal import says
from gongyou.engines.benefits.definitions import BatchState
from gongyou.engines.benefits.models import NOUN, Batch, BatchLine, ReturnFile, SubjectAccount
from gongyou.engines.benefits.ports import BankLine, Control, ReadAnswers, bank_files
from gongyou.engines.benefits.queries.rounds import Page
from gongyou.engines.benefits.queries.rules import rules_at
from gongyou.institutions.decisions import vault
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.personal_data import record_read
from gongyou.kernel.sealed_fields import open_many

READ = "benefits.read"
SEND = "benefits.send"
RETURNS = "benefits.returns"
STRETCH = 5_000


@dataclass(frozen=True)
class BatchView:
    """`file_lines` of `line_count`: progress of writing the bank's file."""

    id: UUID
    programme: str
    area: str
    office_id: UUID
    office_path: str
    period: str
    number: str
    layout: str
    line_count: int
    sum_fen: int
    digest: str
    state: str
    approval_id: UUID | None
    file_name: str
    file_digest: str
    file_lines: int
    prepared_by_name: str
    prepared_at: datetime
    sent_at: datetime | None
    paid_count: int
    paid_fen: int
    failed_count: int


@dataclass(frozen=True)
class Wrong:
    """A line of a return file that was not taken; `message` with `params` is its sentence."""

    row: int
    message: str
    params: Mapping[str, object]


@dataclass(frozen=True)
class ReturnView:
    id: UUID
    batch_id: UUID
    name: str
    received_at: datetime
    paid: int
    failed: int
    wrong_count: int
    wrong: tuple[Wrong, ...]


def batch_view(row: Batch) -> BatchView:
    return BatchView(**{name: getattr(row, name) for name in BatchView.__dataclass_fields__})


def return_view(row: ReturnFile) -> ReturnView:
    wrong = tuple(Wrong(w["row"], w["message"], w["params"]) for w in row.wrong)
    return ReturnView(
        row.pk, row.batch_id, row.name, row.received_at, row.paid, row.failed, row.wrong_count, wrong
    )


def _within(actor: Actor, right: str) -> QuerySet[Batch]:
    actor.require(right)
    return Batch.objects.filter(actor.scope(right).filter("office_path"))


def _one(actor: Actor, batch_id: UUID, right: str) -> Batch:
    row = _within(actor, right).filter(pk=batch_id).first()
    if row is None:
        raise NotFound(says("没有找到这个批次。"))
    return row


def batch_of(actor: Actor, batch_id: UUID) -> BatchView:
    """Raises NotFound, also outside the actor's scope."""
    return batch_view(_one(actor, batch_id, READ))


def list_batches(
    actor: Actor, *, programme: str = "", period: str = "", cursor: str = "", size: int = 30
) -> Page[BatchView]:
    """Newest first. Raises NotAllowed, ValueError for a cursor that is none."""
    rows = _within(actor, READ)
    if programme:
        rows = rows.filter(programme=programme)
    if period:
        rows = rows.filter(period=period)
    if cursor:
        rows = rows.filter(pk__lt=UUID(cursor))
    found = [batch_view(row) for row in rows.order_by("-id")[: size + 1]]
    return Page(tuple(found[:size]), str(found[size - 1].id) if len(found) > size else "")


def returns_of(actor: Actor, batch_id: UUID) -> tuple[ReturnView, ...]:
    """Files the bank sent back for a batch, newest first. Raises NotFound."""
    row = _one(actor, batch_id, READ)
    return tuple(map(return_view, ReturnFile.objects.filter(batch=row).order_by("-received_at")))


@dataclass(frozen=True)
class BankFile:
    name: str
    content: bytes


def bank_file(actor: Actor, batch_id: UUID, *, purpose: str) -> BankFile:
    """The sealed file for the bank (`benefits.send`); the read is recorded. Raises NotFound, DomainError."""
    row = _one(actor, batch_id, SEND)
    if not row.file_digest or row.state == BatchState.DISSOLVED:
        raise DomainError("file_not_there", says("银行文件还没有生成。"), says("请等它生成。"), status=409)
    record_read(actor, NOUN, [row.pk], purpose)
    with vault.opened({row.file_name: row.file_digest}) as folder:
        return BankFile(row.file_name, (folder / row.file_name).read_bytes())


def read_return_file(actor: Actor, batch_id: UUID, path: Path) -> tuple[str, ReadAnswers]:
    """A return file in the batch's own layout: its digest, and what could be read. Raises NotFound, Refusal."""
    row = _one(actor, batch_id, RETURNS)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return digest, bank_files().read(path, rules_at(row.rules_hash).layout(row.layout))


def control_of(batch_id: UUID) -> tuple[Batch, Control]:
    """For the errand that writes the file."""
    row = Batch.objects.get(pk=batch_id)
    return row, Control(row.line_count, row.sum_fen)


def bank_lines(actor: Actor, row: Batch, *, purpose: str) -> Iterator[list[BankLine]]:
    """The lines with their accounts in the open, a stretch at a time; each stretch is one record of reading."""
    note = rules_at(row.rules_hash).purpose
    for start in range(0, row.line_count, STRETCH):
        lines = list(
            BatchLine.objects.filter(batch=row, position__gt=start, position__lte=start + STRETCH).order_by("position")
            .values_list("position", "order_id", "account_id", "amount_fen", "account__account_name",
                         "account__bank_name", "account__account_no")
        )  # fmt: skip
        grant = record_read(actor, NOUN, {line[2] for line in lines}, purpose)
        numbers = open_many(SubjectAccount, "account_no", grant, [(line[2], line[6]) for line in lines])
        yield [
            BankLine(position, order.hex, name, number, bank, fen, note)
            for (position, order, _account, fen, name, bank, _sealed), number in zip(
                lines, numbers, strict=True
            )
        ]
