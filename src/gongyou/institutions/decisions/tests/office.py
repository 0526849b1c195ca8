"""A policy office of the test county, its tables, and runs through the real services."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from uuid import UUID

from gongyou.institutions.decisions.definitions import Order
from gongyou.institutions.decisions.queries import RunView, run_of
from gongyou.institutions.decisions.receiving import receive_tables
from gongyou.institutions.decisions.services import keep_snapshot, order_run
from gongyou.kernel import jobs
from gongyou.kernel.access import Actor, system_actor
from gongyou.packkit.releases import policy_release
from gongyou.packkit.services import publish_releases
from gongyou.policy.cases import credit_code
from tests.yunshan.county import County, _repository_packs

PROGRAMME = "stabilisation-refund"
ON = date(2025, 9, 1)
GOOD, CUTTING, VAGUE, PUBLIC = (credit_code(n) for n in (901, 902, 903, 904))
"""Who is paid; who laid off 61 of 1,000; whose average is missing; who is not covered."""

COLUMNS = (
    "employer_id", "name", "kind", "industry", "staff_count", "revenue_wan", "assets_wan", "insured_start_count",
    "insured_end_count", "insured_average", "benefit_recipient_count", "retired_or_died_count",
    "is_seriously_dishonest", "is_zombie", "is_abnormal", "is_labour_dispatch", "has_applied", "account_no",
)  # fmt: skip


def publish_policy(county: County, programme: str = PROGRAMME) -> None:
    """The repository's policy in force in the test county, with the nation's values."""
    release = policy_release(_repository_packs(), programme, county.area)
    publish_releases(system_actor("tests"), releases=(release,))


def employer(subject: str, **facts: object) -> dict[str, object]:
    given = {
        "employer_id": subject, "name": "独角兽风筝厂", "kind": "enterprise", "industry": "C24", "staff_count": 40,
        "revenue_wan": 900, "assets_wan": 400, "insured_start_count": 40, "insured_end_count": 40,
        "insured_average": "40", "benefit_recipient_count": 0, "retired_or_died_count": 0,
        "is_seriously_dishonest": "否", "is_zombie": "否", "is_abnormal": "否", "is_labour_dispatch": "否",
        "has_applied": "否", "account_no": "",
    }  # fmt: skip
    return {**given, **facts}


EMPLOYERS = (
    employer(GOOD),
    employer(
        CUTTING, staff_count=1200, revenue_wan=50000, insured_average="1000", benefit_recipient_count=61
    ),
    employer(VAGUE, insured_average=""),
    employer(PUBLIC, kind="public_institution"),
)


def tables(folder: Path, *employers: Mapping[str, object], months: int = 12) -> dict[str, Path]:
    """Both tables as CSV files; every employer paid 3,000 yuan for each month."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = employers or EMPLOYERS
    own, paid = folder / "employers.csv", folder / "contributions.csv"
    with own.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([[row[c] for c in COLUMNS] for row in rows])
    with paid.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["employer_id", "month", "due_yuan", "paid_yuan", "late_fee_yuan", "paid_on"])
        for row in rows:
            for month in range(1, months + 1):
                writer.writerow(
                    [
                        row["employer_id"],
                        f"2024-{month:02d}",
                        "3000.00",
                        "3000.00",
                        "0.00",
                        f"2024-{month:02d}-15",
                    ]
                )
    return {path.name: path for path in (own, paid)}


def snapshot(actor: Actor, office_id: UUID, files: Mapping[str, Path], on: date = ON) -> UUID:
    received = receive_tables(actor, office_id=office_id, programme=PROGRAMME, on=on, files=files)
    return keep_snapshot(actor, tables=received).id


def finished(actor: Actor, order: Order) -> RunView:
    """Ordered and run by the queue."""
    run = order_run(actor, order=order)
    jobs.run_due()
    return run_of(actor, run.id)
