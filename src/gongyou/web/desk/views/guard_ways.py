"""The steps of a matter of the guard: which are possible now, for whom, and the service behind each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from gongyou.engines.oversight import services
from gongyou.engines.oversight.definitions.sanctions import TENTHS, Sanction
from gongyou.engines.oversight.queries import INQUIRE, MatterView
from gongyou.kernel.access import Actor
from gongyou.web import guard_words
from gongyou.web.desk.forms.guard import (
    AnswerForm,
    DeliverForm,
    ExtendForm,
    FactsForm,
    FileForm,
    HearForm,
    PayForm,
    ProposeForm,
    ReasonForm,
    ReferForm,
    TellForm,
)
from gongyou.web.desk.offering import Way
from gongyou.web.desk.submitting import IntentForm

Given = Mapping[str, Any]
Take = Callable[[Actor, MatterView, Given], object]
AFTER_NOTICE = ("told", "proposed")


def _with(service: Callable[..., object], *names: str) -> Take:
    """A service that takes the matter, its version and these inputs as they are."""

    def run_it(actor: Actor, view: MatterView, given: Given) -> object:
        picked = {name: given[name] for name in names}
        return service(actor, matter_id=view.id, version=view.line.version, **picked)

    return run_it


def _hear(actor: Actor, view: MatterView, given: Given) -> object:
    said = services.Said(**{n: given[n] for n in ("kind", "on", "text", "place", "document")})
    return services.hear(actor, matter_id=view.id, version=view.line.version, said=said)


def _facts(actor: Actor, view: MatterView, given: Given) -> object:
    facts = services.PersonFacts(**{n: given[n] for n in ("name", "phone", "employer_name", "injured_on")})
    return services.note_facts(actor, matter_id=view.id, version=view.line.version, facts=facts)


def _propose(actor: Actor, view: MatterView, given: Given) -> object:
    sanction = Sanction(given["returned_yuan"], int(given["fine_times"] * TENTHS), given["suspension_months"])
    names = ("number", "facts", "is_first", "gives_back", "late_reason")
    proposal = services.Proposal(
        **{n: given[n] for n in names}, found_fen=given["found_yuan"], sanction=sanction
    )
    return services.propose_decision(actor, matter_id=view.id, version=view.line.version, proposal=proposal)


def _pay(actor: Actor, view: MatterView, given: Given) -> object:
    picked = {n: given[n] for n in ("money", "paid_on", "receipt")}
    return services.note_payment(
        actor, matter_id=view.id, version=view.line.version, amount_fen=given["amount_yuan"], **picked
    )


def _offer_hearings(form: IntentForm, view: MatterView) -> None:
    assert isinstance(form, HearForm)
    form.offer_kinds(
        guard_words.ANSWER_KINDS if view.state in AFTER_NOTICE else guard_words.EXPLANATION_KINDS
    )


WAYS: dict[str, Way[MatterView]] = {
    way.name: way
    for way in (
        Way("begin", _("参加承办"), _("由我承办"), _("已接办。"), "user", _with(services.begin_inquiry),
            explains=_("至少两位执法人员。第二位参加以后才开始核实。")),
        Way("file", _("立案"), _("立案"), _("已立案，办案期限开始计算。"), "flag",
            _with(services.file_matter, "document", "reason"), FileForm),
        Way("tell", _("告知拟作的处罚"), _("登记告知"), _("已登记，开始计算陈述、申辩、听证的期限。"), "send",
            _with(services.tell_intended, "document", "told_on"), TellForm),
        Way("propose", _("提出处理决定"), _("送另一位同志批准"), _("已送批。批准以前什么都不生效。"), "clipboard-list",
            _propose, ProposeForm, explains=_("罚款倍数和暂停月数要在法律幅度和裁量基准之内。")),
        Way("take_back", _("撤回提出的决定"), _("撤回"), _("已撤回。"), "x",
            _with(services.take_back_proposal, "reason"), ReasonForm, is_danger=True),
        Way("deliver", _("登记送达"), _("登记送达"), _("已登记，缴款、复议、诉讼的期限从这一天算。"), "send",
            _with(services.note_delivery, "delivered_on", "document"), DeliverForm),
        Way("pay", _("登记收到的钱"), _("登记"), _("已登记，等出纳确认入账。"), "plus", _pay, PayForm,
            explains=_("退回的钱进基金的账，罚款进国库的账，分开登记。")),
        Way("answer", _("回应本人的意见"), _("回应"), _("已回应。"), "message-2",
            _with(services.answer_objection, "answer"), AnswerForm),
        Way("hear", _("听取本人"), _("记下"), _("已记下。"), "message-2", _hear, HearForm, prepare=_offer_hearings,
            explains=_("没有听过本人，不能立案，也不能处罚。")),
        Way("facts", _("补记查明的情况"), _("保存"), _("已保存。"), "edit", _facts, FactsForm,
            explains=_("空着的不改。写上电话，本人登录后就能看到这件事。")),
        Way("extend", _("延长办案期限"), _("送另一位同志批准"), _("已送批。"), "calendar-event",
            _with(services.ask_extension, "days", "document", "reason"), ExtendForm),
        Way("refer", _("移送公安机关"), _("登记移送"), _("已登记。"), "arrow-right",
            _with(services.refer_to_police, "body", "on", "document"), ReferForm, is_danger=True),
        Way("close", _("没有发现问题，结束"), _("结束"), _("已结束。"), "check",
            _with(services.close_without_finding, "reason"), ReasonForm, is_danger=True),
    )
}  # fmt: skip
_BY_STATE: dict[str, tuple[str, ...]] = {
    "inquiry": ("hear", "facts", "close"),
    "filed": ("tell", "hear", "facts", "extend", "refer", "close"),
    "told": ("hear", "propose", "facts", "extend", "refer", "close"),
    "proposed": ("take_back", "hear", "extend"),
    "decided": ("deliver", "pay", "refer"),
    "done": ("refer",),
}


def possible(actor: Actor, view: MatterView) -> frozenset[str]:
    """The steps this actor may take now; what a service would refuse is not offered."""
    if not actor.may(INQUIRE, view.office_path):
        return frozenset()
    if view.state == "clue":
        return frozenset() if view.first_officer == actor.id else frozenset({"begin"})
    if not view.is_officer(actor.id):
        return frozenset({"pay"} if view.state == "decided" else ())
    found = set(_BY_STATE.get(view.state, ()))
    if view.state == "inquiry" and any(h.kind in guard_words.EXPLANATION_KINDS for h in view.hearings):
        found.add("file")
    if any(h.kind == "objection" for h in view.hearings):
        found.add("answer")
    if view.decision is not None and view.decision.delivered_on is not None:
        found.discard("deliver")
    if view.referred_on is not None:
        found.discard("refer")
    return frozenset(found)
