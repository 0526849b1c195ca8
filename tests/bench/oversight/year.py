"""A labelled year: injuries at work that were settled as medical, among those of home, sport and traffic.

Harmless look-alikes are in it on purpose: night workers who are hurt at home, colleagues who come along from a game,
couriers in traffic, honest claims that are still open. Everything follows from one seed.
"""

# ruff: noqa: DTZ001 — files carry Beijing time without a zone

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

INDUSTRIES = ("C27", "C33", "B06", "E47", "G54", "I64", "F52", "P83", "Q84", "O80")
HEADS = {
    "settlements": (
        "settlement_id", "person_id", "hospital", "visit_kind", "visited_at", "discharged_on", "icd10", "external_cause",
        "stated_cause", "pledges_no_third_party", "companion_id", "fund", "paid_yuan",
    ),
    "employments": ("person_id", "employer_id", "from_on", "until_on", "industry", "job"),
    "attendance": ("person_id", "employer_id", "shift_start_at", "shift_end_at"),
    "injury_claims": ("person_id", "injured_on", "decided_on", "outcome"),
}  # fmt: skip
WORK_WOUNDS = ("S05.6", "T15.0", "S61.0", "S67.0", "S68.1", "T23.2", "S06.0", "S32.0", "S93.4")
OTHER_WOUNDS = ("S93.4", "S52.5", "S61.0", "S01.8", "S82.6", "S05.0", "S00.9", "T23.0")


@dataclass
class Year:
    """Rows by table, and the settlements by which the medical fund paid for an injury at work."""

    rows: dict[str, list[tuple[str, ...]]] = field(default_factory=lambda: {name: [] for name in HEADS})
    hidden: set[str] = field(default_factory=set)

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, head in HEADS.items():
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([head, *self.rows[name]])


@dataclass(frozen=True)
class Worker:
    person: str
    employer: str
    industry: str
    is_night: bool


def make_year(people: int, seed: int = 7) -> Year:
    """`people` persons; about one in six is hurt, one in twelve of those at work without a claim."""
    chance = random.Random(seed)
    year = Year()
    workers: dict[str, Worker] = {}
    for n in range(people):
        if chance.random() < 0.65:
            employer = f"E{chance.randrange(max(3, people // 40)):05d}"
            industry = INDUSTRIES[int(employer[1:]) % len(INDUSTRIES)]
            workers[f"P{n:06d}"] = Worker(f"P{n:06d}", employer, industry, chance.random() < 0.3)
    for one in workers.values():
        year.rows["employments"].append((one.person, one.employer, "2020-03-01", "", one.industry, ""))
    mates: dict[str, list[str]] = {}
    for one in workers.values():
        mates.setdefault(one.employer, []).append(one.person)
    for n in range(people):
        if chance.random() < 0.16:
            _hurt(chance, year, f"P{n:06d}", workers.get(f"P{n:06d}"), mates)
        elif chance.random() < 0.3:
            _settled(
                chance, year, f"P{n:06d}", _any_time(chance), "J06.9", "", "感冒", "", "resident_medical"
            )
    return year


def _hurt(
    chance: random.Random, year: Year, person: str, worker: Worker | None, mates: dict[str, list[str]]
) -> None:
    kinds = ("home", "sport", "traffic", "work", "claimed") if worker else ("home", "sport", "traffic")
    weights = (45, 20, 15, 10, 10)[: len(kinds)]
    kind = chance.choices(kinds, weights)[0]
    fund = "employee_medical" if worker and chance.random() < 0.95 else "resident_medical"
    if worker and kind in ("work", "claimed"):
        _at_work(chance, year, worker, mates, fund, is_claimed=kind == "claimed")
        return
    at = _any_time(chance)
    if worker:
        for _ in range(6):  # most people are hurt in their own time
            start, end = _shift(worker, at.date())
            if not start <= at <= end or chance.random() < 0.12:
                break
            at = _any_time(chance)
        _attend(year, worker, at.date())
    causes = {"home": ("W01", "W10", "W18", "W26", ""), "sport": ("W51", "Y93", "W21", "W18", ""),
              "traffic": ("V23", "V43", "V03", "V13", "")}  # fmt: skip
    cause = chance.choices(causes[kind], (30, 20, 20, 12, 18))[0]
    friend = ""
    if worker and chance.random() < (0.25 if kind == "sport" else 0.05):
        friend = chance.choice(mates[worker.employer])
    told = {"home": "在家摔倒", "sport": "打球受伤", "traffic": "骑车被撞"}[kind]
    _settled(chance, year, person, at, chance.choice(OTHER_WOUNDS), cause, told, friend, fund)


