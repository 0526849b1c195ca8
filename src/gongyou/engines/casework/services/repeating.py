"""The same person says the same again: with nothing new there is no new order; the person is told how it stands."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import Happens, Owner
from gongyou.engines.casework.loop import allowed
from gongyou.engines.casework.models import CaseParty, CaseText, RepeatLink
from gongyou.engines.casework.queries.views import Standing
from gongyou.engines.casework.steps.matter import Matter, happen, load, office_of, write_text
from gongyou.engines.casework.steps.standing import require_upper, standing
from gongyou.engines.casework.steps.telling import tell_worker
from gongyou.kernel import moment, worklist
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotAllowed, Stale

OFTEN = "casework.repeats"


@action("casework.note_repeat", right="casework.handle", answers=Standing)
def note_repeat(
    act: Act, *, case_id: UUID, version: int, earlier_id: UUID, has_new_facts: bool, note: str
) -> Standing:
    """Decide that a matter repeats an earlier one. New facts: it runs on, linked. None: told how that one stands."""
    earlier = load(act, earlier_id)
    matter = load(act, case_id)
    if matter.row.version != version:
        raise Stale
    act.require("casework.handle", matter.row.office_path)
    if not act.actor.may("casework.read", earlier.row.office_path):
        raise NotAllowed("casework.read")
    _check(matter, earlier, has_new_facts)
    RepeatLink.objects.create(
        case=matter.row, earlier=earlier.row, has_new_facts=has_new_facts, decided_by=act.actor.id, at=act.now
    )
    text = write_text(act, matter, "reason", note)
    said_on = matter.row.received_at.astimezone(moment.SHANGHAI).date()
    data = {"from": str(matter.row.pk), "new_facts": has_new_facts, "on": said_on.isoformat()}
    if has_new_facts:
        happen(act, matter, Happens.REPEATED, {**data, "text": str(text.pk)})
        return standing(matter)
    _add_to_timeline(act, matter, earlier, data)
    happen(act, matter, Happens.REPEAT_TOLD, {"earlier": str(earlier.row.pk), "text": str(text.pk)})
    public = earlier.type.states[earlier.row.state].public
    tell_worker(act, matter, "repeat_told", reason=public)
    _raise_level(act, matter, earlier)
    return standing(matter)


def _check(matter: Matter, earlier: Matter, has_new_facts: bool) -> None:
    mine = _people(matter)
    if matter.row.pk == earlier.row.pk or earlier.row.received_at > matter.row.received_at:
        raise DomainError("not_earlier", says("要选更早的一件。"), field="earlier")
    if not mine or not mine & _people(earlier):
        raise DomainError(
            "other_person",
            says("不是同一个人反映的，不算重复。"),
            says("同样的事可以并案办理。"),
            field="earlier",
        )
    if RepeatLink.objects.filter(case=matter.row).exists():
        raise DomainError("repeat_noted", says("这件事已经登记为重复反映。"), status=409)
    if not has_new_facts and Happens.REPEAT_TOLD not in allowed(matter.type, matter.row.state):
        raise DomainError("repeat_late", says("这件事现在不能按重复反映结束。"), status=409)


def _people(matter: Matter) -> set[UUID]:
    return set(CaseParty.objects.filter(case=matter.row, role="subject").values_list("person_id", flat=True))


def _add_to_timeline(act: Act, matter: Matter, earlier: Matter, data: dict[str, object]) -> None:
    """What was said again stands on the earlier matter's timeline, whether that is still open or not."""
    said = CaseText.objects.filter(case=matter.row, kind="demand").order_by("at").first()
    if said is not None and said.erased_at is None:
        copied = write_text(act, earlier, "supplement", said.text)
        data = {**data, "text": str(copied.pk)}
    happen(act, earlier, Happens.REPEATED, data)


def _raise_level(act: Act, matter: Matter, earlier: Matter) -> None:
    """So many repeats within the programme's days: the office above looks into it."""
    rules = matter.type.repeats
    since = act.now - timedelta(days=rules.days)
    count = RepeatLink.objects.filter(earlier=earlier.row, has_new_facts=False, at__gte=since).count()
    if count < rules.most:
        return
    upper = office_of(earlier, Owner.UPPER)
    worklist.put_todo(
        act,
        kind=OFTEN,
        subject_id=matter.row.pk,
        office_id=upper.id,
        office_path=upper.path,
        number=matter.row.number,
        title=matter.type.title,
        due_at=act.now + timedelta(days=1),
    )


@action("casework.review_repeats", right="casework.review", answers=Standing)
def review_repeats(act: Act, *, case_id: UUID, version: int, finding: str) -> Standing:
    """The office above looked into what was said so often; what it found stands with the matter."""
    matter = load(act, case_id, version)
    require_upper(act, matter, "casework.review")
    link = RepeatLink.objects.filter(case=matter.row).first()
    if link is None:
        raise DomainError("no_repeat", says("这件事没有登记为重复反映。"), status=409)
    text = write_text(act, matter, "reason", finding)
    happen(act, matter, Happens.REPEATED, {"reviewed": True, "text": str(text.pk)})
    worklist.drop_todos(act, subject_id=matter.row.pk, kinds=[OFTEN])
    return standing(matter)
