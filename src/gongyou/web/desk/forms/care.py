"""Forms of what stands beside a matter's clocks: mandates, conflicts of interest, protected names, legal routes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongyou.basics.refusal import Refusal, says
from gongyou.engines.casework.queries.care import CareView
from gongyou.engines.casework.queries.views import CaseView
from gongyou.engines.casework.services import legal, mandates, protecting
from gongyou.engines.casework.services.legal import HandOver
from gongyou.engines.casework.services.mandates import MandateGiven
from gongyou.engines.casework.services.protecting import Involved
from gongyou.kernel import files, moment
from gongyou.kernel.access import Actor
from gongyou.kernel.accounts import find_staff
from gongyou.kernel.errors import DomainError
from gongyou.offices import queries as offices
from gongyou.packkit.texts import say
from gongyou.registry import queries as registry
from gongyou.web.desk.forms.steps import day_input, long_text
from gongyou.web.desk.names import BASES, CONFLICTS, FOLLOW_UPS, PROOFS, PROTECTIONS, SCOPES
from gongyou.web.desk.submitting import IntentForm, uuid_of
from gongyou.web.office_names import name_of

MOST_FOUND = 20


@dataclass(frozen=True)
class About:
    """The matter a care form belongs to, with what stands beside it."""

    actor: Actor
    case: CaseView
    care: CareView
    query: dict[str, str]


class CareForm(IntentForm):
    """A form about a matter; `prepare` fills the choices from it, `take` calls the service."""

    def __init__(self, *args: Any, about: About, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices from the matter."""

    def choose(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def take(self, actor: Actor) -> object:
        raise NotImplementedError


class MandateForm(CareForm):
    basis = forms.ChoiceField(label=_("凭什么代办"), choices=tuple(BASES.items()), widget=forms.RadioSelect)
    proof = forms.ChoiceField(label=_("有什么凭证"), choices=tuple(PROOFS.items()), widget=forms.RadioSelect)
    upload = forms.FileField(
        label=_("凭证的照片或录音"),
        required=False,
        help_text=_("委托书、户口簿、监护证明的照片，或本人说话的录音。"),
    )
    proxy_name = forms.CharField(label=_("代办人姓名"), max_length=40, required=False)
    proxy_phone = forms.CharField(
        label=_("代办人电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        help_text=_("登记时已写过代办人的，这两项留空。"),
    )
    scope = forms.MultipleChoiceField(
        label=_("本人同意代办什么"),
        choices=tuple(SCOPES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    may_be_called = forms.BooleanField(label=_("委托里写明：回访可以问代办人"), required=False)
    subject_cannot = forms.CharField(
        label=_("本人不便接电话的原因"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如听力、言语障碍。没有就留空：回访一律先找本人。"),
    )
    valid_from = forms.DateField(label=_("从哪天起"), widget=day_input())
    valid_until = forms.DateField(label=_("到哪天止"), required=False, widget=day_input())

    def prepare(self) -> None:
        self.initial.setdefault("valid_from", moment.today())
        if self.about.care.has_proxy:
            del self.fields["proxy_name"], self.fields["proxy_phone"]

    def take(self, actor: Actor) -> object:
        data = self.cleaned_data
        given = MandateGiven(
            basis=data["basis"],
            proof=data["proof"],
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
            scope=tuple(data["scope"]),
            may_be_called=data["may_be_called"],
            subject_cannot=data["subject_cannot"],
            file_id=self._stored(actor),
        )
        return mandates.note_mandate(
            actor,
            case_id=self.about.case.id,
            given=given,
            proxy_name=data.get("proxy_name", ""),
            proxy_phone=data.get("proxy_phone", ""),
        )

    def _stored(self, actor: Actor) -> UUID | None:
        upload = self.cleaned_data["upload"]
        if not upload:
            return None
        try:
            return files.receive_file(actor, name=upload.name or "", content=upload.read()).id
        except Refusal as refusal:
            refusal.field = "upload"
            raise


class ReasonForm(CareForm):
    reason = long_text(_("理由"))


class WithdrawMandateForm(ReasonForm):
    reason = long_text(_("本人怎么说的"), _("只有本人能撤回委托。写明本人什么时候、怎样告诉您的。"))

    def take(self, actor: Actor) -> object:
        return mandates.withdraw_mandate(
            actor, case_id=self.about.case.id, reason=self.cleaned_data["reason"]
        )


class ConflictForm(CareForm):
    kind = forms.ChoiceField(
        label=_("哪种利害关系"), choices=tuple(CONFLICTS.items()), widget=forms.RadioSelect
    )
    office = forms.ChoiceField(
        label=_("哪个单位要回避"), required=False, help_text=_("这个单位和它下面的所有单位都看不到这件事。")
    )
    login = forms.CharField(
        label=_("哪位同事要回避"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("填登录名。申报过是其亲属的同事一并回避。"),
    )
    employer = forms.CharField(
        label=_("哪家用人单位要回避"),
        max_length=120,
        required=False,
        help_text=_("填单位全称。申报过属于这家单位的工作人员都看不到。"),
    )
    reason = long_text(_("为什么"))

    def prepare(self) -> None:
        places = [o for o in offices.tree(self.about.case.area) if o.parent_id is not None]
        self.choose("office", [("", _("没有单位要回避")), *((str(o.id), name_of(o)) for o in places)])

    def take(self, actor: Actor) -> object:
        data = self.cleaned_data
        involved = Involved(
            kind=data["kind"],
            account_id=colleague(actor, data["login"]),
            office_id=uuid_of(data["office"]),
            organisation_id=employer(actor, data["employer"]),
        )
        return protecting.declare_conflict(
            actor, case_id=self.about.case.id, involved=involved, reason=data["reason"]
        )


class EmployerForm(ReasonForm):
    employer = forms.CharField(
        label=_("哪家用人单位"), max_length=120, help_text=_("填单位全称；没有登记的，先到“用人单位”里登记。")
    )
    reason = long_text(_("怎么知道的"), _("例如：本人说的、工牌、劳动合同。"))
    field_order = ("employer", "reason")

    def take(self, actor: Actor) -> object:
        found = employer(actor, self.cleaned_data["employer"])
        assert found is not None  # the field is required
        return protecting.name_employer(
            actor, case_id=self.about.case.id, organisation_id=found, reason=self.cleaned_data["reason"]
        )


def colleague(actor: Actor, login: str) -> UUID | None:
    """The account of a login name; None for an empty one. Raises DomainError for one nobody has."""
    if not login.strip():
        return None
    found = find_staff(actor, login)
    if found is None:
        raise DomainError(
            "no_colleague", says("没有登录名是“{login}”的同事。"), field="login", login=login.strip()[:40]
        )
    return found


def employer(actor: Actor, name: str) -> UUID | None:
    """The organisation of this full name; None for an empty one. Raises DomainError."""
    wanted = name.strip()
    if not wanted:
        return None
    page = registry.list_organisations(actor, name=wanted, size=MOST_FOUND)
    exact = [o for o in page.items if o.name == wanted]
    if len(exact) == 1:
        return exact[0].id
    near = "、".join(o.name for o in page.items[:3])
    raise DomainError(
        "no_employer",
        says("登记的单位里没有“{name}”。{near}"),
        says("请填全称；没有登记的单位，请先写具体的人或下级单位。"),
        field="employer",
        name=wanted[:40],
        near=near and f"（{near}？）",
    )


class LiftForm(ReasonForm):
    conflict = forms.ChoiceField(label=_("解除哪一条"), widget=forms.RadioSelect)
    field_order = ("conflict", "reason")

    def prepare(self) -> None:
        standing = [c for c in self.about.care.protection.conflicts if not c.is_lifted]
        self.choose("conflict", [(str(c.id), f"{CONFLICTS[c.kind]} · {c.who}") for c in standing])

    def take(self, actor: Actor) -> object:
        return protecting.lift_conflict(
            actor,
            case_id=self.about.case.id,
            conflict_id=UUID(self.cleaned_data["conflict"]),
            reason=self.cleaned_data["reason"],
        )


class ProtectForm(CareForm):
    kind = forms.ChoiceField(
        label=_("为什么要保护"), choices=tuple(PROTECTIONS.items()), widget=forms.RadioSelect
    )

    def take(self, actor: Actor) -> object:
        return protecting.protect_case(actor, case_id=self.about.case.id, kind=self.cleaned_data["kind"])


class LookAfterForm(CareForm):
    text = long_text(_("上级做了什么"), _("例如约谈了谁、对方怎样承诺、多久后再问本人。姓名继续保护。"))

    def take(self, actor: Actor) -> object:
        return protecting.look_after_retaliation(
            actor, case_id=self.about.case.id, text=self.cleaned_data["text"]
        )


class AskIdentityForm(ReasonForm):
    reason = long_text(_("为什么必须看"), _("写明要做什么、为什么不看姓名就做不成。由另一位负责人决定。"))

    def take(self, actor: Actor) -> object:
        return protecting.ask_identity(actor, case_id=self.about.case.id, reason=self.cleaned_data["reason"])


class DecideIdentityForm(CareForm):
    request_id = forms.ChoiceField(label=_("哪一份申请"), widget=forms.RadioSelect)
    is_granted = forms.ChoiceField(
        label=_("同意吗"),
        choices=[("yes", _("同意，一天之内可看")), ("no", _("不同意"))],
        widget=forms.RadioSelect,
    )

    def prepare(self) -> None:
        waiting = [r for r in self.about.care.protection.requests if r.decided_at is None]
        self.choose("request_id", [(str(r.id), f"{r.asked_by_name}：{r.reason}") for r in waiting])
        if len(waiting) == 1:
            self.initial.setdefault("request_id", str(waiting[0].id))

    def take(self, actor: Actor) -> object:
        protecting.decide_identity(
            actor,
            case_id=self.about.case.id,
            request_id=UUID(self.cleaned_data["request_id"]),
            is_granted=self.cleaned_data["is_granted"] == "yes",
        )
        return True


class RouteForm(CareForm):
    """A form about one of the matter's legal routes."""

    route_id = forms.ChoiceField(label=_("哪条法律途径"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        self.choose(
            "route_id", [(line.route_id, f"{say(line.title)}（{say(line.owner)}）") for line in self.routes()]
        )
        self.initial.setdefault("route_id", self.about.query.get("route", ""))

    def routes(self) -> Sequence[Any]:
        return self.about.care.limits


class BeginningForm(RouteForm):
    started_on = forms.DateField(label=_("从哪天算起"), widget=day_input())
    is_still_employed = forms.BooleanField(label=_("本人还在这家单位上班"), required=False)

    def take(self, actor: Actor) -> object:
        return legal.note_beginning(actor, case_id=self.about.case.id, **_routes_day(self.cleaned_data))


def _routes_day(data: dict[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in ("route_id", "started_on", "is_still_employed")}


class ReferForm(RouteForm):
    facts = long_text(_("事实和请求"), _("写给受理机构看：什么时候、谁、怎么了、要求什么。"))
    materials = forms.CharField(
        label=_("带哪些材料"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_accompanied = forms.BooleanField(label=_("工会派人陪同前往"), required=False)
    has_consent = forms.BooleanField(
        label=_("本人看过或听过上面的内容，单独同意把姓名和情况交给这个机构"), required=False
    )

    def routes(self) -> Sequence[Any]:
        done = {referral.route_id for referral in self.about.care.referrals}
        return [line for line in self.about.care.limits if line.route_id not in done]

    def take(self, actor: Actor) -> object:
        names = ("route_id", "facts", "materials", "is_accompanied", "has_consent")
        given = HandOver(**{name: self.cleaned_data[name] for name in names})
        return legal.refer_case(actor, case_id=self.about.case.id, given=given)


class FollowUpForm(RouteForm):
    outcome = forms.ChoiceField(
        label=_("本人怎么说"), choices=tuple(FOLLOW_UPS.items()), widget=forms.RadioSelect
    )
    filed_on = forms.DateField(label=_("哪天提交的"), required=False, widget=day_input())
    note = long_text(_("照原话记"))

    def routes(self) -> Sequence[Any]:
        return [referral for referral in self.about.care.referrals if referral.followed_up_at is None]

    def prepare(self) -> None:
        super().prepare()
        waiting = self.routes()
        if len(waiting) == 1:
            self.initial["route_id"] = waiting[0].route_id

    def take(self, actor: Actor) -> object:
        names = ("route_id", "outcome", "note", "filed_on")
        return legal.record_follow_up(
            actor, case_id=self.about.case.id, **{name: self.cleaned_data[name] for name in names}
        )


@dataclass(frozen=True)
class Care:
    """A care step as pages offer it. `is_offered` says whether it makes sense now; the service checks the right."""

    name: str
    title: str | Promise
    button: str | Promise
    done: str | Promise
    icon: str
    form: type[CareForm]
    right: str
    is_offered: Callable[[CaseView, CareView], bool]
    explains: str | Promise = ""


def _has_waiting_request(case: CaseView, care: CareView) -> bool:
    return any(r.decided_at is None for r in care.protection.requests)


HANDLE, PROTECT, DECIDE = "casework.handle", protecting.PROTECT, protecting.DECIDE
CARES: dict[str, Care] = {
    care.name: care
    for care in (
        Care("mandate", _("登记代办凭证"), _("登记"), _("代办凭证已登记。"), "id", MandateForm, HANDLE,
             lambda case, care: not case.is_anonymous,
             _("谁替本人说、凭什么、能做什么、到哪天。没有凭证的，回访只认本人。")),
        Care("withdraw_mandate", _("本人撤回委托"), _("撤回"), _("委托已撤回。"), "x", WithdrawMandateForm, HANDLE,
             lambda case, care: any(m.is_in_force for m in care.mandates)),
        Care("employer", _("写明用人单位"), _("写明"), _("已写明；声明属于这家单位的工作人员看不到这件事。"),
             "building-community", EmployerForm, PROTECT, lambda case, care: True,
             _("反映的是哪家单位。同一家单位短时间内多人反映，会提示是不是群体性事件。")),
        Care("conflict", _("登记回避"), _("登记回避"), _("已回避：他们看不到、搜不到、也办不了这件事。"), "eye-off",
             ConflictForm, PROTECT, lambda case, care: True,
             _("被反映的单位、涉事同事和他们的亲属、被点名的用人单位，一律不能看、不能办、不能回访。事情在他们手里的，马上转到上一级。")),
        Care("lift", _("解除回避"), _("解除"), _("回避已解除。"), "eye", LiftForm, DECIDE,
             lambda case, care: any(not c.is_lifted for c in care.protection.conflicts)),
        Care("protect", _("保护当事人"), _("保护"), _("已保护：姓名电话要两个人同意才能看。"), "shield-lock", ProtectForm,
             PROTECT, lambda case, care: not case.is_anonymous and len(care.protection.kinds) < len(PROTECTIONS)),
        Care("look_after", _("过问报复"), _("保存"), _("已记下。"), "shield-check", LookAfterForm, DECIDE,
             lambda case, care: "retaliation" in care.protection.kinds),
        Care("ask_identity", _("申请查看姓名"), _("提出申请"), _("申请已提出，请等另一位负责人决定。"), "eye",
             AskIdentityForm, "casework.read",
             lambda case, care: care.protection.is_protected and not care.protection.may_open),
        Care("decide_identity", _("决定查看申请"), _("决定"), _("已决定，双方都有记录。"), "check", DecideIdentityForm,
             DECIDE, _has_waiting_request),
        Care("beginning", _("登记起算日"), _("登记"), _("起算日已登记，截止日重新推算。"), "calendar-event", BeginningForm,
             HANDLE, lambda case, care: bool(care.limits),
             _("问清本人哪天知道的、是不是还在上班。日子越早，截止得越早。")),
        Care("refer", _("开转介单"), _("开转介单"), _("转介单已开，可以打印。到日子会提醒问问本人。"), "file-text",
             ReferForm, HANDLE, lambda case, care: len(care.limits) > len(care.referrals)),
        Care("follow_up", _("登记询问结果"), _("保存"), _("已记下。"), "phone-call", FollowUpForm, HANDLE,
             lambda case, care: any(r.followed_up_at is None for r in care.referrals)),
    )
}  # fmt: skip
