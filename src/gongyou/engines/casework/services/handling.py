"""Working a matter off: dispatch, accept or object, reclassify, pause."""

from __future__ import annotations

from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.basics.workdays import Unit, due
from gongyou.engines.casework.definitions import Happens, Owner
from gongyou.engines.casework.loop import paused_working_days
from gongyou.engines.casework.models import CaseEvent
from gongyou.engines.casework.queries.views import Standing
from gongyou.engines.casework.steps.matter import Matter, happen, load, move_to_office, office_of, write_text
from gongyou.engines.casework.steps.standing import standing
from gongyou.engines.casework.steps.telling import tell_worker
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError
from gongyou.offices import queries as offices


@action("casework.offer_case", right="casework.dispatch", answers=Standing)
def offer_case(act: Act, *, case_id: UUID, version: int, office_id: UUID) -> Standing:
    """Dispatch to an office. After an objection this decides it: the same office can't object again."""
    matter = load(act, case_id, version)
    act.require("casework.dispatch", matter.row.office_path)
    office = offices.office(office_id)
    act.require("casework.dispatch", office.path)
    if Happens.OBJECTED in _last_kind(matter):
        # Who decides an objection stands above the office that made it.
        act.require("casework.dispatch", office_of(matter, Owner.UPPER).path)
    if office.area != matter.row.area:
        raise DomainError(
            "other_area", says("不能派到其他县区。"), says("请选择本地的站点。"), field="office"
        )
    if office.id != matter.row.office_id:
        move_to_office(act, matter, office)
    happen(act, matter, Happens.OFFERED, {"office": str(office.id)})
    return standing(matter)


GROUNDS = {"law": says("法律法规"), "duty_list": says("职责清单")}


def _last_kind(matter: Matter) -> set[str]:
    """What happened last of the happenings that decide who has the matter."""
    deciding = [Happens.OFFERED, Happens.OBJECTED, Happens.ACCEPTED, Happens.REOPENED]
    last = CaseEvent.objects.filter(case=matter.row, kind__in=deciding).order_by("-seq").first()
    return {last.kind} if last else set()


@action("casework.accept_case", right="casework.handle", answers=Standing)
def accept_case(act: Act, *, case_id: UUID, version: int) -> Standing:
    """Take the matter on; who accepts holds it."""
    matter = load(act, case_id, version)
    act.require("casework.handle", matter.row.office_path)
    matter.row.holder_id = act.actor.id
    happen(act, matter, Happens.ACCEPTED, {"holder": str(act.actor.id)})
    return standing(matter)


@action("casework.object_to_case", right="casework.handle", answers=Standing)
def object_to_case(act: Act, *, case_id: UUID, version: int, grounds: str, reason: str) -> Standing:
    """Say that another office is responsible, by law or by the list of duties: once per office, decided one level
    up and finally; the settle clock never waits."""
    if grounds not in GROUNDS:
        raise DomainError("grounds", says("请选择异议的依据：法律法规或职责清单。"), field="grounds")
    matter = load(act, case_id, version)
    act.require("casework.handle", matter.row.office_path)
    office = str(matter.row.office_id)
    objected = CaseEvent.objects.filter(case_id=case_id, kind=Happens.OBJECTED, data__office=office)
    if objected.exists():
        raise DomainError(
            "objected_before",
            says("本单位对这件事已经提过一次异议，上级已有结论。"),
            says("请按派单办理；确有新情况请电话联系上级。"),
        )
    text = write_text(act, matter, "reason", reason)
    happen(act, matter, Happens.OBJECTED, {"office": office, "grounds": grounds, "text": str(text.pk)})
    return standing(matter)


@action("casework.decline_case", right="casework.dispatch", answers=Standing)
def decline_case(act: Act, *, case_id: UUID, version: int, reason: str) -> Standing:
    """Not accepted: the worker is told the reason and may object."""
    matter = load(act, case_id, version)
    act.require("casework.dispatch", matter.row.office_path)
    text = write_text(act, matter, "answer", reason)
    happen(act, matter, Happens.NOT_ACCEPTED, {"text": str(text.pk)})
    tell_worker(act, matter, "not_accepted", reason=text.text[:200])
    return standing(matter)


