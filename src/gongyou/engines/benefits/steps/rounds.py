"""Rounds: opened over a run, corrected by a single subject's re-run, put on lists, put up for approval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.db.models.functions import Coalesce

from gongyou.basics.refusal import says
from gongyou.engines.benefits.definitions import OPEN_ROUND, RoundState
from gongyou.engines.benefits.models import Entitlement, Line, Round
from gongyou.engines.benefits.queries.rules import rules_at
from gongyou.engines.benefits.steps.taking import ELIGIBLE, remind, require_state, totals_of
from gongyou.engines.benefits.steps.turns import take_turn
from gongyou.institutions.decisions.queries import RunView
from gongyou.institutions.procedures import queries as procedures
from gongyou.institutions.procedures import steps as procedure_steps
from gongyou.institutions.procedures.steps import ListLine
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError
from gongyou.kernel.ids import new_id
from gongyou.kernel.worklist import drop_todos
from gongyou.offices import queries as offices

ABOUT = "benefits.round"
STRETCH = 20_000


def refuse_unfit(run: RunView) -> None:
    """Raises DomainError: nothing follows from a simulation or from a run without a result."""
    if not run.is_done:
        raise DomainError("run_not_done", says("这次计算还没有结果。"), says("请等它算完。"), status=409)
    if run.is_simulated:
        raise DomainError(
            "run_simulated",
            says("这次计算改过取值，是试算，不能据此发放。"),
            says("请按规则包的取值重新计算。"),
            status=409,
        )


def period_of(run: RunView) -> str:
    """The policy year a run decides."""
    return f"{run.law_on.year}"


def round_for(act: Act, run: RunView, rules_hash: str, book_id: UUID, instalment: int) -> Round:
    """The round a run belongs to: an open one it corrects, or a new one. Raises DomainError."""
    known = (
        Round.objects.filter(run_id=run.id, instalment=instalment).exclude(state=RoundState.DROPPED).first()
    )
    if known is not None:
        return known
    take_turn(run.programme, run.area, period_of(run))
    same = Round.objects.select_for_update().filter(
        programme=run.programme, area=run.area, period=period_of(run), instalment=instalment
    )
    opened = same.filter(state__in=OPEN_ROUND).first()
    if opened is not None:
        return _to_correct(act, opened, run)
    office = offices.office_at(run.office_path)
    row = Round(
        id=new_id(),
        programme=run.programme,
        area=run.area,
        office_id=office.id,
        office_path=run.office_path,
        period=period_of(run),
        instalment=instalment,
        number=same.aggregate(last=Coalesce(Max("number"), 0))["last"] + 1,
        run_id=run.id,
        only_subject=run.only_subject,
        rules_hash=rules_hash,
        book_id=book_id,
        rows_total=run.rows,
        prepared_by=act.actor.id,
        prepared_by_name=act.actor.name[:40],
        prepared_at=act.now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:  # the first round of a period: there was no row to wait for
        raise DomainError(
            "round_quicker",
            says("有人刚刚开了这一轮发放。"),
            says("请刷新后查看。"),
            status=409,
        ) from error
    return row


def _to_correct(act: Act, row: Round, run: RunView) -> Round:
    if not run.only_subject:
        raise DomainError(
            "round_open",
            says("{period}第{number}轮还没有办完，不能再开一轮。"),
            says("请先办完或放弃它。"),
            status=409,
            period=row.period,
            number=row.number,
        )
    require_state(row, RoundState.TAKEN, RoundState.LISTED, RoundState.APPROVING)
    if row.state == RoundState.APPROVING:
        procedure_steps.withdraw_open(
            act, about_kind=ABOUT, about_id=row.pk, reason=says("有对象的结果更正了")
        )
    # Until the job has read the correction nobody lists, asks or approves: it can't be overtaken and lost.
    row.state, row.approval_id = RoundState.TAKING, None
    row.save(update_fields=["state", "approval_id"])
    return row


def correct_line(act: Act, row: Round, run_id: UUID, decided: Sequence[tuple[Any, ...]]) -> None:
    """What a single subject's re-run says takes the place of its line; the round goes back before its list."""
    if row.state != RoundState.TAKING:
        return
    row.state = RoundState.TAKEN
    row.save(update_fields=["state"])
    for subject, outcome, fen, name, *_ in decided:
        _put_line(row, run_id, subject, fen if outcome == ELIGIBLE else 0, name)
    row.line_count, row.sum_fen, row.digest = totals_of(row)
    row.save(update_fields=["line_count", "sum_fen", "digest"])
    act.about(f"round:{row.pk}", row.office_path)
    remind(act, row, "benefits.list", says("更正后公示"))


