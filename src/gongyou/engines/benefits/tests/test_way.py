"""The whole way: decisions, list, approval, batch, bank file, answers, accounts, what comes after."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongyou.engines.benefits import queries, services
from gongyou.engines.benefits.models import AccountChase, Order, Round
from gongyou.engines.benefits.tests.office import PERIOD, SUBJECTS, Office, return_csv, stands
from gongyou.institutions.decisions.tests.office import PROGRAMME
from gongyou.institutions.ledger.tests.bookkeeping import is_balanced
from gongyou.kernel.errors import DomainError

pytestmark = pytest.mark.django_db
A, B, C, D = SUBJECTS


def take_returns(office: Office, batch_id, path: Path):  # type: ignore[no-untyped-def]
    digest, read = queries.read_return_file(office.checker, batch_id, path)
    return services.receive_returns(
        office.checker, batch_id=batch_id, name=path.name, digest=digest, read=read
    )


def test_run_list_approve_batch_bank_file_return_file(office: Office, tmp_path: Path) -> None:
    office.committed({A: 1000_00, B: 500_00, C: 0, D: None})
    assert {s: stand.unsent for s, stand in stands().items()} == {A: 1000_00, B: 500_00}
    batch = office.sent()
    content = queries.bank_file(office.checker, batch.pk, purpose="送银行").content.decode("gb18030")
    lines = content.splitlines()
    assert lines[0] == "总笔数,2,总金额,1500.00"
    assert lines[1] == "序号,业务编号,收款户名,收款账号,金额,用途"
    assert "62280000" in lines[2]
    found = take_returns(office, batch.pk, return_csv(batch, tmp_path / "r.csv", {B: "账号户名不符"}))
    assert (found.paid, found.failed, found.wrong_count) == (1, 1, 0)
    stand = stands()
    assert (stand[A].paid, stand[B].paid, stand[B].unsent) == (1000_00, 0, 500_00)
    assert AccountChase.objects.get().reason == "账号户名不符"
    with pytest.raises(DomainError, match="没有可以送银行的款项"):
        office.batch()
    office.account(B, "6228111122223333")
    again = office.sent("xlsx")
    assert take_returns(office, again.pk, return_csv(again, tmp_path / "r2.csv")).paid == 1
    assert stands()[B].paid == 500_00
    assert office.books.balances["paid"] == 1500_00
    assert is_balanced()
    totals = queries.period_totals(office.leader, programme=PROGRAMME, area=office.area, period=PERIOD)
    assert (totals.decided_fen, totals.of("paid")) == (1500_00, 1500_00)
    which = queries.OrderFilter(PROGRAMME, office.area, PERIOD, states=("paid",))
    assert {o.subject for o in queries.list_orders(office.leader, which, purpose="看").items} == {A, B}
    [path] = queries.paths_of(office.maker, B, purpose="答复")
    assert [s.kind for s in path.stops] == [
        "computed", "approved", "owed", "batched", "sent", "returned", "batched", "sent", "paid"
    ]  # fmt: skip


def test_a_new_run_pays_new_minus_already_paid_and_recovers_negatives(office: Office, tmp_path: Path) -> None:
    office.committed({A: 1000_00, B: 500_00})
    batch = office.sent()
    take_returns(office, batch.pk, return_csv(batch, tmp_path / "r.csv"))
    second = office.committed({A: 1200_00, B: 300_00})
    assert second.order_sum_fen == 200_00
    stand = stands()
    assert (stand[A].unsent, stand[B].claimed) == (200_00, 200_00)
    [(_, _, claim)] = queries.list_recoveries(office.checker, purpose="追回")
    services.note_recovered(office.checker, recovery_id=claim.id, amount_fen=150_00)
    with pytest.raises(DomainError, match="还应追回"):
        services.note_recovered(office.checker, recovery_id=claim.id, amount_fen=100_00)
    assert (stands()[B].back, stands()[B].claimed) == (150_00, 50_00)
    assert is_balanced()


def test_a_refused_round_goes_back_and_owes_nothing(office: Office) -> None:
    view = office.take_in(office.run_of({A: 100_00}))
    office.ask(view.id)
    row = Round.objects.get(pk=view.id)
    assert row.approval_id
    office.approve(row.approval_id, "refuse")
    row.refresh_from_db()
    assert (row.state, Order.objects.count()) == ("listed", 0)
    services.drop_round(office.maker, round_id=row.pk, reason="数据有误")
    office.committed({A: 90_00})
    assert stands()[A].decided == 90_00
