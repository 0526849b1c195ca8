"""An exchange folder two systems share: `out/<key>.json` is what we offer, `in/<key>.json` what the platform answers.

A file is whole or not there (temporary name, then rename). The answer: `{"reference": "…"}`, or `{"refused": "why"}`.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gongyou.engines.employment.ports import Offered, PlatformRefused


@dataclass(frozen=True)
class FolderExchange:
    """Idempotent by key: the same post in the same version is the same file, and its receipt is read again."""

    folder: Path
    answers_by_itself: bool = False
    """For a site whose platform only collects: the file on disk is the receipt."""

    def send(self, *, key: str, post: Offered) -> str:
        """Raises PlatformRefused for a no, OSError while there is no receipt yet."""
        target = self.folder / "out" / f"{key}.json"
        if not target.exists():
            self._write(target, {"key": key, **asdict(post), "expires_on": post.expires_on.isoformat()})
        answer = self._answer(key)
        if answer is None:
            if self.answers_by_itself:
                return f"file-{key}"
            raise ConnectionError("the platform has not answered yet")
        if refused := answer.get("refused"):
            raise PlatformRefused(str(refused))
        reference = answer.get("reference")
        if not isinstance(reference, str) or not reference:
            raise ConnectionError("the platform's answer has no reference")
        return reference

    def _answer(self, key: str) -> dict[str, Any] | None:
        try:
            found: Any = json.loads((self.folder / "in" / f"{key}.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise ConnectionError("the platform's answer is no JSON") from error
        return found if isinstance(found, dict) else {}

    def _write(self, target: Path, content: dict[str, Any]) -> None:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, default=str)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