def _at_work(
    chance: random.Random,
    year: Year,
    worker: Worker,
    mates: dict[str, list[str]],
    fund: str,
    *,
    is_claimed: bool,
) -> None:
    day = date(2024, 1, 1) + timedelta(days=chance.randrange(330))
    start, end = _shift(worker, day)
    _attend(year, worker, day)
    when = chance.random()
    if when < 0.6:
        at = start + (end - start) * chance.random()
    elif when < 0.85:
        at = end + timedelta(minutes=chance.randrange(5, 300))
    else:
        at = end + timedelta(hours=chance.randrange(8, 20))
    wound = chance.choices(WORK_WOUNDS, (16, 10, 14, 14, 8, 10, 8, 8, 12))[0]
    cause = chance.choices(("W31", "W45", "W20", "", "W18", "W01"), (20, 10, 12, 33, 15, 10))[0]
    friend = chance.choice(mates[worker.employer]) if chance.random() < 0.55 else ""
    first = _settled(chance, year, worker.person, at, wound, cause, "在家弄伤", friend, fund)
    settled = [first]
    if chance.random() < 0.45:
        again = "牙签扎伤" if chance.random() < 0.5 else "在家弄伤"
        later = at + timedelta(days=chance.randrange(2, 25))
        settled.append(_settled(chance, year, worker.person, later, wound, cause, again, "", fund))
    if not is_claimed:
        year.hidden.update(settled)
        return
    # An honest claim: half of them are decided before the visit is settled; the others after, and what the medical
    # fund paid until then must come back.
    is_before = chance.random() < 0.5
    decided = at.date() if is_before else at.date() + timedelta(days=40)
    if not is_before:
        year.hidden.update(settled)
    year.rows["injury_claims"].append((worker.person, day.isoformat(), decided.isoformat(), "recognised"))


def _settled(
    chance: random.Random, year: Year, person: str, at: datetime, icd10: str, cause: str, told: str, friend: str,
    fund: str,
) -> str:  # fmt: skip
    name = f"S{len(year.rows['settlements']):07d}"
    pledge = "true" if icd10[0] in "ST" and chance.random() < 0.9 else ""
    paid = f"{chance.randrange(5_000, 900_000) / 100:.2f}"
    year.rows["settlements"].append(
        (name, person, f"H{chance.randrange(12)}", "outpatient", at.isoformat(timespec="minutes"), "", icd10, cause,
         told, pledge, friend if friend != person else "", fund, paid)
    )  # fmt: skip
    return name


def _any_time(chance: random.Random) -> datetime:
    return datetime(2024, 1, 1) + timedelta(
        days=chance.randrange(330), hours=chance.randrange(6, 23), minutes=chance.randrange(60)
    )


def _shift(worker: Worker, day: date) -> tuple[datetime, datetime]:
    start = datetime(day.year, day.month, day.day, 20 if worker.is_night else 8)
    return start, start + timedelta(hours=10)


def _attend(year: Year, worker: Worker, around: date) -> None:
    for shift in range(-2, 3):
        start, end = _shift(worker, around + timedelta(days=shift))
        row = (
            worker.person,
            worker.employer,
            start.isoformat(timespec="minutes"),
            end.isoformat(timespec="minutes"),
        )
        year.rows["attendance"].append(row)


def judged(hidden: set[str], clues: Iterable[tuple[list[str], int]], threshold: int) -> tuple[int, int, int]:
    """(right clues, all clues, hidden injuries' settlements found) at a threshold; clues: settlements and score."""
    kept = [ids for ids, score in clues if score >= threshold]
    right = sum(any(i in hidden for i in ids) for ids in kept)
    return right, len(kept), len({i for ids in kept for i in ids if i in hidden})
