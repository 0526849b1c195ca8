"""The number of a new matter: the next of the office, or the one printed on a page of a voice book."""

from __future__ import annotations

from gongyou.basics import numbering
from gongyou.basics.refusal import says
from gongyou.engines.casework.models import Case, VoiceBook, VoidPage
from gongyou.kernel import numbers
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError
from gongyou.offices.queries import OfficeView


def take_number(act: Act, office: OfficeView, page_number: str) -> tuple[str, VoiceBook | None]:
    """The number, and the book it was printed in. Raises Refusal, DomainError naming `page_number`."""
    if not page_number.strip():
        serial = numbers.take_serial(
            act, series=numbering.series(office.area, act.now.year), holder=f"office:{office.id}"
        )
        return numbering.format_number(office.area, act.now.year, serial), None
    printed = numbering.read_number(page_number)
    book = VoiceBook.objects.filter(
        series=printed.series, first__lte=printed.serial, last__gte=printed.serial
    ).first()
    if book is None:
        raise DomainError(
            "page_unknown",
            says("编号{number}没有印在任何一本心声簿上。"),
            says("请对照这一页右上角的编号；没有印编号的本子，这一栏留空。"),
            field="page_number",
            number=str(printed),
        )
    if book.area != office.area:
        raise DomainError(
            "page_elsewhere",
            says("这本心声簿是别的地方的。"),
            says("请交给印这本的站点录入。"),
            field="page_number",
        )
    _refuse_used(book, printed)
    return str(printed), book


def _refuse_used(book: VoiceBook, printed: numbering.Number) -> None:
    known = Case.objects.filter(number=str(printed)).first()
    if known is not None:
        raise DomainError(
            "page_keyed",
            says("编号{number}的这一页已经录入过了。"),
            says("请核对页上的编号；确是同一页，不用再录。"),
            field="page_number",
            status=409,
            number=known.number,
        )
    if VoidPage.objects.filter(book=book, serial=printed.serial).exists():
        raise DomainError(
            "page_void",
            says("编号{number}的这一页已登记作废。"),
            says("请核对编号；如确有内容，请联系登记作废的人。"),
            field="page_number",
            status=409,
            number=str(printed),
        )
