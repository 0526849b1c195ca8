from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongyou.basics.numbering import LARGEST_SERIAL, Number, check_digit, format_number, read_number, series
from gongyou.basics.refusal import Refusal

NUMBERS = st.builds(
    Number,
    st.text("0123456789", min_size=6, max_size=6),
    st.integers(2000, 2099),
    st.integers(1, LARGEST_SERIAL),
)


def test_the_published_example_of_damm() -> None:
    assert check_digit("572") == "4"


def test_form() -> None:
    assert format_number("110101", 2026, 123) == "110101-26-000123-6"
    assert str(Number("110101", 2026, 123)) == "110101-26-000123-6"
    assert Number("110101", 2026, 123).series == series("110101", 2026) == "11010126"


@pytest.mark.parametrize(
    "written",
    [
        "110101-26-000123-6",
        "110101260001236",
        " 110101 26 000123 6 ",
        "１１０１０１－２６－０００１２３－６",
        "110101—26—000123—6",
        "110101.26/000123_6",
    ],
)
def test_ways_of_writing(written: str) -> None:
    assert read_number(written) == Number("110101", 2026, 123)


@pytest.mark.parametrize(
    ("written", "code", "says"),
    [
        ("", "number_not_digits", "不是数字的字符"),
        ("110101-26-00012E-6", "number_not_digits", "不是数字的字符"),
        ("110101-26-00123-6", "number_length", "这里是14位"),
        ("110101-26-0000123-6", "number_length", "这里是16位"),
        ("110101-26-000123-5", "number_check_digit", "逐位对照"),
        ("110101-26-000132-6", "number_check_digit", "110101-26-000132-6"),
        ("110101-26-000000-" + check_digit("11010126000000"), "number_check_digit", "流水号"),
    ],
)
def test_wrong_numbers(written: str, code: str, says: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_number(written)
    assert (refused.value.code, refused.value.field) == (code, "number")
    assert says in refused.value.sentence()


@pytest.mark.parametrize(
    ("division", "year", "serial"),
    [
        ("11010", 2026, 1),
        ("11010A", 2026, 1),
        ("１１０１０１", 2026, 1),
        ("110101", 26, 1),
        ("110101", 2100, 1),
        ("110101", 2026, 0),
        ("110101", 2026, 1_000_000),
    ],
)
def test_parts_no_office_could_issue(division: str, year: int, serial: int) -> None:
    with pytest.raises(ValueError, match="not"):
        format_number(division, year, serial)


@settings(max_examples=200)
@given(NUMBERS)
def test_written_and_read_again(number: Number) -> None:
    assert read_number(str(number)) == number


@settings(max_examples=200)
@given(NUMBERS)
def test_every_wrong_digit_and_every_swap_of_neighbours_is_found(number: Number) -> None:
    digits = str(number).replace("-", "")
    wrong = {digits[:at] + other + digits[at + 1 :] for at in range(15) for other in "0123456789"}
    wrong |= {digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :] for at in range(14)}
    for text in wrong - {digits}:
        with pytest.raises(Refusal):
            read_number(text)
