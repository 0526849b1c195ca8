"""Call-back as work: who calls, by when, how often; never the office that handled the matter."""

from __future__ import annotations

from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.models import CaseEvent, Settlement
from gongyou.engines.casework.queries.views import Standing
from gongyou.engines.casework.steps.calls import CHANNELS, OUTCOMES, Call, store_call
from gongyou.engines.casework.steps.matter import Matter, load
from gongyou.engines.casework.steps.standing import standing
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError

__all__ = ["CHANNELS", "OUTCOMES", "Call", "record_call"]


@action("casework.record_call", right="casework.call_back", answers=Standing)
def record_call(act: Act, *, case_id: UUID, version: int, call: Call) -> Standing:
    """Record a try. A dissatisfied answer opens the review in this very transaction."""
    matter = load(act, case_id, version)
    act.require("casework.call_back", matter.row.call_office_path or "-")
    _check_caller(act, matter)
    store_call(act, matter, call)
    return standing(matter)


def _check_caller(act: Act, matter: Matter) -> None:
    sits_here = any(h.office_path == matter.row.office_path for h in act.actor.holdings)
    touched = Settlement.objects.filter(case=matter.row).filter(drafted_by=act.actor.id).exists()
    approved = Settlement.objects.filter(case=matter.row).filter(approved_by=act.actor.id).exists()
    filed = CaseEvent.objects.filter(case=matter.row, kind=Happens.RECEIVED, actor_id=act.actor.id).exists()
    if sits_here or touched or approved or filed or act.actor.id == matter.row.holder_id:
        raise DomainError(
            "own_call",
            says("回访不能由承办单位、经手人或替人登记的人来做。"),
            says("请由回访岗或上级单位回访。"),
            status=403,
        )
