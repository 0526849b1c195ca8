"""Voice books: printed with numbers reserved for them, pages that will never be keyed, books handed in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gongyou.basics import numbering
from gongyou.basics.refusal import says
from gongyou.engines.casework.models import Case, VoiceBook, VoidPage
from gongyou.kernel import numbers
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.offices import queries as offices

RIGHT = "casework.books"
MOST_PAGES = 200


@dataclass(frozen=True)
class Printed:
    """A book just made: its code and the numbers of its first and last page."""

    book_id: UUID
    code: str
    first: str
    last: str


@action("casework.print_book", right=RIGHT, answers=Printed)
def print_book(act: Act, *, office_id: UUID, pages: int) -> Printed:
    """Reserve a block of numbers for a new book of a station; they belong to no other matter for ever."""
    office = offices.office(office_id)
    act.require(RIGHT, office.path)
    if not 1 <= pages <= MOST_PAGES:
        raise DomainError("pages", says("一本1至{most}页。"), field="pages", most=MOST_PAGES)
    book_id = new_id()
    series = numbering.series(office.area, act.now.year)
    block = numbers.reserve_block(act, series=series, holder=f"book:{book_id}", size=pages)
    count = VoiceBook.objects.filter(office_id=office.id).count()
    book = VoiceBook.objects.create(
        id=book_id,
        code=f"{office.code}-{count + 1:02d}",
        area=office.area,
        office_id=office.id,
        office_path=office.path,
        series=series,
        first=block.first,
        last=block.last,
        printed_by=act.actor.id,
        printed_at=act.now,
    )
    act.about(f"voice_book:{book.pk}", office.path)
    year = act.now.year
    first, last = (numbering.format_number(office.area, year, n) for n in (book.first, book.last))
    return Printed(book.pk, book.code, first, last)


@action("casework.void_page", right=RIGHT, answers=bool)
def void_page(act: Act, *, number: str, reason: str) -> bool:
    """A page that will never be keyed, and why; a keyed one can't be voided. Raises Refusal, DomainError, NotFound."""
    printed = numbering.read_number(number)
    book = VoiceBook.objects.filter(
        series=printed.series, first__lte=printed.serial, last__gte=printed.serial
    ).first()
    if book is None:
        raise NotFound(says("编号{number}没有印在任何一本心声簿上。"), number=str(printed))
    act.require(RIGHT, book.office_path)
    act.about(f"voice_book:{book.pk}", book.office_path)
    if not reason.strip():
        raise DomainError("reason", says("请写明这一页为什么作废。"), field="reason")
    if Case.objects.filter(number=str(printed)).exists():
        raise DomainError(
            "page_keyed",
            says("编号{number}已经录入，不能作废。"),
            field="number",
            status=409,
            number=str(printed),
        )
    VoidPage.objects.get_or_create(
        book=book,
        serial=printed.serial,
        defaults={"reason": reason.strip()[:120], "noted_by": act.actor.id, "noted_at": act.now},
    )
    return True


@action("casework.hand_in_book", right=RIGHT, answers=bool)
def hand_in_book(act: Act, *, book_id: UUID) -> bool:
    """The book is full or no longer used. Raises NotFound."""
    book = VoiceBook.objects.filter(pk=book_id).first()
    if book is None:
        raise NotFound
    act.require(RIGHT, book.office_path)
    act.about(f"voice_book:{book.pk}", book.office_path)
    VoiceBook.objects.filter(pk=book_id, handed_in_at__isnull=True).update(handed_in_at=act.now)
    return True
