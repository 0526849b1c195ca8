from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongyou.basics.identity import mask_account, mask_credit_code, mask_name, mask_phone, mask_resident_id


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("王小明", "王**"),
        (" 王 小明 ", "王**"),
        ("欧阳修文", "欧阳**"),
        ("欧阳修", "欧阳*"),
        ("欧阳", "欧*"),
        ("司徒美玲", "司徒**"),
        ("东方不败", "东方**"),
        ("王", "*"),
        ("", ""),
        ("  ", ""),
        ("阿布都热依木·买买提", "阿**"),
        ("买买提·艾力", "买**"),
        ("John Smith", "J**"),
        ("𠮷田花", "𠮷**"),
        ("¼", "*"),
    ],
)
def test_names(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("138 1234 5678", "138****5678"),
        ("+86 138-1234-5678", "138****5678"),
        ("１３８１２３４５６７８", "138****5678"),
        ("0377-1234567", "0377-***4567"),
        ("010-12345678", "010-****5678"),
        ("01012345678", "010-****5678"),
        ("(010)12345678", "010-****5678"),
        ("010-12345678-801", "010-****5678"),
        ("4001234567", "400***4567"),
        ("1234567", "****"),
        ("1381234567", "****"),
        ("138", "****"),
        ("x", "****"),
        ("138١٢٣٤٥٦٧٨", "****"),
        ("", ""),
    ],
)
def test_phones(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("11010519491231002X", "110***********002X"),
        ("110105 19491231 002x", "110***********002X"),
        ("110105491231002", "****"),
        ("11010519491231002", "****"),
        ("1", "****"),
        ("", ""),
    ],
)
def test_resident_ids(number: str, masked: str) -> None:
    assert mask_resident_id(number) == masked


def test_credit_codes() -> None:
    assert mask_credit_code("91110000600037341L") == "9111**********341L"
    assert mask_credit_code("600037341") == "****"
    assert mask_credit_code("") == ""


def test_accounts() -> None:
    assert mask_account("6228 0000 4444 7890") == "**** 7890"
    assert mask_account("1234567") == "****"
    assert mask_account("") == ""


def shown(masked: str) -> int:
    return sum(character not in "*-" for character in masked)


@settings(max_examples=200)
@given(st.text(max_size=24) | st.text("0123456789X-", max_size=24) | st.text("欧阳王小明·", max_size=8))
def test_no_mask_shows_more_than_its_rule(text: str) -> None:
    assert shown(mask_name(text)) <= 2
    assert shown(mask_name(text)) < max(len("".join(text.split())), 1), "something is always hidden"
    assert shown(mask_phone(text)) <= 8
    assert shown(mask_resident_id(text)) <= 7
    assert shown(mask_credit_code(text)) <= 8
    assert shown(mask_account(text).replace(" ", "")) <= 4
    for masked in (mask_phone(text), mask_resident_id(text), mask_credit_code(text)):
        assert "***" in masked or masked == ""