@action("casework.reclassify_case", right="casework.approve", answers=Standing)
def reclassify_case(act: Act, *, case_id: UUID, version: int, matter_class: str, reason: str) -> Standing:
    """Change the class once per round; the start stays, the worker is told. After the deadline the breach stays too."""
    matter = load(act, case_id, version)
    act.require("casework.approve", matter.row.office_path)
    _check_class(act, matter, matter_class)
    text = write_text(act, matter, "reason", reason)
    promised = matter.row.due_at
    happen(act, matter, Happens.RECLASSIFIED, {"class": matter_class, "text": str(text.pk)})
    if matter.row.due_at != promised:
        tell_worker(act, matter, "reclassified", reason=text.text[:200])
    return standing(matter)


def _check_class(act: Act, matter: Matter, matter_class: str) -> None:
    if matter_class not in {c.id for c in matter.type.classes}:
        raise DomainError("class", says("没有“{name}”这一类。"), field="matter_class", name=matter_class)
    if matter_class == matter.row.matter_class:
        raise DomainError("same_class", says("已经是这一类。"), field="matter_class")
    if act.actor.id == matter.row.holder_id:
        raise DomainError("own_class", says("不能由承办人自己改类。"), says("请由站长或上级批准。"))
    events = CaseEvent.objects.filter(case_id=matter.row.pk).order_by("seq")
    since_round = 0
    for event in events:
        if event.kind in {Happens.RECEIVED, Happens.REVIEWED, Happens.REOPENED}:
            since_round = 0
        since_round += event.kind == Happens.RECLASSIFIED
    if since_round:
        raise DomainError(
            "class_once", says("每轮只能改类一次。"), says("如仍办不完，请报上级协调。"), status=409
        )


LAST_HOURS = 4


@action("casework.pause_case", right="casework.handle", answers=Standing)
def pause_case(act: Act, *, case_id: UUID, version: int, reason_id: str, note: str) -> Standing:
    """Stop the settle clock for a stated reason; the worker is told. Limits are the programme's."""
    matter = load(act, case_id, version)
    act.require("casework.handle", matter.row.office_path)
    _check_pause(act, matter, reason_id)
    text = write_text(act, matter, "reason", note)
    happen(act, matter, Happens.PAUSED, {"reason": reason_id, "text": str(text.pk)})
    title = (
        next(r.title for r in matter.type.pauses.reasons if r.id == reason_id) if matter.type.pauses else ""
    )
    tell_worker(act, matter, "paused", reason=title)
    return standing(matter)


def _check_pause(act: Act, matter: Matter, reason_id: str) -> None:
    rules = matter.type.pauses
    clock = matter.projection.clock("settle")
    if rules is None or clock is None or not clock.is_open:
        raise DomainError("no_pause", says("这件事的期限不能暂停。"))
    if reason_id not in {r.id for r in rules.reasons}:
        raise DomainError("pause_reason", says("请选择暂停的原因。"), field="reason_id")
    if len(clock.pauses) >= rules.most_per_round:
        raise DomainError(
            "pause_often",
            says("本轮已经暂停{times}次。"),
            says("再次暂停请报上级同意。"),
            status=409,
            times=len(clock.pauses),
        )
    if paused_working_days(clock, matter.calendar, act.now) >= rules.most_working_days:
        raise DomainError(
            "pause_long", says("本轮暂停已满{days}个工作日。"), status=409, days=rules.most_working_days
        )
    soon = due(start=act.now, budget=LAST_HOURS, unit=Unit.BUSINESS_HOUR, calendar=matter.calendar).due_at
    if clock.due.due_at is None or (soon is not None and clock.due.due_at <= soon):
        raise DomainError(
            "pause_late", says("期限只剩不到{hours}个工作小时，不能再暂停。"), status=409, hours=LAST_HOURS
        )


@action("casework.resume_case", right="casework.handle", answers=Standing)
def resume_case(act: Act, *, case_id: UUID, version: int) -> Standing:
    matter = load(act, case_id, version)
    act.require("casework.handle", matter.row.office_path)
    happen(act, matter, Happens.RESUMED)
    tell_worker(act, matter, "resumed")
    return standing(matter)
