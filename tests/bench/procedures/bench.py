"""A list of 400,000 lines: prepared and sealed by us, against plain COPY of the same lines into a bare table.

GONGYOU_DATABASE=postgresql://… (an empty database) .venv/bin/python tests/bench/procedures/bench.py [--lines 400000]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongyou.config.settings")
os.environ.setdefault("GONGYOU_DATA", tempfile.mkdtemp(prefix="gongyou-bench-"))

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from gongyou.institutions.procedures import queries, steps  # noqa: E402
from gongyou.institutions.procedures.tests.office import PROGRAMME, RULE  # noqa: E402
from gongyou.kernel.access import system_actor  # noqa: E402
from gongyou.kernel.actions import in_act  # noqa: E402
from gongyou.kernel.writing import writing  # noqa: E402
from gongyou.offices import queries as offices  # noqa: E402
from gongyou.offices.services import add_office  # noqa: E402
from gongyou.packkit.publishing import install_packs  # noqa: E402

AREA, CODE = "370000", "91370828MA3C1ABC0X"
PACKS = Path(__file__).resolve().parents[3] / "packs"


def lines(count: int) -> Iterator[steps.ListLine]:
    for n in range(count):
        columns = {"credit_code": CODE, "contact": "欧阳小山"}
        yield steps.ListLine(f"{n:018d}", f"第{n}制造有限公司", 100_00 + n, columns)


def office_path() -> str:
    actor = system_actor("bench")
    if AREA not in offices.areas():
        install_packs(actor, PACKS)
        add_office(
            actor, code=AREA, name="演示", name_en="", kind="department", parent_id=None, area=AREA, opens="08:30",
            closes="17:00", phone="", address="", operator="", is_place_sure=False, lon="", lat="",
        )  # fmt: skip
    return offices.root_of(AREA).path


def ours(count: int, path: str) -> tuple[float, float]:
    """Seconds to prepare and to seal."""
    actor, began = system_actor("bench"), time.perf_counter()
    with writing():
        made = in_act(
            "bench.prepare", actor,
            lambda act: steps.prepare_list(
                act, rule=RULE, office_path=path, programme=PROGRAMME, period="2025", run_ref=f"bench-{began}",
                title="名单", lines=lines(count),
            ), {},
        )  # fmt: skip
    prepared = time.perf_counter()
    with writing():
        sealed = in_act("bench.seal", actor, lambda act: steps.seal_list(act, list_id=made.id), {})
    over = time.perf_counter()
    assert sealed.count == count
    assert queries.totals_of(made.id).digest == sealed.digest
    return prepared - began, over - prepared


def plain_copy(count: int) -> float:
    """The same lines into a table without constraints, triggers or masks."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_plain")
        cursor.execute(
            "CREATE TABLE bench_plain (position int, subject text, name text, code text, contact text, fen bigint)"
        )
        began = time.perf_counter()
        with cursor.copy("COPY bench_plain FROM STDIN") as copy:
            for n, line in enumerate(lines(count)):
                copy.write_row((n, line.subject_key, line.name, *line.columns.values(), line.amount_fen))
        return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=400_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    call_command("migrate", verbosity=0)
    path = office_path()
    print(f"| {connection.vendor} lines | prepare s | seal s | plain COPY s | prepare / COPY |")
    for _ in range(given.rounds):
        prepare, seal = ours(given.lines, path)
        plain = plain_copy(given.lines) if connection.vendor == "postgresql" else 0.0
        ratio = f"{prepare / plain:.1f}" if plain else "–"
        print(f"| {given.lines:,} | {prepare:.1f} | {seal:.1f} | {plain:.1f} | {ratio} |", flush=True)


if __name__ == "__main__":
    main()
