"""A try to reach the worker, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass

from gongyou.basics.refusal import says
from gongyou.basics.workdays import Calendar
from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.events import ReviewOpened
from gongyou.engines.casework.models import CallAttempt, Mandate, RoundFact
from gongyou.engines.casework.steps.mandates import in_force, may_answer_calls
from gongyou.engines.casework.steps.matter import Matter, happen, write_text
from gongyou.engines.casework.steps.telling import tell_worker
from gongyou.kernel import moment
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError

OUTCOMES = {
    "answered": says("已接通"),
    "no_answer": says("无人接听"),
    "refused": says("不愿接受回访"),
    "wrong_number": says("号码有误"),
    "proxy_only": says("只联系到代办人"),
}
CHANNELS = ("phone", "visit", "message", "online")


@dataclass(frozen=True)
class Call:
    """One try. `is_solved` and `is_satisfied` only when the worker answered."""

    outcome: str
    channel: str = "phone"
    is_solved: bool | None = None
    is_satisfied: bool | None = None
    note: str = ""
    spoke_with: str = "subject"
    """Whose answer it is. The person is called first; a proxy's counts only where the mandate or their state says so."""


def store_call(act: Act, matter: Matter, call: Call) -> None:
    """The try and what follows from it. Raises DomainError for an incomplete answer."""
    _check_call(call)
    _check_proxy(act, matter, call)
    note = write_text(act, matter, "call", call.note) if call.note.strip() else None
    CallAttempt.objects.create(
        case=matter.row,
        round=matter.projection.round,
        at=act.now,
        caller_id=act.actor.id,
        caller_office_path=matter.row.call_office_path,
        channel=call.channel,
        spoke_with=call.spoke_with,
        outcome=call.outcome,
        is_outside_hours=is_outside_hours(act, matter.calendar),
        is_solved=call.is_solved,
        is_satisfied=call.is_satisfied,
        note=note,
    )
    if call.outcome == "answered":
        _store_answer(act, matter, call)
        return
    happen(act, matter, Happens.CALL_TRIED, {"outcome": call.outcome})
    if _is_exhausted(matter):
        happen(act, matter, Happens.CALLS_EXHAUSTED)
        tell_worker(act, matter, "unreached")


def _check_call(call: Call) -> None:
    if call.outcome not in OUTCOMES:
        raise DomainError("outcome", says("请选择回访结果。"), field="outcome")
    if call.channel not in CHANNELS:
        raise DomainError("channel", says("请选择回访方式。"), field="channel")
    if call.outcome == "answered" and (call.is_solved is None or call.is_satisfied is None):
        raise DomainError(
            "call_answer", says("接通的回访要记下“是否解决”和“是否满意”。"), field="is_satisfied"
        )
    if call.outcome != "answered" and (call.is_solved is not None or call.is_satisfied is not None):
        raise DomainError("call_answer", says("没有接通就不能登记满意度。"), field="is_satisfied")


def _check_proxy(act: Act, matter: Matter, call: Call) -> None:
    """A proxy answers in the person's place only with a mandate that says so, or where the person can't."""
    if call.spoke_with not in ("subject", "proxy"):
        raise DomainError("spoke_with", says("请选择是谁回答的。"), field="spoke_with")
    if call.spoke_with == "subject" or call.outcome != "answered":
        return
    mandate = in_force(matter.row, act.now.date())
    if mandate is not None and (may_answer_calls(mandate) or _rates_online(mandate, call)):
        return
    raise DomainError(
        "subject_first",
        says("代办人的话不能代替本人的回答。"),
        says("请先联系本人；本人听说不便，或委托里写明可以回访代办人的，请先登记委托。"),
        field="spoke_with",
        status=409,
    )


def _rates_online(mandate: Mandate, call: Call) -> bool:
    return call.channel == "online" and "rate" in mandate.scope


def _store_answer(act: Act, matter: Matter, call: Call) -> None:
    round_number = matter.projection.round
    kind = Happens.CALLED_SATISFIED if call.is_satisfied else Happens.CALLED_DISSATISFIED
    happen(act, matter, kind, {"solved": bool(call.is_solved), "spoke_with": call.spoke_with})
    RoundFact.objects.filter(case=matter.row, round=round_number).update(is_solved=call.is_solved)
    if kind is Happens.CALLED_DISSATISFIED:
        tell_worker(act, matter, "review_opened")
        act.publish(ReviewOpened(matter.row.pk, round_number))


def is_outside_hours(act: Act, calendar: Calendar) -> bool:
    local = act.now.time()
    return not calendar.day(act.now.date()).is_working_day or not calendar.opens <= local <= calendar.closes


def _is_exhausted(matter: Matter) -> bool:
    rules = matter.type.call_back
    if rules is None:
        return False
    tries = list(
        CallAttempt.objects.filter(case=matter.row, round=matter.projection.round).values_list(
            "at", "is_outside_hours"
        )
    )
    days = {at.astimezone(moment.SHANGHAI).date() for at, _ in tries}
    outside = sum(1 for _, is_outside in tries if is_outside)
    return len(tries) >= rules.attempts and len(days) >= rules.days and outside >= rules.outside_hours
