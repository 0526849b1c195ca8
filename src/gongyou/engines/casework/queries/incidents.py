"""Mass incidents: what looks like one, those under way, and the commander's board. No names on any of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from gongyou.engines.casework.definitions import IncidentRules
from gongyou.engines.casework.models import Case, CaseParty, CaseText, Conflict, Incident, IncidentEntry
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.engines.casework.queries.lists import in_scope, lines
from gongyou.engines.casework.queries.views import CaseLine
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView
from gongyou.registry import queries as registry
from gongyou.registry.queries import OrganisationView

RIGHT = "casework.incident"
SEES_REGISTER = "registry.read"
LOOKED_AT = 2000
FEWEST = 2
"""A share of a small firm may be one person, and one person is no crowd."""


@dataclass(frozen=True)
class Hint:
    """Open matters that look like one incident, and why: so many people, a share of an employer's workers, a word."""

    cause: str
    title: str
    word: str
    case_ids: tuple[UUID, ...]
    since: datetime
    employer: Workforce | None = None
    """Of a share: whose workers they are."""


@dataclass(frozen=True)
class Workforce:
    """An employer as a share is counted from it: the register's number of workers, its day and its source."""

    name: str
    people: int
    headcount: int
    headcount_on: date
    headcount_source: str
    share: int
    """The programme's per cent."""


@dataclass(frozen=True)
class IncidentLine:
    id: UUID
    title: str
    office: OfficeView
    raised_at: datetime
    report_due_at: datetime
    is_reported: bool
    is_report_late: bool
    is_closed: bool
    open: int
    late: int
    total: int


@dataclass(frozen=True)
class EntryLine:
    kind: str
    at: datetime
    who: str
    text: str
    count: int


@dataclass(frozen=True)
class IncidentView:
    """The commander's board."""

    line: IncidentLine
    version: int
    commander: str
    reported_to: str
    reported_at: datetime | None
    public_line: str
    is_narrow: bool
    members: tuple[CaseLine, ...]
    entries: tuple[EntryLine, ...]
    more: tuple[CaseLine, ...]
    """Open matters of the same subject that are not in it yet."""


def incident_hints(actor: Actor) -> tuple[Hint, ...]:
    """What looks like an incident among the open matters in reach, the largest first."""
    actor.require(RIGHT)
    rows = in_scope(actor).filter(actor.scope(RIGHT).filter(), closed_at__isnull=True, incident__isnull=True)
    found = list(rows.order_by("-received_at")[:LOOKED_AT])
    groups: dict[tuple[str, str, str, str], list[Case]] = {}
    for row in found:
        if row.topic:
            groups.setdefault((row.area, row.definition, row.type_id, row.topic), []).append(row)
    hints = [hint for group in groups.values() if (hint := _by_people(group))]
    hints += _by_share(actor, list(groups.values()), {case_id for hint in hints for case_id in hint.case_ids})
    hints += _by_words([row for row in found if not any(row.pk in h.case_ids for h in hints)])
    return tuple(sorted(hints, key=lambda h: -len(h.case_ids)))


def _by_people(group: list[Case]) -> Hint | None:
    """So many matters of one subject within so many hours; newest first."""
    near = _near(group)
    if len(near) < _rules(group).persons:
        return None
    return Hint("persons", _topic(group), "", tuple(row.pk for row in near), near[-1].received_at)


def _near(group: list[Case]) -> list[Case]:
    """Those of the last so many hours; newest first."""
    window = timedelta(hours=_rules(group).hours)
    return [row for row in group if group[0].received_at - row.received_at <= window]


def _rules(group: list[Case]) -> IncidentRules:
    return type_of(group[0].definition, group[0].type_id).incidents


def _topic(group: list[Case]) -> str:
    case_type = type_of(group[0].definition, group[0].type_id)
    return next((t.title for t in case_type.topics if t.id == group[0].topic), case_type.title)


def _by_share(actor: Actor, groups: list[list[Case]], hinted: set[UUID]) -> list[Hint]:
    """Matters of one subject that name the same employer, by so many of its workers (per cent of the register's
    number) within so many hours. Two people at least: one of a firm of ten is no crowd."""
    named = _employers([row.pk for group in groups for row in group])
    by_employer: dict[UUID, list[list[Case]]] = {}
    for group in groups:
        parts: dict[UUID, list[Case]] = {}
        for row in group:
            for employer in named.get(row.pk, ()):
                parts.setdefault(employer, []).append(row)
        for employer, part in parts.items():
            by_employer.setdefault(employer, []).append(part)
    known = registry.organisations(actor, by_employer) if by_employer and actor.may(SEES_REGISTER) else {}
    found = [
        hint
        for employer, some in by_employer.items()
        for part in some
        if employer in known and (hint := _of_share(part, known[employer]))
    ]
    # What a rule said already is not said again; what one crowd adds by its employer is.
    return [hint for hint in found if not hinted >= set(hint.case_ids)]


