"""Work that waits: decisions taken in, approvals heard, bank files written, accounts looked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from gongyou.basics.refusal import says
from gongyou.engines.benefits.definitions import BatchState, RoundState
from gongyou.engines.benefits.models import AccountChase, Batch, Round, SubjectAccount
from gongyou.engines.benefits.ports import bank_files
from gongyou.engines.benefits.queries.batches import bank_lines, control_of
from gongyou.engines.benefits.queries.rules import rules_at
from gongyou.engines.benefits.steps import batching, chasing, rounds, settling, taking, telling
from gongyou.engines.benefits.steps.accounts import Sealed, seal_accounts
from gongyou.engines.benefits.steps.dates import work_due
from gongyou.engines.benefits.steps.turns import take_turn, take_turn_of_round
from gongyou.institutions.decisions import queries as decisions
from gongyou.institutions.decisions import vault
from gongyou.kernel import jobs, moment
from gongyou.kernel.access import system_actor
from gongyou.kernel.actions import Act, in_act
from gongyou.kernel.ahead import made_ahead
from gongyou.kernel.errors import DomainError
from gongyou.kernel.jobs import Payload, errand, job
from gongyou.kernel.messages import send_message
from gongyou.kernel.personal_data import Declaration, declare
from gongyou.kernel.worklist import put_todo
from gongyou.kernel.writing import writing
from gongyou.registry.queries.representatives import reachable

TAKE_IN, WRITE, CHASE = "benefits.take_in", "benefits.write_bank_file", "benefits.chase"
TELL = "benefits.tell_listed"
STRETCH = 20_000
AT_ONCE = 200
PURPOSE = says("据以编制发放名单")


def _take(payload: Payload) -> list[tuple[Any, ...]]:
    """Read the run in stretches, each written in a transaction of its own: a killed one goes on where it stopped.

    Returns the decision of a single subject's re-run that corrects an open round.
    """
    row = Round.objects.get(pk=UUID(payload["round_id"]))
    run_id = UUID(payload["run_id"])
    rules = rules_at(row.rules_hash)
    actor = system_actor(TAKE_IN)
    is_correction = run_id != row.run_id
    if row.state != RoundState.TAKING and not is_correction:
        return []
    both = is_correction or taking.has_entitlements(row)
    outcomes = (taking.ELIGIBLE, taking.INELIGIBLE) if both else (taking.ELIGIBLE,)
    columns = (rules.name_column, rules.account_column) if rules.account_column else (rules.name_column,)
    with decisions.opened_decisions(actor, run_id, columns, purpose=PURPOSE) as found:
        stretches = found.stretches(
            after="" if is_correction else row.taken_after, outcomes=outcomes, size=STRETCH
        )
        if is_correction:
            return [_five(one) for some in stretches for one in some]
        for rows, sealed in made_ahead(_with_accounts(some) for some in stretches):
            take_one_stretch(row.pk, rows, sealed)
            jobs.keep_lease()
    return []


def _with_accounts(some: Sequence[tuple[Any, ...]]) -> tuple[list[tuple[Any, ...]], list[Sealed]]:
    """A stretch and its accounts, sealed: made while the stretch before it is written."""
    rows = [_five(one) for one in some]
    return rows, seal_accounts([(r[0], r[3], r[4]) for r in rows if r[4] and r[1] == taking.ELIGIBLE])


def take_one_stretch(round_id: UUID, rows: list[tuple[Any, ...]], accounts: Sequence[Sealed] = ()) -> None:
    """One transaction and one record in the chain."""
    given = {"round": round_id, "after": rows[-1][0], "rows": len(rows)}
    with writing():
        in_act("benefits.take_stretch", system_actor(TAKE_IN),
               lambda act: taking.take_stretch(act, round_id, rows, accounts), given)  # fmt: skip


def _five(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Subject, outcome, fen, name, account: what the table doesn't have is empty."""
    return (*row, "", "")[:5]


@errand(TAKE_IN, prepare=_take)
def _note_taken(act: Act, payload: Payload, corrected: list[tuple[Any, ...]]) -> None:
    row = taking.locked_round(UUID(payload["round_id"]))
    run_id = UUID(payload["run_id"])
    if run_id != row.run_id:
        rounds.correct_line(act, row, run_id, corrected)
    elif row.state == RoundState.TAKING:
        taking.finish_taking(act, row)


