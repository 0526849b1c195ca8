"""The working calendar of an area, and the same calendar again years later from its key.

A key is `<set of editions>.<hours>.<area pack>`: content addresses, so that nothing behind a key ever changes.
"""

from __future__ import annotations

import re
import time as clock
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from gongyou.basics.refusal import says
from gongyou.basics.workdays import Calendar, Edition, Overlay, days_of_coverage_left, read_edition
from gongyou.kernel import catalogue
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.models import PackVersion
from gongyou.offices.models import CalendarEdition, CalendarSet, Office

READ = "offices.read"
OPENS, CLOSES = time(8, 30), time(17)  # where neither the area's pack nor its root office says otherwise
REMEMBERED_SECONDS = 5.0
NONE = "-"
SET_DIGITS = 32  # of the SHA-256: keys stand in every event of a matter

_KEY = re.compile(
    r"([0-9a-f]{32}|-)\.([01]\d[0-5]\d|2[0-3][0-5]\d)-([01]\d[0-5]\d|2[0-3][0-5]\d)\.([0-9a-f]{64}|-)"
)

_current: dict[str, tuple[float, str]] = {}


@dataclass(frozen=True)
class EditionView:
    """`name` is the edition's own id; `hash` the address of its text."""

    id: UUID
    name: str
    hash: str
    source: str
    covered_from: date
    covered_to: date
    imported_at: datetime
    is_active: bool


def calendar_of(area: str) -> tuple[str, Calendar]:
    """The key and the calendar in force in an area: active editions, its own days, its office hours.

    The key is asked for again after five seconds, and at once after an import in this process.
    """
    remembered = _current.get(area)
    now = clock.monotonic()
    if remembered is None or remembered[0] < now:
        remembered = _current[area] = (now + REMEMBERED_SECONDS, _current_key(area))
    return remembered[1], calendar_by_key(remembered[1])


def forget_keys() -> None:
    """Ask the database for every area's key again."""
    _current.clear()


@lru_cache(maxsize=512)
def calendar_by_key(key: str) -> Calendar:
    """The very calendar a key was given for. Raises NotFound."""
    known = _KEY.fullmatch(key)
    if known is None:
        raise NotFound(says("没有找到工作日历“{key}”。"), key=key[:120])
    editions, opens, closes, pack = known.groups()
    overlay = read_overlay(catalogue.content(pack)) if pack != NONE else Overlay()
    return Calendar(_editions(editions), overlay, _time(opens), _time(closes))


def list_editions(actor: Actor) -> tuple[EditionView, ...]:
    """Every edition that was ever imported, newest coverage first. Raises NotAllowed."""
    actor.require(READ)
    rows = CalendarEdition.objects.order_by("-covered_from", "-imported_at", "id")
    return tuple(edition_view(row) for row in rows)


def has_editions() -> bool:
    """Whether a holiday notice was ever imported here."""
    return CalendarSet.objects.filter(is_current=True).exists()


def coverage_left(on: date) -> int:
    """Days after `on` that imported holiday notices still cover without a gap; 0 without any."""
    current = CalendarSet.objects.filter(is_current=True).first()
    return days_of_coverage_left(Calendar(_editions(current.hash)), on) if current else 0


def edition_view(row: CalendarEdition) -> EditionView:
    return EditionView(
        row.pk,
        row.name,
        row.hash,
        row.source,
        row.covered_from,
        row.covered_to,
        row.imported_at,
        row.is_active,
    )


def read_overlay(content: Mapping[str, Any]) -> Overlay:
    """The area's own days: `overlay_days: [{day, kind: off | on, reason}]`. Raises DomainError naming the entry."""
    off: dict[date, str] = {}
    on: dict[date, str] = {}
    for number, entry in enumerate(content.get("overlay_days") or (), start=1):
        try:
            days = {"on": on, "off": off}[entry["kind"]]
            days[date.fromisoformat(str(entry["day"]))] = str(entry["reason"])
        except (KeyError, TypeError, ValueError):
            raise DomainError(
                "overlay_day_wrong",
                says("区划规则包的本地上班休息安排第{number}条看不懂。"),
                says("每条应写明日期（day）、上班还是休息（kind：on 或 off）和原因（reason）。"),
                field="overlay_days",
                number=number,
            ) from None
    return Overlay(off=off, on=on)


def _current_key(area: str) -> str:
    """One query: the set of editions, the area pack and the root office's hours."""
    editions = CalendarSet.objects.filter(is_current=True).values_list("hash", flat=True)
    packs = PackVersion.objects.filter(kind="area", is_current=True)
    root = (
        Office.objects.filter(area=area, parent=None)
        .annotate(
            editions=Subquery(editions[:1]),
            pack=Subquery(packs.filter(name=OuterRef("area")).values("content_id")[:1]),
        )
        .values_list("editions", "pack", "opens", "closes")
        .first()
    )
    if root is None:
        return _key(editions.first(), _pack_of(area), OPENS, CLOSES)
    return _key(*root)


def _pack_of(area: str) -> str | None:
    published = catalogue.current("area", area)
    return published.hash if published else None


def _key(editions: str | None, pack: str | None, opens: time, closes: time) -> str:
    content = catalogue.content(pack) if pack else {}
    opens = time.fromisoformat(content["opens"]) if content.get("opens") else opens
    closes = time.fromisoformat(content["closes"]) if content.get("closes") else closes
    has_own_days = bool(content.get("overlay_days"))
    return f"{(editions or NONE)[:SET_DIGITS]}.{opens:%H%M}-{closes:%H%M}.{pack if has_own_days else NONE}"


@lru_cache(maxsize=64)
def _editions(key: str) -> tuple[Edition, ...]:
    """By the hash of their content, or how it begins: read once (ten milliseconds each), every area and night shares it."""
    if key == NONE:
        return ()
    found = CalendarSet.objects.filter(hash__startswith=key).first()
    if found is None:
        raise NotFound(says("没有找到工作日历“{key}”。"), key=key)
    rows = CalendarEdition.objects.in_bulk(found.editions, field_name="hash")
    return tuple(read_edition(rows[hash].content, name=rows[hash].name) for hash in found.editions)


def _time(text: str) -> time:
    return time(int(text[:2]), int(text[2:]))
