"""Lists of matters within the actor's scope: keyset pages, search, one's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from gongyou.basics.numbering import read_number
from gongyou.basics.refusal import says
from gongyou.engines.casework.models import Case, HelpRequest, Incident, Rise
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.engines.casework.queries.reading import READ, child_reach
from gongyou.engines.casework.queries.views import CaseLine, CasePage
from gongyou.kernel import bars, moment, search
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView
from gongyou.registry import queries as registry


@dataclass(frozen=True)
class CaseFilter:
    """What to show. Empty fields do not narrow. `standing`: '' | open | late | closed."""

    state: str = ""
    kind: str = ""
    office_id: UUID | None = None
    standing: str = ""


def in_scope(actor: Actor) -> QuerySet[Case]:
    """Matters that lie, were said, or are called back within the actor's reach, without those they are barred from."""
    scope = actor.scope(READ)
    if not scope:
        return Case.objects.none()
    reach = scope.filter("office_path") | scope.filter("filed_office_path") | scope.filter("call_office_path")
    # Helpers are few: their matters come by id, so that the common case keeps its indexes.
    helped = HelpRequest.objects.filter(scope.filter(), reported_at__isnull=True, ended_at__isnull=True)
    seats = [h.office_path for h in actor.holdings]
    wide = Incident.objects.filter(Q(is_narrow=False) | Q(office_path__in=seats)).values("id")
    seen = Q(incident__isnull=True) | Q(office_path__in=seats) | Q(call_office_path__in=seats)
    rows = Case.objects.filter(
        reach | Q(pk__in=helped.values("case_id")), seen | Q(incident__in=wide), child_reach(actor)
    )
    barred = bars.barred_ids(actor)
    return rows.exclude(pk__in=barred) if barred else rows


def list_cases(actor: Actor, *, only: CaseFilter | None = None, cursor: str = "", size: int = 30) -> CasePage:
    """Newest first. Raises ValueError for a cursor that is none."""
    rows = _narrowed(in_scope(actor), only or CaseFilter())
    if cursor:
        stamp, _, row_id = cursor.partition("~")
        received_at, last_id = datetime.fromisoformat(stamp), UUID(row_id)
        # The first condition is implied by the second; written apart it bounds the index.
        rows = rows.filter(
            Q(received_at__lte=received_at) & (Q(received_at__lt=received_at) | Q(id__lt=last_id))
        )
    found = list(rows.order_by("-received_at", "-id")[: size + 1])
    items = lines(found[:size])
    more = f"{items[-1].received_at.isoformat()}~{items[-1].id}" if len(found) > size else ""
    return CasePage(items, more)


def _narrowed(rows: QuerySet[Case], only: CaseFilter) -> QuerySet[Case]:
    if only.state:
        rows = rows.filter(state=only.state)
    if only.kind:
        rows = rows.filter(kind=only.kind)
    if only.office_id:
        rows = rows.filter(office_id=only.office_id)
    if only.standing == "open":
        rows = rows.filter(closed_at__isnull=True)
    elif only.standing == "late":
        rows = rows.filter(closed_at__isnull=True, next_due_at__lt=moment.now())
    elif only.standing == "closed":
        rows = rows.filter(closed_at__isnull=False)
    return rows


def lines(rows: Iterable[Case]) -> tuple[CaseLine, ...]:
    """Rows as lines, with one query for all their offices."""
    found = list(rows)
    names = {i: o.name for i, o in offices.offices({r.office_id for r in found}).items()}
    now = moment.now()
    return tuple(_line(row, names.get(row.office_id, ""), now) for row in found)


def _line(row: Case, office: str, now: datetime) -> CaseLine:
    case_type = type_of(row.definition, row.type_id)
    return CaseLine(
        id=row.pk,
        number=row.number,
        title=case_type.title,
        state=case_type.states[row.state].title,
        class_title=next((c.title for c in case_type.classes if c.id == row.matter_class), ""),
        office_id=row.office_id,
        office=office,
        received_at=row.received_at,
        due_at=row.next_due_at or row.due_at,
        provisional=row.is_provisional,
        is_late=row.closed_at is None and row.next_due_at is not None and row.next_due_at < now,
        is_closed=row.closed_at is not None,
    )