@job("benefits.heed_approval")
def _heed_approval(act: Act, payload: Payload) -> None:
    """The last yes: a round is promised at once, a batch gets its file."""
    about = UUID(payload["about_id"])
    if payload["about_kind"] == rounds.ABOUT:
        take_turn_of_round(about)
        _promise(act, taking.locked_round(about), UUID(payload["approval_id"]))
    elif payload["about_kind"] == batching.ABOUT:
        row = batching.locked_batch(about)
        if row.state == BatchState.APPROVING and row.approval_id == UUID(payload["approval_id"]):
            row.state = BatchState.APPROVED
            row.save(update_fields=["state"])
            act.about(f"batch:{row.pk}", row.office_path)
            act.enqueue(WRITE, {"batch_id": row.pk}, unique_key=f"{WRITE}:{row.pk}")


def _promise(act: Act, row: Round, approval_id: UUID) -> None:
    if row.state != RoundState.APPROVING or row.approval_id != approval_id:
        return
    row.state = RoundState.APPROVED
    row.save(update_fields=["state"])
    try:
        with transaction.atomic():
            settling.commit_round(act, row)
    except DomainError as refusal:
        row.refresh_from_db()
        row.refusal = {
            "message": refusal.message,
            "hint": refusal.hint,
            "params": {name: str(value) for name, value in refusal.params.items()},
        }
        row.save(update_fields=["refusal"])
        act.about(f"round:{row.pk}", row.office_path)
        taking.remind(act, row, "benefits.commit", says("已批准，尚未落实资金"))


@job("benefits.heed_refusal")
def _heed_refusal(act: Act, payload: Payload) -> None:
    """A refused round is with its maker again; a refused batch is taken apart."""
    about = UUID(payload["about_id"])
    if payload["about_kind"] == rounds.ABOUT:
        rounds.take_back(act, taking.locked_round(about))
    elif payload["about_kind"] == batching.ABOUT:
        row = batching.locked_batch(about)
        if row.state == BatchState.APPROVING:
            take_turn(row.programme, row.area, row.period)
            batching.dissolve(act, row)
            act.about(f"batch:{row.pk}", row.office_path)


@job(TELL)
def _tell_listed(act: Act, payload: Payload) -> None:
    """A list is public: whoever acts for an organisation on it is told, a page at a time."""
    round_id = _uuid(payload["run_ref"])
    row = Round.objects.filter(pk=round_id).first() if round_id else None
    if row is None:
        return
    rules = rules_at(row.rules_hash)
    if rules.subject_kind != "organisation":
        return
    after = payload.get("after")
    some = reachable(row.area, after=UUID(after) if after else None, size=AT_ONCE)
    telling.tell_listed(act, row, rules, some)
    act.about(f"round:{row.pk}", row.office_path)
    if len(some) == AT_ONCE:
        last = str(some[-1].representative_id)
        act.enqueue(TELL, {"run_ref": str(row.pk), "list_id": payload["list_id"], "after": last},
                    unique_key=f"{TELL}:{payload['list_id']}:{last}")  # fmt: skip


@job("benefits.heed_list_over")
def _heed_list_over(act: Act, payload: Payload) -> None:
    """The days of publicity are over: the round's maker asks for approval once the list is closed."""
    row = Round.objects.filter(list_id=UUID(payload["list_id"]), state=RoundState.LISTED).first()
    if row is not None:
        taking.remind(act, row, "benefits.approve", says("公示期满：办结后提请审批"))


@job("benefits.heed_objection")
def _heed_objection(act: Act, payload: Payload) -> None:
    """An objection was right: the subject is computed again with the facts put right."""
    if payload["outcome"] != "upheld":
        return
    round_id = _uuid(payload["run_ref"])
    row = Round.objects.filter(pk=round_id).first() if round_id else None
    if row is not None:
        put_todo(act, kind="benefits.recompute", subject_id=UUID(payload["objection_id"]), office_id=row.office_id,
                 office_path=row.office_path, number=payload["subject_key"][:24],
                 title=says("异议成立：更正事实后重新计算"),
                 due_at=work_due(act, row.area, rules_at(row.rules_hash)))  # fmt: skip
        act.about(f"round:{row.pk}", row.office_path)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _write(payload: Payload) -> tuple[str, str] | None:
    """The file in the bank's layout, sealed in the vault. Harmless to repeat: the same lines are the same file."""
    row, control = control_of(UUID(payload["batch_id"]))
    if row.state != BatchState.APPROVED:
        return None
    layout = rules_at(row.rules_hash).layout(row.layout)
    name = f"{row.number}.{layout.form}"
    actor = system_actor(WRITE)

    def lines() -> Any:
        for some in bank_lines(actor, row, purpose=says("生成银行文件")):
            yield some
            with writing():
                Batch.objects.filter(pk=row.pk).update(file_lines=some[-1].position)
            jobs.keep_lease()

    with vault.workspace() as folder:
        bank_files().write(folder / name, layout, control, lines())
        return name, vault.put(folder / name)


