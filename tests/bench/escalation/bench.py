"""The escalation pass over many open clocks of which one in a hundred is due: rungs per second, nothing twice.

GONGYOU_DATABASE=postgresql://… .venv/bin/python tests/bench/escalation/bench.py     an empty database of its own
… --clocks 100000                                                                     a short form
… --workers 2                                                                         two processes side by side
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

STATIONS = 29
AREA, PROGRAMME = "990101", "chair-as-station-master"
PACKS = Path(__file__).resolve().parents[3] / "packs"
SHARE = 100  # one in so many is due


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--clocks", type=int, default=1_000_000)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--only-climb", default="")
    chosen = options.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    with tempfile.TemporaryDirectory() as data:
        os.environ.setdefault("GONGYOU_DATA", data)
        os.environ.update(GONGYOU_PLAIN_STATIC="1", DJANGO_SETTINGS_MODULE="gongyou.config.settings")
        import django

        django.setup()
        if chosen.only_climb:
            _climb(datetime.fromisoformat(chosen.only_climb))
            return
        _run(chosen.clocks, chosen.workers)


def _run(clocks: int, workers: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", interactive=False, verbosity=0)
    now = _fill(clocks)
    due = clocks // SHARE
    began = time.monotonic()
    taken = _race(now, workers) if workers > 1 else _climb(now)
    spent = time.monotonic() - began
    twice, missing = _check(due)
    print("| database | open clocks | due | workers | rungs taken | s | rungs/s | twice | left |")
    print("|---|---|---|---|---|---|---|---|---|")
    cells = (
        connection.vendor,
        f"{clocks:,}",
        f"{due:,}",
        workers,
        f"{taken:,}",
        f"{spent:.1f}",
        f"{taken / spent:,.0f}",
        twice,
        missing,
    )
    print("| " + " | ".join(str(c) for c in cells) + " |")
    if twice or missing or taken != due:
        sys.exit(1)


def _climb(now: datetime) -> int:
    from gongyou.engines.casework.jobs import climb
    from gongyou.kernel import moment

    with moment.standing_at(now):
        taken = climb(limit=10**9)
    print(taken, file=sys.stderr)
    return taken


def _race(now: datetime, workers: int) -> int:
    command = [sys.executable, __file__, "--only-climb", now.isoformat()]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(workers)]
    return sum(int(process.communicate()[1].split()[-1]) for process in running)


def _fill(clocks: int) -> datetime:
    """Matters accepted and half way, each with its settle clock; one in a hundred is at its first rung now."""
    from django.db import connection

    from gongyou.engines.casework.models import Case, CaseEvent, Clock
    from gongyou.engines.casework.queries.definitions import running_name
    from gongyou.kernel import catalogue, moment
    from gongyou.kernel.access import system_actor
    from gongyou.kernel.bulk import insert_many
    from gongyou.kernel.ids import new_id
    from gongyou.offices.services import add_office
    from gongyou.packkit.loader import load_packs
    from gongyou.packkit.publishing import install_checked

    install_checked(system_actor("bench"), load_packs(PACKS)[0])
    root = add_office(system_actor("bench"), code=AREA, name="云山县总工会", kind="county", area=AREA)
    stations = [
        add_office(
            system_actor("bench"),
            code=f"{AREA}{n:02d}",
            name=f"第{n}站",
            kind="station",
            parent_id=root.id,
            area=AREA,
        )
        for n in range(1, STATIONS + 1)
    ]
    published = catalogue.current("running", running_name(AREA, PROGRAMME))
    assert published is not None
    now = datetime(
        2026, 6, 17, 10, tzinfo=moment.SHANGHAI
    )  # a Wednesday: the rungs fall on the same hours in every run
    nobody = UUID(int=0)
    made: dict[type, list[list[object]]] = {Case: [], CaseEvent: [], Clock: []}
    for number in range(clocks):
        place = stations[number % STATIONS]
        path = f"{AREA}/{number % STATIONS + 1:02d}/"
        is_due = number % SHARE == 0
        started = now - timedelta(days=2, seconds=number % 3600)
        due_at = started + timedelta(days=3, seconds=number % 86_400)
        rises_at = (
            now - timedelta(seconds=1 + number % 600) if is_due else now + timedelta(days=1, seconds=number)
        )
        case_id = new_id()
        made[Case].append(
            [
                case_id, f"{AREA}-26-{number:07d}-0", AREA, PROGRAMME, "appeal", published.hash, "appeal", "simple", "",
                "in_progress", 1, 3, started, started, "qr", "", place.id, path, place.id, path, due_at, False, due_at,
                False, "0117", "", "", False,
            ]
        )  # fmt: skip
        for seq, kind in enumerate(("received", "receipt_sent", "accepted"), start=1):
            data = {"class": "simple"} if seq == 1 else {}
            made[CaseEvent].append(
                [new_id(), case_id, seq, kind, started, nobody, "system", "", path, "", data]
            )
        made[Clock].append(
            [new_id(), case_id, "settle", 1, 1, started, 3, due_at, False, rises_at, [], [], ""]
        )
        if len(made[Case]) == 20_000 or number == clocks - 1:
            for model, rows in made.items():
                insert_many(model, COLUMNS[model.__name__], rows)
                rows.clear()
    with connection.cursor() as cursor:  # as the server leaves tables it has had for a while
        for table in ("casework_case", "casework_clock", "casework_caseevent"):
            cursor.execute(
                f"VACUUM ANALYZE {table}" if connection.vendor == "postgresql" else f"ANALYZE {table}"
            )
        if connection.vendor == "postgresql":
            cursor.execute("CHECKPOINT")
    return now


COLUMNS = {
    "Case": (
        "id", "number", "area", "programme", "type_id", "definition", "kind", "matter_class", "topic", "state", "round",
        "version", "received_at", "recorded_at", "channel", "place", "office_id", "office_path", "filed_office_id",
        "filed_office_path", "due_at", "is_provisional", "next_due_at", "is_anonymous", "phone_tail",
        "call_office_path", "closed_as", "is_about_child",
    ),
    "CaseEvent": (
        "id", "case_id", "seq", "kind", "at", "actor_id", "actor_kind", "actor_name", "office_path", "calendar", "data",
    ),
    "Clock": (
        "id", "case_id", "clock_id", "round", "number", "started_at", "budget", "due_at", "is_provisional", "rises_at",
        "rest_days", "paused_days", "edition",
    ),
}  # fmt: skip


def _check(due: int) -> tuple[int, int]:
    """(rungs taken twice, rungs of the due ones missing), counted from rows, events and records."""
    from django.db.models import Count

    from gongyou.engines.casework.models import CaseEvent, Rise
    from gongyou.kernel import audit
    from gongyou.kernel.models import AuditRecord, WorkItem

    twice = Rise.objects.values("clock", "step").annotate(n=Count("id")).filter(n__gt=1).count()
    events = CaseEvent.objects.filter(kind="escalated").count()
    records = AuditRecord.objects.filter(action="casework.climb_ladders", subject__startswith="case:").count()
    items = WorkItem.objects.filter(kind="casework.risen").count()
    assert events == records == items == Rise.objects.count(), (events, records, items)
    assert audit.verify().is_intact
    return twice, due - events


if __name__ == "__main__":
    main()
