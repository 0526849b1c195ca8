"""Resident identity numbers (GB 11643): 18 characters, birth date, check character (ISO 7064 MOD 11-2).

Residence permits (港澳台居民居住证, prefixes 81, 82 and 83) have the same form.
The division is never a reason to refuse: cards keep the codes of their time, and no list is complete.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from gongyou.basics.identity.divisions import known_divisions
from gongyou.basics.identity.writing import compact
from gongyou.basics.refusal import Refusal, says

_LENGTH, _OLD_LENGTH = 18, 15
_PERMIT_PREFIXES = ("810000", "820000", "830000")
_CHECK_CHARACTERS = "0123456789X"
_OLDEST_YEARS = 150


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"


class ResidentId(NamedTuple):
    """A number with a real date and a right check character; `division_known` False warns to look twice."""

    number: str
    birth_on: date
    division: str
    sex: Sex
    division_known: bool


def read_resident_id(text: str, *, today: date) -> ResidentId:
    """Read a number as keyed (full-width digits, spaces and a small x are fine).

    Raises Refusal saying which position is wrong: another length, a character that is no digit, a birth date
    that does not exist or lies in the future, a check character that does not fit.
    """
    number = compact(text)
    body = number[:-1]
    if len(number) != _LENGTH:
        raise _wrong_length(number)
    if not (number.isascii() and body.isdigit() and number[-1] in _CHECK_CHARACTERS):
        raise _wrong_character(number)
    birth_on = _birth_date(number, today)
    if _CHECK_CHARACTERS[_check_value(body)] != number[-1]:
        raise Refusal(
            "resident_id_check",
            says("身份证号最后一位校验码对不上。"),
            says("多半是某一位写错，或相邻两位写颠倒；请对照证件逐位核对。"),
            field="resident_id",
        )
    division = number[:6]
    is_known = division in known_divisions() or division in _PERMIT_PREFIXES
    return ResidentId(number, birth_on, division, Sex.MALE if number[16] in "13579" else Sex.FEMALE, is_known)


def _check_value(body: str) -> int:
    """MOD 11-2. Read in base 13 (13 = 2 modulo 11), the 17 digits are the weighted sum in one step."""
    return (1 - 2 * int(body, 13)) % 11


def _birth_date(number: str, today: date) -> date:
    try:
        birth_on = date.fromisoformat(number[6:14])
    except ValueError:
        birth_on = None
    if birth_on is None or today.year - birth_on.year > _OLDEST_YEARS:
        raise Refusal(
            "resident_id_birth_date",
            says("身份证号第7至14位“{digits}”不是真实的出生日期。"),
            says("请对照证件核对出生年月日。"),
            field="resident_id",
            digits=number[6:14],
        )
    if birth_on > today:
        raise Refusal(
            "resident_id_birth_future",
            says("身份证号第7至14位的出生日期“{digits}”还没有到。"),
            says("请对照证件核对出生年月日。"),
            field="resident_id",
            digits=number[6:14],
        )
    return birth_on


def _wrong_length(number: str) -> Refusal:
    if len(number) == _OLD_LENGTH and number.isascii() and number.isdigit():
        return Refusal(
            "resident_id_old",
            says("这是15位的旧身份证号，已经停止使用。"),
            says("请按现在的18位证件填写；没有新证件的，请到户籍派出所办理。"),
            field="resident_id",
        )
    return Refusal(
        "resident_id_length",
        says("身份证号应为{expected}位，这里是{found}位。"),
        says("请对照证件，看是否漏写或多写了数字。"),
        field="resident_id",
        expected=_LENGTH,
        found=len(number),
    )


def _wrong_character(number: str) -> Refusal:
    position = next(
        at
        for at, character in enumerate(number, start=1)
        if character not in (_CHECK_CHARACTERS if at == _LENGTH else _CHECK_CHARACTERS[:10])
    )
    return Refusal(
        "resident_id_character",
        says("身份证号第{position}位“{character}”不对：前17位只能是数字，最后一位是数字或X。"),
        says("请对照证件改正这一位。"),
        field="resident_id",
        position=position,
        character=number[position - 1],
    )
