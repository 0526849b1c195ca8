"""From 1,000,000 decisions with 400,000 on the list to the bank's file; the load against plain COPY.

GONGYOU_DATABASE=postgresql://… .venv/bin/python tests/bench/benefits/bench.py          an empty database
.venv/bin/python tests/bench/benefits/bench.py --decisions 125000 --paid 50000          SQLite
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

TOOK: dict[str, float] = {}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--decisions", type=int, default=1_000_000)
    options.add_argument("--paid", type=int, default=400_000)
    chosen = options.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    with tempfile.TemporaryDirectory() as data:
        os.environ.update(
            GONGYOU_DATA=data, GONGYOU_PLAIN_STATIC="1", DJANGO_SETTINGS_MODULE="gongyou.config.settings"
        )
        import django

        django.setup()
        _run(chosen.decisions, chosen.paid)


@contextmanager
def timed(name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    TOOK[name] = TOOK.get(name, 0) + time.perf_counter() - began
    print(f"  {name}: {TOOK[name]:.1f} s", file=sys.stderr)


def _run(decisions: int, paid: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from gongyou.engines.benefits.models import Batch, Order
    from gongyou.engines.benefits.steps import taking
    from gongyou.institutions.ledger.tests.bookkeeping import is_balanced

    call_command("migrate", interactive=False, verbosity=0)
    office = _office()
    _before(office, decisions, paid)
    run_id = _made_run(office, decisions, paid)
    _watch(taking, "take_accounts", "accounts sealed")
    round_id = _listed(office, run_id)
    with timed("approved: entitlements, payments, books"):
        _approve(office, "benefits.round", round_id)
    load = (
        TOOK["decisions → lines"] + TOOK["approved: entitlements, payments, books"] - TOOK["accounts sealed"]
    )
    with timed("batch of payments, sealed, put up"):
        made = office.batch()
    with timed("approved: bank file written and sealed"):
        _approve(office, "benefits.batch", made.id)
    _send(office, made.id)
    row = Batch.objects.get(pk=made.id)
    assert (row.line_count, Order.objects.filter(state="paid").count()) == (paid, paid)
    assert is_balanced()
    print("| database | decisions | paid | step | s |\n|---|---|---|---|---|")
    for name, seconds in TOOK.items():
        print(f"| {connection.vendor} | {decisions:,} | {paid:,} | {name} | {seconds:.1f} |")
    print(f"\nload against plain COPY: {load / TOOK['plain COPY of the same rows']:.2f} (goal: at most 3)")


def _watch(module: Any, name: str, step: str) -> None:
    """Time one function inside another step."""
    plain = getattr(module, name)
    TOOK[step] = 0.0

    def watched(*given: Any, **named: Any) -> Any:
        began = time.perf_counter()
        found = plain(*given, **named)
        TOOK[step] += time.perf_counter() - began
        return found

    setattr(module, name, watched)


def _office() -> Any:
    from gongyou.engines.benefits.tests import office as bed
    from gongyou.kernel.access import system_actor
    from gongyou.offices import queries as offices
    from gongyou.offices.services import add_office

    area = "990101"
    root = add_office(system_actor("bench"), code=area, name="云山县总工会", kind="county", area=area)
    bed.FUND = 10**15
    return bed.open_office(SimpleNamespace(area=area, root=offices.office(root.id)))  # type: ignore[arg-type]


def _before(office: Any, decisions: int, paid: int) -> None:
    """The same number of rows by plain COPY (SQLite: one prepared insert) into tables without a check."""
    from django.db import connection, transaction

    from gongyou.kernel.ids import new_id

    is_copy = connection.vendor == "postgresql"
    key = "uuid" if is_copy else "text"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE plain_decision (subject text, outcome text, amount_fen bigint)")
        cursor.execute(f"CREATE TABLE plain_payable (id {key}, subject text, name text, amount_fen bigint)")
        one = ((f"91{n:016d}", "eligible", 216_000) for n in range(decisions))
        two = (
            (new_id() if is_copy else new_id().hex, f"91{n:016d}", "独角兽风筝厂", 216_000)
            for n in range(paid)
        )
        with timed("plain COPY of the same rows"), transaction.atomic():
            for table, rows, width in (("plain_decision", one, 3), ("plain_payable", two, 4)):
                if is_copy:
                    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                        for row in rows:
                            copy.write_row(row)
                else:
                    cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * width)})", rows)
        cursor.execute("DROP TABLE plain_decision")
        cursor.execute("DROP TABLE plain_payable")


def _made_run(office: Any, decisions: int, paid: int) -> Any:
    import duckdb

    from gongyou.engines.benefits.tests.office import LAW_ON, PROGRAMME
    from gongyou.institutions.decisions import vault
    from gongyou.institutions.decisions.models import PolicyRun, Snapshot
    from gongyou.institutions.decisions.pinned import nearest_policy
    from gongyou.kernel import moment
    from gongyou.kernel.ids import new_id
    from tests.bench.policy.facts import write_employers

    with vault.workspace() as folder:
        source, target = folder / "employers.parquet", folder / "decisions.parquet"
        with duckdb.connect() as con:
            write_employers(con, source, decisions)
            con.execute(
                "COPY (SELECT employer_id AS subject_id, CASE WHEN row_number() OVER () <= ? THEN 'eligible'"
                " ELSE 'ineligible' END AS outcome, CASE WHEN row_number() OVER () <= ? THEN"
                " 100000 + (hash(employer_id) % 900000)::BIGINT END AS amount_fen"
                f" FROM (SELECT employer_id FROM '{source}' ORDER BY hash(employer_id)))"
                f" TO '{target}' (FORMAT parquet)",
                [paid, paid],
            )
            con.execute(
                "COPY (SELECT * REPLACE ('6228' || lpad((hash(employer_id) % 1000000000000)::VARCHAR, 12, '0')"
                f" AS account_no) FROM '{source}') TO '{folder}/e.parquet' (FORMAT parquet)"
            )
        (folder / "e.parquet").replace(source)
        files = {"employers.parquet": vault.put(source)}
        result = vault.put(target)
    path = office.county.root.path
    snapshot = Snapshot.objects.create(
        programme=PROGRAMME, area=office.area, office_path=path, digest=new_id().hex * 2, files=files, sizes={},
        counts={}, profile="", rejects="", taken_by=office.maker.id, taken_by_name="", taken_at=moment.now(),
    )  # fmt: skip
    return PolicyRun.objects.create(
        run_key=new_id().hex * 2, programme=PROGRAMME, area=office.area, office_path=path,
        content=nearest_policy(office.area, PROGRAMME).hash, snapshot=snapshot, law_on=LAW_ON,
        fact_from=date(2025, 1, 1), fact_until=date(2025, 12, 31), engine_version="bench", ordered_by=office.maker.id,
        ordered_by_name="", ordered_at=moment.now(), state="done", values_hash="b", fingerprint="b",
        finished_at=moment.now(), rows=decisions, eligible=paid, ineligible=decisions - paid,
        results={"decisions.parquet": result},
    ).pk  # fmt: skip


def _listed(office: Any, run_id: Any) -> Any:
    from gongyou.engines.benefits import services
    from gongyou.kernel import jobs

    with timed("decisions → lines"):
        view = services.take_in_run(office.maker, run_id=run_id)
        jobs.run_due()
    with timed("list and approval"):
        office.ask(view.id)
    return view.id


def _approve(office: Any, kind: str, about: Any) -> None:
    from gongyou.institutions.procedures.queries import approval_of

    found = approval_of(kind, about)
    assert found
    office.approve(found.id)


def _send(office: Any, batch_id: Any) -> None:
    from gongyou.engines.benefits import queries, services
    from gongyou.engines.benefits.models import Batch
    from gongyou.engines.benefits.tests.office import return_csv

    with timed("sent: transfers posted"):
        services.send_batch(office.checker, batch_id=batch_id)
    with tempfile.TemporaryDirectory() as folder:
        path = return_csv(Batch.objects.get(pk=batch_id), Path(folder) / "r.csv")
        with timed("return file read and posted"):
            digest, read = queries.read_return_file(office.checker, batch_id, path)
            services.receive_returns(
                office.checker, batch_id=batch_id, name="r.csv", digest=digest, read=read
            )


if __name__ == "__main__":
    main()
