"""Areas: their code, the programmes they run, their own documents; two overlays on one level are refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gongyou.basics.refusal import Refusal, says
from gongyou.packkit.calendars import calendar_of
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import AreaPack, Document, Packs, suggestion

_CODE = re.compile(r"[0-9]{6}")


def check(packs: Packs) -> Iterator[Finding]:
    seen: set[str] = set()
    for area in packs.areas:
        yield from _code(packs, area, seen)
        seen.add(area.code)
        yield from _programmes(packs, area)
        yield from _overlays(packs, area)
        yield from _days(packs, area)


def _code(packs: Packs, area: AreaPack, seen: set[str]) -> Iterator[Finding]:
    document = area.documents["area"]
    if not _CODE.fullmatch(area.code):
        message = says("地区代码“{code}”不是6位数字（要加引号）。")
        yield document.finding("areas.code", message, ("code",), code=area.code)
    elif area.code in seen:
        message = says("地区“{code}”有两个规则包，不知以哪个为准。")
        yield document.finding("areas.twice", message, ("code",), code=area.code)
    elif area.code != area.folder:
        message = says("代码“{code}”和文件夹名“{folder}”不同。")
        yield document.finding("areas.folder", message, ("code",), code=area.code, folder=area.folder)
    parent = area.head.parent
    if parent and packs.area(parent) is None:
        message = says("上级地区“{parent}”没有规则包。")
        yield document.finding("areas.parent", message, ("parent",), parent=parent)


def _programmes(packs: Packs, area: AreaPack) -> Iterator[Finding]:
    known = [pack.id for pack in packs.programmes]
    for number, name in enumerate(area.head.programmes):
        if name not in known and name not in packs.unread:
            yield _unknown(area, ("programmes", number), name, known)


def _unknown(area: AreaPack, keys: tuple[str | int, ...], name: str, known: list[str]) -> Finding:
    near = suggestion(name, known)
    if near:
        message = says("没有“{name}”这个规则包，您是不是要写“{near}”？")
        return area.documents["area"].finding("areas.programme", message, keys, name=name, near=near)
    message = says("没有“{name}”这个规则包。")
    return area.documents["area"].finding("areas.programme", message, keys, name=name)


def _overlays(packs: Packs, area: AreaPack) -> Iterator[Finding]:
    for one in (area.overlays, area.procedures):
        yield from _once(packs, [(overlay.document, overlay.content.programme) for overlay in one])


def _once(packs: Packs, overlays: Sequence[tuple[Document, str]]) -> Iterator[Finding]:
    seen: set[str] = set()
    for document, name in overlays:
        if name in seen:
            message = says("“{name}”在这个地区有两份本地规定，不知以哪份为准。")
            yield document.finding("areas.overlay_twice", message, ("programme",), name=name)
        elif packs.programme(name) is None and name not in packs.unread:
            message = says("没有“{name}”这个规则包。")
            yield document.finding("areas.programme", message, ("programme",), name=name)
        seen.add(name)


def _days(packs: Packs, area: AreaPack) -> Iterator[Finding]:
    document = area.documents["area"]
    seen: set[object] = set()
    for number, day in enumerate(area.head.overlay_days):
        if day.day in seen:
            message = says("{day}写了两次。")
            keys = ("overlay_days", number, "day")
            yield document.finding("areas.day_twice", message, keys, day=day.day.isoformat())
            return
        seen.add(day.day)
    try:
        calendar_of(packs, area.code)
    except Refusal as refusal:
        message = says("{sentence}")
        yield document.finding("areas.hours", message, ("closes",), sentence=refusal.sentence())
