"""What the person a matter belongs to sees, by number and last four digits."""

from __future__ import annotations

from gongyou.engines.casework.definitions import CaseType, Happens
from gongyou.engines.casework.loop import Projection, allowed
from gongyou.engines.casework.models import Case, CaseEvent, CaseText, Settlement
from gongyou.engines.casework.queries.definitions import explain, project, type_of
from gongyou.engines.casework.queries.legal import limits_of
from gongyou.engines.casework.queries.mandates import mandates_of
from gongyou.engines.casework.queries.points import thanks_for
from gongyou.engines.casework.queries.proof import Own
from gongyou.engines.casework.queries.views import DueExplained, PublicStep, TrackView
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.personal_data import record_read
from gongyou.offices import queries as offices

# Inner steps (drafts, returned drafts, recomputed dates) are not the worker's business.
_INNER = {Happens.ANSWER_DRAFTED, Happens.ANSWER_RETURNED, Happens.CALENDAR_CHANGED, Happens.OBJECTED}


def track(actor: Actor, own: Own) -> TrackView:
    """The matter as its person sees it. `own` comes from `prove_own`."""
    row = Case.objects.get(pk=own.case_id)
    record_read(own.acting(actor), "case", [row.pk], "own")
    case_type = type_of(row.definition, row.type_id)
    events = list(CaseEvent.objects.filter(case=row).order_by("seq"))
    projection = project(case_type, events)
    settle = projection.clock("settle")
    settlement = Settlement.objects.filter(case=row, text__kind="answer").order_by("-drafted_at").first()
    possible = allowed(case_type, row.state)
    return TrackView(
        number=row.number,
        title=case_type.title,
        kind=row.kind,
        state=row.state,
        public_sentence=case_type.states[row.state].public,
        round=row.round,
        received_at=row.received_at,
        due_at=row.due_at,
        provisional=row.is_provisional,
        is_late=bool(settle and settle.is_late(moment.now())),
        is_stopped=bool(settle and settle.is_open and settle.due.due_at is None),
        due_explained=_why(case_type, projection),
        office=offices.office(row.office_id),
        steps=_steps(case_type, events),
        answer=_answer(row, settlement),
        answer_result=settlement.result if settlement else "",
        is_closed=projection.is_closed,
        may_rate=Happens.CALLED_SATISFIED in possible,
        may_supplement=not projection.is_closed,
        may_withdraw=Happens.WITHDRAWN in possible,
        may_reopen=Happens.REOPENED in possible,
        result_title=_result_title(case_type, settlement),
        limits=limits_of(row),
        mandate=next((m for m in mandates_of(row) if m.is_in_force), None),
        has_proxy=row.parties.filter(role="proxy").exists(),
        is_proxy=own.is_proxy,
        is_anonymous=row.is_anonymous,
        thanks=thanks_for(row),
    )


def _result_title(case_type: CaseType, settlement: Settlement | None) -> str:
    if settlement is None:
        return ""
    return next((r.title for r in case_type.results if r.id == settlement.result), "")


def _why(case_type: CaseType, projection: Projection) -> DueExplained | None:
    settle = projection.clock("settle")
    return explain(case_type, settle) if settle else None


def _answer(row: Case, settlement: Settlement | None) -> str:
    if settlement is not None:
        return settlement.text.text
    texts = CaseText.objects.filter(case=row, kind="answer").order_by("-at")
    latest = texts.first()
    return latest.text if latest else ""


def _steps(case_type: CaseType, events: list[CaseEvent]) -> tuple[PublicStep, ...]:
    """The public sentence of every state the matter came into, once each time."""
    steps: list[PublicStep] = []
    state = ""
    for event in events:
        kind = Happens(event.kind)
        to = next(
            (t.to for t in case_type.transitions if t.on is kind and (state in t.at or not state)), state
        )
        if to != state and kind not in _INNER:
            steps.append(PublicStep(event.at, event.kind, case_type.states[to].public))
        state = to
    return tuple(steps)
