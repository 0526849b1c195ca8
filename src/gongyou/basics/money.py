"""Money is a whole number of fen (one hundredth of a yuan), never a float, and fits an int64 column."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP
from enum import StrEnum
from fractions import Fraction

from gongyou.basics.refusal import Refusal, says

LARGEST_FEN = 2**63 - 1

_AMOUNT = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?", re.ASCII)
_PREFIX = re.compile(r"^(?:人民币|RMB|CNY|¥)+", re.IGNORECASE)
_SUFFIX = re.compile(r"(?:元整|元正|元|圆整|圆)$")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")


class Rounding(StrEnum):
    """How a share becomes whole fen. The rule that shares money names its own; HALF_UP is 四舍五入."""

    HALF_UP = ROUND_HALF_UP  # ties away from zero
    HALF_EVEN = ROUND_HALF_EVEN
    DOWN = ROUND_DOWN  # towards zero
    UP = ROUND_UP  # away from zero


def yuan_to_fen(text: str, *, may_be_negative: bool = False) -> int:
    """Exact fen of an amount in yuan as people write it: `1,234.56`, `￥1234.5`, `１２３元`.

    Raises Refusal for anything else: more than two decimal places (other than zeros), misplaced thousands
    separators, a negative amount unless allowed, an amount beyond int64.
    """
    plain = _plain(text)
    match = _AMOUNT.fullmatch(plain)
    if match is None:
        raise Refusal(
            "amount_unreadable",
            says("“{text}”不是可以识别的金额。"),
            says("请写成 1234.56 或 1,234.56 的形式，单位为元。"),
            field="amount",
            text=text.strip()[:40],
        )
    sign, whole, places = match.group(1), match.group(2).replace(",", ""), (match.group(3) or "").rstrip("0")
    if len(places) > 2:
        raise Refusal(
            "amount_too_fine",
            says("金额“{text}”精确到了分以下。"),
            says("请最多保留两位小数。"),
            field="amount",
            text=text.strip()[:40],
        )
    # int() reads a long string of digits slowly and refuses a very long one; 30 digits overflow anyway.
    fen = int(f"{whole}{places:0<2}") if len(whole.lstrip("0")) < 30 else LARGEST_FEN + 1
    if sign and fen and not may_be_negative:
        raise Refusal(
            "amount_negative",
            says("金额“{text}”是负数。"),
            says("这里只能填写不小于零的金额。"),
            field="amount",
            text=text.strip()[:40],
        )
    return checked_fen(-fen if sign else fen)


def fen_to_text(fen: int) -> str:
    """`1,234.56`: thousands separated, always two places."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{rest:02d}"


def fen_to_chinese_capital(fen: int) -> str:
    """Amount in capital characters as on a voucher (支付结算办法, annex 1): 壹仟肆佰零玖元伍角整, 零元整."""
    if fen == 0:
        return "零元整"
    yuan, rest = divmod(abs(fen), 100)
    jiao, cent = divmod(rest, 10)
    text = "负" if fen < 0 else ""
    if yuan:
        text += _whole_number(yuan) + "元"
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif yuan and cent:
        text += "零"
    return text + (_DIGITS[cent] + "分" if cent else "整")


def share(amount_fen: int, rate: Fraction, rounding: Rounding = Rounding.HALF_UP) -> int:
    """`amount_fen` × `rate` in whole fen, exact before the one rounding. Raises Refusal beyond int64."""
    exact = Fraction(amount_fen) * rate
    whole, rest = divmod(abs(exact.numerator), exact.denominator)
    if rest and _goes_up(whole, 2 * rest - exact.denominator, rounding):
        whole += 1
    return checked_fen(-whole if exact < 0 else whole)


def checked_fen(fen: int) -> int:
    """The amount itself, refused if it does not fit an int64 column."""
    if not -LARGEST_FEN <= fen <= LARGEST_FEN:
        raise Refusal(
            "amount_too_large",
            says("金额超出了可以记录的范围。"),
            says("请检查是否多写了数字，或把分当成了元。"),
            field="amount",
        )
    return fen


def _goes_up(whole: int, over_half: int, rounding: Rounding) -> bool:
    """Whether a remainder adds one; `over_half` is negative below, 0 at and positive above one half."""
    match rounding:
        case Rounding.HALF_UP:
            return over_half >= 0
        case Rounding.HALF_EVEN:
            return over_half > 0 or (over_half == 0 and whole % 2 == 1)
        case Rounding.UP:
            return True
        case Rounding.DOWN:
            return False


def _plain(text: str) -> str:
    """Full-width characters, currency signs and spaces removed."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-")
    plain = re.sub(r"\s+", "", plain)
    sign = "-" if plain.startswith("-") else ""
    return sign + _SUFFIX.sub("", _PREFIX.sub("", plain.removeprefix("-")))


def _whole_number(value: int) -> str:
    """A positive whole number in capital characters: so many 亿, so many 万, and the rest."""
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        high, low = divmod(value, size)
        if high:
            gap = "零" if 0 < low < size // 10 else ""
            return _whole_number(high) + unit + gap + (_whole_number(low) if low else "")
    return _group(value)


def _group(value: int) -> str:
    """A number of up to four digits, one 零 for each inner run of zeros."""
    text, is_zero_open = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit:
            text += ("零" if is_zero_open else "") + _DIGITS[digit] + _PLACES[place]
        is_zero_open = not digit and bool(text)
    return text
