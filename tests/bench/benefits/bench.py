"""From 1,000,000 decisions with 400,000 on the list to the bank's file; the load and the posting against plain COPY.

Two comparisons of the load. "Lean": decisions and payables as somebody without our tables would keep them, written row by
row from Python. "Same rows" (PostgreSQL): the decisions, and every line, account, entitlement,
payment and transfer that ours wrote, ready as text, into tables without index, constraint or trigger in one transaction;
ours whole, with reading the run, sealing accounts and every guard.

GONGYOU_DATABASE=postgresql://… .venv/bin/python tests/bench/benefits/bench.py          an empty database
.venv/bin/python tests/bench/benefits/bench.py --decisions 125000 --paid 50000          SQLite
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
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
    options.add_argument("--no-returns", action="store_true", help="end when the batch was sent")
    chosen = options.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    with tempfile.TemporaryDirectory() as data:
        os.environ.update(
            GONGYOU_DATA=data, GONGYOU_PLAIN_STATIC="1", DJANGO_SETTINGS_MODULE="gongyou.config.settings"
        )
        import django

        django.setup()
        _run(chosen.decisions, chosen.paid, is_answered=not chosen.no_returns)


@contextmanager
def timed(name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    TOOK[name] = TOOK.get(name, 0) + time.perf_counter() - began
    print(f"  {name}: {TOOK[name]:.1f} s", file=sys.stderr)


def _run(decisions: int, paid: int, *, is_answered: bool) -> None:
    from django.core.management import call_command
    from django.db import connection

    from gongyou.engines.benefits.models import Batch, Order
    from gongyou.engines.benefits.steps import taking
    from gongyou.institutions.ledger.tests.bookkeeping import is_balanced

    call_command("migrate", interactive=False, verbosity=0)
    office = _office()
    _before(office, decisions, paid)
    run_id = made_run(office, decisions, paid)
    progress = _show_progress()
    _watch(taking, "take_accounts", "accounts written")
    round_id = _listed(office, run_id)
    with timed("approved: entitlements, payments, books"):
        _approve(office, "benefits.round", round_id)
    whole = TOOK["decisions → lines"] + TOOK["approved: entitlements, payments, books"]
    ratios = [("load, whole, against the lean COPY", whole / TOOK["plain COPY of the same rows"])]
    if connection.vendor == "postgresql":
        plain = _same_rows(decisions)
        ratios.append(("load, whole, against COPY of the same rows", whole / plain))
    with timed("batch of payments, sealed, put up"):
        made = office.batch()
    with timed("approved: bank file written and sealed"):
        _approve(office, "benefits.batch", made.id)
    progress.set()
    _send(office, made.id)
    if is_answered:
        _answered(office, made.id)
    if connection.vendor == "postgresql":
        plain = _copied({"ledger_transfer": _SENT}, 0)
        print(f"  plain COPY of the transfers sent: {plain:.1f} s", file=sys.stderr)
        ratios.append(
            ("batch posted, against COPY of the same transfers", TOOK["sent: transfers posted"] / plain)
        )
    row = Batch.objects.get(pk=made.id)
    ended = Order.objects.filter(state="paid" if is_answered else "sent").count()
    assert (row.line_count, ended) == (paid, paid)
    assert is_balanced()
    print("| database | decisions | paid | step | s |\n|---|---|---|---|---|")
    for name, seconds in TOOK.items():
        print(f"| {connection.vendor} | {decisions:,} | {paid:,} | {name} | {seconds:.1f} |")
    for name, ratio in ratios:
        print(f"{name}: {ratio:.2f} (goal of the load: at most 3)")


def _show_progress() -> threading.Event:
    """Print what everybody can see of the round and the batch while they are worked on, until the event is set."""
    over = threading.Event()

    def look() -> None:
        from django.db import connection

        from gongyou.engines.benefits.models import Batch, Round

        shown = ""
        while not over.wait(1.0):
            row = Round.objects.values_list("rows_read", "rows_total", "state").first()
            batch = Batch.objects.values_list("file_lines", "line_count", "state").first()
            found = f"    progress: decisions read {row}, lines of the bank's file {batch}"
            if found != shown:
                print(found, file=sys.stderr, flush=True)
            shown = found
        connection.close()

    threading.Thread(target=look, daemon=True).start()
    return over


_SENT = "SELECT * FROM ledger_transfer WHERE kind = 'send'"
_WRITTEN = {
    f"benefits_{name}": f"SELECT * FROM benefits_{name}"
    for name in ("line", "subjectaccount", "entitlement", "order")
} | {"ledger_transfer": "SELECT * FROM ledger_transfer"}


def _same_rows(decisions: int) -> float:
    seconds = _copied(_WRITTEN, decisions)
    TOOK["plain COPY of every row ours wrote"] = seconds
    print(f"  plain COPY of every row ours wrote: {seconds:.1f} s", file=sys.stderr)
    return seconds


def _copied(queries: dict[str, str], decisions: int) -> float:
    """Seconds to write rows, ready as COPY's own text, into bare tables, committed."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        texts = {}
        for table, query in queries.items():
            with cursor.copy(f"COPY ({query}) TO STDOUT") as out:
                texts[table] = b"".join(bytes(some) for some in out)
            cursor.execute(f"CREATE TABLE plain_{table} AS SELECT * FROM {table} WITH NO DATA")
        if decisions:
            cursor.execute("CREATE TABLE plain_decision (subject text, outcome text, amount_fen bigint)")
            texts["decision"] = "".join(f"91{n:016d}\teligible\t216000\n" for n in range(decisions)).encode()
        began = time.perf_counter()
        with transaction.atomic():
            for table, text in texts.items():
                with cursor.copy(f"COPY plain_{table} FROM STDIN") as copy:
                    for start in range(0, len(text), 1 << 20):
                        copy.write(text[start : start + (1 << 20)])
        took = time.perf_counter() - began
        for table in texts:
            cursor.execute(f"DROP TABLE plain_{table}")
    return took


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


def made_run(office: Any, decisions: int, paid: int) -> Any:
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
    from gongyou.engines.benefits import services

    with timed("sent: transfers posted"):
        services.send_batch(office.checker, batch_id=batch_id)


def _answered(office: Any, batch_id: Any) -> None:
    from gongyou.engines.benefits import queries, services
    from gongyou.engines.benefits.models import Batch
    from gongyou.engines.benefits.tests.office import return_csv

    with tempfile.TemporaryDirectory() as folder:
        path = return_csv(Batch.objects.get(pk=batch_id), Path(folder) / "r.csv")
        with timed("return file read and posted"):
            digest, read = queries.read_return_file(office.checker, batch_id, path)
            services.receive_returns(
                office.checker, batch_id=batch_id, name="r.csv", digest=digest, read=read
            )


if __name__ == "__main__":
    main()
