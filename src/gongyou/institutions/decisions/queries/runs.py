"""Runs and snapshots within the actor's scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from gongyou.basics.refusal import says
from gongyou.institutions.decisions.definitions import OPEN, RunState
from gongyou.institutions.decisions.keeping import Keeping, keeping_of
from gongyou.institutions.decisions.models import PolicyRun, Snapshot, SnapshotErased
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.policy.parts import count_of

READ = "decisions.read"


@dataclass(frozen=True)
class SnapshotView:
    """Tables as handed in. `counts`: table → read, accepted, rejected."""

    id: UUID
    programme: str
    area: str
    office_path: str
    files: Mapping[str, int]
    counts: Mapping[str, Mapping[str, int]]
    taken_by_name: str
    taken_at: datetime

    @property
    def rejected(self) -> int:
        return sum(count["rejected"] for count in self.counts.values())


@dataclass(frozen=True)
class RunView:
    """A run with its counts; the decisions themselves lie in the vault."""

    id: UUID
    programme: str
    area: str
    office_path: str
    content: str
    snapshot_id: UUID
    only_subject: str
    law_on: date
    fact_from: date
    fact_until: date
    overrides: Mapping[str, str]
    is_simulated: bool
    engine: str
    engine_version: str
    ordered_by_name: str
    ordered_at: datetime
    state: str
    stage: str
    parts_done: int
    """Finished parts while it is not done; `parts_count` of how many, 0 where it is not divided."""
    parts_count: int
    started_at: datetime | None
    finished_at: datetime | None
    is_stop_asked: bool
    refusal: Mapping[str, object]
    policy_hash: str
    values_hash: str
    fingerprint: str
    rows: int
    eligible: int
    ineligible: int
    unknown: int
    total_fen: int
    failed: Mapping[str, int]
    assumed: tuple[str, ...]
    results: Mapping[str, str]
    previous_id: UUID | None
    changes: Mapping[str, int]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_done(self) -> bool:
        return self.state == RunState.DONE

    @property
    def changed(self) -> int:
        return sum(self.changes.values())


@dataclass(frozen=True)
class RunPage:
    items: tuple[RunView, ...]
    next: str


def in_scope(actor: Actor) -> QuerySet[PolicyRun]:
    return PolicyRun.objects.filter(actor.scope(READ).filter("office_path"))


def run_of(actor: Actor, run_id: UUID) -> RunView:
    """Raises NotFound, also for a run outside the actor's scope."""
    row = in_scope(actor).filter(pk=run_id).first()
    if row is None:
        raise NotFound(says("没有找到这次计算。"))
    return run_view(row)


def list_runs(actor: Actor, *, programme: str = "", cursor: str = "", size: int = 30) -> RunPage:
    """Newest first. Raises ValueError for a cursor that is none."""
    rows = in_scope(actor)
    if programme:
        rows = rows.filter(programme=programme)
    if cursor:
        stamp, _, row_id = cursor.partition("~")
        at = datetime.fromisoformat(stamp)
        rows = rows.filter(Q(ordered_at__lte=at) & (Q(ordered_at__lt=at) | Q(id__lt=UUID(row_id))))
    found = [run_view(row) for row in rows.order_by("-ordered_at", "-id")[: size + 1]]
    more = f"{found[size - 1].ordered_at.isoformat()}~{found[size - 1].id}" if len(found) > size else ""
    return RunPage(tuple(found[:size]), more)


def snapshot_of(actor: Actor, snapshot_id: UUID) -> SnapshotView:
    """Raises NotFound, also outside the actor's scope."""
    row = Snapshot.objects.filter(actor.scope(READ).filter("office_path"), pk=snapshot_id).first()
    if row is None:
        raise NotFound(says("没有找到这份数据。"))
    return snapshot_view(row)


def require_kept(snapshot_id: UUID) -> None:
    """Raises DomainError where the contents are gone because their keep time was over."""
    if SnapshotErased.objects.filter(snapshot_id=snapshot_id).exists():
        raise DomainError(
            "data_expired",
            says("这份数据和它的结果过了保存期限，已按期删除，打不开。"),
            says("个数、金额合计和指纹还在计算记录里；要重新算，请重新上传数据。"),
            status=410,
        )


def keeping(actor: Actor, snapshot_id: UUID) -> Keeping:
    """Until when a snapshot and its runs are kept, and by which value. Raises NotFound."""
    row = Snapshot.objects.filter(actor.scope(READ).filter("office_path"), pk=snapshot_id).first()
    if row is None:
        raise NotFound(says("没有找到这份数据。"))
    return keeping_of(row)


def previous_of(run: PolicyRun) -> PolicyRun | None:
    """The last real run of the same policy, place and period before this one."""
    same = PolicyRun.objects.filter(
        programme=run.programme,
        area=run.area,
        office_path=run.office_path,
        fact_from=run.fact_from,
        state=RunState.DONE,
        is_simulated=False,
        only_subject=run.only_subject,
        ordered_at__lte=run.ordered_at,
        snapshot__erased=None,
    )
    return same.exclude(pk=run.pk).order_by("-ordered_at", "-id").first()


def snapshot_view(row: Snapshot) -> SnapshotView:
    return SnapshotView(
        id=row.pk,
        programme=row.programme,
        area=row.area,
        office_path=row.office_path,
        files=row.sizes,
        counts=row.counts,
        taken_by_name=row.taken_by_name,
        taken_at=row.taken_at,
    )


def run_view(row: PolicyRun) -> RunView:
    same = {
        name: getattr(row, name)
        for name in RunView.__dataclass_fields__
        if name not in {"assumed", "snapshot_id", "previous_id", "parts_done", "parts_count"}
    }
    parts = [] if row.state == RunState.DONE else list(row.parts.values_list("name", flat=True))
    return RunView(
        **same,
        assumed=tuple(row.assumed),
        snapshot_id=row.snapshot_id,
        previous_id=row.previous_id,
        parts_done=len(parts),
        parts_count=count_of(parts[0]) if parts else 0,
    )