@errand(WRITE, prepare=_write)
def _note_written(act: Act, payload: Payload, found: tuple[str, str] | None) -> None:
    row = batching.locked_batch(UUID(payload["batch_id"]))
    if found is None or row.state != BatchState.APPROVED:
        return
    row.file_name, row.file_digest = found
    row.state = BatchState.FILED
    row.save(update_fields=["file_name", "file_digest", "state"])
    act.about(f"batch:{row.pk}", row.office_path)
    put_todo(act, kind="benefits.send", subject_id=row.pk, office_id=row.office_id, office_path=row.office_path,
             number=row.number, title=says("银行文件送银行"),
             due_at=work_due(act, row.area, rules_at(row.rules_hash)))  # fmt: skip


def enqueue_chases(act: Act) -> int:
    """Everything due today, one job for each (the night's step). Returns how many."""
    due = AccountChase.objects.filter(state="open", next_on__lte=act.now.date()).order_by("next_on", "pk")
    found = list(due.values_list("pk", "steps_done")[:5000])
    for pk, done in found:
        act.enqueue(CHASE, {"chase_id": pk}, unique_key=f"{CHASE}:{pk}:{done}")
    return len(found)


def run_night() -> dict[str, int]:
    """What is due about missing accounts today. A second run finds the same jobs there already."""
    with writing():
        due = in_act("benefits.night", system_actor("benefits.night"), enqueue_chases, {})
    return {"accounts_chased": due}


@job(CHASE)
def _chase(act: Act, payload: Payload) -> None:
    """The next thing about one missing account: a message, the named list, the end."""
    of_round = (
        AccountChase.objects.filter(pk=payload["chase_id"]).values_list("order__round", flat=True).first()
    )
    if of_round is not None:
        take_turn_of_round(of_round)
    row = (
        AccountChase.objects.select_for_update(of=("self",))
        .filter(pk=payload["chase_id"], state="open")
        .first()
    )
    if row is None or row.next_on is None or row.next_on > act.now.date():
        return
    rule = chasing.rule_of(row)
    kind = chasing.steps_of(rule, row.opened_on)[row.steps_done][1]
    if kind == chasing.LAPSE:
        chasing.note_step(act, row, rule, kind)
        chasing.lapse(act, row)
    else:
        chasing.note_step(act, row, rule, kind, _message(act, row) if kind == chasing.MESSAGE else "")
    act.about(f"order:{row.order_id}", row.office_path)


def _message(act: Act, row: AccountChase) -> str:
    """A text to the number given with an account, else to whoever acts for the organisation; otherwise somebody calls."""
    of = row.order.round
    rules = rules_at(of.rules_hash)
    found = chasing.phones_of(act, row, rules)
    entitlement = row.order.entitlement
    if not found:
        put_todo(act, kind="benefits.call", subject_id=row.pk, office_id=of.office_id, office_path=row.office_path,
                 number=entitlement.subject[:24], title=says("电话联系，补充收款账户"),
                 due_at=work_due(act, of.area, rules))  # fmt: skip
        return says("没有联系电话，转人工联系")
    text = says("{name}：{title}的款项没有付成（{reason}），请登录或到窗口核对收款账户。")
    for phone in found:
        send_message(act, template="benefits.account", phone=phone, subject=f"order:{row.order_id}",
                     office_path=row.office_path, message_class="benefits",
                     text=text.format(name=entitlement.name, title=rules.title, reason=row.reason))  # fmt: skip
    return ""


def _erase(limit: int) -> int:
    """Accounts replaced or refused long ago: the number goes, that there was one stays."""
    before = moment.now() - timedelta(days=365 * 3)
    rows = SubjectAccount.objects.filter(
        state__in=["replaced", "refused", "failed"], proposed_at__lt=before, account_no__isnull=False
    )
    ids = list(rows.values_list("pk", flat=True)[:limit])
    with writing():
        return SubjectAccount.objects.filter(pk__in=ids).update(account_no=None, phone=None)


declare(
    Declaration(
        model=SubjectAccount,
        noun="subject_account",
        data_class="sensitive",
        purpose="拨付待遇和补贴",
        basis="statutory_duty",
        keeps=None,
        erase_expired=_erase,
    )
)
