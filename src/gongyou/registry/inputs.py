"""What people type, brought into its plain form or refused with a sentence."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import Refusal, says

LONGEST_NAME = 40
_DIVISION = re.compile(r"\d{6}|\d{9}|\d{12}")
_AREA = re.compile(r"\d{6}")


def read_name(text: str) -> str:
    """A person's name; empty is allowed where people need not give it."""
    return read_text(text, field="name", longest=LONGEST_NAME)


def read_area(text: str) -> str:
    """Six digits of GB/T 2260 (a test county may have a code no real place has)."""
    code = unicodedata.normalize("NFKC", text).strip()
    if not (code.isascii() and _AREA.fullmatch(code)):
        raise Refusal(
            "area_wrong",
            says("“{text}”不是6位行政区划代码。"),
            says("请填写县级行政区划代码，共6位数字。"),
            field="area",
            text=text.strip()[:40],
        )
    return code


def read_place_code(text: str) -> str:
    """A division of six, nine or twelve digits."""
    code = unicodedata.normalize("NFKC", text).strip()
    if not (code.isascii() and _DIVISION.fullmatch(code)):
        raise Refusal(
            "division_wrong",
            says("“{text}”不是行政区划代码。"),
            says("县级以上写6位数字，乡镇（街道）写9位，村（社区）写12位。"),
            field="division",
            text=text.strip()[:40],
        )
    return code


def read_point(lon: str, lat: str) -> tuple[Decimal, Decimal] | None:
    """Degrees as decimal text, both or none. Raises Refusal."""
    if not lon.strip() and not lat.strip():
        return None
    return _degrees(lon, "lon", Decimal(180)), _degrees(lat, "lat", Decimal(90))


def _degrees(text: str, field: str, most: Decimal) -> Decimal:
    try:
        value = Decimal(unicodedata.normalize("NFKC", text).strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) > most:
        raise Refusal(
            "degrees_wrong",
            says("“{text}”不是经纬度。"),
            says("请填写十进制的度数，例如 116.310000；经度、纬度要么都填，要么都不填。"),
            field=field,
            text=text.strip()[:40],
        )
    return value.quantize(Decimal("0.000001"))
