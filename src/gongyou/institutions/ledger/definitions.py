"""What a pack declares about a book: its accounts, and the flows money may take between them."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from gongyou.basics.definition import definition
from gongyou.basics.refusal import Refusal, says

Side = Literal["debit", "credit"]
Money = Literal["", "returned", "fine"]
BookKind = Literal["fund", "treasury"]

RECEIVED_IN: dict[str, BookKind] = {"returned": "fund", "fine": "treasury"}
"""Returned money goes back to the fund's account, fines go to the treasury: never through one book."""


@definition
class AccountDeclaration:
    """An account; its balance grows on `side`. Below zero only where it says so."""

    id: str
    title: str
    side: Side = "debit"
    may_go_negative: bool = False
    code: str = ""
    """The account's number in the official chart, where it has one."""


@definition
class FlowDeclaration:
    """A way money may take: from the credited account to the debited one."""

    id: str
    title: str
    debit: str
    credit: str
    money: Money = ""
    needs_approval: bool = False
    """Only with the approval of a list or a batch (its id stands with the posting)."""


@definition
class BookPlan:
    """The plan of a book: one fund (or the treasury's side of it) kept by one controller in one area."""

    id: str
    title: str
    kind: BookKind
    fund: str
    accounts: tuple[AccountDeclaration, ...]
    flows: tuple[FlowDeclaration, ...]
    source: str = ""


def check_plan(plan: BookPlan) -> None:
    """Raises Refusal naming the entry: twice declared, unknown account, money in the wrong book."""
    for what, ids in (("accounts", [a.id for a in plan.accounts]), ("flows", [f.id for f in plan.flows])):
        for name, count in Counter(ids).items():
            if count > 1:
                raise Refusal(
                    "plan_twice",
                    says("账簿“{plan}”里“{name}”声明了两次。"),
                    says("请改名或删去一个。"),
                    field=what,
                    plan=plan.id,
                    name=name,
                )
    known = {account.id for account in plan.accounts}
    for flow in plan.flows:
        _check_flow(plan, flow, known)


def _check_flow(plan: BookPlan, flow: FlowDeclaration, known: set[str]) -> None:
    for account in (flow.debit, flow.credit):
        if account not in known:
            raise Refusal(
                "plan_account",
                says("账簿“{plan}”的“{flow}”用到没有声明的科目“{account}”。"),
                says("请先在 accounts 里声明这个科目。"),
                field="flows",
                plan=plan.id,
                flow=flow.id,
                account=account,
            )
    if flow.debit == flow.credit:
        raise Refusal(
            "plan_circle",
            says("账簿“{plan}”的“{flow}”借贷是同一个科目。"),
            says("借方和贷方必须不同。"),
            field="flows",
            plan=plan.id,
            flow=flow.id,
        )
    if flow.money and RECEIVED_IN[flow.money] != plan.kind:
        raise Refusal(
            "plan_money",
            says("账簿“{plan}”不能收“{flow}”：退回的钱进基金财政专户，罚款进国库。"),
            says("请写到对应的账簿里。"),
            field="flows",
            plan=plan.id,
            flow=flow.id,
        )
