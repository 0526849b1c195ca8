from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongyou.basics.money import (
    LARGEST_FEN,
    Rounding,
    fen_to_chinese_capital,
    fen_to_text,
    share,
    yuan_to_fen,
)
from gongyou.basics.refusal import Refusal

FEN = st.integers(-LARGEST_FEN, LARGEST_FEN) | st.integers(-20_000_000, 20_000_000)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1,234.56", 123_456),
        ("1234.5", 123_450),
        ("１２３元", 12_300),
        ("１，２３４．５６", 123_456),
        ("￥1,234.50", 123_450),
        ("¥ 0.01", 1),
        ("人民币1234元整", 123_400),
        ("0", 0),
        ("-0.00", 0),
        ("007", 700),
        ("12.", 1_200),
        ("12.3400", 1_234),
        ("1 234.56", 123_456),
        ("92233720368547758.07", LARGEST_FEN),
    ],
)
def test_amounts(text: str, fen: int) -> None:
    assert yuan_to_fen(text) == fen


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "amount_unreadable"),
        ("元", "amount_unreadable"),
        ("abc", "amount_unreadable"),
        ("1,23.45", "amount_unreadable"),
        ("12,34", "amount_unreadable"),
        ("1,2345", "amount_unreadable"),
        ("1.2.3", "amount_unreadable"),
        (".5", "amount_unreadable"),
        ("1e3", "amount_unreadable"),
        ("1_000", "amount_unreadable"),
        ("nan", "amount_unreadable"),
        ("١٢", "amount_unreadable"),
        ("1.2万", "amount_unreadable"),
        ("--1", "amount_unreadable"),
        ("1.234", "amount_too_fine"),
        ("0.001", "amount_too_fine"),
        ("-1", "amount_negative"),
        ("−0.01", "amount_negative"),
        ("92233720368547758.08", "amount_too_large"),
        ("9" * 5000, "amount_too_large"),
    ],
)
def test_wrong_amounts(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        yuan_to_fen(text)
    assert (refused.value.code, refused.value.field) == (code, "amount")


def test_negative_where_allowed() -> None:
    assert yuan_to_fen("-1,234.56", may_be_negative=True) == -123_456
    assert yuan_to_fen("￥-5", may_be_negative=True) == -500
    assert yuan_to_fen("-￥5", may_be_negative=True) == -500


@settings(max_examples=200)
@given(FEN)
def test_text_and_back(fen: int) -> None:
    assert yuan_to_fen(fen_to_text(fen), may_be_negative=True) == fen
    assert yuan_to_fen(fen_to_text(fen) + "元", may_be_negative=True) == fen


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        # The first five are the examples of 支付结算办法, annex 1.
        (140_950, "壹仟肆佰零玖元伍角整"),
        (600_714, "陆仟零柒元壹角肆分"),
        (168_032, "壹仟陆佰捌拾元叁角贰分"),
        (10_700_053, "壹拾万柒仟元伍角叁分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (1_000, "壹拾元整"),
        (10_001_000, "壹拾万零壹拾元整"),
        (1_000_000_100, "壹仟万零壹元整"),
        (10_000_000_000, "壹亿元整"),
        (12_030_005_000_100, "壹仟贰佰零叁亿零伍万零壹元整"),
        (100_000_000_000_100, "壹万亿零壹元整"),
        (-12_345, "负壹佰贰拾叁元肆角伍分"),
    ],
)
def test_capitals(fen: int, text: str) -> None:
    assert fen_to_chinese_capital(fen) == text


def read_capitals(text: str) -> int:
    """An independent reader of capital amounts, so that every amount can be read back."""
    sign = -1 if text.startswith("负") else 1
    yuan, _, rest = text.lstrip("负").rpartition("元") if "元" in text else ("", "", text.lstrip("负"))
    fen = 0
    for unit, size in (("角", 10), ("分", 1)):
        if unit in rest:
            fen += "零壹贰叁肆伍陆柒捌玖".index(rest[rest.index(unit) - 1]) * size
    return sign * (read_whole(yuan) * 100 + fen)


def read_whole(text: str) -> int:
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        high, found, low = text.rpartition(unit)
        if found:
            return read_whole(high) * size + read_whole(low)
    total = digit = 0
    for character in text:
        if character in "拾佰仟":
            total += digit * 10 ** ("拾佰仟".index(character) + 1)
            digit = 0
        else:
            digit = "零壹贰叁肆伍陆柒捌玖".index(character)
    return total + digit


@settings(max_examples=200)
@given(FEN)
def test_capitals_can_be_read_back(fen: int) -> None:
    text = fen_to_chinese_capital(fen)
    assert read_capitals(text) == fen
    assert "零零" not in text and (text == "零元整" or not text.startswith("零"))


@pytest.mark.parametrize(
    ("fen", "rate", "rounding", "expected"),
    [
        (1, Fraction(1, 2), Rounding.HALF_UP, 1),
        (1, Fraction(1, 2), Rounding.HALF_EVEN, 0),
        (3, Fraction(1, 2), Rounding.HALF_EVEN, 2),
        (1, Fraction(1, 2), Rounding.DOWN, 0),
        (1, Fraction(1, 100), Rounding.UP, 1),
        (-1, Fraction(1, 2), Rounding.HALF_UP, -1),
        (-1, Fraction(1, 3), Rounding.DOWN, 0),
        (-1, Fraction(1, 3), Rounding.UP, -1),
        (100, Fraction(1, 3), Rounding.HALF_UP, 33),
        (12_345_678_901, Fraction(60, 100), Rounding.HALF_UP, 7_407_407_341),
        (LARGEST_FEN, Fraction(1), Rounding.UP, LARGEST_FEN),
    ],
)
def test_shares(fen: int, rate: Fraction, rounding: Rounding, expected: int) -> None:
    assert share(fen, rate, rounding) == expected


@settings(max_examples=200)
@given(st.integers(-(10**12), 10**12), st.integers(-20_000, 20_000), st.sampled_from(list(Rounding)))
def test_shares_agree_with_decimal(fen: int, per_ten_thousand: int, rounding: Rounding) -> None:
    exact = Decimal(fen) * Decimal(per_ten_thousand).scaleb(-4)
    expected = int(exact.quantize(Decimal(1), rounding=rounding.value))
    assert share(fen, Fraction(per_ten_thousand, 10_000), rounding) == expected


def test_a_share_beyond_int64_is_refused() -> None:
    with pytest.raises(Refusal, match="超出"):
        share(LARGEST_FEN, Fraction(2))
