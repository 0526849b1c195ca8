"""The tree as the structure tests see it: product files with their text and syntax tree."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "gongyou"


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """From the repository's root, for messages."""
        return str(self.path.relative_to(ROOT))

    @property
    def room(self) -> str:
        """kernel, registry, engines/casework …"""
        parts = self.path.relative_to(SRC).parts
        return "/".join(parts[:2]) if parts[0] in {"engines", "institutions"} else parts[0]


@cache
def sources(folder: Path = SRC) -> tuple[Source, ...]:
    """Every Python file of the product, without tests and migrations."""
    return tuple(
        Source(path, text := path.read_text(encoding="utf-8"), ast.parse(text))
        for path in sorted(folder.rglob("*.py"))
        if not {"tests", "migrations"} & set(path.relative_to(folder).parts)
    )


@cache
def product_texts() -> tuple[tuple[str, str], ...]:
    """Name and text of every file of the product that a person wrote: Python, templates, scripts, styles."""
    kinds = {".py", ".html", ".js", ".css", ".txt", ".md", ".yaml"}
    return tuple(
        (str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        for path in sorted(SRC.rglob("*"))
        if path.suffix in kinds
        and not {"tests", "migrations", "vendor", "locale"} & set(path.relative_to(SRC).parts)
    )
