"""The review after a dissatisfied answer, and the upper level's last word after several rounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.models import Review, RoundFact
from gongyou.engines.casework.queries.views import Standing
from gongyou.engines.casework.steps.matter import Matter, happen, load, write_text
from gongyou.engines.casework.steps.standing import require_upper, standing
from gongyou.engines.casework.steps.telling import tell_worker
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError


@dataclass(frozen=True)
class Finding:
    """What the review found. The chair is whoever records it, never of the handler's office."""

    convened_on: date
    members: str
    is_reasonable: bool
    cause: str
    measures: str
    answerable: str
    measures_due_on: date | None = None


@action("casework.record_review", right="casework.review", answers=Standing)
def record_review(act: Act, *, case_id: UUID, version: int, finding: Finding) -> Standing:
    """Record the review; a new round begins with its own settle clock, whether found reasonable or not."""
    matter = load(act, case_id, version)
    path = require_upper(act, matter, "casework.review")
    _check(act, finding)
    round_number = matter.projection.round
    Review.objects.create(
        case=matter.row,
        round=round_number,
        convened_on=finding.convened_on,
        chair_id=act.actor.id,
        chair_office_path=path,
        members=finding.members.strip(),
        is_reasonable=finding.is_reasonable,
        cause=write_text(act, matter, "cause", finding.cause),
        measures=write_text(act, matter, "measures", finding.measures),
        answerable=finding.answerable.strip(),
        measures_due_on=finding.measures_due_on,
    )
    happen(act, matter, Happens.REVIEWED, {"reasonable": finding.is_reasonable})
    facts = RoundFact.objects.filter(case=matter.row, round=round_number)
    facts.update(is_found_reasonable=finding.is_reasonable)
    tell_worker(act, matter, "reviewed")
    return standing(matter)


def _check(act: Act, finding: Finding) -> None:
    if finding.convened_on > act.now.date():
        raise DomainError(
            "convened_on", says("复盘日期还没有到。"), says("请核对日期。"), field="convened_on"
        )
    for name, value in (("members", finding.members), ("answerable", finding.answerable)):
        if not value.strip():
            raise DomainError("missing", says("这一项必须填写。"), field=name)
    if finding.measures_due_on and finding.measures_due_on < finding.convened_on:
        raise DomainError("measures_due_on", says("整改期限早于复盘日期。"), field="measures_due_on")


@action("casework.explain_finally", right="casework.review", answers=Standing)
def explain_finally(act: Act, *, case_id: UUID, version: int, text: str) -> Standing:
    """After the programme's number of dissatisfied rounds the upper level explains and signs; the matter ends."""
    matter = load(act, case_id, version)
    require_upper(act, matter, "casework.review")
    _check_rounds(matter)
    written = write_text(act, matter, "answer", text)
    happen(act, matter, Happens.EXPLAINED, {"text": str(written.pk)})
    tell_worker(act, matter, "explained", answer=written.text[:300])
    return standing(matter)


def _check_rounds(matter: Matter) -> None:
    needed = matter.type.call_back.rounds_before_upper if matter.type.call_back else 1
    if matter.projection.dissatisfied_rounds < needed:
        raise DomainError(
            "too_early",
            says("还没有到{needed}轮不满意，不能以解释说明结束。"),
            says("请先复盘整改，再次答复。"),
            status=409,
            needed=needed,
        )
