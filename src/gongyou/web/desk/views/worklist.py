"""The worklist: what the actor's offices have to do, by nearest deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongyou.kernel import moment, worklist
from gongyou.kernel.access import Actor
from gongyou.kernel.worklist import Todo
from gongyou.offices import queries as offices
from gongyou.web.desk.names import TODO_KINDS
from gongyou.web.desk.submitting import page_cursor, uuid_of
from gongyou.web.guards import needs
from gongyou.web.office_names import name_of, names_of
from gongyou.web.requests import actor_of

CALL_BACK = "casework.call_back"


@dataclass(frozen=True)
class Row:
    """A thing to do with the page it is done on."""

    todo: Todo
    office: str
    is_late: bool
    is_call: bool

    @property
    def href(self) -> str:
        """Where it is done."""
        return todo_page(self.todo, is_call=self.is_call)

    @property
    def is_casework(self) -> bool:
        return self.todo.kind.startswith("casework.")

    @property
    def due_at(self) -> datetime | None:
        return None if self.todo.is_stopped else self.todo.due_at

    @property
    def is_stopped(self) -> bool:
        return self.todo.is_stopped

    @property
    def is_provisional(self) -> bool:
        return self.todo.is_provisional


@dataclass(frozen=True)
class Group:
    """Rows that fall due together."""

    id: str
    title: str | Promise
    rows: tuple[Row, ...]


GROUPS: tuple[tuple[str, str | Promise], ...] = (
    ("late", _("已超期")),
    ("today", _("今天到期")),
    ("tomorrow", _("明天到期")),
    ("later", _("以后到期")),
    ("stopped", _("计时暂停")),
)


STATION_PAGES = {
    "offices.fault": "desk:station_facilities",
    "offices.verify": "desk:station_facilities",
    "offices.refill": "desk:station_stock",
    "offices.expired": "desk:station_stock",
    "offices.inspect": "desk:station_rounds",
}

SUBJECT_PAGES = {
    "procedures.approve": "desk:approval",
    "procedures.publish": "desk:publicity_list",
    "procedures.close_list": "desk:publicity_list",
    "procedures.decide_objection": "desk:objection",
    "benefits.list": "desk:benefit_round",
    "benefits.approve": "desk:benefit_round",
    "benefits.commit": "desk:benefit_round",
    "benefits.batch": "desk:benefit_round",
    "benefits.send": "desk:benefit_batch",
    "benefits.recompute": "desk:objection",
    "ledger.draft": "desk:ledger_draft_page",
    "employment.check_post": "desk:work_post",
    "employment.human_ask": "desk:work_ask",
    "employment.follow_up": "desk:work_call",
    "employment.harm": "desk:work_call",
    "skills.follow_up": "desk:course_follow_up",
}


def todo_page(todo: Todo, *, is_call: bool) -> str:
    """The address where a thing to do is done."""
    if todo.kind in STATION_PAGES:
        return reverse(STATION_PAGES[todo.kind], args=[todo.office_id])
    if todo.kind == "offices.gap":
        return f"{reverse('desk:duty')}?week={todo.due_at.astimezone(moment.SHANGHAI):%Y-%m-%d}"
    if todo.kind.startswith("offices."):
        return reverse("desk:my_duty")
    if todo.kind in SUBJECT_PAGES:
        return reverse(SUBJECT_PAGES[todo.kind], args=[todo.subject_id])
    if todo.kind == "credentials.ending":
        return f"{reverse('desk:credentials')}?one={todo.subject_id}"
    if todo.kind.startswith("benefits."):
        return reverse("desk:benefits_waiting")
    if todo.kind == "casework.incident":
        return reverse("desk:incident", args=[todo.subject_id])
    return (
        reverse("desk:call", args=[todo.subject_id])
        if is_call
        else reverse("desk:case", args=[todo.subject_id]) + "#next"
    )


@needs("worklist.read")
def worklist_page(request: HttpRequest) -> HttpResponse:
    """GET kind, office ('' own, 'all', or an id), cursor."""
    actor, now = actor_of(request), moment.now()
    kind = request.GET.get("kind", "")
    chosen = request.GET.get("office", "")
    wanted = _offices_wanted(actor, chosen)
    page = worklist.list_todos(
        actor, offices=wanted, kinds=[kind] if kind in TODO_KINDS else (), cursor=page_cursor(request)
    )
    known = names_of({todo.office_id for todo in page.items})
    rows = [_row(todo, known.get(todo.office_id, ""), now) for todo in page.items]
    count, late = worklist.count_todos(actor, now=now, offices=wanted)
    context = {
        "groups": _grouped(rows, now),
        "next": page.next,
        "open": count,
        "late": late,
        "kinds": TODO_KINDS,
        "kind": kind,
        "offices": _office_choices(actor),
        "office": chosen,
        "duties": _duties(actor, now),
        "is_filtered": bool(kind or chosen),
    }
    return render(request, "desk/worklist.html", context)


def _offices_wanted(actor: Actor, chosen: str) -> list[UUID] | None:
    if chosen == "all" or not actor.offices:
        return None
    one = uuid_of(chosen)
    return [one] if one else list(actor.offices)


def _office_choices(actor: Actor) -> list[tuple[str, str]]:
    under = offices.offices_under(actor, worklist.READ)
    return [(str(o.id), name_of(o)) for o in under] if len(under) > 1 else []


def _row(todo: Todo, office: str, now: datetime) -> Row:
    is_late = not todo.is_stopped and todo.due_at < now
    return Row(todo, office, is_late, todo.kind == CALL_BACK)


def _grouped(rows: list[Row], now: datetime) -> tuple[Group, ...]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(_group_of(row, now), []).append(row)
    return tuple(Group(name, title, tuple(found[name])) for name, title in GROUPS if name in found)


def _group_of(row: Row, now: datetime) -> str:
    if row.is_stopped:
        return "stopped"
    if row.is_late:
        return "late"
    due_on, today = row.todo.due_at.astimezone(moment.SHANGHAI).date(), now.astimezone(moment.SHANGHAI).date()
    if due_on == today:
        return "today"
    return "tomorrow" if due_on == today + timedelta(days=1) else "later"


def _duties(actor: Actor, now: datetime) -> list[tuple[str, offices.Duty | None]]:
    """Who is on duty now at each of the actor's own offices."""
    own = offices.offices(actor.offices)
    return [(name_of(office), offices.on_duty(office.id, now)) for office in own.values()]
