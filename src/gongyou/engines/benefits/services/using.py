"""Money given back, and the ledger of what the money was used for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.inputs import read_text
from gongyou.basics.money import fen_to_text
from gongyou.basics.refusal import says
from gongyou.engines.benefits.definitions import RecoveryState
from gongyou.engines.benefits.models import Entitlement, Recovery, UseOfMoney
from gongyou.engines.benefits.queries.subjects import UseView, use_view
from gongyou.engines.benefits.steps.accounts import require_for
from gongyou.engines.benefits.steps.recovering import take_back_money
from gongyou.engines.benefits.steps.turns import take_turn_of_round
from gongyou.engines.benefits.steps.using import paid_of, refuse_purpose, used_of
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id

RECOVER = "benefits.recover"
USE = "benefits.note_use"


@dataclass(frozen=True)
class Use:
    """One use of the money, as somebody notes it."""

    purpose: str
    amount_fen: int
    used_on: date
    note: str = ""
    file_id: UUID | None = None


@action("benefits.note_recovered", right=RECOVER, answers=UUID)
def note_recovered(act: Act, *, recovery_id: UUID, amount_fen: int) -> UUID:
    """Money that was asked back arrived; answers `recovery_id`.

    Raises NotAllowed, NotFound, DomainError: more than is asked, one person.
    """
    of_round = Recovery.objects.filter(pk=recovery_id).values_list("round", flat=True).first()
    if of_round is not None:
        take_turn_of_round(of_round)
    row = (
        Recovery.objects.select_for_update(of=("self",))
        .select_related("entitlement")
        .filter(pk=recovery_id)
        .first()
    )
    if row is None:
        raise NotFound(says("没有找到这笔应追回款。"))
    act.require(RECOVER, row.entitlement.office_path)
    open_fen = row.amount_fen - row.recovered_fen if row.state == RecoveryState.OPEN else 0
    if not 0 < amount_fen <= open_fen:
        raise DomainError(
            "recovered_wrong",
            says("还应追回{open}元，登记的是{fen}元。"),
            says("请核对金额。"),
            field="amount",
            status=409,
            open=fen_to_text(open_fen),
            fen=fen_to_text(amount_fen),
        )
    take_back_money(act, row, amount_fen)
    return recovery_id


@action("benefits.record_use", right=None, answers=UseView)
def record_use(act: Act, *, entitlement_id: UUID, use: Use) -> UseView:
    """Note what the money was used for: the employer (`benefits.own`) or the desk (`benefits.note_use`).

    Raises NotAllowed, NotFound, DomainError: a purpose the rules don't know, more than was paid, a day to come.
    """
    row = _entitlement(act, entitlement_id)
    refuse_purpose(row, use.purpose)
    left = paid_of(row) - used_of(row)
    if not 0 < use.amount_fen <= left or use.used_on > act.now.date():
        raise DomainError(
            "use_wrong",
            says("可登记的金额是{left}元，日期不能晚于今天。"),
            says("请核对金额和日期。"),
            field="amount",
            status=409,
            left=fen_to_text(left),
        )
    made = UseOfMoney.objects.create(
        id=new_id(),
        entitlement=row,
        office_path=row.office_path,
        purpose=use.purpose,
        amount_fen=use.amount_fen,
        used_on=use.used_on,
        note=read_text(use.note, field="note", longest=200),
        file_id=use.file_id,
        noted_by=act.actor.id,
        noted_at=act.now,
    )
    return use_view(made)


@action("benefits.reverse_use", right=None, answers=UseView)
def reverse_use(act: Act, *, use_id: UUID, reason: str) -> UseView:
    """A counter-entry for a use noted wrongly. Raises NotAllowed, NotFound, DomainError."""
    old = UseOfMoney.objects.filter(pk=use_id, reverses=None).first()
    if old is None:
        raise NotFound(says("没有找到这笔使用记录。"))
    _entitlement(act, old.entitlement_id)
    if UseOfMoney.objects.filter(reverses=old).exists():
        raise DomainError("use_reversed", says("这笔使用记录已经冲销过。"), status=409)
    made = UseOfMoney.objects.create(
        id=new_id(),
        entitlement_id=old.entitlement_id,
        office_path=old.office_path,
        purpose=old.purpose,
        amount_fen=-old.amount_fen,
        used_on=old.used_on,
        note=read_text(reason, field="reason", longest=200, is_needed=True),
        reverses=old,
        noted_by=act.actor.id,
        noted_at=act.now,
    )
    return use_view(made)


def _entitlement(act: Act, entitlement_id: UUID) -> Entitlement:
    row = Entitlement.objects.select_for_update().filter(pk=entitlement_id).first()
    if row is None:
        raise NotFound(says("没有找到这个对象。"))
    require_for(act, USE, row.office_path, row.subject)
    act.about(f"entitlement:{row.pk}", row.office_path)
    return row
