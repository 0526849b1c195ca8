"""The installation's own secret, made once."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_at(path: Path) -> str:
    """The secret stored at `path` (mode 0600), made on first use; GONGYOU_SECRET overrides it."""
    given = os.environ.get("GONGYOU_SECRET", "")
    if given:
        return given
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="utf-8")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="utf-8")
