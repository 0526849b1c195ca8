"""An answer is written: it goes out at once or, for a class that needs approval, after a second person."""

from __future__ import annotations

from uuid import UUID

from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.models import Settlement
from gongyou.engines.casework.steps.matter import Matter, happen, write_text
from gongyou.engines.casework.steps.settling import settle
from gongyou.kernel.actions import Act


def answer(act: Act, matter: Matter, result: str, text: str) -> None:
    needs_approval = matter.row.matter_class in matter.type.needs_approval
    written = write_text(act, matter, "draft" if needs_approval else "answer", text)
    settlement = Settlement.objects.create(
        case=matter.row,
        round=matter.projection.round,
        result=result,
        text=written,
        drafted_by=act.actor.id,
        drafted_at=act.now,
        needs_approval=needs_approval,
    )
    if needs_approval:
        happen(act, matter, Happens.ANSWER_DRAFTED, {"settlement": str(settlement.pk)})
    else:
        settle(act, matter, settlement)


def last_answer(case_id: UUID) -> Settlement | None:
    """The latest answer that was given; None where there is none yet."""
    given = Settlement.objects.filter(case_id=case_id, text__kind="answer")
    return given.select_related("text").order_by("-drafted_at").first()
