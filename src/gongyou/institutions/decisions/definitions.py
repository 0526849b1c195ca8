"""Words of a run: its states, its stages, and what an officer orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID


class RunState(StrEnum):
    """How far a run has come. A stopped or failed one may be ordered again; a done one never changes."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


OPEN = (RunState.QUEUED, RunState.RUNNING)


class Stage(StrEnum):
    """What a run is doing, in this order."""

    UNPACKING = "unpacking"
    COMPUTING = "computing"
    SEALING = "sealing"
    COMPARING = "comparing"


RESULTS = ("decisions.parquet", "summary.json", "rejects.csv", "profile.json", "query.sql")
"""The files of a run's result, as the engine names them."""
CHANGED = "changed.parquet"
SUBJECTS = "subjects"


@dataclass(frozen=True)
class Order:
    """What to run. `overrides`: values set by hand, which makes the result a simulation."""

    snapshot_id: UUID
    on: date
    overrides: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CorrectedFact:
    """`name`: a column of the subject's own row, or table/key/column of another; texts as in a file, '' is unknown."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Correction:
    """Facts of one subject put right, why, and the evidence it rests on (ids of files)."""

    reason: str
    facts: tuple[CorrectedFact, ...]
    files: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class SealedTables:
    """Tables that were read, checked and sealed, not yet noted: what `keep_snapshot` takes."""

    office_path: str
    programme: str
    area: str
    content: str
    """Hash of the published policy they were read for."""
    digest: str
    files: Mapping[str, str]
    """File name → digest of the sealed content."""
    sizes: Mapping[str, int]
    profile: str
    rejects: str
    """Digests of profile.json and rejects.csv."""
    counts: Mapping[str, Mapping[str, int]]
    only_subject: str = ""
    """One subject with facts put right after an objection, else empty."""
