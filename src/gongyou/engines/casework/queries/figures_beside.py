"""Figures that are no rounds: rights whose last day passed, and numbers of voice books nobody keyed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from gongyou.basics.numbering import format_number
from gongyou.engines.casework.definitions import Closing
from gongyou.engines.casework.models import LegalLimit, PaperEntry, VoiceBook, VoidPage
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.engines.casework.queries.figures import READ, Extent
from gongyou.kernel import bars, moment
from gongyou.kernel.access import Actor

HELPED = (Closing.SATISFIED, Closing.WITHDRAWN)


@dataclass(frozen=True)
class PlainLine:
    """A row behind such a figure. `case_id` or `book_id` leads to its page; `title` is the pack's or a page's."""

    number: str
    office_path: str
    day: date | None
    title: str
    is_counted: bool
    case_id: UUID | None = None
    book_id: UUID | None = None


@dataclass(frozen=True)
class Counted:
    """`waiting`: not to be judged yet, in neither side."""

    part: int
    base: int
    waiting: int = 0


_MISSED = Q(used_on__isnull=True) & ~Q(case__closed_as__in=HELPED)


def _limits(actor: Actor, extent: Extent) -> QuerySet[LegalLimit]:
    """Rights in force whose last day lies in the extent."""
    actor.require(READ)
    found = LegalLimit.objects.filter(
        actor.scope(READ).filter("case__office_path"),
        superseded_at__isnull=True,
        expires_on__gte=extent.since,
        expires_on__lte=extent.until,
    )
    if extent.area:
        found = found.filter(case__area=extent.area)
    if extent.office_path:
        found = found.filter(case__office_path__startswith=extent.office_path)
    return found


def count_limits(actor: Actor, extent: Extent) -> Counted:
    """How many last days passed, and how many of them nobody used and nothing made needless."""
    found, today = _limits(actor, extent), moment.today()
    past = found.filter(expires_on__lt=today)
    return Counted(past.filter(_MISSED).count(), past.count(), found.filter(expires_on__gte=today).count())


def list_limits(actor: Actor, extent: Extent, limit: int = 200) -> tuple[PlainLine, ...]:
    """Last days that passed, the latest first."""
    past = _limits(actor, extent).filter(expires_on__lt=moment.today()).select_related("case")
    barred = bars.barred_ids(actor)
    past = past.exclude(case_id__in=barred) if barred else past
    rows = past.order_by("-expires_on", "-id")[:limit]
    missed = set(past.filter(_MISSED).values_list("id", flat=True))
    return tuple(
        PlainLine(
            number=row.case.number,
            office_path=row.case.office_path,
            day=row.expires_on,
            title=_route_title(row),
            is_counted=row.pk in missed,
            case_id=row.case_id,
        )
        for row in rows
    )


def _route_title(row: LegalLimit) -> str:
    routes = type_of(row.case.definition, row.case.type_id).legal_routes
    return next((route.title for route in routes if route.id == row.route_id), row.route_id)


@dataclass(frozen=True)
class _Pages:
    """Serials of one book that must be accounted for, and those of them nobody keyed or voided."""

    book: VoiceBook
    due: range
    missing: tuple[int, ...]


def _books(actor: Actor, extent: Extent) -> QuerySet[VoiceBook]:
    actor.require(READ)
    found = VoiceBook.objects.filter(actor.scope(READ).filter())
    if extent.area:
        found = found.filter(area=extent.area)
    if extent.office_path:
        found = found.filter(office_path__startswith=extent.office_path)
    return found


def _pages(actor: Actor, extent: Extent) -> list[_Pages]:
    """As things stand today: up to the last page keyed, or the whole book once it was handed in. Three queries."""
    books = list(_books(actor, extent).order_by("office_path", "code"))
    done: dict[UUID, set[int]] = {book.pk: set() for book in books}
    entries = PaperEntry.objects.filter(voice_book__in=books, page__isnull=False)
    first = {book.pk: book.first for book in books}
    for book_id, page in entries.values_list("voice_book_id", "page"):
        done[book_id].add(first[book_id] + (page or 0) - 1)
    furthest = dict(entries.values_list("voice_book_id").annotate(last=Max("page")))
    for book_id, serial in VoidPage.objects.filter(book__in=books).values_list("book_id", "serial"):
        done[book_id].add(serial)
    found = []
    for book in books:
        last = book.last if book.handed_in_at else book.first + (furthest.get(book.pk) or 0) - 1
        due = range(book.first, last + 1)
        found.append(_Pages(book, due, tuple(s for s in due if s not in done[book.pk])))
    return found


def count_pages(actor: Actor, extent: Extent) -> Counted:
    """Numbers of voice books that must be accounted for, and those never keyed."""
    found = _pages(actor, extent)
    return Counted(sum(len(p.missing) for p in found), sum(len(p.due) for p in found))


def list_pages(actor: Actor, extent: Extent, limit: int = 200) -> tuple[PlainLine, ...]:
    """The numbers nobody keyed, book by book."""
    lines: list[PlainLine] = []
    for pages in _pages(actor, extent):
        year = 2000 + int(pages.book.series[6:8])
        for serial in pages.missing[: max(0, limit - len(lines))]:
            number = format_number(pages.book.area, year, serial)
            lines.append(
                PlainLine(number, pages.book.office_path, None, pages.book.code, True, book_id=pages.book.pk)
            )
    return tuple(lines)
