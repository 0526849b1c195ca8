"""Hiding personal data where it is shown. Whatever is not of the expected form is hidden whole.

No national format exists for publicity lists; these are the common patterns with the least shown: surname
only, phone 3+4, identity number 3+4 (6+4 would show the county). The number of stars tells the length only of
values whose length is fixed by their form, and of short names.
"""

from __future__ import annotations

import re
import unicodedata

from gongyou.basics.identity.writing import compact

HIDDEN = "****"
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]{2,4}")
_MOBILE = re.compile(r"(?:(?:\+|00)?86)?(1[3-9]\d)\d{4}(\d{4})", re.ASCII)
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d{2})-?(\d{3,4})(\d{4})(?:-\d{1,6})?", re.ASCII)
_FREEPHONE = re.compile(r"([48]00)\d{3}(\d{4})", re.ASCII)
_TWO_BY_TWO = (
    "欧阳司马上官诸葛夏侯东方皇甫尉迟公孙慕容令狐长孙宇文司徒司空轩辕独孤南宫端木百里呼延"
    "申屠太史公冶濮阳淳于单于澹台公羊仲孙钟离鲜于闾丘东郭南门西门第五拓跋万俟赫连完颜纳兰"
)
_COMPOUND_SURNAMES = frozenset(_TWO_BY_TWO[at : at + 2] for at in range(0, len(_TWO_BY_TWO), 2))


def mask_name(name: str) -> str:
    """The surname and a star for each character of the given name: 王*, 王**, 欧阳**.

    Longer, foreign and dotted names show their first character and two stars; a single character is hidden.
    """
    # Not normalised: a character that stands for several would then show more than it says.
    plain = "".join(name.split())
    if len(plain) < 2:
        return "*" * len(plain)
    if not _HAN.fullmatch(plain):
        return plain[0] + "**"
    shown = 2 if len(plain) > 2 and plain[:2] in _COMPOUND_SURNAMES else 1
    return plain[:shown] + "*" * (len(plain) - shown)


def mask_phone(phone: str) -> str:
    """138****5678; landline 0537-***4567; extensions are dropped; anything else is hidden whole."""
    written = unicodedata.normalize("NFKC", phone)
    digits = compact(written)
    if match := _MOBILE.fullmatch(digits):
        return f"{match.group(1)}****{match.group(2)}"
    if match := _FREEPHONE.fullmatch(digits):
        return f"{match.group(1)}***{match.group(2)}"
    # The hyphens tell an extension from the number.
    if match := _LANDLINE.fullmatch(re.sub(r"[\s(]+", "", written).replace(")", "-")):
        return f"{match.group(1)}-{'*' * len(match.group(2))}{match.group(3)}"
    return HIDDEN if digits else ""


def mask_account(number: str) -> str:
    """The last four digits of a bank account; a shorter one is hidden whole."""
    plain = compact(number)
    if len(plain) < 8:
        return HIDDEN if plain else ""
    return f"**** {plain[-4:]}"


def mask_resident_id(number: str) -> str:
    """First three and last four of 18 characters; anything else is hidden whole."""
    return _ends(number, shown=3)


def mask_credit_code(code: str) -> str:
    """First four and last four of 18 characters; anything else is hidden whole."""
    return _ends(code, shown=4)


def _ends(text: str, *, shown: int) -> str:
    plain = (
        text if len(text) == 18 and text.isascii() and text.isalnum() and text.isupper() else compact(text)
    )
    if len(plain) != 18 or not plain.isascii():
        return HIDDEN if plain else ""
    return plain[:shown] + "*" * (14 - shown) + plain[-4:]