def _put_line(row: Round, run_id: UUID, subject: str, fen: int, name: str) -> None:
    before = Entitlement.objects.filter(
        programme=row.programme, period=row.period, instalment=row.instalment, subject=subject
    )
    Line.objects.update_or_create(
        round=row,
        subject=subject,
        defaults={"decided_fen": fen, "run_id": run_id, "is_revised": True},
        create_defaults={
            "decided_fen": fen,
            "run_id": run_id,
            "is_revised": True,
            "name": name[:200],
            "before_fen": before.values_list("decided_fen", flat=True).first() or 0,
        },
    )


def put_on_list(act: Act, row: Round) -> None:
    """A sealed list of everybody, or after a correction of those corrected; without a rule nothing is public."""
    rules = rules_at(row.rules_hash)
    if rules.publicity:
        lines = Line.objects.filter(round=row).order_by("subject")
        if row.list_id is not None:
            lines = lines.filter(is_revised=True)
        made = procedure_steps.prepare_list(
            act,
            rule=procedures.publicity_rule(row.area, row.programme, rules.publicity),
            office_path=row.office_path,
            programme=row.programme,
            period=row.period,
            run_ref=str(row.pk),
            title=f"{row.period}年{rules.title}",
            lines=(
                ListLine(subject, name, fen, {"subject": subject})
                for subject, name, fen in lines.values_list("subject", "name", "decided_fen").iterator(
                    STRETCH
                )
            ),
            previous_id=row.list_id,
        )
        row.list_id = procedure_steps.seal_list(act, list_id=made.id).id
    Line.objects.filter(round=row, is_revised=True).update(is_revised=False)
    row.state = RoundState.LISTED
    row.save(update_fields=["list_id", "state"])
    if rules.publicity:
        drop_todos(act, subject_id=row.pk)
    else:
        remind(act, row, "benefits.approve", says("提请审批"))


def ask_approval(act: Act, row: Round) -> None:
    """Every yes of the pack's plan, to the digest, count and sum of these lines."""
    rules = rules_at(row.rules_hash)
    found = procedure_steps.open_approval(
        act,
        plan=procedures.approval_plan(row.area, row.programme, rules.list_approval),
        office_path=row.office_path,
        about_kind=ABOUT,
        about_id=row.pk,
        digest=row.digest,
        count=row.line_count,
        sum_fen=row.sum_fen,
        prepared_by=row.prepared_by,
        prepared_by_name=row.prepared_by_name,
        title=f"{row.period}年{rules.title}",
    )
    row.state, row.approval_id = RoundState.APPROVING, found.id
    row.save(update_fields=["state", "approval_id"])
    drop_todos(act, subject_id=row.pk)


def take_back(act: Act, row: Round) -> None:
    """Its approval was refused: the round is with its maker again, before the list."""
    if row.state != RoundState.APPROVING:
        return
    row.state, row.approval_id = RoundState.LISTED, None
    row.save(update_fields=["state", "approval_id"])
    act.about(f"round:{row.pk}", row.office_path)
    remind(act, row, "benefits.approve", says("审批没有通过：更正、重新提请或放弃"))
