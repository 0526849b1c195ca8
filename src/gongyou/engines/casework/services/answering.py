"""Settling: a draft, where the class needs it a second person's approval, and the answer to the worker."""

from __future__ import annotations

from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import CaseType, Happens
from gongyou.engines.casework.loop import allowed
from gongyou.engines.casework.models import CaseText, LegalLimit, Referral, Settlement
from gongyou.engines.casework.queries.views import Standing
from gongyou.engines.casework.steps.answers import answer
from gongyou.engines.casework.steps.matter import Matter, happen, load, write_text
from gongyou.engines.casework.steps.settling import settle
from gongyou.engines.casework.steps.standing import standing
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound

RESULTS = {
    "solved": says("已解决"),
    "partly": says("部分解决"),
    "explained_cannot": says("解释说明（暂不能解决）"),
    "referred": says("转有关部门并告知"),
}


@action("casework.draft_answer", right="casework.handle", answers=Standing)
def draft_answer(act: Act, *, case_id: UUID, version: int, result: str, text: str) -> Standing:
    """Write the answer. It goes out at once, or, for a class that needs approval, after a second person."""
    matter = load(act, case_id, version)
    act.require("casework.handle", matter.row.office_path)
    _check_result(matter, result)
    answer(act, matter, result, text)
    return standing(matter)


def _results_of(case_type: CaseType) -> dict[str, str]:
    """How an answer of this type may end: the programme's own results, or the usual ones."""
    return {result.id: result.title for result in case_type.results} or RESULTS


def _check_result(matter: Matter, result: str) -> None:
    """Raises DomainError. Who is sent elsewhere while a right runs out goes with a hand-over sheet."""
    if result not in _results_of(matter.type):
        raise DomainError("result", says("请选择办理结果。"), field="result")
    if result != "referred" or not LegalLimit.objects.filter(case=matter.row).exists():
        return
    if not Referral.objects.filter(case=matter.row).exists():
        raise DomainError(
            "no_hand_over",
            says("这件事有法律时效，不能只说“转有关部门”。"),
            says("请先开转介单，写明去哪里、最晚哪一天。"),
            field="result",
        )


@action("casework.approve_answer", right="casework.approve", answers=Standing)
def approve_answer(act: Act, *, case_id: UUID, version: int) -> Standing:
    """Release the draft. Raises DomainError when the drafter approves their own."""
    matter = load(act, case_id, version)
    act.require("casework.approve", matter.row.office_path)
    settlement = _draft_of(matter)
    if settlement.drafted_by == act.actor.id:
        raise DomainError(
            "own_draft", says("起草人不能批准自己的答复。"), says("请由站长或上级批准。"), status=403
        )
    Settlement.objects.filter(pk=settlement.pk).update(approved_by=act.actor.id, approved_at=act.now)
    CaseText.objects.filter(pk=settlement.text_id).update(kind="answer")
    settle(act, matter, settlement)
    return standing(matter)


@action("casework.return_answer", right="casework.approve", answers=Standing)
def return_answer(act: Act, *, case_id: UUID, version: int, reason: str) -> Standing:
    """Send the draft back with a reason; the settle clock goes on."""
    matter = load(act, case_id, version)
    act.require("casework.approve", matter.row.office_path)
    settlement = _draft_of(matter)
    text = write_text(act, matter, "reason", reason)
    happen(act, matter, Happens.ANSWER_RETURNED, {"settlement": str(settlement.pk), "text": str(text.pk)})
    return standing(matter)


def _draft_of(matter: Matter) -> Settlement:
    drafts = Settlement.objects.filter(
        case=matter.row, round=matter.projection.round, needs_approval=True, approved_by__isnull=True
    )
    latest = drafts.order_by("-drafted_at").first()
    # A returned draft is unapproved too, but nobody waits for its approval any more.
    is_waiting = Happens.ANSWER_RETURNED in allowed(matter.type, matter.row.state)
    if latest is None or not is_waiting:
        raise NotFound(says("没有等待批准的答复。"))
    return latest
