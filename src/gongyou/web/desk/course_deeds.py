"""What staff do about courses, each a form and one service: how the form is filled with choices, what it calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongyou.engines.skills import services
from gongyou.engines.skills.queries.classes import class_of_enrolment, class_of_examination, public_class
from gongyou.engines.skills.queries.register import agreement_kinds, demands, providers
from gongyou.engines.skills.queries.rules import course_in, courses_of
from gongyou.engines.skills.services.placing import Job
from gongyou.engines.skills.services.planning import Body, ClassPlan
from gongyou.engines.skills.steps.learners import Words
from gongyou.kernel.access import Actor
from gongyou.kernel.accounts import staff_of
from gongyou.offices import queries as offices
from gongyou.packkit.texts import say
from gongyou.web.desk.forms import courses as forms
from gongyou.web.desk.forms.partners import choose
from gongyou.web.desk.submitting import IntentForm, uuid_of
from gongyou.web.office_names import name_of

EXAMINER = "examiner"
Data = Mapping[str, Any]
PLAN, TEACH, EXAMINE, PLACE = "skills.plan", "skills.teach", "skills.examine", "skills.place"


@dataclass(frozen=True)
class Deed:
    """`about` is what the address names: an office, a provider, a site, a class, an examination, a person's place."""

    title: str | Promise
    done: str | Promise
    right: str
    form: type[IntentForm]
    do: Callable[[Actor, UUID, Data], object]
    offer: Callable[[IntentForm, Actor, UUID], None] | None = None
    back: str = "desk:courses"
    """Where it leads afterwards: a page without an id, or the page of `class_id`."""
    class_id: Callable[[UUID], UUID] | None = None
    warning: str | Promise = ""


def _same(about: UUID) -> UUID:
    return about


def _body(name: str) -> Body | None:
    return Body(name) if name.strip() else None


def _courses(form: IntentForm, area: str) -> None:
    found = [(c.id, say(c.title)) for pinned in courses_of(area) for c in pinned.courses.courses]
    choose(form, "course", found)


def _offer_courses(form: IntentForm, actor: Actor, about: UUID) -> None:
    _courses(form, offices.office(about).area)


def _offer_provider(form: IntentForm, actor: Actor, about: UUID) -> None:
    under = [o for o in offices.offices_under(actor, PLAN) if o.path.startswith(offices.office(about).path)]
    choose(form, "office", [(str(o.id), name_of(o)) for o in under])


def _offer_class(form: IntentForm, actor: Actor, about: UUID) -> None:
    provider = next((p for p in providers(actor) if p.id == about), None)
    if provider is None:
        return
    _courses(form, provider.area)
    choose(form, "site", [(str(s.id), s.name) for s in provider.sites])
    asked = [(str(d.id), f"{say(d.course_title)} {d.people} {d.employer}") for d in demands(actor)]
    choose(form, "demand", [("", "—"), *asked])
    groups = {k: v for pinned in courses_of(provider.area) for k, v in pinned.courses.target_groups.items()}
    choose(form, "target_groups", [(name, say(title)) for name, title in groups.items()])


def _offer_agreement(form: IntentForm, actor: Actor, about: UUID) -> None:
    kinds = agreement_kinds(offices.office(about).area)
    choose(form, "kind", [(kind, say(title)) for kind, title in kinds])


def _offer_learner(form: IntentForm, actor: Actor, about: UUID) -> None:
    groups = public_class(about).target_groups
    choose(form, "target_group", [(name, say(title)) for name, title in groups])


def _offer_session(form: IntentForm, actor: Actor, about: UUID) -> None:
    line = public_class(about)
    units = course_in(line.area, line.course)[1].units
    choose(form, "unit", [(unit.id, say(unit.title)) for unit in units])


