"""What was put right of a single subject: sealed beside its tables, so that it is part of what the run rests on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from gongyou.institutions.decisions import vault
from gongyou.institutions.decisions.definitions import CorrectedFact, Correction

FILE = "correction.json"


def write_correction(path: Path, correction: Correction) -> None:
    path.write_text(json.dumps(asdict(correction), ensure_ascii=False, default=str), encoding="utf-8")


def correction_in(files: Mapping[str, str]) -> Correction | None:
    """Of a snapshot's files (name → digest); None where nothing was put right. For queries that checked who asks."""
    if FILE not in files:
        return None
    with vault.opened({FILE: files[FILE]}) as folder:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    facts = tuple(CorrectedFact(**fact) for fact in found["facts"])
    return Correction(found["reason"], facts, tuple(map(UUID, found["files"])))
