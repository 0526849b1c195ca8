"""Closing a period: control totals are written down, and nothing is posted into it any more."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import Coalesce

from gongyou.basics.refusal import says
from gongyou.institutions.ledger.events import PeriodClosed
from gongyou.institutions.ledger.models import Draft, Period, PeriodTotal, Posting
from gongyou.institutions.ledger.queries.books import TrialBalance, account_lines
from gongyou.institutions.ledger.queries.views import PeriodView, book_view, period_view
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound

CLOSE = "ledger.close"


@action("ledger.close_period", right=CLOSE, answers=PeriodView)
def close_period(act: Act, *, period_id: UUID) -> PeriodView:
    """The oldest open period, once it is over. Raises NotAllowed, NotFound, DomainError."""
    period = (
        Period.objects.select_for_update(of=("self",)).select_related("book").filter(pk=period_id).first()
    )
    if period is None:
        raise NotFound(says("没有找到这个会计期间。"))
    act.require(CLOSE, period.book.office_path)
    _check(act, period)
    balance = TrialBalance(
        book_view(period.book), account_lines(period.book_id, period.ends_on), period.ends_on
    )
    if not balance.is_balanced:
        raise RuntimeError(f"book {period.book_id} does not balance")
    rows = Posting.objects.filter(period=period)
    totals = rows.aggregate(n=Coalesce(Sum("transfer_count"), 0), fen=Coalesce(Sum("sum_fen"), 0))
    PeriodTotal.objects.bulk_create(
        PeriodTotal(period=period, account_id=a.id, debit_fen=a.debit_fen, credit_fen=a.credit_fen)
        for a in balance.lines
    )
    period.transfer_count, period.sum_fen = totals["n"], totals["fen"]
    period.closed_at, period.closed_by, period.digest = act.now, act.actor.id, balance.digest
    period.save(update_fields=["transfer_count", "sum_fen", "closed_at", "closed_by", "digest"])
    act.about(f"period:{period.pk}", period.book.office_path)
    act.publish(PeriodClosed(period.book_id, period.pk, period.digest))
    return period_view(period)


def _check(act: Act, period: Period) -> None:
    if period.closed_at is not None:
        raise DomainError("closed_before", says("这个月已经结过账。"), status=409)
    if act.now.date() <= period.ends_on:
        raise DomainError(
            "period_runs",
            says("这个月到{end}才结束，还不能结账。"),
            says("请在月末以后结账。"),
            status=409,
            end=period.ends_on,
        )
    earlier = Period.objects.filter(book=period.book, starts_on__lt=period.starts_on, closed_at=None)
    if earlier.exists():
        raise DomainError(
            "earlier_open", says("前面还有没结账的月份。"), says("请从最早的月份开始结账。"), status=409
        )
    waiting = Draft.objects.filter(
        book=period.book, ended_at=None, posted_on__gte=period.starts_on, posted_on__lte=period.ends_on
    )
    if waiting.exists():
        raise DomainError(
            "drafts_wait",
            says("这个月还有没记账的单子。"),
            says("请先记账或作废，再结账。"),
            status=409,
        )
