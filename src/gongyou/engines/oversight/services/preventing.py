"""Before anything goes wrong: the route test is counted, and a hospital asks for the work before it asks for a pledge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import F

from gongyou.basics.identity import mask_name, read_resident_id
from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.engines.oversight.definitions.routes import RouteTable, decide
from gongyou.engines.oversight.models import InjuryForm, RouteUse
from gongyou.engines.oversight.queries.rules import programme_in, routes_of, rules_at, sanctions_hash
from gongyou.engines.oversight.steps.matters import number_for
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError
from gongyou.kernel.ids import new_id
from gongyou.offices import queries as offices

ASK, REGISTER = "oversight.ask_route", "oversight.register"


@dataclass(frozen=True)
class Patient:
    """Who was admitted, in their own words how it happened; sealed at once."""

    name: str
    number: str
    cause: str
    admitted_on: date
    injured_on: date | None = None


@dataclass(frozen=True)
class FormRef:
    id: UUID
    number: str
    route: str
    is_stopped: bool


@dataclass(frozen=True)
class Counted:
    route: str


@action("oversight.count_route", right=ASK, answers=Counted)
def count_route(act: Act, *, area: str, answers: dict[str, str], is_form_printed: bool = False) -> Counted:
    """That the test was used and where it led: no answer, no person. Raises NotFound."""
    root = offices.root_of(area)
    route = decide(_table(area), answers).route
    counted, _is_new = RouteUse.objects.get_or_create(
        area=area,
        on=act.now.date(),
        route=route,
        is_form_printed=is_form_printed,
        defaults={"office_path": root.path},
    )
    RouteUse.objects.filter(pk=counted.pk).update(times=F("times") + 1)
    act.about(f"office:{root.id}", root.path)
    return Counted(route)


@action("oversight.register_injury", right=REGISTER, answers=FormRef)
def register_injury(
    act: Act, *, office_id: UUID, answers: dict[str, str], seen_route: str, patient: Patient, pledges: bool
) -> FormRef:
    """The hospital's form. `seen_route` is the route that stood on the page before the pledge: another one, or none,
    is refused; a pledge fits only the route on which the basic insurance pays.

    Raises NotFound, NotAllowed, Refusal at the input that is wrong.
    """
    office = offices.office(office_id)
    act.require(REGISTER, office.path)
    table = _table(office.area)
    route = _shown(table, answers, seen_route)
    pays = table.route(route).takes_medical_fund
    if pledges and not pays:
        raise DomainError(
            "pledge_does_not_fit",
            says("按所说的情况是“{route}”，不能签“没有第三方责任”的承诺。"),
            says("请不勾承诺再保存，把去处告诉病人；费用另行结算。"),
            field="pledges",
            route=table.route(route).title,
        )
    row = _form(act, patient)
    row.programme = programme_in(office.area, "routes")
    row.area, row.office_id, row.office_path = office.area, office.id, office.path
    row.number = number_for(act, office.area, "B")
    row.answers = {q.id: answers.get(q.id, "") for q in table.questions}
    row.route, row.pledges, row.is_stopped = route, pledges, not pays
    keeps = rules_at(sanctions_hash(office.area, row.programme)).keeps_days
    row.keep_until = act.now.date() + timedelta(days=keeps)
    row.save(force_insert=True)
    act.about(f"injury_form:{row.pk}", row.office_path)
    return FormRef(row.pk, row.number, route, row.is_stopped)


def _table(area: str) -> RouteTable:
    return routes_of(area, programme_in(area, "routes"))


def _shown(table: RouteTable, answers: Mapping[str, str], seen_route: str) -> str:
    """Raises DomainError where the work was not asked for, or the page showed another route than these answers give."""
    missing = next((q for q in table.questions if not answers.get(q.id)), None)
    if missing is not None:
        raise DomainError(
            "work_not_asked",
            says("还没有问：{question}"),
            says("先问清工作情况，再谈承诺；病人说不清的，选“说不清”。"),
            field=missing.id,
            question=missing.title,
        )
    route = decide(table, answers).route
    if route != seen_route:
        raise DomainError(
            "route_not_shown",
            says("回答改过了，去处还没有给病人看。"),
            says("请先看一看去处，再保存。"),
            field="seen_route",
        )
    return route


def _form(act: Act, patient: Patient) -> InjuryForm:
    today = act.now.date()
    if patient.admitted_on > today or (patient.injured_on is not None and patient.injured_on > today):
        raise DomainError(
            "day_to_come", says("这个日子还没有到。"), says("请核对日期。"), field="admitted_on"
        )
    name = read_text(patient.name, field="name", longest=40, is_needed=True)
    return InjuryForm(
        id=new_id(),
        admitted_on=patient.admitted_on,
        injured_on=patient.injured_on,
        route_seen_at=act.now,
        filled_by=act.actor.id,
        filled_by_name=act.actor.name[:40],
        filled_at=act.now,
        name_masked=mask_name(name),
        person_name=name,
        person_number=read_resident_id(patient.number, today=today).number,
        stated_cause=read_text(patient.cause, field="cause", longest=500, is_needed=True),
    )
