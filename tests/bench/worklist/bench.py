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
from datetime import timedelta

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


def _fill(county: dict, size: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from gongyou.kernel.ids import new_id
    from gongyou.kernel.models import WorkItem

    have = WorkItem.objects.count()
    chance = random.Random(7)
    now = timezone.now()
    made: list[WorkItem] = []
    for number in range(have, size):
        place = chance.randrange(STATIONS)
        made.append(
            WorkItem(
                id=new_id(), office_id=county["stations"][place], office_path=county["paths"][place],
                kind="casework.settle", subject_id=new_id(), number=f"990101-26-{number % 1000000:06d}-0",
                title="诉求 · 办结", due_at=now + timedelta(seconds=chance.randrange(-10**6, 10**7)), opened_at=now,
            )
        )  # fmt: skip
        if len(made) == 20_000:
            WorkItem.objects.bulk_create(made, batch_size=2000)
            made.clear()
    WorkItem.objects.bulk_create(made, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE kernel_workitem" if connection.vendor == "postgresql" else "ANALYZE")


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
