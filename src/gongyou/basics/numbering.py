"""The form of case numbers that people read aloud, write on paper and key in again.

Printed `123456-26-000123-4`: six-digit division, two-digit year (2000-2099), serial, check digit. The check
digit is Damm's (H. M. Damm, "Total anti-symmetrische Quasigruppen", 2004): it finds every single wrong digit
and every swap of two neighbours. The blocks of serials themselves are rows in the database.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from gongyou.basics.refusal import Refusal, says

LARGEST_SERIAL = 999_999
_FIRST_YEAR = 2000
_DASHES = re.compile(r"[\s‐‑‒–—―−\-_./·]+")
_LENGTH = 15

# The quasigroup of order 10 published by Damm; its diagonal is zero.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


class Number(NamedTuple):
    """`division` six digits, `year` in full (2026), `serial` 1 to 999999."""

    division: str
    year: int
    serial: int

    @property
    def series(self) -> str:
        """What a block of serials is reserved for: division and two-digit year."""
        return series(self.division, self.year)

    def __str__(self) -> str:
        return format_number(self.division, self.year, self.serial)


def series(division: str, year: int) -> str:
    """Division and two-digit year, eight digits."""
    if not (len(division) == 6 and division.isascii() and division.isdigit()):
        raise ValueError(f"a division has six digits, not {division!r}")
    if not _FIRST_YEAR <= year < _FIRST_YEAR + 100:
        raise ValueError(f"a number's year lies in 2000-2099, not {year}")
    return f"{division}{year - _FIRST_YEAR:02d}"


def format_number(division: str, year: int, serial: int) -> str:
    """The printed form. Raises ValueError for parts no office could have issued (a programmer's mistake)."""
    if not 1 <= serial <= LARGEST_SERIAL:
        raise ValueError(f"a serial lies in 1-{LARGEST_SERIAL}, not {serial}")
    body = f"{series(division, year)}{serial:06d}"
    return f"{body[:6]}-{body[6:8]}-{body[8:]}-{check_digit(body)}"


def read_number(text: str) -> Number:
    """Read what a person keyed: with or without hyphens, with spaces, in full-width digits.

    Raises Refusal when it is no number of this form or its check digit is wrong.
    """
    digits = _DASHES.sub("", unicodedata.normalize("NFKC", text))
    if not (digits.isascii() and digits.isdigit()):
        raise Refusal(
            "number_not_digits",
            says("编号“{text}”里有不是数字的字符。"),
            says("编号只有数字和短横线，例如 123456-26-000123-4，请对照回执重新输入。"),
            field="number",
            text=text.strip()[:40],
        )
    if len(digits) != _LENGTH:
        raise Refusal(
            "number_length",
            says("编号应为{expected}位数字，这里是{found}位。"),
            says("请对照回执，看是否漏写或多写了数字。"),
            field="number",
            expected=_LENGTH,
            found=len(digits),
        )
    if check_digit(digits[:-1]) != digits[-1] or int(digits[8:14]) == 0:
        raise Refusal(
            "number_check_digit",
            says("编号 {number} 的最后一位校验码对不上。"),
            says("多半是某一位写错，或相邻两位写颠倒；请逐位对照回执，尤其看中间六位流水号。"),
            field="number",
            number=f"{digits[:6]}-{digits[6:8]}-{digits[8:14]}-{digits[14]}",
        )
    return Number(digits[:6], _FIRST_YEAR + int(digits[6:8]), int(digits[8:14]))


def check_digit(digits: str) -> str:
    """Damm's check digit of a string of ASCII digits."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return str(interim)
