"""Keep times: what a decision rests on stays until its day, then it goes, and with it whatever no row names."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from gongyou.institutions.decisions import parts, vault
from gongyou.institutions.decisions.definitions import Order
from gongyou.institutions.decisions.keeping import named
from gongyou.institutions.decisions.models import RunPart
from gongyou.institutions.decisions.queries import (
    RunView,
    explain_decision,
    keeping,
    profile_of,
    run_of,
)
from gongyou.institutions.decisions.receiving import receive_tables
from gongyou.institutions.decisions.services import order_run, stop_run
from gongyou.institutions.decisions.tests.office import (
    GOOD,
    ON,
    PROGRAMME,
    employer,
    finished,
    snapshot,
    tables,
)
from gongyou.kernel import moment
from gongyou.kernel.access import Actor, system_actor
from gongyou.kernel.errors import DomainError
from gongyou.kernel.retention import run_retention
from gongyou.policy.cases import credit_code
from gongyou.policy.parts import FILES
from tests.yunshan.county import County

pytestmark = pytest.mark.django_db
TEN_YEARS = timedelta(days=3650)


@pytest.fixture(autouse=True)
def _own_vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests left in the vault is none of ours."""
    monkeypatch.setattr(vault, "_root", lambda: tmp_path / "vault")


def contents() -> set[str]:
    """Digests of what lies in the vault."""
    return {p.name for p in vault._root().glob("[0-9a-f][0-9a-f]/*") if not p.name.startswith(".")}


def rest() -> None:
    """Everything in the vault was last touched two days ago."""
    old = time.time() - 2 * vault.REST_SECONDS
    for path in vault._root().rglob("*"):
        os.utime(path, (old, old))


def night(after: timedelta = timedelta(0)) -> dict[str, int]:
    with moment.standing_at(moment.now() + after):
        return run_retention(system_actor("tests"))


def test_a_run_and_its_tables_are_kept_until_their_day_and_go_the_night_after(
    run: RunView, officer: Actor, county: County, tmp_path: Path
) -> None:
    rest()
    kept = keeping(officer, run.snapshot_id)
    assert run.finished_at is not None and kept.time is not None
    assert kept.until == (run.finished_at + TEN_YEARS).astimezone(moment.SHANGHAI).date()
    assert (kept.time.days, kept.time.is_assumed, kept.erased_on) == (3650, True, None)
    before = contents()
    assert night(TEN_YEARS)["snapshot"] == 0 and contents() == before
    assert explain_decision(officer, run.id, GOOD, purpose="复核").is_same

    counts = night(TEN_YEARS + timedelta(days=1))
    assert (counts["snapshot"], counts["decision_content"]) == (1, len(before)) and not contents()
    with pytest.raises(DomainError, match="保存期限"):
        explain_decision(officer, run.id, GOOD, purpose="复核")
    with pytest.raises(DomainError, match="保存期限"):
        profile_of(officer, run.snapshot_id)
    with pytest.raises(DomainError, match="保存期限"):
        order_run(officer, order=Order(run.snapshot_id, ON, {"layoff_limit": "5.4%"}))
    same = run_of(officer, run.id)
    assert (same.state, same.fingerprint, same.rows) == ("done", run.fingerprint, run.rows)

    again = finished(officer, Order(snapshot(officer, county.root.id, tables(tmp_path / "again")), ON))
    assert again.id != run.id and (again.fingerprint, again.previous_id) == (run.fingerprint, None)
    assert explain_decision(officer, again.id, GOOD, purpose="复核").is_same


def test_a_later_run_over_the_same_tables_keeps_them_longer(run: RunView, officer: Actor) -> None:
    with moment.standing_at(moment.now() + TEN_YEARS - timedelta(days=1)):
        later = finished(officer, Order(run.snapshot_id, ON, {"layoff_limit": "5.4%"}))
    rest()
    assert later.is_done and night(TEN_YEARS + timedelta(days=30))["snapshot"] == 0
    assert explain_decision(officer, run.id, GOOD, purpose="复核").is_same


def test_parts_of_finished_runs_and_hand_ins_without_a_row_go_at_night(
    officer: Actor, county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Orphans: sealed files that no row names. What a stopped run has finished stays for whoever takes it up."""
    monkeypatch.setattr(parts, "PART_ROWS", 24)
    taken = snapshot(officer, county.root.id, tables(tmp_path / "facts"))
    done = finished(officer, Order(taken, ON))
    stopped = order_run(officer, order=Order(taken, ON, {"layoff_limit": "5.4%"}))
    part = part_of(stopped.id, tmp_path / "part")
    stop_run(officer, run_id=stopped.id)
    needed = set(named())
    assert (
        set(done.results.values()) | set(part.files.values()) <= needed < contents()
    )  # parts of the done run
    firm = employer(credit_code(77))
    files = tables(tmp_path / "other", firm)
    receive_tables(officer, office_id=county.root.id, programme=PROGRAMME, on=ON, files=files)
    (vault._root() / ".work" / "left").mkdir()

    assert (
        night()["decision_content"] == 0
    )  # touched within the day: it may belong to a run that is not noted yet
    rest()
    assert night()["decision_content"] > 0
    assert contents() == needed and not list((vault._root() / ".work").iterdir())
    assert explain_decision(officer, done.id, GOOD, purpose="复核").is_same


def test_a_content_sealed_again_is_touched_and_stays(tmp_path: Path, run: RunView) -> None:
    (tmp_path / "table.csv").write_text("employer_id")
    vault.put(tmp_path / "table.csv")
    rest()
    digest = vault.put(tmp_path / "table.csv")
    night()
    assert digest in contents()


def part_of(run_id: UUID, folder: Path) -> RunPart:
    """A finished part of a run as its worker keeps it."""
    folder.mkdir()
    for name in FILES:
        (folder / name).write_text(f"{name} of a part")
    parts.VaultKeeper(run_id, folder).keep("0000-of-0002", folder)
    return RunPart.objects.get(run_id=run_id)
