"""Voice books: numbers printed before anybody writes; what was never keyed, out of order or late can be read off."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gongyou.basics.numbering import read_number
from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.models import Case, PaperEntry
from gongyou.engines.casework.queries.books import BookView, access_book, list_books, sheets_of
from gongyou.engines.casework.services import books
from gongyou.engines.casework.services.filing import Receipt
from gongyou.engines.casework.tests.stories import at
from gongyou.kernel.errors import DomainError, NotAllowed
from tests.yunshan.county import County


def printed(county: County, pages: int = 6, when: str = "2026-11-02 09:00") -> books.Printed:
    with at(when):
        return books.print_book(county.staff["desk"], office_id=county.station.id, pages=pages)


def numbers(county: County, book: books.Printed) -> list[str]:
    return [sheet.number for sheet in sheets_of(county.staff["desk"], book.book_id)[1]]


def key(
    county: County, number: str, written_on: date, when: str = "2026-11-05 10:00", **more: Any
) -> Receipt:
    with at(when):
        return county.file(
            "休息室要是有把能按摩的椅子就好了。",
            actor=county.staff["desk"],
            channel="paper",
            written_on=written_on,
            page_number=number,
            **more,
        )


def view(county: County, book: books.Printed) -> BookView:
    return access_book(county.staff["desk"], book.book_id)


def test_every_page_has_a_number_of_its_own_with_a_check_digit(county: County) -> None:
    book = printed(county)
    pages = numbers(county, book)
    assert (pages[0], pages[-1], len(set(pages))) == (book.first, book.last, 6)
    assert all(str(read_number(number)) == number for number in pages)
    with at("2026-11-02 10:00"):
        taken = {county.file().number for _ in range(3)}
    assert not taken & set(pages), "the office's own numbers go round the book"
    assert not set(pages) & set(numbers(county, printed(county)))


def test_the_printed_number_is_the_matters_number(county: County) -> None:
    book = printed(county)
    third = numbers(county, book)[2]
    receipt = key(county, third.replace("-", " "), date(2026, 11, 4))
    entry = PaperEntry.objects.get(case__number=third)
    assert (receipt.number, entry.book, entry.page) == (third, book.code, 3)


def test_wrong_digits_and_a_page_twice_are_refused_with_a_sentence(county: County) -> None:
    book = printed(county)
    first = numbers(county, book)[0]
    wrong = first[:-1] + str((int(first[-1]) + 1) % 10)
    with pytest.raises(Refusal) as refused:
        key(county, wrong, date(2026, 11, 4))
    assert refused.value.code == "number_check_digit"
    key(county, first, date(2026, 11, 4))
    with at("2026-11-05 11:00"):
        other = county.file().number
    for number, code in ((first, "page_keyed"), (other, "page_unknown")):
        with pytest.raises(DomainError) as again:
            key(county, number, date(2026, 11, 4))
        assert (again.value.code, again.value.field) == (code, "page_number")
    assert Case.objects.filter(channel="paper").count() == 1


def test_gaps_wrong_dates_and_delay_are_listed(county: County) -> None:
    """Pages 1, 3, 5 keyed; 2 torn; 4 never keyed; 5 dated before 3; 1 keyed three working days late."""
    book = printed(county)
    pages = numbers(county, book)
    key(county, pages[0], date(2026, 11, 2))
    key(county, pages[2], date(2026, 11, 5))
    key(county, pages[4], date(2026, 11, 4))
    with at("2026-11-05 12:00"):
        books.void_page(county.staff["desk"], number=pages[1], reason="撕破了")
    found = view(county, book)
    assert [page.state for page in found.pages] == ["keyed", "void", "keyed", "missing", "keyed", "empty"]
    assert [page.page for page in found.to_check] == [1, 4, 5]
    first, _, _, _, fifth, _ = found.pages
    assert (first.is_late_keyed, first.waited_days) == (True, 3)
    assert (fifth.is_out_of_order, fifth.is_late_keyed) == (True, False)
    line = found.line
    assert (line.keyed_count, line.void_count, line.gap_count, line.late_count) == (3, 1, 1, 1)


def test_a_book_handed_in_owes_its_last_pages_too(county: County) -> None:
    book = printed(county, pages=3)
    key(county, numbers(county, book)[0], date(2026, 11, 5))
    assert view(county, book).line.gap_count == 0
    with at("2026-11-06 10:00"):
        books.hand_in_book(county.staff["desk"], book_id=book.book_id)
    assert [page.state for page in view(county, book).pages] == ["keyed", "unkeyed", "unkeyed"]
    (line,) = list_books(county.staff["desk"])
    assert (line.gap_count, line.is_handed_in) == (2, True)


def test_a_keyed_page_is_never_void_and_a_void_one_never_keyed(county: County) -> None:
    pages = numbers(county, printed(county))
    key(county, pages[0], date(2026, 11, 5))
    with at("2026-11-05 12:00"):
        with pytest.raises(DomainError, match="不能作废"):
            books.void_page(county.staff["desk"], number=pages[0], reason="写错")
        books.void_page(county.staff["desk"], number=pages[1], reason="写错")
    with pytest.raises(DomainError, match="已登记作废"):
        key(county, pages[1], date(2026, 11, 5))


def test_another_station_neither_prints_nor_reads(county: County) -> None:
    book = printed(county)
    with at("2026-11-05 12:00"):
        with pytest.raises(NotAllowed):
            access_book(county.staff["other_desk"], book.book_id)
        with pytest.raises(NotAllowed):
            books.print_book(county.staff["other_desk"], office_id=county.station.id, pages=5)
        with pytest.raises(NotAllowed):
            books.void_page(county.staff["other_desk"], number=book.first, reason="试")
        with pytest.raises(DomainError):
            books.print_book(county.staff["desk"], office_id=county.station.id, pages=0)
    assert list_books(county.staff["other_desk"]) == ()
