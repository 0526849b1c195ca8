"""What limits the use of money: what was paid, what was used, and what it may be used for."""

from __future__ import annotations

from django.db.models import Sum
from django.db.models.functions import Coalesce

from gongyou.basics.refusal import says
from gongyou.engines.benefits.definitions import OrderState
from gongyou.engines.benefits.models import Entitlement, Order, Recovery, Round, UseOfMoney
from gongyou.engines.benefits.queries.rules import rules_at
from gongyou.kernel.errors import DomainError


def paid_of(row: Entitlement) -> int:
    """Fen paid and not given back."""
    orders = Order.objects.filter(entitlement=row, state=OrderState.PAID)
    back = Recovery.objects.filter(entitlement=row).aggregate(fen=Coalesce(Sum("recovered_fen"), 0))["fen"]
    return int(orders.aggregate(fen=Coalesce(Sum("amount_fen"), 0))["fen"] - back)


def used_of(row: Entitlement) -> int:
    return int(
        UseOfMoney.objects.filter(entitlement=row).aggregate(fen=Coalesce(Sum("amount_fen"), 0))["fen"]
    )


def refuse_purpose(row: Entitlement, purpose: str) -> None:
    """Raises DomainError naming the purposes there are."""
    rules = rules_at(Round.objects.get(pk=row.round_id).rules_hash)
    if purpose not in {one.id for one in rules.use_purposes}:
        raise DomainError(
            "purpose_unknown",
            says("这笔钱可以用于：{purposes}。"),
            says("请从中选择一项。"),
            field="purpose",
            purposes="、".join(one.title for one in rules.use_purposes),
        )
