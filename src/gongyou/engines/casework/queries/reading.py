"""Opening one matter: checked, recorded, masked."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from gongyou.engines.casework.definitions import CaseType, Happens, Owner
from gongyou.engines.casework.loop import Projection, allowed
from gongyou.engines.casework.models import (
    CallAttempt,
    Case,
    CaseEvent,
    CaseText,
    HelpRequest,
    PaperEntry,
    Review,
    Settlement,
)
from gongyou.engines.casework.queries.definitions import clock_lines, project, type_of
from gongyou.engines.casework.queries.protecting import is_protected, refuse_unless_granted
from gongyou.engines.casework.queries.views import (
    CallLine,
    CallProgress,
    CaseView,
    Choice,
    FileLine,
    PaperLine,
    PartyLine,
    ReviewLine,
    TextLine,
    TimelineLine,
)
from gongyou.kernel import bars, moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotAllowed, NotFound
from gongyou.kernel.models.files import StoredFile
from gongyou.kernel.personal_data import record_read
from gongyou.offices import queries as offices
from gongyou.registry import queries as registry
from gongyou.registry.queries import OpenPerson

READ = "casework.read"
CHILDREN = "casework.children"


def child_reach(actor: Actor) -> Q:
    """Matters about children are for those who hold a right of its own where the matter lies, was said or is called."""
    scope = actor.scope(CHILDREN)
    paths = ("office_path", "filed_office_path", "call_office_path")
    reach = Q(is_about_child=False)
    for path in paths if scope else ():
        reach |= scope.filter(path)
    return reach


def readable(actor: Actor, row: Case) -> bool:
    """A matter is read where it lies, where it was said, by the office that calls back and by who is asked to help.

    One about a child only with the right for it, whoever asks; one in a narrowed incident only by who works on it;
    none by the barred.
    """
    if bars.is_barred(actor, f"case:{row.pk}"):
        return False
    scope = actor.scope(READ)
    paths = (row.office_path, row.filed_office_path, row.call_office_path)
    if row.is_about_child and not any(path and actor.may(CHILDREN, path) for path in paths):
        return False
    if row.incident_id is not None and row.incident is not None and row.incident.is_narrow:
        return reads_narrowed(actor, row)
    if any(path and scope.covers(path) for path in paths):
        return True
    helping = HelpRequest.objects.filter(case=row, reported_at__isnull=True, ended_at__isnull=True)
    return (
        any(scope.covers(path) for path in helping.values_list("office_path", flat=True)) if scope else False
    )


def reads_narrowed(actor: Actor, row: Case) -> bool:
    """In an incident whose access is narrowed: who sits where it lies, who commands, who calls back. Nobody else."""
    assert row.incident is not None
    seats = {row.office_path, row.call_office_path, row.incident.office_path}
    return actor.may(READ) and any(h.office_path in seats for h in actor.holdings)


def readable_row(actor: Actor, case_id: UUID) -> Case:
    """Raises NotFound, NotAllowed."""
    row = Case.objects.filter(pk=case_id).first()
    if row is None:
        raise NotFound
    if not readable(actor, row):
        raise NotAllowed(READ)
    return row


def access_case(actor: Actor, case_id: UUID, purpose: str) -> CaseView:
    """One matter for the desk; the reading is recorded with its purpose. Raises NotFound, NotAllowed."""
    row = readable_row(actor, case_id)
    record_read(actor, "case", [row.pk], purpose)
    case_type = type_of(row.definition, row.type_id)
    events = list(CaseEvent.objects.filter(case=row).order_by("seq"))
    projection = project(case_type, events)
    texts = {t.pk: t for t in CaseText.objects.filter(case=row).order_by("at", "id")}
    calls = _calls(row, texts)
    settlement = Settlement.objects.filter(case=row).order_by("-drafted_at").first()
    in_force = offices.offices([row.office_id, row.filed_office_id, *_maybe(row.call_office_id)])
    return CaseView(
        **_row_facts(row),
        title=case_type.title,
        matter_class=_class(case_type, row.matter_class),
        classes=tuple(Choice(c.id, c.title) for c in case_type.classes),
        topic=next((t.title for t in case_type.topics if t.id == row.topic), ""),
        state=Choice(row.state, case_type.states[row.state].title),
        office=in_force[row.office_id],
        filed_office=in_force[row.filed_office_id],
        call_office=in_force.get(row.call_office_id) if row.call_office_id else None,
        parties=_parties(actor, row),
        texts=tuple(
            TextLine(t.kind, t.text, t.author_id, t.at, t.erased_at is not None) for t in texts.values()
        ),
        clocks=clock_lines(row, case_type, projection, moment.now()),
        timeline=_timeline(events, texts),
        calls=calls,
        call_progress=_progress(case_type, [c for c in calls if c.at >= _round_began(events)]),
        reviews=_reviews(row, texts),
        answer=_words(settlement, texts, "answer"),
        draft=_words(settlement, texts, "draft"),
        paper=_paper(row),
        files=_files(row),
        next_steps=next_steps(actor, row, case_type, projection),
        pause_reasons=_pause_reasons(case_type),
        needs_approval=row.matter_class in case_type.needs_approval,
        results=tuple(Choice(r.id, r.title) for r in case_type.results),
    )


_ROW_FACTS = (
    "version", "number", "area", "programme", "type_id", "kind", "closed_as", "round", "channel", "received_at",
    "recorded_at", "occurred_on", "place", "holder_id", "is_anonymous", "due_at", "is_provisional",
)  # fmt: skip


def _row_facts(row: Case) -> dict[str, Any]:
    return {"id": row.pk, **{name: getattr(row, name) for name in _ROW_FACTS}}


def _pause_reasons(case_type: CaseType) -> tuple[Choice, ...]:
    return tuple(Choice(r.id, r.title) for r in case_type.pauses.reasons) if case_type.pauses else ()


def _maybe(office_id: UUID | None) -> list[UUID]:
    return [office_id] if office_id else []


def _class(case_type: CaseType, class_id: str) -> Choice:
    return next(
        (Choice(c.id, c.title) for c in case_type.classes if c.id == class_id), Choice(class_id, class_id)
    )


def _words(settlement: Settlement | None, texts: dict[UUID, CaseText], kind: str) -> str:
    text = texts.get(settlement.text_id) if settlement else None
    return text.text if text is not None and text.kind == kind else ""


def _parties(actor: Actor, row: Case) -> tuple[PartyLine, ...]:
    parties = list(row.parties.order_by("role"))
    if is_protected(row):
        return tuple(PartyLine(p.role, p.person_id, "", "", is_hidden=True) for p in parties)
    people = registry.show_people(actor, [p.person_id for p in parties])
    return tuple(
        PartyLine(p.role, p.person_id, people[p.person_id].name_masked, people[p.person_id].phone_masked)
        for p in parties
        if p.person_id in people
    )


def _timeline(events: list[CaseEvent], texts: dict[UUID, CaseText]) -> tuple[TimelineLine, ...]:
    lines = []
    for event in events:
        text_id = event.data.get("text")
        text = texts.get(UUID(text_id)) if text_id else None
        lines.append(
            TimelineLine(
                seq=event.seq,
                kind=event.kind,
                at=event.at,
                who=event.actor_name,
                who_kind=event.actor_kind,
                office_path=event.office_path,
                detail=text.text if text else "",
            )
        )
    return tuple(lines)


def _round_began(events: list[CaseEvent]) -> datetime:
    starts = [e.at for e in events if e.kind in {Happens.RECEIVED, Happens.REVIEWED, Happens.REOPENED}]
    return max(starts)


def _calls(row: Case, texts: dict[UUID, CaseText]) -> tuple[CallLine, ...]:
    return tuple(
        CallLine(
            at=c.at,
            channel=c.channel,
            outcome=c.outcome,
            is_outside_hours=c.is_outside_hours,
            is_solved=c.is_solved,
            is_satisfied=c.is_satisfied,
            note=texts[c.note_id].text if c.note_id in texts else "",
        )
        for c in CallAttempt.objects.filter(case=row).order_by("at", "id")
    )


def _progress(case_type: CaseType, calls: list[CallLine]) -> CallProgress | None:
    rules = case_type.call_back
    if rules is None:
        return None
    return CallProgress(
        attempts=len(calls),
        attempts_needed=rules.attempts,
        days=len({c.at.astimezone(moment.SHANGHAI).date() for c in calls}),
        days_needed=rules.days,
        outside_hours=sum(c.is_outside_hours for c in calls),
        outside_hours_needed=rules.outside_hours,
    )


def _reviews(row: Case, texts: dict[UUID, CaseText]) -> tuple[ReviewLine, ...]:
    return tuple(
        ReviewLine(
            round=r.round,
            convened_on=r.convened_on,
            members=r.members,
            is_reasonable=r.is_reasonable,
            cause=texts[r.cause_id].text,
            measures=texts[r.measures_id].text,
            answerable=r.answerable,
            measures_due_on=r.measures_due_on,
        )
        for r in Review.objects.filter(case=row).order_by("round")
    )


def _paper(row: Case) -> PaperLine | None:
    entry = PaperEntry.objects.filter(case=row).first()
    if entry is None:
        return None
    return PaperLine(
        entry.written_on, entry.keyed_at, entry.book, entry.page, entry.photo_id, entry.is_late_keyed
    )


def _files(row: Case) -> tuple[FileLine, ...]:
    stored = StoredFile.objects.filter(subject=f"case:{row.pk}", erased_at__isnull=True).order_by("stored_at")
    return tuple(FileLine(f.pk, f.name, f.media_type, f.size) for f in stored)


# What each service lets happen, and which right at which office it asks for.
_STEPS = {
    "accept": (Happens.ACCEPTED, "casework.handle", Owner.HANDLER),
    "object": (Happens.OBJECTED, "casework.handle", Owner.HANDLER),
    "draft": (Happens.SETTLED, "casework.handle", Owner.HANDLER),
    "pause": (Happens.PAUSED, "casework.handle", Owner.HANDLER),
    "resume": (Happens.RESUMED, "casework.handle", Owner.HANDLER),
    "offer": (Happens.OFFERED, "casework.dispatch", Owner.HANDLER),
    "decline": (Happens.NOT_ACCEPTED, "casework.dispatch", Owner.HANDLER),
    "reclassify": (Happens.RECLASSIFIED, "casework.approve", Owner.HANDLER),
    "approve": (Happens.SETTLED, "casework.approve", Owner.HANDLER),
    "return": (Happens.ANSWER_RETURNED, "casework.approve", Owner.HANDLER),
    "call": (Happens.CALLED_SATISFIED, "casework.call_back", Owner.CALLER),
    "review": (Happens.REVIEWED, "casework.review", Owner.UPPER),
    "explain": (Happens.EXPLAINED, "casework.review", Owner.UPPER),
    "take_up": (Happens.REOPENED, "casework.handle", Owner.HANDLER),
}


def next_steps(actor: Actor, row: Case, case_type: CaseType, projection: Projection) -> frozenset[str]:
    """The services this actor may call on the matter now."""
    possible = allowed(case_type, projection.state)
    drafted = Happens.ANSWER_RETURNED in possible
    needs_approval = row.matter_class in case_type.needs_approval
    found = set()
    for name, (kind, right, owner) in _STEPS.items():
        wanted = Happens.ANSWER_DRAFTED if name == "draft" and needs_approval else kind
        if wanted not in possible or (name == "approve") != (drafted and name in {"approve", "draft"}):
            continue
        if actor.may(right, _path_for(row, owner)):
            found.add(name)
    if _sits_in(actor, row.office_path):
        found -= {"call"} | ({"review", "explain"} if "/" in row.office_path.rstrip("/") else set())
    if actor.id == row.holder_id:
        found -= {"call", "reclassify"}
    needed = case_type.call_back.rounds_before_upper if case_type.call_back else 1
    if projection.dissatisfied_rounds < needed:
        found.discard("explain")
    return frozenset(found)


def _path_for(row: Case, owner: Owner) -> str:
    if owner is Owner.CALLER:
        return row.call_office_path or "-"
    if owner is Owner.UPPER:
        upper = offices.upper_of(row.office_id)
        return upper.path if upper else row.office_path
    return row.office_path


def _sits_in(actor: Actor, path: str) -> bool:
    return any(h.office_path == path for h in actor.holdings)


def open_parties(actor: Actor, case_id: UUID, purpose: str) -> dict[UUID, OpenPerson]:
    """Names and phones in clear, for a stated purpose; protected ones after another person agreed.

    Raises NotFound, NotAllowed, DomainError.
    """
    row = readable_row(actor, case_id)
    refuse_unless_granted(actor, row)
    ids = list(row.parties.values_list("person_id", flat=True))
    return registry.access_people(actor, ids, purpose=purpose)
