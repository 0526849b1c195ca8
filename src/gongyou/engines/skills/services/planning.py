"""From a demand to an open class: providers, sites, what both issuers agreed to, whom the course is offered to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.engines.skills.definitions import Course, Step
from gongyou.engines.skills.models import Agreement, Demand, Equipment, Provider, Site, TrainingClass
from gongyou.engines.skills.queries.agreements import lacking
from gongyou.engines.skills.queries.rules import Pinned, course_in, recognition_in
from gongyou.engines.skills.steps.learners import PURPOSE
from gongyou.engines.skills.steps.reaching import note_steps
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.moment import SHANGHAI
from gongyou.offices import queries as offices
from gongyou.registry.steps import note_organisation, note_person, record_consent, tie_person

PLAN, AGREE = "skills.plan", "skills.agree"


@dataclass(frozen=True)
class Saved:
    id: UUID


@dataclass(frozen=True)
class Body:
    """An organisation by name and, where known, its credit code."""

    name: str
    credit_code: str = ""
    kind: str = "enterprise"


@dataclass(frozen=True)
class ClassPlan:
    """A class as it is opened. `entry_mark` and `employer` make it an order class."""

    course: str
    title: str
    capacity: int
    enrol_until: date
    starts_on: date
    ends_on: date
    exam_on: date
    target_groups: tuple[str, ...] = ()
    demand_id: UUID | None = None
    entry_mark: int | None = None
    employer: Body | None = None


def _body(act: Act, body: Body, area: str) -> UUID:
    return note_organisation(
        act,
        name=body.name,
        kind=body.kind,
        division=area,
        controller=f"union:{area}",
        source="desk",
        credit_code=body.credit_code,
    )


@action("skills.add_provider", right=PLAN, answers=Saved)
def add_provider(act: Act, *, office_id: UUID, body: Body, kind: str, yearly_classes: int = 0) -> Saved:
    """A school, base or co-operative, at the office where its staff work. Raises NotAllowed, DomainError, Refusal."""
    office = offices.office(office_id)
    act.require(PLAN, office.path)
    if kind not in Provider.Kind.values:
        raise DomainError("provider_kind", says("请选择培训机构的类型。"), field="kind")
    organisation_id = _body(act, body, office.area)
    row, _is_new = Provider.objects.update_or_create(
        organisation_id=organisation_id,
        office_path=office.path,
        defaults={"kind": kind, "yearly_classes": yearly_classes, "is_active": True},
        create_defaults={
            "kind": kind,
            "yearly_classes": yearly_classes,
            "area": office.area,
            "office_id": office.id,
            "noted_at": act.now,
        },
    )
    act.about(f"provider:{row.pk}", office.path)
    return Saved(row.pk)


def _provider(act: Act, provider_id: UUID) -> Provider:
    row = Provider.objects.filter(pk=provider_id, is_active=True).first()
    if row is None:
        raise NotFound(says("没有找到这家培训机构。"))
    act.require(PLAN, row.office_path)
    act.about(f"provider:{row.pk}", row.office_path)
    return row


@action("skills.add_site", right=PLAN, answers=Saved)
def add_site(act: Act, *, provider_id: UUID, name: str, address: str, kind: str, seats: int) -> Saved:
    """A place of a provider; the same name again brings it up to date. Raises NotAllowed, DomainError, Refusal."""
    provider = _provider(act, provider_id)
    if kind not in Site.Kind.values or not 1 <= seats <= 5000:
        raise DomainError("site", says("请选择场地类型，座位数写1至5000。"), field="seats")
    row, _is_new = Site.objects.update_or_create(
        provider=provider,
        name=read_text(name, field="name", longest=80, is_needed=True),
        defaults={
            "address": read_text(address, field="address", longest=200, is_needed=True),
            "kind": kind,
            "seats": seats,
        },
    )
    return Saved(row.pk)


@action("skills.add_equipment", right=PLAN, answers=Saved)
def add_equipment(
    act: Act, *, site_id: UUID, name: str, pieces: int, checked_until: date | None = None
) -> Saved:
    """What people practise on at a site; the same name again brings it up to date. Raises NotAllowed, DomainError."""
    site = Site.objects.filter(pk=site_id).first()
    if site is None:
        raise NotFound(says("没有找到这个场地。"))
    _provider(act, site.provider_id)
    if not 1 <= pieces <= 10_000:
        raise DomainError("pieces", says("件数写1至10000。"), field="pieces")
    row, _is_new = Equipment.objects.update_or_create(
        site=site,
        name=read_text(name, field="name", longest=80, is_needed=True),
        defaults={"pieces": pieces, "checked_until": checked_until},
    )
    return Saved(row.pk)


@action("skills.record_agreement", right=AGREE, answers=Saved)
def record_agreement(
    act: Act,
    *,
    office_id: UUID,
    kind: str,
    authority: str,
    document: str,
    from_on: date,
    until_on: date | None = None,
) -> Saved:
    """The written agreement of one issuer, for an area. Raises NotAllowed, DomainError, Refusal."""
    office = offices.office(office_id)
    act.require(AGREE, office.path)
    if kind not in recognition_in(office.area).kinds:
        raise DomainError("kind", says("请选择证书。"), field="kind")
    if until_on is not None and until_on < from_on:
        raise DomainError("until_on", says("约定的终止日早于起始日。"), field="until_on")
    paper = read_text(document, field="document", longest=200, is_needed=True)
    if Agreement.objects.filter(area=office.area, kind=kind, document=paper).exists():
        raise DomainError("agreement_known", says("这份约定已经登记过。"), field="document", status=409)
    row = Agreement.objects.create(
        id=new_id(),
        area=office.area,
        office_path=office.path,
        kind=kind,
        authority=read_text(authority, field="authority", longest=120, is_needed=True),
        document=paper,
        from_on=from_on,
        until_on=until_on,
        recorded_by=act.actor.id,
        recorded_at=act.now,
    )
    act.about(f"agreement:{row.pk}", office.path)
    return Saved(row.pk)


@action("skills.record_demand", right=PLAN, answers=Saved)
def record_demand(
    act: Act,
    *,
    office_id: UUID,
    course: str,
    source: str,
    people: int,
    employer: Body | None = None,
    note: str = "",
) -> Saved:
    """How many people a course is asked for, by whom. An order names its employer. Raises NotAllowed, DomainError."""
    office = offices.office(office_id)
    act.require(PLAN, office.path)
    pinned, _course = course_in(office.area, course)
    if source not in Demand.Source.values or not 1 <= people <= 1_000_000:
        raise DomainError("people", says("请选择需求来源，人数写大于0的整数。"), field="people")
    if source == "order" and employer is None:
        raise DomainError("employer", says("订单要写明用人单位。"), field="employer")
    row = Demand.objects.create(
        id=new_id(),
        area=office.area,
        office_path=office.path,
        programme=pinned.programme,
        course=course,
        source=source,
        organisation_id=_body(act, employer, office.area) if employer else None,
        people=people,
        note=read_text(note, field="note", longest=200),
        recorded_by=act.actor.id,
        recorded_at=act.now,
    )
    act.about(f"demand:{row.pk}", office.path)
    return Saved(row.pk)


@action("skills.offer_course", right=PLAN, answers=Saved)
def offer_course(act: Act, *, office_id: UUID, course: str, name: str, phone: str, basis: str) -> Saved:
    """Somebody lacks a certificate this course leads to and was offered it. Raises NotAllowed, NotFound, Refusal."""
    office = offices.office(office_id)
    act.require(PLAN, office.path)
    course_in(office.area, course)
    person_id = note_person(
        act,
        name=read_text(name, field="name", longest=40, is_needed=True),
        phone=phone,
        controller=f"union:{office.area}",
        area=office.area,
        source="desk",
        purpose=PURPOSE,
    )
    record_consent(act, person_id=person_id, purpose=PURPOSE, basis=basis)
    subject = f"course:{course}"
    tie_person(act, person_id=person_id, subject=subject, role="offered", office_path=office.path)
    note_steps(
        act,
        person_id,
        None,
        course,
        (Step.GAP, Step.OFFERED),
        area=office.area,
        office_path=office.path,
    )
    act.about(f"person:{person_id}", office.path)
    return Saved(person_id)


@action("skills.open_class", right=PLAN, answers=Saved)
def open_class(act: Act, *, provider_id: UUID, site_id: UUID, plan: ClassPlan) -> Saved:
    """Open a class for enrolment; the agreements of all its issuers must be in force on the day of the examination.

    Raises NotAllowed, NotFound, DomainError, Refusal.
    """
    provider = _provider(act, provider_id)
    site = Site.objects.filter(pk=site_id, provider=provider).first()
    if site is None:
        raise NotFound(says("没有找到这个场地。"))
    pinned, course = course_in(provider.area, plan.course)
    _check_plan(act, plan, site, pinned)
    _require_agreements(provider.area, pinned, course, plan.exam_on)
    if plan.demand_id is not None and not Demand.objects.filter(pk=plan.demand_id, course=course.id).exists():
        raise NotFound(says("没有找到这条需求。"))
    row = TrainingClass.objects.create(
        id=new_id(),
        programme=pinned.programme,
        area=provider.area,
        office_id=provider.office_id,
        office_path=provider.office_path,
        course=course.id,
        rules_hash=pinned.hash,
        title=read_text(plan.title, field="title", longest=80, is_needed=True),
        provider=provider,
        site=site,
        demand_id=plan.demand_id,
        target_groups=list(plan.target_groups),
        capacity=plan.capacity,
        entry_mark=plan.entry_mark,
        employer_id=_body(act, plan.employer, provider.area) if plan.employer else None,
        enrol_until=plan.enrol_until,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        exam_on=plan.exam_on,
        opened_by=act.actor.id,
        opened_at=act.now,
    )
    act.about(f"class:{row.pk}", row.office_path)
    return Saved(row.pk)


def _check_plan(act: Act, plan: ClassPlan, site: Site, pinned: Pinned) -> None:
    today = act.now.astimezone(SHANGHAI).date()
    if not today <= plan.enrol_until <= plan.ends_on or not plan.starts_on <= plan.ends_on <= plan.exam_on:
        raise DomainError(
            "days",
            says("日期要按先后：今天、报名截止、开课、结课、考试。"),
            says("请核对日期。"),
            field="exam_on",
        )
    if not 1 <= plan.capacity <= site.seats:
        raise DomainError(
            "capacity", says("名额要在1至{seats}之间（场地座位数）。"), field="capacity", seats=site.seats
        )
    if set(plan.target_groups) - set(pinned.courses.target_groups):
        raise DomainError("target_groups", says("请从列出的对象中选择。"), field="target_groups")
    if (plan.entry_mark is None) != (plan.employer is None):
        raise DomainError("employer", says("订单班要同时写用人单位和入学考试的最低分。"), field="entry_mark")


def _require_agreements(area: str, pinned: Pinned, course: Course, on: date) -> None:
    kinds = [standard.kind for standard in pinned.courses.standards_of(course)]
    missing = lacking(area, kinds, on)
    if missing:
        titles = [recognition_in(area).kinds[kind].title for kind in missing]
        raise DomainError(
            "agreement_missing",
            says("考试那天还没有“{titles}”发证部门的书面约定。"),
            says("请先在“约定”里登记，再开班。"),
            field="course",
            status=409,
            titles="、".join(titles),
        )
