"""Where the packs lie: the one setting that what needs no database reads too."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def packs_dir() -> Path:
    """The folder of packs (`GONGYOU_PACKS`, else the one that came along), absolute."""
    return Path(os.environ.get("GONGYOU_PACKS", ROOT / "packs")).resolve()
