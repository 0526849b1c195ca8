"""Legal routes beside a matter: since when they run, the hand-over to the competent body, and asking after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.basics.workdays import SHANGHAI
from gongyou.engines.casework.definitions import LegalRoute
from gongyou.engines.casework.models import LegalLimit, Referral
from gongyou.engines.casework.queries.proof import Own
from gongyou.engines.casework.queries.views import Standing
from gongyou.engines.casework.steps.limits import (
    drop_todo_when_quiet,
    note_limit,
    routes_of,
    warn_when_near,
)
from gongyou.engines.casework.steps.matter import Matter, load, write_text
from gongyou.engines.casework.steps.standing import standing
from gongyou.kernel import worklist
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound

HANDLE = "casework.handle"
FOLLOW_UP = "casework.follow_up"
FOLLOW_UP_OUTCOMES = {
    "filed": says("已经提交，机构已收下"),
    "not_filed": says("还没有去"),
    "no_answer": says("没有联系上"),
}


@dataclass(frozen=True)
class HandOver:
    """What the hand-over sheet says. `has_consent`: the person agreed that it names them."""

    route_id: str
    facts: str
    materials: str
    is_accompanied: bool
    has_consent: bool


@action("casework.note_beginning", right=HANDLE, answers=Standing)
def note_beginning(
    act: Act, *, case_id: UUID, route_id: str, started_on: date, is_still_employed: bool = False
) -> Standing:
    """Since when the person knew; a route that stands still in an employment gets no last day while it goes on."""
    matter = load(act, case_id)
    act.require(HANDLE, matter.row.office_path)
    route = _route(matter, route_id)
    _check_day(act, started_on)
    note_limit(act, matter, route, started_on, is_known=True, is_still_employed=is_still_employed)
    return standing(matter)


@action("casework.tell_beginning", right="casework.track", answers=Standing)
def tell_beginning(
    act: Act, *, own: Own, route_id: str, started_on: date, is_still_employed: bool = False
) -> Standing:
    """The person says it themselves."""
    matter = load(act, own.case_id)
    route = _route(matter, route_id)
    _check_day(act, started_on)
    note_limit(act, matter, route, started_on, is_known=True, is_still_employed=is_still_employed)
    return standing(matter)


def _route(matter: Matter, route_id: str) -> LegalRoute:
    route = next((r for r in routes_of(matter) if r.id == route_id), None)
    if route is None:
        raise DomainError(
            "route", says("这件事没有这条法律途径。"), says("请从列出的途径中选择。"), field="route_id"
        )
    return route


def _check_day(act: Act, day: date) -> None:
    if day > act.now.astimezone(SHANGHAI).date():
        raise DomainError(
            "future_date",
            says("日期{day}还没有到。"),
            says("请核对年月日。"),
            field="started_on",
            day=day.isoformat(),
        )


@action("casework.refer_case", right=HANDLE, answers=Standing)
def refer_case(act: Act, *, case_id: UUID, given: HandOver) -> Standing:
    """Hand over to the competent body: the sheet's content, the consent, and the day somebody asks after it."""
    matter = load(act, case_id)
    act.require(HANDLE, matter.row.office_path)
    route = _route(matter, given.route_id)
    if not given.has_consent:
        raise DomainError(
            "no_consent",
            says("转介单上有本人的姓名和情况，要先得到本人单独同意。"),
            says("请向本人说明转给谁、写了什么，同意后勾选。"),
            field="has_consent",
        )
    if Referral.objects.filter(case=matter.row, route_id=route.id).exists():
        raise DomainError("referred_before", says("这条途径已经开过转介单。"), status=409)
    _store_referral(act, matter, route, given)
    return standing(matter)


def _store_referral(act: Act, matter: Matter, route: LegalRoute, given: HandOver) -> None:
    follow_up_on = act.now.astimezone(SHANGHAI).date() + timedelta(days=matter.type.follow_up_days)
    Referral.objects.create(
        case=matter.row,
        route_id=route.id,
        facts=write_text(act, matter, "handover", given.facts),
        materials=given.materials.strip()[:400],
        is_accompanied=given.is_accompanied,
        has_consent=True,
        referred_by=act.actor.id,
        referred_at=act.now,
        follow_up_on=follow_up_on,
    )
    _put_follow_up(act, matter)


def _put_follow_up(act: Act, matter: Matter) -> None:
    """The earliest hand-over nobody asked after yet stands on the list."""
    waiting = Referral.objects.filter(case=matter.row, followed_up_at__isnull=True).order_by("follow_up_on")
    first = waiting.first()
    if first is None:
        worklist.drop_todos(act, subject_id=matter.row.pk, kinds=[FOLLOW_UP])
        return
    worklist.put_todo(
        act,
        kind=FOLLOW_UP,
        subject_id=matter.row.pk,
        office_id=matter.office.id,
        office_path=matter.office.path,
        number=matter.row.number,
        title=f"{matter.type.title} · {says('问问本人法律途径走到哪一步')}",
        due_at=datetime.combine(first.follow_up_on, time(17), tzinfo=SHANGHAI),
    )


@action("casework.record_follow_up", right=HANDLE, answers=Standing)
def record_follow_up(
    act: Act, *, case_id: UUID, route_id: str, outcome: str, note: str, filed_on: date | None = None
) -> Standing:
    """What the person said when asked. "Not yet" and "not reached" ask again after the same time."""
    matter = load(act, case_id)
    act.require(HANDLE, matter.row.office_path)
    referral = Referral.objects.filter(
        case=matter.row, route_id=route_id, followed_up_at__isnull=True
    ).first()
    if referral is None:
        raise NotFound(says("没有等待询问的转介。"))
    if outcome not in FOLLOW_UP_OUTCOMES:
        raise DomainError("outcome", says("请选择询问的结果。"), field="outcome")
    write_text(act, matter, "call", note)
    if outcome == "filed":
        _note_filed(act, matter, referral, filed_on)
    else:
        later = act.now.astimezone(SHANGHAI).date() + timedelta(days=matter.type.follow_up_days)
        Referral.objects.filter(pk=referral.pk).update(follow_up_on=later)
    _put_follow_up(act, matter)
    return standing(matter)


def _note_filed(act: Act, matter: Matter, referral: Referral, filed_on: date | None) -> None:
    day = filed_on or act.now.astimezone(SHANGHAI).date()
    _check_day(act, day)
    Referral.objects.filter(pk=referral.pk).update(
        followed_up_by=act.actor.id, followed_up_at=act.now, outcome="filed"
    )
    limits = LegalLimit.objects.filter(
        case=matter.row, route_id=referral.route_id, superseded_at__isnull=True
    )
    limits.update(used_on=day)
    drop_todo_when_quiet(act, matter)


@action("casework.warn_of_limit", right="casework.night")
def warn_of_limit(act: Act, *, limit_id: UUID) -> bool:
    """A right is near its last day: the office gets it on its list, the person a message. Once."""
    limit = LegalLimit.objects.filter(pk=limit_id, superseded_at__isnull=True).first()
    if limit is None:
        return False
    matter = load(act, limit.case_id)
    route = next((r for r in matter.type.legal_routes if r.id == limit.route_id), None)
    return route is not None and warn_when_near(act, matter, limit, route)
