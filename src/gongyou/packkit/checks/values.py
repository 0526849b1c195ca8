"""Values: in force without gap or overlap from their first day on, used, and within the bounds they set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from gongyou.basics.areas import NATION
from gongyou.basics.refusal import Refusal, says
from gongyou.basics.values import Amount, Limits, Value
from gongyou.packkit.checks.cases import first_day
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Document, Keys, Overlay, Packs, ProgrammePack, suggestion
from gongyou.packkit.resolving import amount_on, try_resolve
from gongyou.packkit.stations import resolve_stations
from gongyou.policy.values import READABLE, KeyedTable, Plain, read_content


def check(packs: Packs) -> Iterator[Finding]:
    for pack in packs.programmes:
        document = pack.documents["values"]
        for number, value in enumerate(pack.values.values):
            keys: Keys = ("values", number)
            if not value.amounts:
                yield document.finding("values.empty", says("值“{name}”没有数额。"), keys, name=value.id)
            yield from _in_order(document, (*keys, "amounts"), value.amounts, may_end=False)
            yield from _bounds(document, (*keys, "amounts"), value)
        yield from _unused(packs, pack)
    for area in packs.areas:
        for overlay in area.overlays:
            yield from _local(packs, overlay)


def _in_order(
    document: Document, keys: Keys, amounts: Sequence[Amount], *, may_end: bool
) -> Iterator[Finding]:
    for number, amount in enumerate(amounts):
        if amount.until_on is not None and amount.until_on <= amount.from_on:
            message = says("止日不晚于起日。")
            yield document.finding("values.reversed", message, (*keys, number, "until"))
            return
    for number, (one, other) in enumerate(pairwise(amounts), start=1):
        here = (*keys, number, "from")
        if one.until_on is None or one.until_on > other.from_on:
            message = says("从{day}起同时有两个数额；请给上一个写 until。")
            yield document.finding("values.overlap", message, here, day=other.from_on.isoformat())
        elif one.until_on < other.from_on and not may_end:
            message = says("从{day}起没有数额，到下一个才接上。")
            yield document.finding("values.gap", message, here, day=one.until_on.isoformat())
    if amounts and amounts[-1].until_on is not None and not may_end:
        message = says("从{day}起没有数额；到期后怎么办要写明。")
        end = amounts[-1].until_on.isoformat()
        yield document.finding("values.gap", message, (*keys, len(amounts) - 1, "until"), day=end)


def _bounds(document: Document, keys: Keys, value: Value) -> Iterator[Finding]:
    for number, amount in enumerate(value.amounts):
        yield from _inside(document, (*keys, number, "amount"), value, amount, amount.bounds)


def _unused(packs: Packs, pack: ProgrammePack) -> Iterator[Finding]:
    on = first_day(packs, pack)
    _content, used, wrong = try_resolve(packs, pack, NATION, on)
    _rules, used_by_stations, wrong_there = resolve_stations(packs, pack, NATION, on)
    if wrong or wrong_there or not set(pack.head.rooms) <= {"casework", "offices"}:
        return  # said elsewhere, or used by rules that this check does not read
    names = {value.id for value in (*used, *used_by_stations)}
    for number, value in enumerate(pack.values.values):
        if value.id not in names:
            message = says("值“{name}”没有用到。")
            yield pack.documents["values"].finding(
                "values.unused", message, ("values", number, "id"), name=value.id
            )


def _local(packs: Packs, overlay: Overlay) -> Iterator[Finding]:
    pack = packs.programme(overlay.content.programme)
    if pack is None:
        return  # the check of areas says it
    known = {value.id: value for value in pack.values.values}
    seen: set[str] = set()
    for number, local in enumerate(overlay.content.values):
        keys: Keys = ("values", number)
        if local.id not in known:
            near = suggestion(local.id, known)
            message = says("“{programme}”没有“{name}”这个值。{near}")
            yield overlay.document.finding(
                "values.unknown",
                message,
                (*keys, "id"),
                programme=pack.id,
                name=local.id,
                near=near and f"（{near}？）",
            )
            continue
        if local.id in seen:
            message = says("“{name}”在同一个地区写了两次，不知以哪个为准。")
            yield overlay.document.finding("values.twice", message, (*keys, "id"), name=local.id)
        seen.add(local.id)
        yield from _in_order(overlay.document, (*keys, "amounts"), local.amounts, may_end=True)
        yield from _within(overlay.document, (*keys, "amounts"), local.amounts, known[local.id])


def _within(document: Document, keys: Keys, local: Sequence[Amount], national: Value) -> Iterator[Finding]:
    for number, amount in enumerate(local):
        above = amount_on(national.amounts, amount.from_on)
        bounds = above.bounds if above else None
        yield from _inside(document, (*keys, number, "amount"), national, amount, bounds)


def _inside(
    document: Document, keys: Keys, value: Value, amount: Amount, bounds: Limits | None
) -> Iterator[Finding]:
    """The amount can be read in its unit, and lies where it may."""
    try:
        found = _readable(value, amount.amount)
        least, most = (_readable(value, b) for b in (bounds.least, bounds.most)) if bounds else (found, found)
    except Refusal as refusal:
        message = says("{sentence}")
        yield document.finding("values.unreadable", message, keys, sentence=refusal.sentence())
        return
    if bounds is None or found is None or least is None or most is None:
        return
    if least <= found <= most:  # type: ignore[operator]
        return
    message = says("{amount}不在允许的{least}至{most}之间。")
    yield document.finding(
        "values.bounds", message, keys, amount=amount.amount, least=bounds.least, most=bounds.most
    )


def _readable(value: Value, written: object) -> Plain | None:
    """The amount in its unit; None for what has no order of more and less. Raises Refusal."""
    if value.unit not in READABLE:
        return written if isinstance(written, int) and not isinstance(written, bool) else None
    found = read_content(value, written)  # type: ignore[arg-type]
    return None if isinstance(found, KeyedTable | str | bool) else found
