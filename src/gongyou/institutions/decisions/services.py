"""Actions: tables are noted, runs ordered and stopped, copies that leave the house written down."""

from __future__ import annotations

import hashlib
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.institutions.decisions.definitions import OPEN, Order, RunState, SealedTables
from gongyou.institutions.decisions.models import PolicyRun, Snapshot, SnapshotErased
from gongyou.institutions.decisions.pinned import graph_of, nearest_policy
from gongyou.institutions.decisions.queries.runs import (
    RunView,
    SnapshotView,
    require_kept,
    run_view,
    snapshot_view,
)
from gongyou.institutions.decisions.steps import end_run, enqueue_run
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import NotFound

RUN = "decisions.run"
EXPORT = "decisions.export"


@action("decisions.keep_snapshot", right=RUN, answers=SnapshotView)
def keep_snapshot(act: Act, *, tables: SealedTables) -> SnapshotView:
    """Note tables that were read and sealed (`receiving.receive_tables`). The same ones again are the same snapshot."""
    act.require(RUN, tables.office_path)
    row, _ = Snapshot.objects.get_or_create(
        office_path=tables.office_path,
        programme=tables.programme,
        area=tables.area,
        digest=_digest_now(tables),
        defaults={
            "files": dict(tables.files),
            "only_subject": tables.only_subject,
            "sizes": dict(tables.sizes),
            "counts": {name: dict(count) for name, count in tables.counts.items()},
            "profile": tables.profile,
            "rejects": tables.rejects,
            "taken_by": act.actor.id,
            "taken_by_name": act.actor.name[:40],
            "taken_at": act.now,
        },
    )
    act.about(f"snapshot:{row.pk}", row.office_path)
    return snapshot_view(row)


@action("decisions.order_run", right=RUN, answers=RunView)
def order_run(act: Act, *, order: Order) -> RunView:
    """Run the policy in force over a snapshot; ordered again it is the same run. Raises NotAllowed, NotFound, Refusal."""
    snapshot = _reachable(act, order.snapshot_id)
    policy = nearest_policy(snapshot.area, snapshot.programme)
    graph_of(
        policy.hash, snapshot.area, order.on, order.overrides
    )  # a day or value that can't be is told now
    row = enqueue_run(act, snapshot, policy.hash, order)
    act.about(f"run:{row.pk}", row.office_path)
    return run_view(row)


@action("decisions.stop_run", right=RUN, answers=RunView)
def stop_run(act: Act, *, run_id: UUID) -> RunView:
    """Ask a run to stop; one that has not begun stops at once. Raises NotAllowed, NotFound."""
    row = PolicyRun.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
    if row is None or not act.actor.may(RUN, row.office_path):
        raise NotFound(says("没有找到这次计算。"))
    if row.state in OPEN:
        row.is_stop_asked = True
        row.save(update_fields=["is_stop_asked"])
    if row.state == RunState.QUEUED:
        end_run(act, row, RunState.STOPPED, {})
    act.about(f"run:{row.pk}", row.office_path)
    return run_view(row)


@action("decisions.note_export", right=EXPORT)
def note_export(act: Act, *, run_id: UUID, kind: str) -> None:
    """A copy of a run's decisions leaves the house. Raises NotAllowed, NotFound."""
    row = PolicyRun.objects.filter(pk=run_id).first()
    if row is None:
        raise NotFound(says("没有找到这次计算。"))
    act.require(EXPORT, row.office_path)
    act.about(f"run:{row.pk}", row.office_path)


def _digest_now(tables: SealedTables) -> str:
    """Tables that come again after their keep time are another snapshot, so that they get runs of their own."""
    digest = tables.digest
    same = SnapshotErased.objects.filter(
        snapshot__office_path=tables.office_path,
        snapshot__programme=tables.programme,
        snapshot__area=tables.area,
    )
    while same.filter(snapshot__digest=digest).exists():
        digest = hashlib.sha256(digest.encode()).hexdigest()
    return digest


def _reachable(act: Act, snapshot_id: UUID) -> Snapshot:
    snapshot = Snapshot.objects.filter(pk=snapshot_id).first()
    if snapshot is None or not act.actor.may(RUN, snapshot.office_path):
        raise NotFound(says("没有找到这份数据。"))
    require_kept(snapshot.pk)
    return snapshot
