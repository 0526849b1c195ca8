"""The platform takes the rungs of ladders that are due; the office above may confirm the one that has the matter."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import Happens, Rises
from gongyou.engines.casework.queries.views import Standing
from gongyou.engines.casework.steps.climbing import climb_page
from gongyou.engines.casework.steps.leading import lead
from gongyou.engines.casework.steps.matter import happen, load, write_text
from gongyou.engines.casework.steps.standing import require_upper, standing
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError


@dataclass(frozen=True)
class Climbed:
    """One page: how many clocks were looked at, how many rungs taken."""

    looked_at: int
    taken: int


@action("casework.climb_ladders", right="casework.night", answers=Climbed)
def climb_ladders(act: Act, *, limit: int) -> Climbed:
    """One rung of each of the `limit` clocks that have waited longest, all in one transaction."""
    moving, looked_at, taken = climb_page(act, limit)
    for one in moving:
        lead(act, one)
    act.about("")
    return Climbed(looked_at, taken)


@action("casework.confirm_office", right="casework.review", answers=Standing)
def confirm_office(act: Act, *, case_id: UUID, version: int, reason: str) -> Standing:
    """The office above lets the one that has the matter go on: its next `lead` rung moves nothing in this round."""
    matter = load(act, case_id, version)
    require_upper(act, matter, "casework.review")
    if not any(r.does is Rises.LEAD for r in matter.type.ladder):
        raise DomainError("no_lead_rung", says("这类事项到期后不会改由上级主办，不用确认。"))
    if matter.projection.beside.confirmed_in == matter.projection.round:
        raise DomainError("confirmed_before", says("本轮已经确认由原单位继续办理。"), status=409)
    text = write_text(act, matter, "reason", reason)
    happen(act, matter, Happens.CONFIRMED, {"text": str(text.pk)})
    return standing(matter)
