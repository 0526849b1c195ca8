"""The whole sweep: from the decisions of every employer of a province to the bank's file."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum

from gongyou.engines.benefits import jobs as benefit_jobs
from gongyou.engines.benefits import queries, services
from gongyou.engines.benefits.models import Batch, BatchLine, Entitlement, Order, Round
from gongyou.engines.benefits.queries import batches
from gongyou.engines.benefits.tests import office as bed
from gongyou.engines.benefits.tests.office import Office, open_office
from gongyou.institutions.ledger.tests.bookkeeping import is_balanced
from gongyou.kernel import jobs, moment
from tests.bench.benefits.bench import made_run
from tests.yunshan.county import County

MINUTES = 10 * 60


@pytest.fixture
def rich_office(county: County, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(bed, "FUND", 10**15)
    with moment.standing_at(bed.NOW):
        yield open_office(county)


@contextmanager
def progress_of(table: str, column: str) -> Iterator[list[int]]:
    """What everybody could read of a row's progress after each time it was written down."""
    seen: list[int] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if sql.startswith(f'UPDATE "{table}"') and f'"{column}" = ' in sql:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT max({column}) FROM {table}")
                seen.append(cursor.fetchone()[0])
        return result

    with connection.execute_wrapper(watch):
        yield seen


def sweep(office: Office, employers: int, listed: int) -> tuple[list[int], list[int]]:
    """From a finished run to the bank's file, everything checked. Returns both rows of progress."""
    run_id = made_run(office, employers, listed)
    with progress_of("benefits_round", "rows_read") as read:
        view = services.take_in_run(office.maker, run_id=run_id)
        jobs.run_due()
    office.ask(view.id)
    approval = Round.objects.values_list("approval_id", flat=True).get(pk=view.id)
    assert approval is not None
    office.approve(approval)
    made = office.batch()
    approval = Batch.objects.values_list("approval_id", flat=True).get(pk=made.id)
    assert approval is not None
    with progress_of("benefits_batch", "file_lines") as written:
        office.approve(approval)
    _check(office, made.id, view.id, listed)
    return read, written


def _check(office: Office, batch_id: Any, round_id: Any, listed: int) -> None:
    """Every subject is owed what was decided, stands once in the file, and the books balance."""
    decided = Entitlement.objects.aggregate(fen=Sum("decided_fen"))["fen"]
    batch, row = Batch.objects.get(pk=batch_id), Round.objects.get(pk=round_id)
    assert (row.order_count, row.order_sum_fen) == (listed, decided) == (batch.line_count, batch.sum_fen)
    assert Order.objects.filter(state="batched", attempt=1, entitlement__decided_fen__gt=0).count() == listed
    assert BatchLine.objects.filter(batch=batch).values("account").distinct().count() == listed
    assert is_balanced()
    file = queries.bank_file(office.checker, batch.pk, purpose="核对")
    lines = list(csv.reader(file.content.decode("gb18030").splitlines()))[2:]
    assert len({line[1] for line in lines}) == len(lines) == listed
    assert all(line[3].startswith("6228") and len(line[3]) == 16 for line in lines)


def _is_growing(seen: list[int], last: int) -> bool:
    return len(seen) > 1 and seen == sorted(set(seen)) and seen[-1] == last


def test_a_sweep_shows_progress_on_its_way_to_the_bank_file(
    rich_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The short form of the sweep below: 1,000 employers with 400 on the list, in stretches of 100."""
    monkeypatch.setattr(benefit_jobs, "STRETCH", 100)
    monkeypatch.setattr(batches, "STRETCH", 100)
    read, written = sweep(rich_office, 1_000, 400)
    assert _is_growing(read, 400)
    assert _is_growing(written, 400)


@pytest.mark.long
def test_a_sweep_of_1m_employers_reaches_the_bank_file_in_minutes_with_progress(rich_office: Office) -> None:
    """A sweep of 1M employers with 400,000 on the list reaches the bank file on PostgreSQL in minutes with progress;
    SQLite does 50,000."""
    employers, listed = (1_000_000, 400_000) if connection.vendor == "postgresql" else (125_000, 50_000)
    began = time.perf_counter()
    read, written = sweep(rich_office, employers, listed)
    assert time.perf_counter() - began < MINUTES
    assert _is_growing(read, listed)
    assert _is_growing(written, listed)
