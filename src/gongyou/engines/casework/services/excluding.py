"""Taking a rating out of the rates: asked by the office, decided one level up, listed beside the rate for everybody."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.basics.workdays import Unit, due
from gongyou.engines.casework.definitions import Happens, Owner
from gongyou.engines.casework.models import Exclusion, RoundFact
from gongyou.engines.casework.queries.views import Standing
from gongyou.engines.casework.steps.matter import Matter, happen, load, office_of, write_text
from gongyou.engines.casework.steps.standing import require_upper, standing
from gongyou.kernel import worklist
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound

TODO = "casework.exclusion"
DAYS_TO_DECIDE = 5


@action("casework.ask_exclusion", right="casework.handle", answers=Standing)
def ask_exclusion(act: Act, *, case_id: UUID, version: int, ground: str, reason: str) -> Standing:
    """Ask that a dissatisfied answer be left out: `unreasonable` only where the review found so, or `malicious`."""
    matter = load(act, case_id, version)
    act.require("casework.handle", matter.row.office_path)
    fact = _rated(matter)
    _check(matter, fact, ground)
    text = write_text(act, matter, "reason", reason)
    Exclusion.objects.create(
        case=matter.row,
        round=fact.round,
        ground=ground,
        reason=text,
        asked_by=act.actor.id,
        asked_office_path=matter.row.office_path,
        asked_at=act.now,
    )
    data = {"round": fact.round, "ground": ground, "text": str(text.pk)}
    happen(act, matter, Happens.EXCLUSION_ASKED, data)
    _put_todo(act, matter)
    return standing(matter)


def _rated(matter: Matter) -> RoundFact:
    """The latest round somebody was dissatisfied with."""
    found = RoundFact.objects.filter(case=matter.row, is_satisfied=False).order_by("-round").first()
    if found is None:
        raise DomainError(
            "no_bad_rating",
            says("这件事没有不满意的回访。"),
            says("只有不满意的回访可以申请不计入比率。"),
            status=409,
        )
    return found


def _check(matter: Matter, fact: RoundFact, ground: str) -> None:
    if ground not in Exclusion.Ground.values:
        raise DomainError("ground", says("请选择理由：诉求不合理，或恶意反映。"), field="ground")
    if ground == Exclusion.Ground.UNREASONABLE and fact.is_found_reasonable is not False:
        raise DomainError(
            "not_found_so",
            says("复盘没有认定这个诉求不合理。"),
            says("请先由上级复盘；认定不合理的才可以申请。"),
            field="ground",
            status=409,
        )
    if Exclusion.objects.filter(case=matter.row, round=fact.round).exists():
        raise DomainError("asked_before", says("这一轮已经申请过，以上级的决定为准。"), status=409)


def _put_todo(act: Act, matter: Matter) -> None:
    upper = office_of(matter, Owner.UPPER)
    worklist.put_todo(
        act,
        kind=TODO,
        subject_id=matter.row.pk,
        office_id=upper.id,
        office_path=upper.path,
        number=matter.row.number,
        title=matter.type.title,
        due_at=_decide_by(act, matter),
    )


def _decide_by(act: Act, matter: Matter) -> datetime:
    found = due(start=act.now, budget=DAYS_TO_DECIDE, unit=Unit.WORKING_DAY, calendar=matter.calendar)
    return found.due_at or act.now


@action("casework.decide_exclusion", right="casework.review", answers=Standing)
def decide_exclusion(act: Act, *, case_id: UUID, version: int, is_approved: bool, reason: str) -> Standing:
    """The office above decides, with its reason. Refused: the rating counts like every other."""
    matter = load(act, case_id, version)
    path = require_upper(act, matter, "casework.review")
    asked = Exclusion.objects.filter(case=matter.row, decided_at__isnull=True).first()
    if asked is None:
        raise NotFound(says("没有等待决定的申请。"))
    if asked.asked_by == act.actor.id:
        raise DomainError("own_exclusion", says("不能由申请人自己决定。"), says("请由上级的另一位同志决定。"))
    text = write_text(act, matter, "reason", reason)
    asked.decided_by, asked.decided_office_path, asked.decided_at = act.actor.id, path, act.now
    asked.is_approved, asked.said = is_approved, text
    asked.save()
    data = {"round": asked.round, "ground": asked.ground, "approved": is_approved, "text": str(text.pk)}
    happen(act, matter, Happens.EXCLUSION_DECIDED, data)
    worklist.drop_todos(act, subject_id=matter.row.pk, kinds=[TODO])
    return standing(matter)
