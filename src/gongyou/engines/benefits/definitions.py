"""What a pack declares about paying a benefit (`benefits.yaml`), and the words of a payment's way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from gongyou.basics.definition import definition
from gongyou.basics.refusal import Refusal, says
from gongyou.institutions.ledger.definitions import BookPlan

SENT_FIELDS = ("position", "number", "account_name", "account_no", "bank_name", "amount_yuan", "purpose")
ANSWER_FIELDS = ("number", "amount_yuan", "result", "reason", "account_no", "account_name", "position")
NEEDED_TO_SEND = ("number", "account_name", "account_no", "amount_yuan")
NEEDED_IN_ANSWER = ("number", "amount_yuan", "result")

NO_DAY = "none"

FLOWS = {
    "appropriate": "the budget is there",
    "commit": "a list was approved",
    "owe": "each payment of it is owed",
    "send": "the bank was told",
    "settle": "the bank paid",
    "bounce": "the bank could not pay",
    "cancel": "replaced by another payment",
    "lapse": "not claimed in time",
    "claim": "paid too much: to be given back",
    "unclaim": "the claim falls away",
    "recover": "given back",
}
"""The flows a benefit's book must declare, and what each says."""


class RoundState(StrEnum):
    """How far a round has come: decisions taken in, listed, put up for approval, promised."""

    TAKING = "taking"
    TAKEN = "taken"
    LISTED = "listed"
    APPROVING = "approving"
    APPROVED = "approved"
    COMMITTED = "committed"
    DROPPED = "dropped"


OPEN_ROUND = (
    RoundState.TAKING, RoundState.TAKEN, RoundState.LISTED, RoundState.APPROVING, RoundState.APPROVED,
)  # fmt: skip


class OrderState(StrEnum):
    """One payment's way. `returned`: the bank could not pay, the account must be put right first."""

    OWED = "owed"
    BATCHED = "batched"
    SENT = "sent"
    PAID = "paid"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


UNSENT = (OrderState.OWED, OrderState.RETURNED)
SPENT = (OrderState.BATCHED, OrderState.SENT, OrderState.PAID, OrderState.LAPSED)
"""What counts against the decision: under way, paid, or given up."""


class BatchState(StrEnum):
    APPROVING = "approving"
    APPROVED = "approved"
    FILED = "filed"
    SENT = "sent"
    ANSWERED = "answered"
    DISSOLVED = "dissolved"


class RecoveryState(StrEnum):
    OPEN = "open"
    RECOVERED = "recovered"
    WITHDRAWN = "withdrawn"


@definition
class BankColumn:
    """A column of a bank's file: our field and the heading the bank reads."""

    id: str
    title: str


@definition
class BankLayout:
    """How one bank wants its file and how it answers. The control line carries the count and the sum."""

    id: str
    title: str
    form: Literal["csv", "xlsx"]
    encoding: Literal["utf-8", "utf-8-sig", "gb18030"] = "utf-8-sig"
    delimiter: Literal[",", "|", "\t", ";"] = ","
    control: Literal["none", "first", "last"] = "first"
    control_words: tuple[str, str] = ("总笔数", "总金额")
    columns: tuple[BankColumn, ...]
    answers: tuple[BankColumn, ...]
    paid_words: tuple[str, ...]
    failed_words: tuple[str, ...]
    source: str = ""
    confidence: Literal["law", "notice", "article", "assumed"] = "assumed"


@definition
class ChaseRule:
    """What follows a payment without a working account: messages on some days, the list, then it lapses."""

    message_days: tuple[int, ...]
    list_after_days: int
    lapse_after_days: int
    lapse_on: str = NO_DAY
    """A day (MM-DD) of the year after the search began, where the area counts no days; never before the list."""

    def lapses_on(self, opened_on: date) -> date:
        """When a payment without an account counts as given up."""
        if self.lapse_on == NO_DAY:
            return opened_on + timedelta(days=self.lapse_after_days)
        month, day = map(int, self.lapse_on.split("-"))
        listed_on = opened_on + timedelta(days=self.list_after_days)
        return max(date(opened_on.year + 1, month, day), listed_on)


