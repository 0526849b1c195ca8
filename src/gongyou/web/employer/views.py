"""What an employer sees: what it is owed and why, how far the money has come, its account, its objection, its use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gongyou.basics.refusal import says
from gongyou.engines.benefits import queries, services
from gongyou.engines.benefits.definitions import BenefitRules
from gongyou.engines.benefits.queries import OwnRound, SubjectPath
from gongyou.engines.benefits.services.accounts import AccountWords
from gongyou.engines.benefits.services.using import Use
from gongyou.institutions.decisions import queries as decisions
from gongyou.institutions.decisions.pinned import declared, graph_of
from gongyou.institutions.decisions.queries import OwnDecision
from gongyou.institutions.procedures import queries as procedures
from gongyou.institutions.procedures.queries import ListView, ObjectionView
from gongyou.institutions.procedures.steps import Words
from gongyou.kernel.errors import NotFound
from gongyou.packkit.texts import say
from gongyou.registry.queries.representatives import ACT, represented_by
from gongyou.web.desk.forms.partners import choose
from gongyou.web.desk.submitting import IntentForm, run, status_of
from gongyou.web.employer.acting import Acting, acting_for
from gongyou.web.guards import needs
from gongyou.web.payment_forms import AccountForm, UseForm
from gongyou.web.policy_reasons import conditions_of, titles_in
from gongyou.web.requests import actor_of
from gongyou.web.worker.keeping import Kept, receive

WHY = says("查看本单位的结果")


class ObjectionForm(IntentForm):
    ground = forms.ChoiceField(label=gettext_lazy("哪里不对"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("请说明"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )
    uploads = forms.FileField(
        label=gettext_lazy("证明材料"),
        required=False,
        help_text=gettext_lazy("照片或PDF，例如社保缴费证明。"),
        widget=forms.FileInput(attrs={"accept": "image/*,application/pdf"}),
    )

    def offer(self, area: str, programme: str) -> None:
        grounds = procedures.objection_rule(area, programme).grounds
        choose(self, "ground", [(one.id, say(one.title)) for one in grounds])


@dataclass(frozen=True)
class Benefit:
    """One period as the employer sees it: the decision, the round that is public, the way of the money."""

    title: str
    round: OwnRound
    run_id: UUID
    decision: OwnDecision | None
    path: SubjectPath | None
    public: ListView | None
    objections: tuple[ObjectionView, ...]

    @property
    def may_object(self) -> bool:
        return (
            self.public is not None
            and self.public.over_at is None
            and all(one.state != "open" for one in self.objections)
        )


@needs(ACT)
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """The organisations the reader may act for."""
    return render(request, "employer/organisations.html", {"lines": represented_by(actor_of(request))})


@needs(ACT)
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """GET: everything about the organisation. POST do=account | right | use."""
    actor = actor_of(request)
    acting = acting_for(actor, organisation_id)
    doing = request.POST.get("do", "")
    account = AccountForm(
        request.POST if doing == "account" else None, initial={"account_name": acting.actor.name}
    )
    benefits = _benefits(request, acting)
    uses = _use_forms(request, benefits, doing)
    if request.method == "POST" and _done(request, acting, benefits, doing, account, uses):
        return redirect("employer:organisation", organisation_id=organisation_id)
    bound = next((form for form in (account, *uses.values()) if form.is_bound), None)
    if bound is not None:
        bound.renew(None)
    context = {
        "acting": acting,
        "benefits": [(one, uses.get(_key(one)), _rules(one)) for one in benefits],
        "account_form": account,
        "accounts": next((one.path.accounts for one in benefits if one.path), ()),
        "asks_to_confirm": any(_rules(one).confirms_account for one in benefits if one.path),
        "intent": IntentForm(),
    }
    return render(request, "employer/organisation.html", context, status=status_of(bound) if bound else 200)


def _benefits(request: HttpRequest, acting: Acting) -> list[Benefit]:
    area = acting.organisation.office_path.partition("/")[0]
    paths = {
        (path.programme, path.period): path
        for path in queries.paths_of(acting.actor, acting.subject, purpose=WHY)
    }
    corrected = {
        (line.programme, line.period): line.run_id
        for line in queries.pending_of(acting.actor, acting.subject, purpose=WHY)
    }
    found = []
    for one in queries.own_rounds(acting.actor, acting.subject, area):
        key = (one.programme, one.period)
        path = paths.get(key)
        # A case put right after an objection was computed by a run of its own.
        run_id = corrected.get(key) or (path.run_id if path is not None else one.run_id)
        public = procedures.publicity_lists([one.public_list_id]) if one.public_list_id else {}
        found.append(
            Benefit(
                queries.rules_of(one.area, one.programme).rules.title,
                one,
                run_id,
                _decision(request, acting, run_id),
                path,
                next(iter(public.values()), None),
                procedures.objections_to(acting.subject, str(one.round_id)),
            )
        )
    return found


def _decision(request: HttpRequest, acting: Acting, run_id: UUID) -> OwnDecision | None:
    """None: the organisation was not in those tables at all."""
    try:
        return decisions.explain_own(
            actor_of(request), acting.organisation.organisation_id, run_id, purpose=WHY
        )
    except NotFound:
        return None


def _rules(one: Benefit) -> BenefitRules:
    return queries.rules_of(one.round.area, one.round.programme).rules


def _key(one: Benefit) -> str:
    return str(one.path.entitlement_id) if one.path else ""


def _use_forms(request: HttpRequest, benefits: list[Benefit], doing: str) -> dict[str, UseForm]:
    """A form for each payment that has money left to account for."""
    found = {}
    for one in benefits:
        if one.path is None or one.path.left_fen <= 0 or not _rules(one).use_purposes:
            continue
        is_this = doing == "use" and request.POST.get("entitlement") == _key(one)
        form = UseForm(request.POST if is_this else None, auto_id=f"use_{_key(one)[:8]}_%s")
        form.offer(_rules(one).use_purposes)
        found[_key(one)] = form
    return found


def _done(
    request: HttpRequest,
    acting: Acting,
    benefits: list[Benefit],
    doing: str,
    account: AccountForm,
    uses: dict[str, UseForm],
) -> bool:
    """Whether what was asked for was done. Raises NotFound, Refusal."""
    if doing == "right":
        area = acting.organisation.office_path.partition("/")[0]
        services.confirm_own_account(acting.actor, area=area, subject=acting.subject)
        flash.success(request, _("已确认账户，付款会打到这个账户。"))
        return True
    if doing == "account" and account.is_valid():
        return _put_forward(request, acting, benefits, account)
    form = uses.get(request.POST.get("entitlement", ""))
    if doing == "use" and form is not None and form.is_valid():
        data, entitlement_id = form.cleaned_data, UUID(request.POST["entitlement"])
        use = Use(data["purpose"], data["amount"], data["used_on"], data["note"])
        if run(form, acting.actor, lambda a: services.record_use(a, entitlement_id=entitlement_id, use=use)):
            flash.success(request, _("已登记，谢谢。"))
            return True
    return False


def _put_forward(request: HttpRequest, acting: Acting, benefits: list[Benefit], form: AccountForm) -> bool:
    path = next((one.path for one in benefits if one.path is not None), None)
    if path is None:
        raise NotFound(says("现在没有要付给贵单位的款，不用登记账户。"))
    names = ("account_name", "account_no", "bank_name", "phone")
    words = AccountWords(**{name: form.cleaned_data[name] for name in names}, source="employer")
    office_id = queries.office_of_round(path.round_id)
    done = run(
        form,
        acting.actor,
        lambda a: services.propose_account(
            a, office_id=office_id, programme=path.programme, subject=acting.subject, words=words
        ),
    )
    if done is not None:
        flash.success(request, _("账户已提交。需要核对的，经办机构核对后启用。"))
    return done is not None


@needs(ACT)
@require_safe
def why(request: HttpRequest, organisation_id: UUID, run_id: UUID) -> HttpResponse:
    """Every rule's value with its article, for the organisation's own decision."""
    acting = acting_for(actor_of(request), organisation_id)
    found = _decision(request, acting, run_id)
    if found is None:
        raise NotFound(says("这次计算里没有贵单位。"))
    policy = declared(found.content)
    graph = graph_of(found.content, found.area, found.law_on, {})
    context: dict[str, Any] = {
        "acting": acting,
        "decision": found,
        "explained": found.explained,
        "spec": policy.spec,
        "titles": titles_in(policy.every()),
        "conditions": conditions_of(graph),
        "facts": [fact for fact in found.explained.facts if fact.column.id != graph.subject.key[0]],
    }
    return render(request, "employer/why.html", context)


@needs(ACT)
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, organisation_id: UUID, run_id: UUID) -> HttpResponse:
    """Object to the own decision while the list is public; `run_id` names the round's run."""
    actor = actor_of(request)
    acting = acting_for(actor, organisation_id)
    one = next((b for b in _benefits(request, acting) if b.round.run_id == run_id), None)
    if one is None or not one.may_object:
        raise NotFound(says("现在不在公示期，或者已经有一件异议在办。"))
    form = ObjectionForm(request.POST or None, request.FILES or None)
    form.offer(one.round.area, one.round.programme)
    if request.method == "POST":
        if form.is_valid() and _raised(request, form, acting, one):
            flash.success(request, _("异议已收到，会在期限内答复，答复在这里看。"))
            return redirect("employer:organisation", organisation_id=organisation_id)
        form.renew(None)
    return render(
        request,
        "employer/object.html",
        {"acting": acting, "benefit": one, "form": form},
        status=status_of(form) if form.is_bound else 200,
    )


def _raised(request: HttpRequest, form: ObjectionForm, acting: Acting, one: Benefit) -> bool:
    kept: list[Kept] = []
    for sentence in receive(acting.actor, request.FILES.getlist("uploads"), kept):
        form.add_error("uploads", sentence)
        return False
    words = Words(
        raised_by_kind="organisation",
        raised_by_name=acting.actor.name,
        raised_by_id=acting.organisation.organisation_id,
        ground=form.cleaned_data["ground"],
        text=form.cleaned_data["text"],
        files=tuple(file.id for file in kept),
    )
    done = run(
        form,
        acting.actor,
        lambda a: services.raise_own_objection(
            a, round_id=one.round.round_id, subject=acting.subject, words=words
        ),
    )
    return done is not None
