"""Forms of employment that staff, employers and workers share: an answer to the survey, a post, an interview."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongyou.basics.money import fen_to_text
from gongyou.engines.employment import services
from gongyou.engines.employment.queries.posts import PostView
from gongyou.engines.employment.queries.rules import rulebook_of
from gongyou.engines.employment.steps.inputs import parts_of
from gongyou.engines.employment.steps.intentions import WillingnessWords
from gongyou.engines.employment.steps.placing import FollowUpWords, PlacementWords
from gongyou.engines.employment.steps.posts import PostWords
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as office_queries
from gongyou.offices.queries import OfficeView
from gongyou.packkit.texts import say
from gongyou.web.desk.forms.partners import choose
from gongyou.web.desk.forms.steps import day_input
from gongyou.web.desk.submitting import IntentForm, run
from gongyou.web.office_names import name_of
from gongyou.web.work_words import CALL_OUTCOMES, CHANNELS, EVIDENCE, SHIFTS, STAFF_CHANNELS


def _text(
    label: Any, *, needed: bool = False, longest: int = 60, hint: Any = "", **attrs: str
) -> forms.CharField:
    return forms.CharField(
        label=label, required=needed, max_length=longest, help_text=hint, widget=forms.TextInput(attrs=attrs)
    )


def _yes(label: Any, hint: Any = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=hint)


class SurveyForm(IntentForm):
    """What somebody answers; work and training are asked apart."""

    name = _text(_("姓名"), needed=True, longest=40)
    division = _text(_("住在哪个县（6位代码）"), needed=True, longest=6, inputmode="numeric")
    township = _text(
        _("乡镇街道代码"), longest=12, hint=_("9位。只用于统计公平，不影响推荐。"), inputmode="numeric"
    )
    birth_on = forms.DateField(
        label=_("出生日期"), required=False, widget=day_input(), help_text=_("法律对有的岗位规定了年龄。")
    )
    sex = forms.ChoiceField(
        label=pgettext_lazy("survey", "性别"),
        required=False,
        choices=[("", _("不说")), ("female", _("女")), ("male", _("男"))],
        help_text=_("只用于统计公平，不影响推荐。"),
    )
    wants_training = _yes(_("想参加技能培训"))
    training = _text(_("想学什么"), longest=200, hint=_("多个用顿号隔开。"))
    wants_job = _yes(_("想找工作"))
    occupations = forms.MultipleChoiceField(
        label=_("想做什么"), required=False, widget=forms.CheckboxSelectMultiple
    )
    other_occupations = _text(_("别的职业"), longest=200, hint=_("职业分类大典的名称或代码，用顿号隔开。"))
    certificates = forms.MultipleChoiceField(
        label=_("有什么证书"), required=False, widget=forms.CheckboxSelectMultiple
    )
    wage_min_yuan = _text(
        _("每月最少多少钱"), longest=12, hint=_("元。不填表示都可以看。"), inputmode="decimal"
    )
    willing = _text(_("愿意去哪里"), longest=200, hint=_("省、市、县代码，用顿号隔开；不填表示本市。"))
    max_km = _text(_("最远多少公里"), longest=5, inputmode="numeric")
    shifts = forms.MultipleChoiceField(
        label=_("能上什么班"), required=False, choices=list(SHIFTS.items()), widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选表示都行。"),
    )  # fmt: skip
    wants_gig = _yes(_("零工也愿意做"))
    agrees_matching = _yes(
        _("同意用以上内容推荐岗位"),
        _("电脑按公开的规则排序，随时可以撤回，也可以改看不排序的清单、请人工看。"),
    )
    agrees_messages = _yes(_("同意收求职短信"), _("约面试、录用时通知。"))

    def offer(self, area: str) -> None:
        rules = rulebook_of(area, moment.today())
        choose(self, "occupations", [(o.code, say(o.title)) for o in rules.spec.occupations])
        choose(self, "certificates", [(c.id, say(c.title)) for c in rules.spec.certificates])
        self.fields["division"].initial = self.fields["division"].initial or area

    def words(self, phone: str) -> WillingnessWords:
        data = self.cleaned_data
        born = data["birth_on"]
        return WillingnessWords(
            phone=phone,
            birth_on=born.isoformat() if born else "",
            id_number=data.get("id_number", ""),
            occupations=(*data["occupations"], *parts_of(data["other_occupations"])),
            certificates=tuple(data["certificates"]),
            shifts=tuple(data["shifts"]),
            training=parts_of(data["training"]),
            willing=parts_of(data["willing"]),
            **{name: data[name] for name in _PLAIN},
        )


_PLAIN = (
    "name", "division", "township", "sex", "wants_training", "wants_job", "wage_min_yuan", "max_km", "wants_gig",
    "agrees_matching", "agrees_messages",
)  # fmt: skip


class DeskSurveyForm(SurveyForm):
    """The same, asked by staff on the telephone, at the counter or the door, or brought by a broker."""

    office = forms.ChoiceField(label=_("由哪个单位登记"))
    channel = forms.ChoiceField(
        label=_("怎么调查的"), choices=[(name, CHANNELS[name]) for name in STAFF_CHANNELS], widget=forms.RadioSelect,
        initial="phone",
    )  # fmt: skip
    phone = _text(_("手机号"), needed=True, longest=30, type="tel")
    id_number = _text(
        _("身份证号"), longest=20, hint=_("填了就不用填出生日期和性别。加密保存。"), autocomplete="off"
    )
    field_order = ("office", "channel", "name", "phone", "id_number")

    def offer_offices(self, offices: Sequence[OfficeView]) -> None:
        choose(self, "office", [(str(o.id), name_of(o)) for o in offices])


class PostForm(IntentForm):
    """What an employer offers."""

    title = _text(_("岗位名称"), needed=True)
    occupation = _text(_("职业"), needed=True, hint=_("职业分类大典的名称或代码，如 保洁员、电工。"))
    headcount = _text(_("招几个人"), needed=True, longest=6, inputmode="numeric")
    division = _text(_("在哪个县上班（6位代码）"), needed=True, longest=6, inputmode="numeric")
    place = _text(_("上班地点"), longest=120)
    wage_low_yuan = _text(_("工资从多少元"), longest=12, inputmode="decimal")
    wage_high_yuan = _text(_("到多少元"), longest=12, inputmode="decimal")
    is_gig = _yes(_("这是零工，工资按天算"))
    shift = forms.ChoiceField(
        label=pgettext_lazy("post", "班次"), required=False, choices=[("", _("没有固定")), *SHIFTS.items()]
    )
    certificates = forms.MultipleChoiceField(
        label=_("必须有的证书"), required=False, widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(
        label=_("岗位说明"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("不能向劳动者收费，不能写限男女、限户籍等歧视性要求。"),
    )  # fmt: skip
    fee_yuan = _text(
        _("要劳动者交多少钱"), longest=12, hint=_("应当不填。收费的不能发布。"), inputmode="decimal"
    )
    expires_on = forms.DateField(label=_("招到哪天"), required=False, widget=day_input())

    def offer(self, area: str) -> None:
        rules = rulebook_of(area, moment.today())
        choose(self, "certificates", [(c.id, say(c.title)) for c in rules.spec.certificates])
        self.fields["division"].initial = self.fields["division"].initial or area

    def words(self) -> PostWords:
        data = self.cleaned_data
        return PostWords(
            certificates=tuple(data["certificates"]),
            is_daily=data["is_gig"],
            expires_on=data["expires_on"].isoformat() if data["expires_on"] else "",
            **{name: data[name] for name in _POST},
        )


def typed(post: PostView) -> dict[str, Any]:
    """A post as its form held it."""
    return {
        "title": post.title,
        "occupation": post.occupation_title,
        "headcount": post.headcount,
        "division": post.division,
        "place": post.place,
        "wage_low_yuan": fen_to_text(post.wage_low_fen) if post.wage_low_fen is not None else "",
        "wage_high_yuan": fen_to_text(post.wage_high_fen) if post.wage_high_fen is not None else "",
        "is_gig": post.is_gig,
        "shift": post.shift,
        "certificates": list(post.certificate_ids),
        "text": post.text,
        "expires_on": post.expires_on,
    }


_POST = (
    "title", "occupation", "headcount", "division", "place", "wage_low_yuan", "wage_high_yuan", "is_gig", "shift",
    "text", "fee_yuan",
)  # fmt: skip


class DeskPostForm(PostForm):
    office = forms.ChoiceField(label=_("由哪个单位登记"))
    organisation = _text(_("用人单位"), needed=True, longest=120)
    credit_code = _text(_("统一社会信用代码"), needed=True, longest=40, autocapitalize="characters")
    field_order = ("office", "organisation", "credit_code")

    def offer_offices(self, offices: Sequence[OfficeView]) -> None:
        choose(self, "office", [(str(o.id), name_of(o)) for o in offices])


Offered = TypeVar("Offered", DeskSurveyForm, DeskPostForm)


def for_reach(form: Offered, actor: Actor, right: str) -> Offered:
    """The form with the offices at which the actor holds the right to choose from. Raises NotFound: there is none."""
    reach = office_queries.offices_under(actor, right)
    if not reach:
        raise NotFound
    form.offer(reach[0].area)
    form.offer_offices(reach)
    return form


def changed_post(request: HttpRequest, actor: Actor, found: PostView) -> tuple[PostForm, bool]:
    """The form of a post as it stands or as it was sent, and whether the change was made."""
    form = PostForm(request.POST or None, version=found.version, initial=typed(found))
    form.offer(found.area)
    if request.method != "POST":
        return form, False
    if form.is_valid():
        done = run(
            form,
            actor,
            lambda a: services.change_post(
                a, post_id=found.id, version=form.expected_version, words=form.words()
            ),
        )
        if done is not None:
            return form, True
    form.renew(found.version)
    return form, False


class InterviewForm(IntentForm):
    day = forms.DateField(label=_("面试日期"), widget=day_input())
    clock = forms.TimeField(label=_("几点"), widget=forms.TimeInput(attrs={"type": "time"}))
    minutes = forms.IntegerField(label=_("大约几分钟"), initial=30, min_value=5, max_value=480)
    place = _text(_("在哪里"), needed=True, longest=120)

    def starts_at(self) -> datetime:
        data = self.cleaned_data
        return datetime.combine(data["day"], data["clock"], tzinfo=moment.SHANGHAI)


class ReasonForm(IntentForm):
    reason = _text(_("原因"), longest=200)


class PlacementForm(IntentForm):
    """The first day of work and the paper that shows it."""

    started_on = forms.DateField(label=_("哪天上岗"), widget=day_input())
    evidence_kind = forms.ChoiceField(label=_("看了什么材料"), choices=list(EVIDENCE.items()))
    evidence = _text(_("材料名称"), needed=True, longest=200, hint=_("只写名称和日期，不写证件号码。"))
    wage_before_yuan = _text(_("以前每月收入（元）"), longest=12, inputmode="decimal")
    wage_after_yuan = _text(_("现在每月工资（元）"), needed=True, longest=12, inputmode="decimal")

    def words(self) -> PlacementWords:
        data = self.cleaned_data
        names = ("started_on", "evidence_kind", "evidence", "wage_after_yuan", "wage_before_yuan")
        return PlacementWords(**{name: data[name] for name in names})


class CallForm(IntentForm):
    """What a call after placement found."""

    outcome = forms.ChoiceField(
        label=_("回访结果"), choices=list(CALL_OUTCOMES.items()), widget=forms.RadioSelect,
        help_text=_("欠薪或受到伤害会转为一件诉求。"),
    )  # fmt: skip
    why = _text(_("为什么"), longest=300, hint=_("还在岗的可以不填。"))
    wage_yuan = _text(_("现在每月工资（元）"), longest=12, inputmode="decimal")
    left_on = forms.DateField(label=_("哪天离开的"), required=False, widget=day_input())

    def words(self) -> FollowUpWords:
        data = self.cleaned_data
        return FollowUpWords(data["outcome"], data["why"], data["wage_yuan"], data["left_on"])
