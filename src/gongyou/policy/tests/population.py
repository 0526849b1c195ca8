"""Random employers with everything that goes wrong in real tables."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from gongyou.policy.cases import credit_code

Rows = list[dict[str, str]]
PACKS = Path(__file__).parents[4] / "packs"

KINDS = (
    *("enterprise",) * 3,
    "social_group",
    "foundation",
    "social_service",
    "law_firm",
    "accounting_firm",
    "sole_trader",
    "public_institution",
)
INDUSTRIES = (
    *(
        "A01",
        "B06",
        "C",
        "C13",
        "D44",
        "E47",
        "F",
        "F51",
        "F52",
        "G53",
        "G54",
        "G59",
        "G591",
        "G592",
        "G60",
        "H61",
    ),
    *(
        "H62",
        "I63",
        "I64",
        "I65",
        "J66",
        "K701",
        "K7010",
        "K702",
        "K703",
        "K704",
        "L72",
        "M73",
        "N77",
        "O80",
        "P83",
    ),
    *("Q84", "Q85", "R86", "S91"),
)

DISPATCHES = ("employer_id", "user_id", "user_kind", "user_size", "dispatched_paid_yuan")


def employer(number: int, **changed: str) -> dict[str, str]:
    """An eligible small firm; `changed` cells replace its own."""
    row = {
        "employer_id": credit_code(number),
        "name": f"第{number}厂",
        "kind": "enterprise",
        "industry": "C13",
        "staff_count": "100",
        "revenue_wan": "1000",
        "assets_wan": "500",
        "insured_start_count": "100",
        "insured_end_count": "100",
        "insured_average": "100",
        "benefit_recipient_count": "0",
        "retired_or_died_count": "0",
        "is_seriously_dishonest": "false",
        "is_zombie": "false",
        "is_abnormal": "false",
        "is_labour_dispatch": "false",
        "has_applied": "",
        "account_no": "6222",
    }
    assert set(changed) <= set(row), changed
    return row | changed


def months(number: int, year: int, count: int = 12, **changed: str) -> Rows:
    """Months of a year, each paid in full on its 15th."""
    rows = []
    for month in range(1, count + 1):
        row = {
            "employer_id": credit_code(number),
            "month": f"{year}-{month:02d}",
            "due_yuan": "750.00",
            "paid_yuan": "750.00",
            "late_fee_yuan": "0.00",
            "paid_on": f"{year}-{month:02d}-15",
        }
        assert set(changed) <= set(row), changed
        rows.append(row | changed)
    return rows


def write_table(path: Path, rows: Rows, columns: Sequence[str] = ()) -> None:
    names = list(columns or rows[0])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def write_facts(folder: Path, employers: Rows, contributions: Rows) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    write_table(folder / "employers.csv", employers, list(employer(1)))
    write_table(folder / "contributions.csv", contributions, list(months(1, 2024, 1)[0]))
    return folder


def random_facts(folder: Path, count: int, on: date, seed: int) -> Path:
    """`count` employers around every threshold, with missing cells, odd months and bad rows."""
    chance = random.Random(seed)
    employers: Rows = []
    contributions: Rows = []
    for number in range(count):
        employers.append(_random_employer(chance, number))
        contributions += _random_months(chance, number, on.year - 1)
    contributions += [dict(c) for c in contributions[:1]]  # one key twice
    employers.append(employer(count, kind="nonsense"))
    write_facts(folder, employers, contributions)
    sent = [row for number in range(count) for row in _random_dispatches(chance, employers[number])]
    write_table(folder / "dispatches.csv", sent, DISPATCHES)
    return folder


def _random_employer(chance: random.Random, number: int) -> dict[str, str]:
    start = chance.choice([0, 1, 29, 30, 31, 200, 1000, chance.randrange(3000)])
    average = chance.choice([str(start), f"{start}.5", f"{start}.123456", "30", "30.000001", "0"])
    cells = {
        "kind": chance.choice(KINDS),
        "industry": chance.choice(INDUSTRIES),
        "staff_count": str(chance.choice([4, 5, 9, 10, 19, 20, 99, 100, 299, 300, 999, 1000, 2000])),
        "revenue_wan": chance.choice(
            ["49.99", "50", "99.999999", "300", "2000", "40000", "200000", "1,000.5"]
        ),
        "assets_wan": chance.choice(["99", "100", "5000", "8000", "120000", "0"]),
        "insured_start_count": str(start),
        "insured_end_count": str(max(0, start + chance.randrange(-60, 20))),
        "insured_average": average,
        "benefit_recipient_count": str(chance.choice([0, 1, 5, 6, 11, 40, 55, 56])),
        "retired_or_died_count": str(chance.choice([0, 1, 3])),
        "is_seriously_dishonest": chance.choice(["false"] * 8 + ["true", "是"]),
        "is_zombie": chance.choice(["0"] * 9 + ["1"]),
        "is_abnormal": chance.choice(["否"] * 5 + ["是"]),
        "is_labour_dispatch": chance.choice(["false"] * 5 + ["true"]),
        "has_applied": chance.choice(["", "true", "false"]),
    }
    for name in cells:
        if chance.random() < 0.03:
            cells[name] = ""
    return employer(number, **cells)


def _random_dispatches(chance: random.Random, firm: dict[str, str]) -> Rows:
    """Dispatchers name who uses their workers; now and then somebody else does, or a cell is missing or unreadable."""
    is_dispatcher = firm["is_labour_dispatch"] == "true"
    rows: Rows = []
    for number in range(chance.choice([0, 1, 2, 3]) if is_dispatcher else chance.choice([0] * 40 + [1])):
        cells = {
            "employer_id": firm["employer_id"],
            "user_id": f"U{number}",
            "user_kind": chance.choice(["employer", "employer", "employer", "public_institution"]),
            "user_size": chance.choice(["large", "sme", "sme"]),
            "dispatched_paid_yuan": f"{chance.randrange(0, 30_000_000) / 100:.2f}",
        }
        if chance.random() < 0.1:
            cells[chance.choice(["user_kind", "user_size", "dispatched_paid_yuan"])] = chance.choice(
                ["", "?"]
            )
        rows.append(cells)
    return rows


def _random_months(chance: random.Random, number: int, year: int) -> Rows:
    rows: Rows = []
    for owed in range(year - 1, year + 2):
        for row in months(number, owed, chance.choice([0, 11, 12, 12])):
            due = chance.randrange(1, 10_000_000)
            short = chance.choice([0] * 12 + [1, -1, due])
            row |= {"due_yuan": f"{due / 100:.2f}", "paid_yuan": f"{max(0, due - short) / 100:.2f}"}
            if chance.random() < 0.03:
                row["paid_on"] = chance.choice([f"{year}-12-31", f"{year + 1}-01-01", ""])
            if chance.random() < 0.004:
                row[chance.choice(["due_yuan", "paid_yuan", "paid_on"])] = chance.choice(["", "abc"])
            rows.append(row)
    return rows
