"""Consumables and medicine: received, used, counted, withdrawn."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from gongyou.basics.refusal import Refusal, says
from gongyou.kernel import moment
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.worklist import drop_todos
from gongyou.offices.inputs import read_label
from gongyou.offices.models import StockLot, StockMove
from gongyou.offices.queries.rules import needed_rules
from gongyou.offices.queries.stock import LotView, lot_view
from gongyou.offices.steps import active_office, locked_office
from gongyou.offices.steps.stock import item_of, move, settle_refill

KEEP = "stations.keep"
MOST = 100_000


@action("offices.receive_lot", right=KEEP, answers=LotView)
def receive_lot(
    act: Act, *, office_id: UUID, item: str, count: int, expires_on: date | None = None, batch: str = ""
) -> LotView:
    """Pieces came in; a waiting refill ends when enough good ones are there.

    Raises NotAllowed, NotFound, Refusal, DomainError where the area declares no stock.
    """
    office = active_office(office_id)
    act.require(KEEP, office.path)
    rules = needed_rules(office.area)
    declared = item_of(rules, item)
    _check_count(count, least=1)
    _check_expiry(expires_on, declared.expires)
    lot = StockLot.objects.create(
        id=new_id(), office=office, item=item, expires_on=expires_on, received_at=act.now, received=count,
        left=0, batch=read_label(batch, "batch", 40, is_needed=False),
    )  # fmt: skip
    move(act, lot, StockMove.Kind.RECEIVED, count)
    settle_refill(act, office, declared, rules)
    act.about(f"lot:{lot.pk}", office.path)
    return lot_view(lot)


@action("offices.use_stock", right=KEEP, answers=LotView)
def use_stock(act: Act, *, lot_id: UUID, count: int) -> LotView:
    """Pieces were given out. Never of an expired lot. Raises NotAllowed, NotFound, Refusal, DomainError."""
    lot = _locked_lot(act, lot_id)
    _check_count(count, least=1)
    if lot.expires_on is not None and lot.expires_on < moment.today():
        raise Refusal(
            "stock_expired", says("这一批已经过期，不能再用。"), says("请下架并登记。"), field="count"
        )
    move(act, lot, StockMove.Kind.USED, -count)
    return _settled(act, lot)


@action("offices.count_lot", right=KEEP, answers=LotView)
def count_lot(act: Act, *, lot_id: UUID, found: int, note: str = "") -> LotView:
    """What is there was counted: the difference is a movement of its own. Raises NotAllowed, NotFound, Refusal."""
    lot = _locked_lot(act, lot_id)
    _check_count(found, least=0)
    text = read_label(note, "note", 120, is_needed=False)
    move(act, lot, StockMove.Kind.COUNTED, found - lot.left, text)
    return _settled(act, lot)


@action("offices.withdraw_lot", right=KEEP, answers=LotView)
def withdraw_lot(act: Act, *, lot_id: UUID, note: str = "") -> LotView:
    """All that is left is taken away, with a record: expired, damaged, recalled. Raises NotAllowed, NotFound, Refusal."""
    lot = _locked_lot(act, lot_id)
    if lot.left:
        text = read_label(note, "note", 120, is_needed=False)
        move(act, lot, StockMove.Kind.WITHDRAWN, -lot.left, text)
    drop_todos(act, subject_id=lot.pk)
    return _settled(act, lot)


def _settled(act: Act, lot: StockLot) -> LotView:
    rules = needed_rules(lot.office.area)
    declared = next((item for item in rules.items if item.id == lot.item), None)
    if declared is not None:  # a pack may have stopped declaring it
        settle_refill(act, lot.office, declared, rules)
    if lot.left == 0:
        drop_todos(act, subject_id=lot.pk)
    act.about(f"lot:{lot.pk}", lot.office.path)
    return lot_view(lot)


def _locked_lot(act: Act, lot_id: UUID) -> StockLot:
    """The office first: everything that changes its stock waits for one row."""
    office_id = StockLot.objects.filter(pk=lot_id).values_list("office_id", flat=True).first()
    if office_id is None:
        raise NotFound(says("没有找到这一批物品。"))
    office = locked_office(office_id)
    act.require(KEEP, office.path)
    lot = StockLot.objects.select_for_update().get(pk=lot_id)
    lot.office = office
    return lot


def _check_count(count: int, *, least: int) -> None:
    if not least <= count <= MOST:
        raise Refusal(
            "stock_count",
            says("数量不对。"),
            says("请填{least}至{most}。"),
            field="count",
            least=least,
            most=MOST,
        )


def _check_expiry(expires_on: date | None, expires: bool) -> None:
    if expires and expires_on is None:
        raise Refusal(
            "stock_expiry", says("这种物品要填有效期。"), says("请看包装上的有效期至。"), field="expires_on"
        )
    if expires_on is not None and expires_on < moment.today():
        raise Refusal(
            "stock_expired",
            says("有效期已经过了，不能入库。"),
            says("请核对日期，或退回供货方。"),
            field="expires_on",
        )
