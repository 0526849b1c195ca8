"""Resident identity numbers. All numbers are made up, but for the example that the standard prints."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongyou.basics.identity import Sex, read_resident_id
from gongyou.basics.refusal import Refusal

TODAY = date(2026, 11, 22)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # as printed in GB 11643-1999, 4.3


def with_check(body: str) -> str:
    """The standard's own wording: weighted sum modulo 11, looked up in its table."""
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def test_the_example_of_the_standard() -> None:
    """GB 11643-1999 prints 11010519491231002X."""
    found = read_resident_id("11010519491231002X", today=TODAY)
    assert found == ("11010519491231002X", date(1949, 12, 31), "110105", Sex.FEMALE, True)


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105-19491231-002x",
    ],
)
def test_ways_of_writing(written: str) -> None:
    assert read_resident_id(written, today=TODAY).number == "11010519491231002X"


@pytest.mark.parametrize(
    ("body", "is_known", "what"),
    [
        ("33011319880214123", True, "a district made in 2021 that python-stdnum does not know"),
        ("65901219880214123", True, "a city made in 2023"),
        ("81000019960229123", True, "residence permit, born before 1997"),
        ("82000019960229123", True, "residence permit"),
        ("83000019960229123", True, "residence permit"),
        ("11010319300101123", True, "a district dissolved in 2010"),
        ("99999919300101123", False, "no such place: a warning only"),
        ("91115619900101123", False, "permanent residence card of a foreigner"),
    ],
)
def test_the_division_is_never_a_reason_to_refuse(body: str, is_known: bool, what: str) -> None:
    assert read_resident_id(with_check(body), today=TODAY).division_known is is_known, what


def test_sex_is_the_seventeenth_digit() -> None:
    assert read_resident_id(with_check("11010119900101123"), today=TODAY).sex is Sex.MALE
    assert read_resident_id(with_check("11010119900101122"), today=TODAY).sex is Sex.FEMALE


@pytest.mark.parametrize(
    ("number", "code", "says"),
    [
        ("", "resident_id_length", "这里是0位"),
        ("11010519491231002", "resident_id_length", "这里是17位"),
        ("11010519491231002X1", "resident_id_length", "这里是19位"),
        ("110105491231002", "resident_id_old", "15位的旧身份证号"),
        ("11010519491231002Y", "resident_id_character", "第18位“Y”"),
        ("1101O519491231002X", "resident_id_character", "第5位“O”"),
        ("11010519491231X02X", "resident_id_character", "第15位“X”"),
        ("11010519491231٣02X", "resident_id_character", "第15位"),
        ("110105194912310021", "resident_id_check", "校验码"),
        (with_check("11010519490229002"), "resident_id_birth_date", "19490229"),
        (with_check("11010519491301002"), "resident_id_birth_date", "19491301"),
        (with_check("11010500000101002"), "resident_id_birth_date", "00000101"),
        (with_check("11010518490101002"), "resident_id_birth_date", "18490101"),
        (with_check("11010520990101002"), "resident_id_birth_future", "20990101"),
        (with_check("11010520261123002"), "resident_id_birth_future", "20261123"),
    ],
)
def test_wrong_numbers_are_refused_with_the_place(number: str, code: str, says: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_resident_id(number, today=TODAY)
    assert (refused.value.code, refused.value.field) == (code, "resident_id")
    assert says in refused.value.sentence()


def test_born_today_and_on_a_leap_day() -> None:
    assert read_resident_id(with_check("11010120261122001"), today=TODAY).birth_on == TODAY
    assert read_resident_id(with_check("11010120000229001"), today=TODAY).birth_on == date(2000, 2, 29)


BODIES = st.builds(
    lambda born, rest: f"110101{born:%Y%m%d}{rest:03d}",
    st.dates(date(1930, 1, 1), date(2026, 11, 22)),
    st.integers(0, 999),
)


@settings(max_examples=200)
@given(BODIES, st.integers(0, 16), st.integers(1, 9))
def test_every_wrong_digit_is_found(body: str, place: int, step: int) -> None:
    number = with_check(body)
    assert read_resident_id(number, today=TODAY).number == number
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    with pytest.raises(Refusal):
        read_resident_id(wrong, today=TODAY)


@settings(max_examples=200)
@given(st.text(max_size=24) | st.text("0123456789Xx -", min_size=15, max_size=20))
def test_any_text_is_a_number_or_a_sentence(text: str) -> None:
    try:
        found = read_resident_id(text, today=TODAY)
    except Refusal as refusal:
        assert refusal.sentence().endswith("。")
    else:
        assert with_check(found.number[:17]) == found.number
