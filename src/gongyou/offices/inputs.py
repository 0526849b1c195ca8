"""What people type about offices, brought into its plain form or refused with a sentence."""

from __future__ import annotations

import re
import unicodedata
from datetime import time

from gongyou.basics.identity import read_phone
from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import Refusal, says
from gongyou.offices.models import Office

_CODE = re.compile(r"[0-9A-Z]{1,12}")


def read_code(text: str) -> str:
    """Up to twelve digits and capital letters."""
    code = unicodedata.normalize("NFKC", text).strip().upper()
    if not (code.isascii() and _CODE.fullmatch(code)):
        raise Refusal(
            "office_code",
            says("编码“{text}”不对。"),
            says("请用1至12位数字或字母，例如上级编码后面加两三位序号。"),
            field="code",
            text=text.strip()[:40],
        )
    return code


def read_kind(text: str) -> str:
    if text not in Office.Kind.values:
        raise Refusal(
            "office_kind",
            says("单位类型“{kind}”不认识。"),
            says("请从列出的类型中选择。"),
            field="kind",
            kind=text[:40],
        )
    return text


def read_hour(text: str, field: str) -> time:
    """'8:30' or '08:30'."""
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        return time.fromisoformat(plain.zfill(5)).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise Refusal(
            "hour_wrong",
            says("“{text}”不是时间。"),
            says("请按24小时制填写，例如 08:30。"),
            field=field,
            text=text.strip()[:20],
        ) from None


def check_hours(opens: time, closes: time) -> None:
    if opens >= closes:
        raise Refusal(
            "hours_wrong",
            says("开门时间 {opens} 不早于关门时间 {closes}。"),
            says("请检查办公时间。"),
            field="closes",
            opens=opens.strftime("%H:%M"),
            closes=closes.strftime("%H:%M"),
        )


def read_office_phone(text: str) -> str:
    """Empty, or a number; short public hotlines of five or six digits are fine too."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain or re.fullmatch(r"(?:1[012]\d|9\d)\d{2,3}", plain, re.ASCII):
        return plain
    return read_phone(plain)


def read_label(text: str, field: str, longest: int, *, is_needed: bool = True) -> str:
    return read_text(text, field=field, longest=longest, is_needed=is_needed)
