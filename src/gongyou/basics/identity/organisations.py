"""Unified social credit codes (GB 32100-2015): 18 characters, check character MOD 31-3."""

from __future__ import annotations

from gongyou.basics.identity.writing import compact
from gongyou.basics.refusal import Refusal, says

_LENGTH = 18
_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {character: value for value, character in enumerate(_CHARACTERS)}
_WEIGHTS = tuple(3**place % 31 for place in range(17))
_LOOK_ALIKES = {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "U"}
_OLD_LENGTHS = (9, 10, 13, 15)


def read_credit_code(text: str) -> str:
    """The code in its plain form.

    Raises Refusal naming what is wrong. The first two places may be letters: rural collectives are
    registered under N, others under A and Y.
    """
    code = compact(text)
    if len(code) != _LENGTH:
        raise _wrong_length(code)
    for position, character in enumerate(code, start=1):
        if character not in _VALUES or (3 <= position <= 8 and not character.isdigit()):
            raise _wrong_character(position, character)
    if _check_character(code[:-1]) != code[-1]:
        raise Refusal(
            "credit_code_check",
            says("统一社会信用代码最后一位校验码对不上。"),
            says("多半是某一位写错；请对照营业执照或登记证书逐位核对，注意数字0和1、字母Q和D等形近字符。"),
            field="credit_code",
        )
    return code


def _check_character(body: str) -> str:
    total = sum(_VALUES[character] * weight for character, weight in zip(body, _WEIGHTS, strict=True))
    return _CHARACTERS[-total % 31]


def _wrong_length(code: str) -> Refusal:
    if len(code) in _OLD_LENGTHS and code.isascii():
        return Refusal(
            "credit_code_old",
            says("这是{found}位的号码，可能是旧的组织机构代码或注册号，不是统一社会信用代码。"),
            says("请填写营业执照或登记证书上的18位统一社会信用代码。"),
            field="credit_code",
            found=len(code),
        )
    return Refusal(
        "credit_code_length",
        says("统一社会信用代码应为{expected}位，这里是{found}位。"),
        says("请对照营业执照或登记证书，看是否漏写或多写。"),
        field="credit_code",
        expected=_LENGTH,
        found=len(code),
    )


def _wrong_character(position: int, character: str) -> Refusal:
    if character in _LOOK_ALIKES:
        return Refusal(
            "credit_code_look_alike",
            says("统一社会信用代码第{position}位是字母{character}，代码里不用字母I、O、S、V、Z。"),
            says("这一位是否应为“{instead}”？请对照证书改正。"),
            field="credit_code",
            position=position,
            character=character,
            instead=_LOOK_ALIKES[character],
        )
    return Refusal(
        "credit_code_character",
        says("统一社会信用代码第{position}位“{character}”不对：第3至8位是数字，其余各位是数字或大写字母。"),
        says("请对照营业执照或登记证书改正这一位。"),
        field="credit_code",
        position=position,
        character=character,
    )
