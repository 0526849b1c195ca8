"""Stock: every change of a lot is a movement; what runs low becomes a refill with a date."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q, Sum

from gongyou.basics.refusal import Refusal, says
from gongyou.basics.workdays import Unit, due
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError
from gongyou.kernel.ids import new_id
from gongyou.kernel.moment import SHANGHAI
from gongyou.kernel.worklist import drop_todos, put_todo
from gongyou.offices.definitions import StationRules, StockItem
from gongyou.offices.models import Office, RefillTask, StockLot, StockMove
from gongyou.offices.queries.calendars import calendar_of

REFILL, EXPIRED = "offices.refill", "offices.expired"


def item_of(rules: StationRules, item_id: str) -> StockItem:
    """Raises Refusal for what no pack declares."""
    for item in rules.items:
        if item.id == item_id:
            return item
    raise Refusal("stock_item", says("没有这种物品。"), says("请从列出的物品中选择。"), field="item")


def working_days_on(act: Act, office: Office, days: int) -> datetime:
    """Close of business of the Nth working day from now."""
    calendar = calendar_of(office.area)[1]
    found = due(start=act.now, budget=days, unit=Unit.WORKING_DAY, calendar=calendar).due_at
    if found is None:
        raise RuntimeError("a clock without pauses has no due time")
    return found


def move(act: Act, lot: StockLot, kind: str, change: int, note: str = "") -> None:
    """Change what is left of a locked lot. Raises DomainError below zero."""
    if lot.left + change < 0:
        raise DomainError(
            "stock_short",
            says("这一批只剩{left}份。"),
            says("请核对数量，或先盘点。"),
            field="count",
            left=lot.left,
            status=409,
        )
    lot.left += change
    lot.save(update_fields=["left"])
    StockMove.objects.create(
        id=new_id(), lot=lot, kind=kind, change=change, at=act.now, actor_id=act.actor.id, note=note
    )


def good_pieces(office: Office, item: str, until: date) -> int:
    """Pieces that are still good after a day."""
    lots = StockLot.objects.filter(Q(expires_on=None) | Q(expires_on__gt=until), office=office, item=item)
    return int(lots.aggregate(n=Sum("left"))["n"] or 0)


def settle_refill(act: Act, office: Office, item: StockItem, rules: StationRules) -> None:
    """Open the refill of an item that lacks good pieces, or end it. The office's row is locked."""
    horizon = rules.warn_days[1] if item.expires and len(rules.warn_days) > 1 else 0
    today = act.now.astimezone(SHANGHAI).date()
    is_short = good_pieces(office, item.id, today + timedelta(days=horizon)) < item.least
    task = RefillTask.objects.filter(office=office, item=item.id, done_at=None).first()
    if is_short and task is None:
        task = RefillTask.objects.create(
            id=new_id(),
            office=office,
            item=item.id,
            opened_at=act.now,
            due_at=working_days_on(act, office, rules.refill_days),
        )
        put_todo(
            act, kind=REFILL, subject_id=task.pk, office_id=office.pk, office_path=office.path,
            number=office.code, title=item.title, due_at=task.due_at,
        )  # fmt: skip
    elif not is_short and task is not None:
        task.done_at = act.now
        task.save(update_fields=["done_at"])
        drop_todos(act, subject_id=task.pk)


def settle_expired(act: Act, office: Office, rules: StationRules) -> int:
    """Lots past their last good day wait to be taken away. Returns how many."""
    today = act.now.astimezone(SHANGHAI).date()
    lots = StockLot.objects.filter(office=office, left__gt=0, expires_on__lt=today)
    titles = {item.id: item.title for item in rules.items}
    for lot in lots:
        ended = datetime.combine(lot.expires_on or today, datetime.max.time(), SHANGHAI)
        put_todo(
            act, kind=EXPIRED, subject_id=lot.pk, office_id=office.pk, office_path=office.path,
            number=office.code, title=titles.get(lot.item, lot.item), due_at=ended,
        )  # fmt: skip
    return len(lots)
