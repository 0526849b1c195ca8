"""What stands beside a matter's state, for the desk: its ladder, helpers, ties to other matters, likely repeats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from gongyou.engines.casework.definitions import CaseType, Rises
from gongyou.engines.casework.loop import Projection, next_rung
from gongyou.engines.casework.models import (
    Case,
    CaseEvent,
    CaseParty,
    CaseText,
    HelpRequest,
    RepeatLink,
    Rise,
)
from gongyou.engines.casework.queries.definitions import project, type_of
from gongyou.engines.casework.queries.lists import in_scope
from gongyou.engines.casework.queries.proof import Own
from gongyou.engines.casework.queries.reading import readable, readable_row
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.personal_data import record_read
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView

LOOK_BACK = timedelta(days=183)
CANDIDATES = 200
ALIKE = 25  # hundredths of shared pairs of characters
MOST_SHOWN = 5


@dataclass(frozen=True)
class RungLine:
    """One rung of the settle clock's ladder. `at`: when it was taken, or when it will be."""

    title: str
    does: str
    at: datetime | None
    is_taken: bool
    office: OfficeView | None = None
    told_as: str = ""
    told_name: str = ""


@dataclass(frozen=True)
class HelpLine:
    id: UUID
    office: OfficeView
    asked_at: datetime
    due_at: datetime
    reported_at: datetime | None
    reason: str
    report: str
    is_late: bool
    may_report: bool


@dataclass(frozen=True)
class Tied:
    """Another matter as a tie shows it: nothing of its person. Without a number the reader may not open it."""

    id: UUID | None
    number: str
    state: str
    is_closed: bool


@dataclass(frozen=True)
class Likely:
    """An earlier matter that may be the same, and why it looks so."""

    id: UUID
    number: str
    received_at: datetime
    state: str
    is_closed: bool
    is_same_person: bool
    is_same_place: bool
    likeness: int


@dataclass(frozen=True)
class BesideView:
    """The sections of the desk page that stand beside the matter itself."""

    rungs: tuple[RungLine, ...]
    is_confirmed: bool
    may_confirm: bool
    helps: tuple[HelpLine, ...]
    may_ask: bool
    lead: Tied | None
    lead_answer: str
    children: tuple[Tied, ...]
    may_join: bool
    repeat_of: Tied | None
    repeats: int
    may_review_repeats: bool
    may_repeat: bool
    likely: tuple[Likely, ...]
    incident_id: UUID | None


def beside_case(actor: Actor, case_id: UUID) -> BesideView:
    """Everything beside one matter. Raises NotFound, NotAllowed."""
    row = readable_row(actor, case_id)
    case_type = type_of(row.definition, row.type_id)
    projection = project(case_type, CaseEvent.objects.filter(case=row).order_by("seq"))
    handles = actor.may("casework.handle", row.office_path) and not projection.is_closed
    upper = offices.upper_of(row.office_id)
    reviews = upper is not None and actor.may("casework.review", upper.path)
    leads = any(rung.does is Rises.LEAD for rung in case_type.ladder)
    is_confirmed = projection.beside.confirmed_in == projection.round
    children = list(Case.objects.filter(lead=row).order_by("received_at"))
    link = RepeatLink.objects.filter(case=row).select_related("earlier").first()
    return BesideView(
        rungs=_rungs(row, case_type, projection),
        is_confirmed=is_confirmed,
        may_confirm=reviews and leads and not is_confirmed and not projection.is_closed,
        helps=_helps(actor, row, is_open=not projection.is_closed),
        may_ask=handles,
        lead=_tied(actor, row.lead) if row.lead else None,
        lead_answer=_answer_of(actor, row.lead) if row.lead and handles else "",
        children=tuple(_tied(actor, child) for child in children),
        may_join=handles and row.lead_id is None and not children,
        repeat_of=_tied(actor, link.earlier) if link else None,
        repeats=RepeatLink.objects.filter(earlier=row, has_new_facts=False).count(),
        may_review_repeats=reviews and link is not None and not link.has_new_facts,
        may_repeat=handles and link is None,
        likely=_likely(actor, row) if handles and link is None and row.lead_id is None else (),
        incident_id=row.incident_id,
    )


def _rungs(row: Case, case_type: CaseType, projection: Projection) -> tuple[RungLine, ...]:
    """Taken ones of every clock of this round, then those still to come of the settle clock."""
    taken = list(Rise.objects.filter(case=row, round=projection.round).order_by("at", "due_at", "id"))
    places = offices.offices({r.office_id for r in taken})
    titles = {rung.id: rung.title for rung in case_type.ladder}
    lines = [
        RungLine(
            titles.get(r.step, r.step),
            r.does,
            r.at,
            is_taken=True,
            office=places.get(r.office_id),
            told_as=r.told_as,
            told_name=r.told_name,
        )
        for r in taken
    ]
    settle = projection.clock("settle")
    if settle is None or not settle.is_open:
        return tuple(lines)
    _, calendar = offices.calendar_of(row.area)
    done = set(projection.beside.steps_of(settle.id, settle.round, settle.number))
    while found := next_rung(case_type, settle.id, settle.started_at, settle.due.due_at, done, calendar):
        done.add(found[0].id)
        lines.append(RungLine(found[0].title, found[0].does, found[1], is_taken=False))
    return tuple(lines)


