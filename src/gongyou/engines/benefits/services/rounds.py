"""A round: decisions taken in, made public, put up for approval, promised."""

from __future__ import annotations

from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.benefits.definitions import RoundState
from gongyou.engines.benefits.models import Round
from gongyou.engines.benefits.queries.rounds import RoundView, round_view
from gongyou.engines.benefits.queries.rules import book_for, rules_of
from gongyou.engines.benefits.steps import rounds, settling
from gongyou.engines.benefits.steps.taking import locked_round, require_state
from gongyou.engines.benefits.steps.turns import take_turn_of_round
from gongyou.institutions.decisions import queries as decisions
from gongyou.institutions.procedures import queries as procedures
from gongyou.institutions.procedures import steps as procedure_steps
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError
from gongyou.kernel.worklist import drop_todos

PREPARE = "benefits.prepare"
COMMIT = "benefits.commit"
TAKE_IN = "benefits.take_in"


@action("benefits.take_in_run", right=PREPARE, answers=RoundView)
def take_in_run(act: Act, *, run_id: UUID, instalment: int = 1) -> RoundView:
    """Begin a round over a finished run; a single subject's re-run corrects the open round, where there is one.

    The decisions are read by a job. Raises NotAllowed, NotFound, DomainError: not done, simulated, round open.
    """
    run = decisions.run_of(act.actor, run_id)
    act.require(PREPARE, run.office_path)
    rounds.refuse_unfit(run)
    pinned = rules_of(run.area, run.programme)
    book = book_for(run.area, pinned.rules)
    row = rounds.round_for(act, run, pinned.hash, book.id, instalment)
    act.enqueue(TAKE_IN, {"round_id": row.pk, "run_id": run.id}, unique_key=f"{TAKE_IN}:{row.pk}:{run.id}")
    act.about(f"round:{row.pk}", row.office_path)
    return round_view(row)


@action("benefits.list_round", right=PREPARE, answers=RoundView)
def list_round(act: Act, *, round_id: UUID) -> RoundView:
    """Put the subjects on a sealed publicity list (after a correction: those corrected). Another person publishes it.

    Raises NotAllowed, NotFound, DomainError.
    """
    row = _mine(act, round_id, PREPARE)
    require_state(row, RoundState.TAKEN)
    rounds.put_on_list(act, row)
    return round_view(row)


@action("benefits.ask_round_approval", right=PREPARE, answers=RoundView)
def ask_round_approval(act: Act, *, round_id: UUID) -> RoundView:
    """Ask for the yes of others to exactly these lines. Raises DomainError while a list of the round is not closed."""
    row = _mine(act, round_id, PREPARE)
    require_state(row, RoundState.LISTED)
    for found in procedures.lists_of_run(str(row.pk)):
        if found.state not in {"closed", "withdrawn"}:
            raise DomainError(
                "list_open",
                says("名单“{title}”的公示还没有办结。"),
                says("公示期满、异议都答复后，请先办结公示。"),
                status=409,
                title=found.title,
            )
    rounds.ask_approval(act, row)
    return round_view(row)


@action("benefits.commit_round", right=COMMIT, answers=RoundView)
def commit_round(act: Act, *, round_id: UUID) -> RoundView:
    """Promise an approved round that could not be promised at once (the budget was short). Raises as the ledger says."""
    take_turn_of_round(round_id)
    row = _mine(act, round_id, COMMIT)
    settling.commit_round(act, row)
    return round_view(row)


@action("benefits.drop_round", right=PREPARE, answers=RoundView)
def drop_round(act: Act, *, round_id: UUID, reason: str) -> RoundView:
    """Give up a round that was not approved: nothing follows from it. Raises NotAllowed, DomainError."""
    row = _mine(act, round_id, PREPARE)
    require_state(row, RoundState.TAKING, RoundState.TAKEN, RoundState.LISTED, RoundState.APPROVING)
    procedure_steps.withdraw_open(act, about_kind=rounds.ABOUT, about_id=row.pk, reason=reason)
    row.state = RoundState.DROPPED
    row.refusal = {"message": says("已放弃：{reason}"), "hint": "", "params": {"reason": reason[:200]}}
    row.save(update_fields=["state", "refusal"])
    drop_todos(act, subject_id=row.pk)
    act.about(f"round:{row.pk}", row.office_path)
    return round_view(row)


def _mine(act: Act, round_id: UUID, right: str) -> Round:
    row = locked_round(round_id)
    act.require(right, row.office_path)
    act.about(f"round:{row.pk}", row.office_path)
    return row