@definition
class UsePurpose:
    """A purpose the money may be used for."""

    id: str
    title: str
    source: str = ""


@definition
class BenefitRules:
    """`benefits.yaml` with numbers filled in: everything between a decision and the money.

    `name_column`, `account_column`: columns of the policy's subject table. `assumed`: values nobody's document gives.
    """

    title: str
    subject_kind: Literal["organisation", "person"]
    controller: str
    purpose: str
    """What stands on the bank statement."""
    data_note: str = ""
    """Persons: what their name and account were given for, and who sees them; shown with every subject."""
    name_column: str = "name"
    account_column: str = ""
    list_approval: str
    batch_approval: str
    publicity: str = ""
    """Empty: nothing is published (a person's benefit)."""
    confirms_account: bool = False
    account_by_two: bool = True
    most_lines: int = 500_000
    work_days: int = 3
    """Working days in which the office takes its own next step; until then it is not late on the worklist."""
    chase: ChaseRule
    layouts: tuple[BankLayout, ...]
    book: BookPlan
    use_purposes: tuple[UsePurpose, ...] = ()
    source: str = ""
    assumed: tuple[str, ...] = ()

    def layout(self, layout_id: str) -> BankLayout:
        """Raises Refusal."""
        found = next((one for one in self.layouts if one.id == layout_id), None)
        if found is None:
            raise Refusal(
                "layout_unknown",
                says("没有“{layout}”这种银行文件格式。"),
                says("请从列出的格式里选一种。"),
                field="layout",
                layout=layout_id[:40],
            )
        return found


Fault = tuple[tuple[str | int, ...], str, dict[str, object]]
"""Keys of the entry, the sentence, its parameters."""


def faults_of(rules: BenefitRules) -> Iterator[Fault]:
    """What is wrong beyond the types."""
    declared = {flow.id for flow in rules.book.flows}
    for flow in FLOWS:
        if flow not in declared:
            yield ("book", "flows"), says("账簿少了“{flow}”这种业务。"), {"flow": flow}
    for number, layout in enumerate(rules.layouts):
        yield from _faults_of_layout(number, layout)
    chase = rules.chase
    if list(chase.message_days) != sorted(set(chase.message_days)):
        yield ("chase", "message_days"), says("提醒的天数要从小到大写，不能重复。"), {}
    if not _is_day(chase.lapse_on):
        yield ("chase", "lapse_on"), says("日子要写成月-日（如 03-31），不按日子计就写 none。"), {}
    if rules.subject_kind == "person" and not rules.data_note:
        yield ("subject_kind",), says("发给个人的，要写明姓名和账户用来做什么（data_note）。"), {}
    if not max((*chase.message_days, 0)) <= chase.list_after_days <= chase.lapse_after_days:
        yield ("chase",), says("公布名单要在最后一次提醒之后，视为放弃要在公布之后。"), {}


def _is_day(text: str) -> bool:
    try:
        return text == NO_DAY or bool(date.fromisoformat(f"2023-{text}"))
    except ValueError:
        return False


def _faults_of_layout(number: int, layout: BankLayout) -> Iterator[Fault]:
    for part, columns, needed, known in (
        ("columns", layout.columns, NEEDED_TO_SEND, SENT_FIELDS),
        ("answers", layout.answers, NEEDED_IN_ANSWER, ANSWER_FIELDS),
    ):
        ids = {column.id for column in columns}
        for name in sorted(ids - set(known)):
            yield ("layouts", number, part), says("不认识银行文件的列“{column}”。"), {"column": name}
        for name in sorted(set(needed) - ids):
            yield ("layouts", number, part), says("银行文件少了列“{column}”。"), {"column": name}
    if set(layout.paid_words) & set(layout.failed_words) or not layout.paid_words:
        yield ("layouts", number, "paid_words"), says("成功和失败的说法要分得开，且不能为空。"), {}


def own_path(subject: str) -> str:
    """Where an employer holds its rights: at itself, never at an office."""
    return f"employer/{subject}/"
