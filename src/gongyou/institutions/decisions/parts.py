"""Finished parts of a run, sealed in the vault under the run: whoever takes up its job again computes only the rest."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from gongyou.institutions.decisions import vault
from gongyou.institutions.decisions.models import RunPart, Snapshot
from gongyou.kernel.errors import DomainError
from gongyou.kernel.writing import writing
from gongyou.policy.parts import FILES

PART_ROWS = 250_000
"""Rows of the largest table in one part: a stop takes effect after one, and one shows how far the run is."""
MOST_PARTS = 64


def parts_of(snapshot: Snapshot) -> int:
    """Into how many parts a run over these tables is divided."""
    rows = max((count["read"] for count in snapshot.counts.values()), default=0)
    return min(MOST_PARTS, -(-rows // PART_ROWS) or 1)


@dataclass(frozen=True)
class VaultKeeper:
    """Keeps parts of one run. `folder`: where they lie in the open while the run computes."""

    run_id: UUID
    folder: Path

    def found(self, name: str) -> Path | None:
        """Taken from the vault; one that can't be read there is computed again."""
        part = RunPart.objects.filter(run_id=self.run_id, name=name).first()
        if part is None:
            return None
        target = self.folder / name
        target.mkdir(parents=True)
        try:
            for file, digest in part.files.items():
                vault.take(digest, target / file)
        except DomainError:
            shutil.rmtree(target)
            return None
        return target

    def keep(self, name: str, folder: Path) -> Path:
        digests = {file: vault.put(folder / file) for file in FILES}
        with writing():
            RunPart.objects.update_or_create(run_id=self.run_id, name=name, defaults={"files": digests})
        return folder
