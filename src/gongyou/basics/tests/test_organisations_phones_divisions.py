from __future__ import annotations

import gb2260
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc

from gongyou.basics.identity import (
    division_name,
    is_known_division,
    read_credit_code,
    read_division,
    read_phone,
)
from gongyou.basics.refusal import Refusal

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODES = st.builds(
    lambda kind, region, rest: kind + region + rest,
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
).map(lambda body: body + uscc.calc_check_digit(body))


@settings(max_examples=200)
@given(CODES, st.integers(0, 16), st.integers(1, 30))
def test_credit_codes_agree_with_stdnum(code: str, place: int, step: int) -> None:
    assert read_credit_code(f" {code.lower()[:9]} {code[9:]}") == code
    instead = ALPHABET[(ALPHABET.index(code[place]) + step) % 31]
    with pytest.raises(Refusal):
        read_credit_code(code[:place] + instead + code[place + 1 :])


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("", "credit_code_length", "这里是0位"),
        ("91110000600037341", "credit_code_length", "这里是17位"),
        ("600037341", "credit_code_old", "这是9位的号码"),
        ("60003734-1", "credit_code_old", "这是9位的号码"),
        ("110000001234567", "credit_code_old", "这是15位的号码"),
        ("9111000060003734OL", "credit_code_look_alike", "第17位是字母O"),
        ("911100006000373I1L", "credit_code_look_alike", "“1”"),
        ("911100A0600037341L", "credit_code_character", "第7位“A”"),
        ("9111000A600037341L", "credit_code_character", "第8位“A”"),
        ("91A10000600037341L", "credit_code_character", "第3位“A”"),
        ("91110000*00037341L", "credit_code_character", "第9位“*”"),
        ("911100006000373418", "credit_code_check", "校验码"),
    ],
)
def test_wrong_credit_codes(text: str, code: str, says: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_credit_code(text)
    assert (refused.value.code, refused.value.field) == (code, "credit_code")
    assert says in refused.value.sentence()


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("13812345678", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("0086-13812345678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("（+86）13812345678", "13812345678"),
        ("19912345678", "19912345678"),
        ("01012345678", "010-12345678"),
        ("010-1234 5678", "010-12345678"),
        ("0123-4567890", ""),
        ("(0377)1234567", "0377-1234567"),
        ("03771234567", "0377-1234567"),
        ("０３７７－１２３４５６７", "0377-1234567"),
        ("0377 81234567", "0377-81234567"),
        ("+86 377 1234567", "0377-1234567"),
        ("+86 10 1234 5678", "010-12345678"),
        ("010-12345678-801", "010-12345678-801"),
        ("010-12345678转801", "010-12345678-801"),
        ("(010)12345678-801", "010-12345678-801"),
        ("0377-1234567 分机 12", "0377-1234567-12"),
        ("400-123-4567", "4001234567"),
    ],
)
def test_phones(written: str, plain: str) -> None:
    if not plain:
        with pytest.raises(Refusal, match="不是可以识别的手机号或固定电话"):
            read_phone(written)
        return
    assert read_phone(written) == plain
    assert read_phone(plain) == plain


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "phone_character"),
        ("无", "phone_character"),
        ("138١٢٣٤٥٦٧٨", "phone_character"),
        ("13812345678/13912345678", "phone_character"),
        ("1381234567", "phone_mobile_length"),
        ("138123456789", "phone_mobile_length"),
        ("12812345678", "phone_mobile_length"),
        ("12345", "phone_mobile_length"),
        ("1234567", "phone_without_area"),
        ("81234567", "phone_without_area"),
        ("010-1234567", "phone_wrong"),
        ("0377123", "phone_wrong"),
        ("0377-123456", "phone_wrong"),
        ("00000000000", "phone_wrong"),
        ("13812345678转1", "phone_mobile_length"),
        ("+852 2345 6789", "phone_character"),
    ],
)
def test_wrong_phones(written: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_phone(written)
    assert (refused.value.code, refused.value.field) == (code, "phone")


@settings(max_examples=200)
@given(st.text(max_size=20) | st.text("0123456789+-() 转", max_size=20))
def test_any_text_is_a_phone_or_a_sentence(text: str) -> None:
    try:
        plain = read_phone(text)
    except Refusal:
        return
    assert read_phone(plain) == plain


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("110101", "110101"),
        (" １１０１０１ ", "110101"),
        ("110101001", "110101001"),
        ("110101001001", "110101001001"),
    ],
)
def test_divisions(written: str, code: str) -> None:
    assert read_division(written) == code


@pytest.mark.parametrize(
    "written", ["", "11", "1101", "1101010", "11010A", "990101", "010101", "110101001001000"]
)
def test_wrong_divisions(written: str) -> None:
    with pytest.raises(Refusal, match="不是行政区划代码"):
        read_division(written)


def test_names_of_divisions_run_from_the_province_down() -> None:
    names = [gb2260.get(code).name for code in ("370000", "370800", "370828")]
    assert division_name("370828") == "".join(names)
    assert division_name("370800") == "".join(names[:2])
    assert division_name("370000") == names[0]
    assert division_name("370828101000") == "".join(names), "towns are not listed"
    assert division_name("110101") == gb2260.get("110000").name + gb2260.get("110101").name
    assert division_name("999999") == ""


@pytest.mark.parametrize("code", ["110000", "110100", "110101", "110103", "330113", "659012", "370828101"])
def test_current_and_former_divisions_are_known(code: str) -> None:
    assert is_known_division(code)


def test_an_unknown_division_is_only_unknown() -> None:
    assert read_division("378899") == "378899"
    assert not is_known_division("378899")
