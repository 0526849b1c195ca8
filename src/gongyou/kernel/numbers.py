"""Race-free human numbers from reserved blocks; two writers never wait for each other's block on PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Max

from gongyou.kernel.actions import Act
from gongyou.kernel.models.numbers import NumberBlock
from gongyou.kernel.plain_reads import Question, one

BLOCK = 200


@dataclass(frozen=True)
class Reserved:
    """Serials first..last of a series kept for one holder (an office, a device, a voice book)."""

    series: str
    holder: str
    first: int
    last: int


# One statement finds a free block of the holder, skips blocks other writers hold, and takes the next serial.
_TAKE = (
    "UPDATE kernel_numberblock SET next = next + 1 WHERE id = ("
    "SELECT id FROM kernel_numberblock WHERE series = %s AND holder = %s AND next <= last ORDER BY first LIMIT 1{lock}"
    ") RETURNING next - 1"
)


def take_serial(act: Act, *, series: str, holder: str, size: int = BLOCK) -> int:
    """The next serial of a block of `holder`, reserving a new block where none is free."""
    taken = one(_take(), [series, holder])
    if taken is not None:
        return int(taken[0])
    block = _reserve(act, series=series, holder=holder, size=size)
    NumberBlock.objects.filter(pk=block.pk).update(next=block.next + 1)
    return block.next


def asking_serial(*, series: str, holder: str) -> Question:
    """What `take_serial` asks, to be asked ahead."""
    return Question(_take(), (series, holder), takes=True)


def _take() -> str:
    return _TAKE.format(
        lock=" FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    )


def reserve_block(act: Act, *, series: str, holder: str, size: int = BLOCK) -> Reserved:
    """Keep a block for a device or a voice book that will number without a network."""
    block = _reserve(act, series=series, holder=holder, size=size)
    return Reserved(series, holder, block.first, block.last)


def _reserve(act: Act, *, series: str, holder: str, size: int) -> NumberBlock:
    _lock_series(series)
    highest = NumberBlock.objects.filter(series=series).aggregate(top=Max("last"))["top"] or 0
    return NumberBlock.objects.create(
        series=series,
        holder=holder,
        first=highest + 1,
        next=highest + 1,
        last=highest + size,
        reserved_at=act.now,
    )


def _lock_series(series: str) -> None:
    # SQLite has one writer at a time already; on PostgreSQL only makers of new blocks queue here.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"series:{series}"])
