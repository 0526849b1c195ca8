"""What the person a matter belongs to may do. `own` comes from `queries.proof.prove_own`."""

from __future__ import annotations

from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.queries.proof import Own
from gongyou.engines.casework.queries.views import Standing
from gongyou.engines.casework.steps.calls import Call, store_call
from gongyou.engines.casework.steps.mandates import require_scope
from gongyou.engines.casework.steps.matter import Matter, happen, load, write_text
from gongyou.engines.casework.steps.reopening import REOPEN_WITHIN, reopen
from gongyou.engines.casework.steps.standing import standing
from gongyou.kernel import files
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError


def _load_own(act: Act, own: Own, wanted: str = "") -> Matter:
    """The matter, for its person; a proxy only within the mandate; an anonymous one never with a known account."""
    matter = load(act, own.case_id)
    if matter.row.is_anonymous and act.actor.kind == "worker":
        raise DomainError(
            "known_account",
            says("这件事是匿名说的，不能记到您的账号上。"),
            says("请凭编号和查询码办理。"),
            status=409,
        )
    if own.is_proxy and wanted:
        require_scope(act, matter, wanted)
    return matter


@action("casework.rate_answer", right="casework.track", answers=Standing)
def rate_answer(act: Act, *, own: Own, is_solved: bool, is_satisfied: bool, note: str) -> Standing:
    """The worker's own answer to the call-back, given on the page."""
    matter = _load_own(act, own, "rate")
    spoke_with = "proxy" if own.is_proxy else "subject"
    call = Call(
        "answered",
        "online",
        is_solved=is_solved,
        is_satisfied=is_satisfied,
        note=note,
        spoke_with=spoke_with,
    )
    store_call(act, matter, call)
    return standing(matter)


@action("casework.add_supplement", right="casework.track", answers=Standing)
def add_supplement(act: Act, *, own: Own, text: str, file_ids: tuple[UUID, ...] = ()) -> Standing:
    """More facts from the worker. A stopped clock goes on: what we waited for has come."""
    matter = _load_own(act, own)
    if matter.projection.is_closed:
        raise DomainError(
            "closed", says("这件事已经办结。"), says("如有新情况，请选择“重新打开”。"), status=409
        )
    write_text(act, matter, "supplement", text)
    files.bind_files(act, ids=file_ids, subject=matter.subject, office_path=matter.row.office_path)
    if matter.projection.is_paused:
        happen(act, matter, Happens.RESUMED, {"by": "supplement"})
    return standing(matter)


@action("casework.withdraw_case", right="casework.track", answers=Standing)
def withdraw_case(act: Act, *, own: Own, reason: str) -> Standing:
    """Only the person themselves withdraws, or who holds their mandate for it."""
    matter = _load_own(act, own, "withdraw")
    text = write_text(act, matter, "reason", reason)
    happen(act, matter, Happens.WITHDRAWN, {"text": str(text.pk)})
    return standing(matter)


@action("casework.reopen_case", right="casework.track", answers=Standing)
def reopen_case(act: Act, *, own: Own, reason: str, has_new_facts: bool = False) -> Standing:
    """The worker takes the matter up again: within 30 days of closing, later with new facts. A new round, same class."""
    matter = _load_own(act, own, "reopen")
    closed_at = matter.row.closed_at
    if closed_at is not None and act.now - closed_at > REOPEN_WITHIN and not has_new_facts:
        raise DomainError(
            "reopen_late",
            says("办结已超过{days}天，有新情况才能重新打开。"),
            says("请勾选“有新情况”，并写明是什么。"),
            field="has_new_facts",
            status=409,
            days=REOPEN_WITHIN.days,
        )
    reopen(act, matter, reason, has_new_facts=has_new_facts)
    return standing(matter)


@action("casework.take_up_again", right="casework.handle", answers=Standing)
def take_up_again(act: Act, *, case_id: UUID, version: int, note: str) -> Standing:
    """Staff heard new facts from the person, at any time after closing: the matter runs again, earlier rounds stay."""
    matter = load(act, case_id, version)
    act.require("casework.handle", matter.row.office_path)
    reopen(act, matter, note, has_new_facts=True)
    return standing(matter)
