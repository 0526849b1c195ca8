"""English of the packs read from their files, for verbs that run without a database."""

from __future__ import annotations

from pathlib import Path

from gongyou.packkit.loader import load_packs


def english_of(root: Path) -> dict[str, str]:
    """Chinese text → English, of every pack below `root`."""
    packs, _findings = load_packs(root)
    catalogues = [pack.english for pack in packs.programmes] + [area.english for area in packs.areas]
    return {text: told for english in catalogues for text, told in english.items()}
