"""Stations: ids of one kind once, notices falling, every line of a checklist said, themes with a month."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gongyou.basics.refusal import says
from gongyou.offices.definitions import StationRules
from gongyou.packkit.checks.cases import first_day
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Document, Packs, ProgrammePack
from gongyou.packkit.stations import STATIONS, resolve_stations

_ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_LONGEST = 40


def check(packs: Packs) -> Iterator[Finding]:
    for pack in packs.programmes:
        document = pack.documents.get(STATIONS)
        if document is None:
            if "offices" in pack.head.rooms:
                message = says("用到驿站（offices），却没有 stations.yaml。")
                yield pack.documents["programme"].finding("ids.room", message, ("rooms",))
            continue
        content, _used, findings = resolve_stations(packs, pack, "", first_day(packs, pack))
        yield from findings
        if content is not None:
            yield from _content(document, content, pack)


def _content(document: Document, content: StationRules, pack: ProgrammePack) -> Iterator[Finding]:
    groups: tuple[tuple[str, tuple[Any, ...]], ...] = (
        ("facilities", content.facilities),
        ("items", content.items),
        ("checks", content.checks),
    )
    for group, named in groups:
        seen: set[str] = set()
        for number, one in enumerate(named):
            keys = (group, number, "id")
            if not _ID.fullmatch(one.id) or len(one.id) > _LONGEST:
                message = says("“{name}”不能作名称：只用小写字母、数字和下划线，不超过{longest}个字符。")
                yield document.finding("ids.form", message, keys, name=one.id, longest=_LONGEST)
            if one.id in seen:
                yield document.finding("ids.twice", says("“{name}”用了两次。"), keys, name=one.id)
            seen.add(one.id)
    if list(content.warn_days) != sorted(set(content.warn_days), reverse=True) or not content.warn_days:
        yield document.finding(
            "stations.warn", says("有效期提醒的天数要从大到小写，不能重复。"), ("warn_days",)
        )
    for number, theme in enumerate(content.themes):
        if not _MONTH.fullmatch(theme.month):
            message = says("月份“{month}”要写成 2026-11。")
            yield document.finding("stations.month", message, ("themes", number, "month"), month=theme.month)
