"""What people type, brought into its plain form or refused with a sentence."""

from __future__ import annotations

import unicodedata
from datetime import date

from gongyou.basics.refusal import Refusal, says


def read_text(text: str, *, field: str, longest: int, is_needed: bool = False) -> str:
    """Without control characters and outer spaces. Raises Refusal: empty where needed, too long."""
    clean = "".join(
        c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] != "C"
    ).strip()
    if is_needed and not clean:
        raise Refusal("empty", says("这一项没有填写。"), says("请填写后再提交。"), field=field)
    if len(clean) > longest:
        raise Refusal(
            "too_long",
            says("这一项有{length}个字，最多{longest}个字。"),
            says("请缩短后再提交。"),
            field=field,
            length=len(clean),
            longest=longest,
        )
    return clean


def read_day(text: str, *, field: str) -> date:
    """A day written 2026-10-10. Raises Refusal."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Refusal(
            "date", says("日期“{text}”读不懂。"), says("请写成 2026-10-10。"), field=field, text=text
        ) from error
