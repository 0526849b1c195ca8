"""Accounts: put forward by one, confirmed by another; confirmed by the employer itself; calls that were made."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.engines.benefits.definitions import BenefitRules
from gongyou.engines.benefits.models import AccountChase, SubjectAccount
from gongyou.engines.benefits.queries.accounts import AccountView, account_view
from gongyou.engines.benefits.queries.rules import rules_of
from gongyou.engines.benefits.steps.accounts import activate, plain_number, require_for
from gongyou.engines.benefits.steps.chasing import CALL, account_is_right, note_step, rule_of
from gongyou.engines.benefits.steps.dates import work_due
from gongyou.engines.benefits.steps.turns import take_turn_of_subject
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.worklist import drop_todos, put_todo
from gongyou.offices import queries as offices

ACCOUNTS = "benefits.accounts"
CONFIRM = "benefits.confirm_accounts"
TODO = "benefits.confirm_account"
SHORTEST = 6


@dataclass(frozen=True)
class AccountWords:
    """An account as somebody typed it. `phone`: where messages about it go, may be empty."""

    account_name: str
    account_no: str
    bank_name: str = ""
    phone: str = ""
    source: str = "desk"


@action("benefits.propose_account", right=None, answers=AccountView)
def propose_account(
    act: Act, *, office_id: UUID, programme: str, subject: str, words: AccountWords
) -> AccountView:
    """Put an account forward: the desk (`benefits.accounts`), or the employer for itself (`benefits.own`).

    In use at once where the area does it by one person; otherwise another confirms it. Raises NotAllowed, Refusal.
    """
    office = offices.office(office_id)
    require_for(act, ACCOUNTS, office.path, subject)
    rules = rules_of(office.area, programme).rules
    take_turn_of_subject(office.area, subject)
    number = plain_number(words.account_no)
    if len(number) < SHORTEST:
        raise DomainError("account_short", says("账号太短，请核对。"), field="account_no")
    row = SubjectAccount(
        id=new_id(),
        office_path=office.path,
        area=office.area,
        subject=read_text(subject, field="subject", longest=60, is_needed=True),
        account_name=read_text(words.account_name, field="account_name", longest=200, is_needed=True),
        account_tail=number[-4:],
        bank_name=read_text(words.bank_name, field="bank_name", longest=120),
        source=words.source if act.actor.kind == "staff" else "employer",
        state="proposed",
        proposed_by=act.actor.id,
        proposed_at=act.now,
        needs_second=rules.account_by_two,
        account_no=number,
        phone=words.phone,
    )
    row.save(force_insert=True)
    _next(act, row, office.id, rules)
    return account_view(row)


def _next(act: Act, row: SubjectAccount, office_id: UUID, rules: BenefitRules) -> None:
    if row.needs_second:
        put_todo(act, kind=TODO, subject_id=row.pk, office_id=office_id, office_path=row.office_path,
                 number=row.subject[:24], title=says("核对收款账户"), due_at=work_due(act, row.area, rules))  # fmt: skip
    else:
        activate(act, row, confirmed_by=act.actor.id)
        account_is_right(act, row.subject, row.area)
    act.about(f"account:{row.pk}", row.office_path)


@action("benefits.confirm_account", right=CONFIRM, answers=AccountView)
def confirm_account(act: Act, *, account_id: UUID) -> AccountView:
    """The second person says it is right: payments that were returned are owed again. Raises NotAllowed, DomainError."""
    row = _proposed(act, account_id)
    if row.proposed_by == act.actor.id:
        raise DomainError(
            "same_person",
            says("登记账户和核对账户不能是同一个人。"),
            says("请由另一位同志核对。"),
            status=409,
        )
    activate(act, row, confirmed_by=act.actor.id)
    account_is_right(act, row.subject, row.area)
    return account_view(row)


@action("benefits.refuse_account", right=CONFIRM, answers=AccountView)
def refuse_account(act: Act, *, account_id: UUID) -> AccountView:
    """It is not right: the search for an account goes on. Raises NotAllowed, DomainError."""
    row = _proposed(act, account_id)
    row.state = "refused"
    row.save(update_fields=["state"])
    return account_view(row)


def _proposed(act: Act, account_id: UUID) -> SubjectAccount:
    known = SubjectAccount.objects.filter(pk=account_id).values_list("area", "subject").first()
    if known is not None:
        take_turn_of_subject(*known)
    row = SubjectAccount.objects.select_for_update().filter(pk=account_id).first()
    if row is None:
        raise NotFound(says("没有找到这个账户。"))
    act.require(CONFIRM, row.office_path)
    if row.state != "proposed":
        raise DomainError("account_decided", says("这个账户已经核对过了。"), status=409)
    drop_todos(act, subject_id=row.pk)
    act.about(f"account:{row.pk}", row.office_path)
    return row


@action("benefits.confirm_own_account", right=None, answers=AccountView)
def confirm_own_account(act: Act, *, area: str, subject: str) -> AccountView:
    """The employer (`benefits.own`) or the desk for it says that the account in use is right. Raises NotFound."""
    row = (
        SubjectAccount.objects.select_for_update().filter(area=area, subject=subject, state="active").first()
    )
    if row is None:
        raise NotFound(says("没有登记收款账户，请先填写账户。"))
    require_for(act, ACCOUNTS, row.office_path, row.subject)
    if row.confirmed_at is None:
        row.confirmed_at, row.confirmed_by = act.now, act.actor.id
        row.save(update_fields=["confirmed_at", "confirmed_by"])
    act.about(f"account:{row.pk}", row.office_path)
    return account_view(row)


@action("benefits.note_call", right=ACCOUNTS, answers=UUID)
def note_call(act: Act, *, chase_id: UUID, note: str) -> UUID:
    """Somebody was called about a missing account; answers `chase_id`. Raises NotAllowed, NotFound."""
    row = (
        AccountChase.objects.select_for_update(of=("self",))
        .select_related("order__round")
        .filter(pk=chase_id)
        .first()
    )
    if row is None or row.state != "open":
        raise NotFound(says("这笔款的账户已经不用再找了。"))
    act.require(ACCOUNTS, row.office_path)
    note_step(act, row, rule_of(row), CALL, read_text(note, field="note", longest=120, is_needed=True))
    act.about(f"order:{row.order_id}", row.office_path)
    return chase_id
