"""Voice books and their pages: what was keyed, how late, what is missing. No personal content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gongyou.basics import numbering
from gongyou.basics.workdays import SHANGHAI, working_days_between
from gongyou.engines.casework.models import PaperEntry, VoiceBook, VoidPage
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotAllowed, NotFound
from gongyou.offices import queries as offices

RIGHT = "casework.books"


@dataclass(frozen=True)
class BookLine:
    """A book in the list. `gap_count`: pages before the last keyed one that nobody keyed or voided."""

    id: UUID
    code: str
    office_id: UUID
    office: str
    printed_at: datetime
    page_count: int
    keyed_count: int
    void_count: int
    gap_count: int
    late_count: int
    is_handed_in: bool


@dataclass(frozen=True)
class PageLine:
    """A page. `state`: keyed | void | missing (a later page was keyed) | empty | unkeyed (the book was handed in)."""

    page: int
    number: str
    state: str
    written_on: date | None = None
    keyed_on: date | None = None
    waited_days: int = 0
    is_late_keyed: bool = False
    is_dated_after_keying: bool = False
    is_out_of_order: bool = False
    reason: str = ""


@dataclass(frozen=True)
class BookView:
    line: BookLine
    pages: tuple[PageLine, ...]

    @property
    def to_check(self) -> tuple[PageLine, ...]:
        """What somebody has to look into: never keyed, dates that can't be, keyed late."""
        return tuple(
            p
            for p in self.pages
            if p.state in {"missing", "unkeyed"}
            or p.is_late_keyed
            or p.is_dated_after_keying
            or p.is_out_of_order
        )


@dataclass(frozen=True)
class Sheet:
    """One page to print."""

    page: int
    number: str


def list_books(actor: Actor) -> tuple[BookLine, ...]:
    """Books within reach, newest first."""
    actor.require(RIGHT)
    books = VoiceBook.objects.filter(actor.scope(RIGHT).filter()).order_by("-printed_at", "-id")
    found = list(books[:200])
    names = {i: o.name for i, o in offices.offices({b.office_id for b in found}).items()}
    return tuple(_line(book, _pages(book), names.get(book.office_id, "")) for book in found)


def access_book(actor: Actor, book_id: UUID) -> BookView:
    """A book with every page. Raises NotFound, NotAllowed."""
    book = _reachable(actor, book_id)
    pages = _pages(book)
    return BookView(_line(book, pages, offices.office(book.office_id).name), pages)


def sheets_of(actor: Actor, book_id: UUID) -> tuple[BookLine, tuple[Sheet, ...]]:
    """The pages to print. Raises NotFound, NotAllowed."""
    view = access_book(actor, book_id)
    return view.line, tuple(Sheet(page.page, page.number) for page in view.pages)


def _reachable(actor: Actor, book_id: UUID) -> VoiceBook:
    book = VoiceBook.objects.filter(pk=book_id).first()
    if book is None:
        raise NotFound
    if not actor.may(RIGHT, book.office_path):
        raise NotAllowed(RIGHT)
    return book


def _line(book: VoiceBook, pages: tuple[PageLine, ...], office: str) -> BookLine:
    states = [page.state for page in pages]
    return BookLine(
        id=book.pk,
        code=book.code,
        office_id=book.office_id,
        office=office,
        printed_at=book.printed_at,
        page_count=len(pages),
        keyed_count=states.count("keyed"),
        void_count=states.count("void"),
        gap_count=states.count("missing") + states.count("unkeyed"),
        late_count=sum(page.is_late_keyed for page in pages),
        is_handed_in=book.handed_in_at is not None,
    )


def _pages(book: VoiceBook) -> tuple[PageLine, ...]:
    """Every page of a book. Three queries, however long it is."""
    year = 2000 + int(book.series[6:8])
    numbers = {
        serial: numbering.format_number(book.area, year, serial)
        for serial in range(book.first, book.last + 1)
    }
    entries = PaperEntry.objects.filter(voice_book=book).select_related("case")
    keyed = {entry.case.number: entry for entry in entries}
    void = dict(VoidPage.objects.filter(book=book).values_list("serial", "reason"))
    furthest = max((s for s, n in numbers.items() if n in keyed), default=0)
    _key, calendar = offices.calendar_of(book.area)
    latest = date.min
    found = []
    for serial, number in numbers.items():
        entry = keyed.get(number)
        page = serial - book.first + 1
        if entry is None:
            state = _state(book, serial, furthest, is_void=serial in void)
            found.append(PageLine(page, number, state, reason=void.get(serial, "")))
            continue
        keyed_on = entry.keyed_at.astimezone(SHANGHAI).date()
        found.append(
            PageLine(
                page=page,
                number=number,
                state="keyed",
                written_on=entry.written_on,
                keyed_on=keyed_on,
                waited_days=max(0, working_days_between(entry.written_on, keyed_on, calendar)),
                is_late_keyed=entry.is_late_keyed,
                is_dated_after_keying=entry.written_on > keyed_on,
                is_out_of_order=entry.written_on < latest,
            )
        )
        latest = max(latest, entry.written_on)
    return tuple(found)


def _state(book: VoiceBook, serial: int, furthest: int, *, is_void: bool) -> str:
    if is_void:
        return "void"
    if serial < furthest:
        return "missing"
    return "unkeyed" if book.handed_in_at is not None else "empty"
