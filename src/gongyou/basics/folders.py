"""Where packs and data lie: the settings that what needs no database reads too."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def packs_dir() -> Path:
    """The folder of packs (`GONGYOU_PACKS`, else the one that came along), absolute."""
    return Path(os.environ.get("GONGYOU_PACKS", ROOT / "packs")).resolve()


def data_dir() -> Path:
    """The folder of an installation's data (`GONGYOU_DATA`, else `var` beside the packs), absolute."""
    return Path(os.environ.get("GONGYOU_DATA", ROOT / "var")).resolve()
