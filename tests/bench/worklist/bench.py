"""The desk's worklist over 10,000 and over 1,000,000 open matters: the whole page, as a station and as a leader.

.venv/bin/python tests/bench/worklist/bench.py                          SQLite
GONGYOU_DATABASE=postgresql://… .venv/bin/python tests/bench/worklist/bench.py
… --large 100000                                                       a short form
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

STATIONS = 29
PAGES = 200


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--small", type=int, default=10_000)
    options.add_argument("--large", type=int, default=1_000_000)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as data:
        os.environ.update(
            GONGYOU_DATA=data, GONGYOU_PLAIN_STATIC="1", DJANGO_SETTINGS_MODULE="gongyou.config.settings"
        )
        import django

        django.setup()
        _run(chosen.small, chosen.large)


def _run(small: int, large: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", interactive=False, verbosity=0)
    county = _county()
    rows, ratios = [], {}
    for size in (small, large):
        _fill(county, size)
        for who, actor in county["actors"].items():
            first, deep = _measure(actor)
            rows.append((connection.vendor, f"{size:,}", who, *first, *deep))
            ratios.setdefault(who, []).append((first[1], deep[1]))
    print("| database | open matters | who | first page p50 ms | p99 ms | page 20 p50 ms | p99 ms |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(f"{v:.1f}" if isinstance(v, float) else str(v) for v in row) + " |")
    worst = max(big / little for pair in ratios.values() for little, big in zip(*pair, strict=True))
    print(f"\nworst p99 ratio, large to small: {worst:.2f} (goal: at most 3)")
    if worst > 3:
        sys.exit(1)


def _county() -> dict:
    from gongyou.kernel.access import Actor, Holding, system_actor
    from gongyou.kernel.ids import new_id
    from gongyou.offices.services import add_office

    area = "990101"
    root = add_office(system_actor("bench"), code=area, name="云山县总工会", kind="county", area=area)
    codes = [f"{area}{n:02d}" for n in range(1, STATIONS + 1)]
    stations = [
        add_office(system_actor("bench"), code=c, name=c, kind="station", parent_id=root.id, area=area)
        for c in codes
    ]
    paths = [f"{area}/{n:02d}/" for n in range(1, STATIONS + 1)]
    desk = Actor(new_id(), "staff", "desk", (Holding("desk", stations[0].id, paths[0]),))
    leader = Actor(new_id(), "staff", "leader", (Holding("leader", root.id, f"{area}/"),))
    return {
        "stations": [s.id for s in stations],
        "paths": paths,
        "actors": {"station": desk, "leader": leader},
    }


COLUMNS = (
    "id", "office_id", "office_path", "kind", "subject_id", "number", "title", "due_at", "is_stopped",
    "is_provisional", "holder_id", "opened_at",
)  # fmt: skip


def _fill(county: dict, size: int) -> None:
    """Rows in bulk, as an import would bring them, then the statistics a server in use keeps by itself."""
    from django.db import connection

    from gongyou.kernel.models import WorkItem

    have = WorkItem.objects.count()
    rows = _rows(county, have, size)
    if connection.vendor == "postgresql":
        _copy(rows)
    else:
        places = ", ".join(["%s"] * len(COLUMNS))
        text = f"INSERT INTO kernel_workitem ({', '.join(COLUMNS)}) VALUES ({places})"
        from django.db import transaction

        with transaction.atomic(), connection.cursor() as cursor:
            while some := list(islice(rows, 20_000)):
                cursor.executemany(text, [[_kept(value) for value in row] for row in some])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE kernel_workitem" if connection.vendor == "postgresql" else "ANALYZE")


def _copy(rows: Iterator[tuple]) -> None:
    from django.db import connection

    connection.ensure_connection()
    names = ", ".join(COLUMNS)
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY kernel_workitem ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _kept(value: object) -> object:
    from django.db import connection

    if isinstance(value, UUID):
        return value.hex
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _rows(county: dict, have: int, size: int) -> Iterator[tuple]:
    from django.utils import timezone

    from gongyou.kernel.ids import new_id

    chance = random.Random(7 + have)
    now = timezone.now()
    for number in range(have, size):
        place = chance.randrange(STATIONS)
        due_at = now + timedelta(seconds=chance.randrange(-(10**6), 10**7))
        yield (
            new_id(), county["stations"][place], county["paths"][place], "casework.settle", new_id(),
            f"990101-26-{number % 1000000:06d}-0", "诉求 · 办结", due_at, False, False, None, now,
        )  # fmt: skip


def _measure(actor) -> tuple[tuple[float, float], tuple[float, float]]:
    """(p50, p99) in ms of the first page with its counts, and of the twentieth page."""
    from gongyou.kernel import moment
    from gongyou.kernel.worklist import count_todos, list_todos

    def first() -> None:
        list_todos(actor, size=30)
        count_todos(actor, now=moment.now())

    page = list_todos(actor, size=30)
    for _ in range(18):
        page = list_todos(actor, size=30, cursor=page.next) if page.next else page
    cursor = page.next

    def deep() -> None:
        list_todos(actor, size=30, cursor=cursor)

    return _times(first), _times(deep)


def _times(call) -> tuple[float, float]:
    call()
    spent = []
    for _ in range(PAGES):
        began = time.perf_counter()
        call()
        spent.append((time.perf_counter() - began) * 1000)
    spent.sort()
    return statistics.median(spent), spent[int(PAGES * 0.99) - 1]


if __name__ == "__main__":
    began = time.monotonic()
    main()
    print(f"{time.monotonic() - began:.0f} s")
