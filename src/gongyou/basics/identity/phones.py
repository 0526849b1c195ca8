"""Mainland telephone numbers: mobile, landline with area code, and 400/800 numbers."""

from __future__ import annotations

import re
import unicodedata

from gongyou.basics.refusal import Refusal, says

_EXTENSION = re.compile(r"(?:转|分机|EXT\.?|X|#|,)[:：]?([0-9]{1,6})$", re.IGNORECASE)
_NOISE = re.compile(r"[\s()‐‑‒–—―−\-.\u200b-\u200f\ufeff]+")
_COUNTRY = re.compile(r"^(?:\+|00)86")
_PLAIN = re.compile(r"1[3-9]\d{9}", re.ASCII)
_MOBILE = re.compile(r"(?:86)?(1[3-9]\d{9})", re.ASCII)
# Area codes: 010 and 02x take eight-digit numbers; the others have four digits and seven or eight.
_LANDLINE = re.compile(r"(010|02\d)(\d{8})|(0[3-9]\d{2})(\d{7,8})", re.ASCII)
_LANDLINE_WITH_EXTENSION = re.compile(r"0\d{2,3}-?\d{7,8}-(\d{1,6})", re.ASCII)
_FREEPHONE = re.compile(r"[48]00\d{7}", re.ASCII)


def read_phone(text: str) -> str:
    """The number in its plain form: `13812345678`, `0537-1234567`, `010-12345678-801`, `4001234567`.

    `+86`, spaces, brackets, hyphens and full-width characters are fine. Raises Refusal for anything else.
    """
    if _PLAIN.fullmatch(text):
        return text  # nearly all of them, and every message reads its own again
    written = unicodedata.normalize("NFKC", text).strip()
    written, extension = _without_extension(re.sub(r"\s+", "", written))
    digits = _NOISE.sub("", written)
    international = _COUNTRY.match(digits)
    if international:
        digits = _national(digits[international.end() :])
    if not extension and (mobile := _MOBILE.fullmatch(digits)):
        return mobile.group(1)
    if landline := _LANDLINE.fullmatch(digits):
        area, number = landline.group(1) or landline.group(3), landline.group(2) or landline.group(4)
        return f"{area}-{number}-{extension}" if extension else f"{area}-{number}"
    if not extension and _FREEPHONE.fullmatch(digits):
        return digits
    raise _refused(text, digits)


def _without_extension(written: str) -> tuple[str, str]:
    match = _EXTENSION.search(written)
    if match:
        return written[: match.start()], match.group(1)
    local = re.sub(r"[‐‑‒–—―−]", "-", written)
    match = _LANDLINE_WITH_EXTENSION.fullmatch(local.replace("(", "").replace(")", "-"))
    return (written[: -len(match.group(1))], match.group(1)) if match else (written, "")


def _national(digits: str) -> str:
    """After +86 an area code stands without its 0."""
    is_complete = digits.startswith("0") or _MOBILE.fullmatch(digits) or _FREEPHONE.fullmatch(digits)
    return digits if is_complete else "0" + digits


def _refused(text: str, digits: str) -> Refusal:
    shown = text.strip()[:40]
    if not (digits.isascii() and digits.isdigit()):
        return Refusal(
            "phone_character",
            says("电话“{text}”里有不能识别的字符。"),
            says("请只填写数字，一个框填一个号码。"),
            field="phone",
            text=shown,
        )
    if len(digits) in (7, 8) and digits[0] != "0":
        return Refusal(
            "phone_without_area",
            says("固定电话“{text}”没有区号。"),
            says("请在前面加上区号，例如 0123-4567890。"),
            field="phone",
            text=shown,
        )
    if digits.startswith("1"):
        return Refusal(
            "phone_mobile_length",
            says("手机号应为11位、以13至19开头，“{text}”不是。"),
            says("请核对号码，看是否漏写、多写或写错了前几位。"),
            field="phone",
            text=shown,
        )
    return Refusal(
        "phone_wrong",
        says("“{text}”不是可以识别的手机号或固定电话。"),
        says("手机号填11位数字；固定电话填区号和号码。"),
        field="phone",
        text=shown,
    )