def find_cases(actor: Actor, text: str, limit: int = 50) -> tuple[CaseLine, ...]:
    """Search by words or number within the actor's scope."""
    ids = search.find(actor, "casework.search", "case", text, limit)
    rows = {row.pk: row for row in in_scope(actor).filter(pk__in=ids)}
    return lines(rows[i] for i in ids if i in rows)


def own_cases(actor: Actor, limit: int = 100) -> tuple[CaseLine, ...]:
    """The matters of the signed-in worker in every area, newest first."""
    own = registry.own_people(actor)
    if not own:
        return ()
    rows = Case.objects.filter(parties__person_id__in=own, parties__role="subject").distinct()
    return lines(rows.order_by("-received_at", "-id")[:limit])


@dataclass(frozen=True)
class OfficeLoad:
    office_id: UUID
    office: str
    path: str
    open: int
    late: int
    oldest_due_at: datetime | None


def late_by_office(actor: Actor) -> tuple[OfficeLoad, ...]:
    """Open and late matters by the office they lie with, the latest first."""
    now = moment.now()
    scope = actor.scope("supervise.read")
    rows = Case.objects.filter(scope.filter(), closed_at__isnull=True) if scope else Case.objects.none()
    counted = rows.values("office_id", "office_path").annotate(
        open=Count("id"), late=Count("id", filter=Q(next_due_at__lt=now)), oldest=Min("next_due_at")
    )
    names = {i: o.name for i, o in offices.offices({r["office_id"] for r in counted}).items()}
    loads = [
        OfficeLoad(
            r["office_id"], names.get(r["office_id"], ""), r["office_path"], r["open"], r["late"], r["oldest"]
        )
        for r in counted
    ]
    return tuple(sorted(loads, key=lambda load: (-load.late, -load.open, load.path)))


def version_of(case_id: UUID) -> int:
    """How many events a matter has: what a form made now must carry."""
    return Case.objects.values_list("version", flat=True).get(pk=case_id)


def case_by_number(actor: Actor, number: str) -> UUID:
    """The matter with a number, where the actor may read it. Raises Refusal (no number), NotFound."""
    row = in_scope(actor).filter(number=str(read_number(number))).only("id").first()
    if row is None:
        raise NotFound(says("没有找到这个编号，或不在您能看的范围内。"))
    return row.pk


@dataclass(frozen=True)
class RisenLine:
    """A matter that still runs and has climbed, with how far."""

    line: CaseLine
    step: str
    office: OfficeView | None
    at: datetime


def risen_cases(actor: Actor, limit: int = 100) -> tuple[RisenLine, ...]:
    """Open matters within `supervise.read` whose promise went up the ladder, the latest rungs first."""
    scope = actor.scope("supervise.read")
    if not scope:
        return ()
    running = Rise.objects.filter(scope.filter("case__office_path"), clock__met_at__isnull=True)
    found = running.exclude(does__in=["remind", "master"]).select_related("case").order_by("-at", "-id")
    last: dict[UUID, Rise] = {}
    for rise in found[: limit * 3]:
        last.setdefault(rise.case_id, rise)
    chosen = list(last.values())[:limit]
    named = {line.id: line for line in lines([r.case for r in chosen])}
    places = offices.offices({r.office_id for r in chosen})
    return tuple(RisenLine(named[r.case_id], _step_title(r), places.get(r.office_id), r.at) for r in chosen)


def _step_title(rise: Rise) -> str:
    case_type = type_of(rise.case.definition, rise.case.type_id)
    return next((rung.title for rung in case_type.ladder if rung.id == rise.step), rise.step)