def _helps(actor: Actor, row: Case, *, is_open: bool) -> tuple[HelpLine, ...]:
    asked = list(HelpRequest.objects.filter(case=row).select_related("reason", "report").order_by("asked_at"))
    places = offices.offices({h.office_id for h in asked})
    now = moment.now()
    return tuple(
        HelpLine(
            id=h.pk,
            office=places[h.office_id],
            asked_at=h.asked_at,
            due_at=h.due_at,
            reported_at=h.reported_at,
            reason=h.reason.text if h.reason else "",
            report=h.report.text if h.report else "",
            is_late=(h.reported_at or h.ended_at or now) > h.due_at,
            may_report=is_open
            and h.reported_at is None
            and h.ended_at is None
            and (actor.may("casework.handle", h.office_path) or actor.may("casework.review", h.office_path)),
        )
        for h in asked
    )


def _tied(actor: Actor, row: Case) -> Tied:
    case_type = type_of(row.definition, row.type_id)
    state, is_closed = case_type.states[row.state].title, row.closed_at is not None
    if not readable(actor, row):
        return Tied(None, "", state, is_closed)
    return Tied(row.pk, row.number, state, is_closed)


def _answer_of(actor: Actor, lead: Case) -> str:
    """The lead's answer, to be checked against the joined matter; the read is recorded."""
    if not readable(actor, lead):
        return ""
    answers = CaseText.objects.filter(case=lead, kind="answer", erased_at__isnull=True).order_by("-at")
    found = answers.first()
    if found is not None:
        record_read(actor, "case", [lead.pk], "并案答复核对")
    return found.text if found else ""


def _likely(actor: Actor, row: Case) -> tuple[Likely, ...]:
    """Earlier matters in reach that may be the same: same person, same subject, same place, words alike."""
    people = list(CaseParty.objects.filter(case=row, role="subject").values_list("person_id", flat=True))
    same_person = Q(parties__role="subject", parties__person_id__in=people) if people else Q(pk__in=[])
    alike = Q(topic=row.topic) if row.topic else Q(pk__in=[])
    if row.place:
        alike |= Q(place=row.place)
    known = in_scope(actor).filter(area=row.area, kind=row.kind, received_at__gte=row.received_at - LOOK_BACK)
    known = known.filter(received_at__lte=row.received_at).exclude(pk=row.pk).filter(lead__isnull=True)
    rows = list(known.filter(same_person | alike).distinct().order_by("-received_at")[:CANDIDATES])
    mine = set(known.filter(same_person).values_list("pk", flat=True)) if people else set()
    words = pairs_of([row.pk, *(r.pk for r in rows)])
    found = [_likely_line(row, other, words, other.pk in mine) for other in rows]
    worth = [f for f in found if f.is_same_person or f.likeness >= ALIKE]
    return tuple(sorted(worth, key=lambda f: (-f.is_same_person, -f.likeness))[:MOST_SHOWN])


def _likely_line(row: Case, other: Case, words: dict[UUID, set[str]], is_mine: bool) -> Likely:
    one, two = words.get(row.pk, set()), words.get(other.pk, set())
    shared = len(one & two) * 100 // max(1, min(len(one), len(two)))
    return Likely(
        id=other.pk,
        number=other.number,
        received_at=other.received_at,
        state=type_of(other.definition, other.type_id).states[other.state].title,
        is_closed=other.closed_at is not None,
        is_same_person=is_mine,
        is_same_place=bool(row.place) and row.place == other.place,
        likeness=shared,
    )


def pairs_of(ids: Iterable[UUID]) -> dict[UUID, set[str]]:
    """The pairs of neighbouring characters of what was said."""
    texts = CaseText.objects.filter(case_id__in=list(ids), kind="demand").values_list("case_id", "text")
    found: dict[UUID, set[str]] = {}
    for case_id, text in texts:
        found.setdefault(case_id, set()).update(pairs_in(text))
    return found


def pairs_in(text: str) -> set[str]:
    """The pairs of neighbouring characters of one text."""
    plain = "".join(c for c in text if c.isalnum())
    return {plain[n : n + 2] for n in range(len(plain) - 1)}


@dataclass(frozen=True)
class OwnBeside:
    """What the person themselves is told of it: that others help or say the same, never who."""

    is_joined: bool
    helpers: int
    risen_to: OfficeView | None
    incident_line: str


def beside_own(own: Own) -> OwnBeside:
    """Beside one's own matter. `own` comes from `prove_own`."""
    row = Case.objects.select_related("incident").get(pk=own.case_id)
    open_helps = HelpRequest.objects.filter(case=row, reported_at__isnull=True, ended_at__isnull=True)
    risen = Rise.objects.filter(case=row, clock__met_at__isnull=True, does__in=["help", "lead", "tell"])
    last = risen.order_by("-at", "-id").first()
    return OwnBeside(
        is_joined=row.lead_id is not None or Case.objects.filter(lead=row).exists(),
        helpers=open_helps.count(),
        risen_to=offices.office(last.office_id) if last else None,
        incident_line=row.incident.public_line if row.incident else "",
    )