def _offer_examiner(form: IntentForm, actor: Actor, about: UUID) -> None:
    area = public_class(class_of_examination(about)).area
    paths = [office.path for office in offices.tree(area)]
    people = {
        p.account_id: p.name
        for staff in staff_of(actor, office_paths=paths).values()
        for p in staff
        if EXAMINER in p.roles
    }
    choose(form, "examiner", [(str(pk), name) for pk, name in people.items()])


def _open_class(actor: Actor, about: UUID, data: Data) -> object:
    names = ("course", "title", "capacity", "enrol_until", "starts_on", "ends_on", "exam_on", "entry_mark")
    plan = ClassPlan(
        **{name: data[name] for name in names},
        target_groups=tuple(data["target_groups"]),
        demand_id=uuid_of(data["demand"]),
        employer=_body(data["employer"]),
    )
    return services.open_class(
        actor, provider_id=about, site_id=uuid_of(data["site"]) or UUID(int=0), plan=plan
    )


def _assign(actor: Actor, about: UUID, data: Data) -> object:
    area = public_class(class_of_examination(about)).area
    paths = [office.path for office in offices.tree(area)]
    wanted = uuid_of(data["examiner"]) or UUID(int=0)
    names = {p.account_id: p.name for staff in staff_of(actor, office_paths=paths).values() for p in staff}
    return services.assign_examiner(
        actor, examination_id=about, account_id=wanted, name=names.get(wanted, ""), part=data["part"]
    )


def _place(actor: Actor, about: UUID, data: Data) -> object:
    job = Job(
        employer=Body(data["employer"]),
        contract=data["contract"],
        evidence=data["evidence"],
        began_on=data["began_on"],
        wage_before_fen=data["wage_before"],
        wage_after_fen=data["wage_after"] or 0,
    )
    return services.place_learner(actor, enrolment_id=about, job=job)


def _learner_words(data: Data) -> Words:
    names = ("name", "phone", "id_number", "target_group", "category", "consents")
    return Words(**{name: data[name] for name in names})


REGISTER: Mapping[str, Deed] = {
    "provider": Deed(
        _("登记培训机构"), _("已登记。"), PLAN, forms.ProviderForm,
        lambda actor, about, d: services.add_provider(
            actor, office_id=uuid_of(d["office"]) or about, body=Body(d["name"], d["credit_code"]), kind=d["kind"],
            yearly_classes=d["yearly_classes"]),
        _offer_provider, "desk:course_register"),
    "site": Deed(
        _("登记场地"), _("已登记。"), PLAN, forms.SiteForm,
        lambda actor, about, d: services.add_site(
            actor, provider_id=about, name=d["name"], address=d["address"], kind=d["kind"], seats=d["seats"]),
        None, "desk:course_register"),
    "equipment": Deed(
        _("登记设备"), _("已登记。"), PLAN, forms.EquipmentForm,
        lambda actor, about, d: services.add_equipment(
            actor, site_id=about, name=d["name"], pieces=d["pieces"], checked_until=d["checked_until"]),
        None, "desk:course_register"),
    "demand": Deed(
        _("登记需求"), _("需求已登记。"), PLAN, forms.DemandForm,
        lambda actor, about, d: services.record_demand(
            actor, office_id=about, course=d["course"], source=d["source"], people=d["people"],
            employer=_body(d["employer"]), note=d["note"]),
        _offer_courses),
    "offer": Deed(
        _("给个人推荐课程"), _("已登记，名单里能看到。"), PLAN, forms.OfferForm,
        lambda actor, about, d: services.offer_course(
            actor, office_id=about, course=d["course"], name=d["name"], phone=d["phone"], basis=d["basis"]),
        _offer_courses),
    "class": Deed(_("开班"), _("已开班，可以报名了。"), PLAN, forms.ClassForm, _open_class, _offer_class),
    "agreement": Deed(
        _("登记约定"), _("约定已登记。"), "skills.agree", forms.AgreementForm,
        lambda actor, about, d: services.record_agreement(
            actor, office_id=about, kind=d["kind"], authority=d["authority"], document=d["document"],
            from_on=d["from_on"], until_on=d["until_on"]),
        _offer_agreement, "desk:course_agreements"),
    "number": Deed(
        _("登记证号"), _("证号已登记，证书生效。"), "skills.record_number", forms.NumberForm,
        lambda actor, about, d: services.record_authority_number(
            actor, certificate_id=about, number=d["number"], issued_on=d["issued_on"]),
        None, "desk:course_numbers"),
}  # fmt: skip

