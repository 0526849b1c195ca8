"""kill -9 of the office's processes while they seal, post and read return files; two clerks click at once."""

from __future__ import annotations

import json
import os
import pickle
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections

from gongyou.engines.benefits.tests.office import NOW, RULES, Office, open_office, stands
from gongyou.engines.benefits.tests.under_fire import Fire, Item
from gongyou.kernel import audit, moment
from gongyou.policy.cases import credit_code
from tests.yunshan.county import County

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[5]
PROGRAM = (
    "import sys, django; django.setup();"
    " from gongyou.engines.benefits.tests.under_fire import main; main(sys.argv[1])"
)
TOUCHED = {"seal list", "seal batch", "read returns", "job", "send"}
"""What the long form's kills must have hit: sealing, posting (by jobs and by sending), reading return files."""


def items(office: Office, seed: int, subjects: int, runs: int) -> tuple[Item, ...]:
    """A run, then single subjects computed again and further runs, each with other amounts."""
    dice = random.Random(seed)
    names = [credit_code(number) for number in range(801, 801 + subjects)]
    none = dict.fromkeys(names[::5], "")
    found = []
    for number in range(runs):
        only = dice.choice(names) if number % 2 else ""
        amounts: dict[str, int | None] = {
            name: dice.choice((None, 0, dice.randrange(1, 90000), dice.randrange(1, 90000))) for name in names
        }
        if only:
            amounts = {only: amounts[only] or 777}
        found.append(Item(office.run_of(amounts, only=only, accounts=none), amounts, only))
    return tuple(found)


def said_last(all_items: tuple[Item, ...]) -> dict[str, int]:
    said: dict[str, int] = {}
    for item in all_items:
        said.update({subject: fen for subject, fen in item.amounts.items() if fen is not None})
    return said


def under_fire(
    county: County, folder: Path, *, seed: int, subjects: int, runs: int, **fire: Any
) -> dict[str, Any]:
    with moment.standing_at(NOW):
        office = open_office(county, replace(RULES, publicity="list"))
        wanted = items(office, seed, subjects, runs)
    with (folder / "fire.pickle").open("wb") as file:
        pickle.dump(Fire(office, wanted, seed, **fire), file)
    given = connection.settings_dict
    at = f"sqlite:///{given['NAME']}"
    if connection.vendor == "postgresql":
        at = f"postgresql://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"
    connections.close_all()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)],
        env={**os.environ, "GONGYOU_DATA": str(settings.DATA_DIR), "GONGYOU_DATABASE": at, "GONGYOU_LOG": "ERROR",
             "DJANGO_SETTINGS_MODULE": "gongyou.config.settings"},
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=1500,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-6000:]
    print(done.stdout, done.stderr[-3000:])  # jobs that failed and were tried again
    said = said_last(wanted)
    for subject, stand in stands().items():
        assert stand.paid - stand.back == stand.decided == said[subject], subject
        assert (stand.under_way, stand.unsent, stand.claimed) == (0, 0, 0), subject
    assert {subject for subject, fen in said.items() if fen} <= set(stands()), "somebody was forgotten"
    assert audit.verify().is_intact
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_processes_killed_with_kill_9_and_resumed_pay_exactly_what_the_last_valid_decision_says(
    emptied: None, county: County, tmp_path: Path
) -> None:
    """For any sequence of runs, objections, re-runs, approvals, returns, recoveries, kills and concurrent clicks each
    subject has been paid exactly what the last valid decision says, and the books balance in every prefix."""
    found = under_fire(
        county, tmp_path, seed=1, subjects=6, runs=2, kills=6, most_steps=12, most_seconds=0.03
    )
    assert sum(found["kills"].values()) >= 6, found


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2))
def test_processes_killed_at_length_pay_exactly_what_the_last_valid_decision_says(
    emptied: None, county: County, tmp_path: Path, seed: int
) -> None:
    found = under_fire(
        county, tmp_path, seed=seed, subjects=60, runs=6, kills=180, most_steps=12, most_seconds=0.1
    )
    assert set(found["kills"]) >= TOUCHED, found
