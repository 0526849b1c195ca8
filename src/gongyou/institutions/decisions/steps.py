"""Writes that run inside an open action: the row of a run, and what its end leaves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from gongyou.institutions.decisions.definitions import Order, RunState
from gongyou.institutions.decisions.events import RunFinished
from gongyou.institutions.decisions.models import PolicyRun, Snapshot
from gongyou.kernel.actions import Act
from gongyou.policy.graph import run_days

JOB = "decisions.run"
ENGINE = "duckdb"


def run_key(snapshot: Snapshot, content: str, order: Order) -> str:
    """Everything that decides a run: the same key is the same run."""
    parts = {
        "office": snapshot.office_path,
        "content": content,
        "area": snapshot.area,
        "law_on": order.on.isoformat(),
        "snapshot": snapshot.digest,
        "set": dict(order.overrides),
        "engine": [ENGINE, version(ENGINE)],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def enqueue_run(act: Act, snapshot: Snapshot, content: str, order: Order) -> PolicyRun:
    """The run of a key: the one there is, or a new one. What stopped or failed is put in the queue again."""
    days = run_days(order.on)
    row, is_new = PolicyRun.objects.get_or_create(
        run_key=run_key(snapshot, content, order),
        defaults={
            "programme": snapshot.programme,
            "area": snapshot.area,
            "office_path": snapshot.office_path,
            "content": content,
            "snapshot": snapshot,
            "only_subject": snapshot.only_subject,
            "law_on": order.on,
            "fact_from": days["last_year_from"],
            "fact_until": days["last_year_until"],
            "overrides": dict(order.overrides),
            "is_simulated": bool(order.overrides),
            "engine": ENGINE,
            "engine_version": version(ENGINE),
            "ordered_by": act.actor.id,
            "ordered_by_name": act.actor.name[:40],
            "ordered_at": act.now,
        },
    )
    if not is_new and row.state in {RunState.STOPPED, RunState.FAILED}:
        row.state, row.is_stop_asked, row.refusal, row.stage = RunState.QUEUED, False, {}, ""
        row.save(update_fields=["state", "is_stop_asked", "refusal", "stage"])
        is_new = True
    if is_new:
        act.enqueue(JOB, {"run_id": row.pk})
    return row


def end_run(act: Act, row: PolicyRun, state: RunState, fields: Mapping[str, Any]) -> None:
    """Write what a run came to."""
    row.state, row.stage, row.finished_at = state, "", act.now
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    act.about(f"run:{row.pk}", row.office_path)
    if state == RunState.DONE:
        row.parts.all().delete()
        act.publish(RunFinished(row.pk, row.programme, row.area, row.is_simulated))