OF_CLASS: Mapping[str, Deed] = {
    "enrol": Deed(
        _("登记学员"), _("学员已登记。"), TEACH, forms.LearnerForm,
        lambda actor, about, d: services.enrol_learner(actor, class_id=about, words=_learner_words(d)),
        _offer_learner, class_id=_same),
    "session": Deed(
        _("排一次课"), _("已排课。"), TEACH, forms.SessionForm,
        lambda actor, about, d: services.add_session(
            actor, class_id=about, unit=d["unit"], day=d["day"], begins=d["begins"], ends=d["ends"], hours=d["hours"]),
        _offer_session, class_id=_same),
    "capacity": Deed(
        _("改名额"), _("名额已改，排队的按先后补上并已通知。"), TEACH, forms.CapacityForm,
        lambda actor, about, d: services.change_capacity(actor, class_id=about, capacity=d["capacity"]),
        class_id=_same),
    "finish": Deed(
        _("结课"), _("已结课，出勤够的可以参加考试。"), TEACH, forms.EmptyForm,
        lambda actor, about, d: services.finish_teaching(actor, class_id=about),
        class_id=_same, warning=_("结课以后不能再登记出勤，也不能再补报名。")),
    "examination": Deed(
        _("安排考试"), _("考试已安排，抽题种子的摘要已经公开。"), EXAMINE, forms.ExaminationForm,
        lambda actor, about, d: services.set_examination(actor, class_id=about, held_on=d["held_on"]),
        class_id=_same, warning=_("第二次起是补考：只有没通过、按规定可以免费补考的人参加。")),
    "examiner": Deed(
        _("指定考评员"), _("已指定。"), EXAMINE, forms.ExaminerForm, _assign, _offer_examiner,
        class_id=class_of_examination),
    "seed": Deed(
        _("公开抽题种子"), _("种子已公开，谁都可以重新抽一遍核对。"), EXAMINE, forms.EmptyForm,
        lambda actor, about, d: services.open_seed(actor, examination_id=about),
        class_id=class_of_examination),
    "publish": Deed(
        _("公布成绩"), _("成绩已公布，两本证书各算各的。"), EXAMINE, forms.EmptyForm,
        lambda actor, about, d: services.publish_results(actor, examination_id=about),
        class_id=class_of_examination, warning=_("公布以后成绩不能再改。")),
    "entry": Deed(
        _("登记入学考试成绩"), _("已登记。"), TEACH, forms.MarkForm,
        lambda actor, about, d: services.note_entry_mark(actor, enrolment_id=about, mark=d["mark"]),
        class_id=class_of_enrolment),
    "withdraw": Deed(
        _("退班"), _("已退班，名额给了排在最前的人。"), TEACH, forms.EmptyForm,
        lambda actor, about, d: services.withdraw(actor, enrolment_id=about),
        class_id=class_of_enrolment),
    "internship": Deed(
        _("登记带岗实习"), _("已登记。"), PLACE, forms.InternshipForm,
        lambda actor, about, d: services.begin_internship(actor, enrolment_id=about, from_on=d["from_on"]),
        class_id=class_of_enrolment),
    "job": Deed(
        _("登记就业"), _("已登记，回访日期已排进待办。"), PLACE, forms.JobForm, _place,
        class_id=class_of_enrolment),
}  # fmt: skip

DEEDS: Mapping[str, Deed] = {**REGISTER, **OF_CLASS}
