"""Joining duplicates: a link to a lead, never a merge. Each keeps number, clock, privacy and call-back."""

from __future__ import annotations

from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.models import Case
from gongyou.engines.casework.queries.views import Standing
from gongyou.engines.casework.steps.answers import answer, last_answer
from gongyou.engines.casework.steps.joining import part, settle_date
from gongyou.engines.casework.steps.matter import Matter, happen, load, write_text
from gongyou.engines.casework.steps.standing import standing
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotAllowed, Stale


@action("casework.join_case", right="casework.handle", answers=Standing)
def join_case(act: Act, *, case_id: UUID, version: int, lead_id: UUID, reason: str) -> Standing:
    """Let a matter be handled together with a lead; the lead is due when the earliest of all is."""
    # Two joins that cross would lock in opposite order: the smaller id first, always.
    first, second = sorted((case_id, lead_id), key=str)
    loaded = (
        {first: load(act, first), second: load(act, second)} if first != second else {first: load(act, first)}
    )
    child, lead = loaded[case_id], loaded[lead_id]
    if child.row.version != version:
        raise Stale
    act.about(child.subject, child.row.office_path)
    act.require("casework.handle", child.row.office_path)
    if not act.actor.may("casework.read", lead.row.office_path):
        raise NotAllowed("casework.read")
    _check(child, lead)
    text = write_text(act, child, "reason", reason)
    happen(act, child, Happens.JOINED, {"lead": str(lead.row.pk), "text": str(text.pk)})
    happen(act, lead, Happens.CHILD_JOINED, {"child": str(child.row.pk), "due_at": settle_date(child)})
    Case.objects.filter(pk=child.row.pk).update(lead=lead.row)
    return standing(child)


def _check(child: Matter, lead: Matter) -> None:
    wrong = None
    if child.row.pk == lead.row.pk:
        wrong = says("不能并入自己。")
    elif child.row.area != lead.row.area or child.row.programme != lead.row.programme:
        wrong = says("只能并入本地同一项目的事项。")
    elif child.projection.is_closed or lead.projection.is_closed:
        wrong = says("两件事都要还在办理。")
    elif child.projection.beside.lead is not None:
        wrong = says("这件事已经并入别的事项，请先解除。")
    elif lead.projection.beside.lead is not None:
        wrong = says("要并入的那一件本身已经并入别的事项；请并入它的主办件。")
    elif child.projection.beside.children:
        wrong = says("这件事是别的事项的主办件，不能再并入。")
    if wrong is not None:
        raise DomainError("join", wrong, field="lead", status=409)


@action("casework.part_case", right="casework.handle", answers=Standing)
def part_case(act: Act, *, case_id: UUID, version: int, reason: str) -> Standing:
    """Undo a join: all that happened stays, the matter goes its own way with its own date."""
    child = load(act, case_id, version)
    act.require("casework.handle", child.row.office_path)
    part(act, child, reason)
    return standing(child)


@action("casework.answer_joined", right="casework.handle", answers=Standing)
def answer_joined(act: Act, *, case_id: UUID, version: int, applies: bool, text: str) -> Standing:
    """The lead was answered: does the answer apply to this person? Yes: it is given, as checked. No: they part."""
    child = load(act, case_id, version)
    act.require("casework.handle", child.row.office_path)
    lead_id = child.projection.beside.lead
    settled = last_answer(lead_id) if lead_id else None
    if settled is None:
        raise DomainError(
            "lead_open", says("主办件还没有答复。"), says("请等主办件答复后再核对。"), status=409
        )
    if applies:
        answer(act, child, settled.result, text)
    else:
        part(act, child, text)
    return standing(child)
