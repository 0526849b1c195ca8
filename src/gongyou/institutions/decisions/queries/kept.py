"""What is kept beside a run's decisions: the profile of its tables, the rows that could not be read."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.institutions.decisions import vault
from gongyou.institutions.decisions.models import Snapshot
from gongyou.institutions.decisions.queries.runs import READ, require_kept
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.kernel.personal_data import record_read

NOUN = "snapshot"


@dataclass(frozen=True)
class Jump:
    """A month unlike the one before it. `column`: empty where it is the number of rows; money in fen."""

    column: str
    month: str
    since: str
    before: int
    now: int


@dataclass(frozen=True)
class TableProfile:
    """One table as it was handed in. `empty`, `negative`: column → cells; `jumps`: months unlike the one before;
    `leaps`: money column → subjects with a month ten times, or a tenth of, the month before it.
    """

    id: str
    title: str
    read: int
    accepted: int
    rejected: int
    empty: tuple[tuple[str, int], ...]
    negative: tuple[tuple[str, int], ...]
    duplicates: int
    orphans: int
    jumps: tuple[Jump, ...]
    leaps: tuple[tuple[str, int], ...] = ()

    @property
    def is_remarkable(self) -> bool:
        return bool(self.negative or self.duplicates or self.orphans or self.jumps or self.leaps)


@dataclass(frozen=True)
class Reject:
    table: str
    row: str
    column: str
    value: str
    reason: str


def profile_of(actor: Actor, snapshot_id: UUID) -> tuple[TableProfile, ...]:
    """Counts only, nothing about anybody. Raises NotFound, also outside the actor's scope."""
    row = _reachable(actor, snapshot_id)
    with vault.opened({"profile.json": row.profile}) as folder:
        found = json.loads((folder / "profile.json").read_text(encoding="utf-8"))
    return tuple(
        TableProfile(
            id=name,
            title=table["title"],
            read=table["read"],
            accepted=table["accepted"],
            rejected=table["rejected"],
            empty=tuple(sorted(table["empty"].items(), key=lambda pair: -pair[1])),
            negative=tuple(table.get("negative", {}).items()),
            duplicates=table.get("duplicates", 0),
            orphans=table.get("orphans", 0),
            jumps=tuple(Jump(**jump) for jump in table.get("jumps", ())),
            leaps=tuple(table.get("leaps", {}).items()),
        )
        for name, table in found.items()
    )


def leaping_subjects(
    actor: Actor, snapshot_id: UUID, *, purpose: str
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Money column → the first subjects with a month ten times, or a tenth of, the month before it; recorded.

    Raises NotFound.
    """
    row = _reachable(actor, snapshot_id)
    with vault.opened({"profile.json": row.profile}) as folder:
        found = json.loads((folder / "profile.json").read_text(encoding="utf-8"))
    leapers = [pair for table in found.values() for pair in table.get("leapers", {}).items()]
    record_read(actor, NOUN, [row.pk] if leapers else [], purpose)
    return tuple((column, tuple(subjects)) for column, subjects in leapers)


def rejects_file(actor: Actor, snapshot_id: UUID, *, purpose: str) -> bytes:
    """All rejected rows as CSV; the read is recorded. Raises NotFound."""
    row = _reachable(actor, snapshot_id)
    record_read(actor, NOUN, [row.pk], purpose)
    with vault.opened({"rejects.csv": row.rejects}) as folder:
        return (folder / "rejects.csv").read_bytes()


def first_rejects(actor: Actor, snapshot_id: UUID, *, purpose: str, most: int = 20) -> tuple[Reject, ...]:
    """The first rejected rows, for the page."""
    text = rejects_file(actor, snapshot_id, purpose=purpose).decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text))
    return tuple(
        Reject(**{str(k): str(v) for k, v in row.items()}) for row, _ in zip(rows, range(most), strict=False)
    )


def _reachable(actor: Actor, snapshot_id: UUID) -> Snapshot:
    row = Snapshot.objects.filter(actor.scope(READ).filter("office_path"), pk=snapshot_id).first()
    if row is None:
        raise NotFound(says("没有找到这份数据。"))
    require_kept(row.pk)
    return row