def _employers(case_ids: list[UUID]) -> dict[UUID, set[UUID]]:
    """The employers each matter names."""
    rows = Conflict.objects.filter(
        case_id__in=case_ids, kind=Conflict.Kind.EMPLOYER, organisation__isnull=False, lifted_at__isnull=True
    )
    named: dict[UUID, set[UUID]] = {}
    for case_id, organisation_id in rows.values_list("case_id", "organisation_id"):
        if organisation_id is not None:
            named.setdefault(case_id, set()).add(organisation_id)
    return named


def _of_share(part: list[Case], employer: OrganisationView) -> Hint | None:
    if not employer.headcount or employer.headcount_on is None:
        return None
    near, rules = _near(part), _rules(part)
    people = _people([row.pk for row in near])
    if people < FEWEST or people * 100 < rules.share * employer.headcount:
        return None
    force = Workforce(
        employer.name,
        people,
        employer.headcount,
        employer.headcount_on,
        employer.headcount_source,
        rules.share,
    )
    return Hint("share", _topic(part), "", tuple(row.pk for row in near), near[-1].received_at, force)


def _people(case_ids: list[UUID]) -> int:
    """How many people speak in these matters: one who speaks twice is one, who gave no name is one each."""
    parties = CaseParty.objects.filter(case_id__in=case_ids, role="subject")
    of_case = dict(parties.values_list("case_id", "person_id"))
    return len(set(of_case.values())) + sum(1 for case_id in case_ids if case_id not in of_case)


def _by_words(rows: list[Case]) -> list[Hint]:
    texts = dict(
        CaseText.objects.filter(case__in=rows, kind="demand").order_by("-at").values_list("case_id", "text")
    )
    found: dict[str, list[Case]] = {}
    for row in rows:
        words = type_of(row.definition, row.type_id).incidents.words
        word = next((w for w in words if w in texts.get(row.pk, "")), "")
        if word:
            found.setdefault(word, []).append(row)
    return [
        Hint("words", word, word, tuple(r.pk for r in some), min(r.received_at for r in some))
        for word, some in found.items()
    ]


def list_incidents(actor: Actor, *, limit: int = 50) -> tuple[IncidentLine, ...]:
    """Incidents within the actor's reach, open ones first, then newest."""
    actor.require(RIGHT)
    rows = list(Incident.objects.filter(actor.scope(RIGHT).filter()).order_by("-raised_at")[:limit])
    return tuple(sorted((_line(row) for row in rows), key=lambda line: line.is_closed))


def access_incident(actor: Actor, incident_id: UUID) -> IncidentView:
    """Raises NotFound, NotAllowed."""
    row = Incident.objects.filter(pk=incident_id).first()
    if row is None:
        raise NotFound
    actor.require(RIGHT, row.office_path)
    members = list(Case.objects.filter(incident=row).order_by("received_at", "id"))
    entries = IncidentEntry.objects.filter(incident=row).order_by("at", "id")
    return IncidentView(
        line=_line(row),
        version=row.version,
        commander=row.commander_name,
        reported_to=row.reported_to,
        reported_at=row.reported_at,
        public_line=row.public_line,
        is_narrow=row.is_narrow,
        members=lines(members),
        entries=tuple(EntryLine(e.kind, e.at, e.actor_name, e.text, e.count) for e in entries),
        more=() if row.closed_at else lines(_more(actor, row, members)),
    )


def _more(actor: Actor, row: Incident, members: list[Case]) -> list[Case]:
    topics = {m.topic for m in members if m.topic}
    rows = in_scope(actor).filter(
        area=row.area, topic__in=topics, incident__isnull=True, closed_at__isnull=True
    )
    return list(rows.order_by("-received_at")[:50])


def _line(row: Incident) -> IncidentLine:
    now = moment.now()
    members = Case.objects.filter(incident=row)
    open_ones = members.filter(closed_at__isnull=True)
    return IncidentLine(
        id=row.pk,
        title=row.title,
        office=offices.office(row.office_id),
        raised_at=row.raised_at,
        report_due_at=row.report_due_at,
        is_reported=row.reported_at is not None,
        is_report_late=(row.reported_at or now) > row.report_due_at,
        is_closed=row.closed_at is not None,
        open=open_ones.count(),
        late=open_ones.filter(next_due_at__lt=now).count(),
        total=members.count(),
    )
