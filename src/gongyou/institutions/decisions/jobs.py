"""The run itself: an errand over sealed files, outside any transaction; its outcome is written in one action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from gongyou.basics.refusal import Refusal
from gongyou.institutions.decisions import vault
from gongyou.institutions.decisions.definitions import CHANGED, OPEN, RESULTS, SUBJECTS, RunState, Stage
from gongyou.institutions.decisions.keeping import mark_expired, remove_unnamed
from gongyou.institutions.decisions.models import PolicyRun, Snapshot
from gongyou.institutions.decisions.parts import VaultKeeper, parts_of
from gongyou.institutions.decisions.pinned import unpacked
from gongyou.institutions.decisions.queries.records import DECISIONS, pieces_name
from gongyou.institutions.decisions.queries.runs import previous_of
from gongyou.institutions.decisions.steps import JOB, end_run
from gongyou.kernel import jobs, moment
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import kept_refusal
from gongyou.kernel.jobs import Payload, errand
from gongyou.kernel.personal_data import Declaration, declare
from gongyou.kernel.retention import CONTENTS
from gongyou.kernel.writing import writing
from gongyou.policy.run import RunOrder, changed_subjects, run_policy

COUNTS = ("rows", "eligible", "ineligible", "unknown", "total_fen", "failed", "assumed")


@dataclass(frozen=True)
class Outcome:
    state: RunState
    fields: Mapping[str, Any]


class _Stopped(Exception):
    """Somebody asked the run to stop."""


def _compute(payload: Payload) -> Outcome | None:
    """Harmless to repeat: the same files give the same contents under the same digests."""
    run = PolicyRun.objects.select_related("snapshot").get(pk=UUID(payload["run_id"]))
    if run.state not in OPEN:
        return None
    try:
        with jobs.beating():
            return Outcome(RunState.DONE, _results(run))
    except _Stopped:
        return Outcome(RunState.STOPPED, {})
    except Refusal as refusal:
        return Outcome(RunState.FAILED, {"refusal": kept_refusal(refusal)})


def _results(run: PolicyRun) -> dict[str, Any]:
    _enter(run, Stage.UNPACKING)
    with unpacked(run.content) as root, vault.opened(run.snapshot.files) as data, vault.workspace() as out:
        _enter(run, Stage.COMPUTING)
        results: dict[str, str] = {}

        def keep(pieces: Iterator[bytes]) -> None:
            results[SUBJECTS] = vault.put_pieces(pieces_name(run), pieces)

        order = RunOrder(
            run.programme, run.area, run.law_on, data, out, run.engine, run.overrides or None,
            parts=parts_of(run.snapshot),
        )  # fmt: skip
        with vault.workspace() as kept:
            summary = run_policy(root, order, lambda _said: _go_on(run), VaultKeeper(run.pk, kept), keep)
        _enter(run, Stage.SEALING)
        results |= {name: vault.put(out / name) for name in RESULTS}
        _enter(run, Stage.COMPARING)
        return {
            **{name: summary[name] for name in COUNTS},
            "policy_hash": summary["policy_hash"],
            "values_hash": summary["values_hash"],
            "fingerprint": summary["fingerprint"],
            **_difference(run, results, out),
        }


def _difference(run: PolicyRun, results: dict[str, str], out: Path) -> dict[str, Any]:
    before = previous_of(run)
    if before is None:
        return {"results": results}
    with vault.opened({DECISIONS: before.results[DECISIONS]}) as folder:
        changes = changed_subjects(folder / DECISIONS, out / DECISIONS, out / CHANGED)
    return {
        "results": {**results, CHANGED: vault.put(out / CHANGED)},
        "previous": before,
        "changes": changes,
    }


def _enter(run: PolicyRun, stage: Stage) -> None:
    """Show how far the run has come; a moment to stop at."""
    _go_on(run)
    with writing():
        mine = PolicyRun.objects.filter(pk=run.pk, state__in=OPEN)
        mine.update(state=RunState.RUNNING, stage=stage, started_at=run.started_at or moment.now())


def _go_on(run: PolicyRun) -> None:
    if PolicyRun.objects.filter(pk=run.pk, is_stop_asked=True).exists():
        raise _Stopped


declare(Declaration(Snapshot, "snapshot", "sensitive", "deciding", "statutory_duty", None, mark_expired))
CONTENTS["decision_content"] = remove_unnamed


@errand(JOB, prepare=_compute)
def _note_outcome(act: Act, payload: Payload, outcome: Outcome | None) -> None:
    row = PolicyRun.objects.select_for_update(of=("self",)).get(pk=UUID(payload["run_id"]))
    if outcome is not None and row.state in OPEN:
        end_run(act, row, outcome.state, outcome.fields)
