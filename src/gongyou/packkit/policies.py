"""Policies among the packs: their rules as texts, and the files that one area's version of a policy consists of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gongyou.basics.refusal import Refusal
from gongyou.packkit.loader import Document, Packs, ProgrammePack
from gongyou.packkit.resolving import chain_of
from gongyou.packkit.shown_texts import HAN
from gongyou.policy.language.module import read_module

PARTS = ("policy.yaml", "rules.py", "values.yaml", "sources.yaml")
"""What decides, of a policy. Its worked examples are published apart: they change no decision."""


def texts_of_rules(root: Path, pack: ProgrammePack) -> Iterator[tuple[str, Document]]:
    """The sentences and articles of a policy's rules, each with its line. Nothing where the rules can't be read."""
    path = root / "programmes" / pack.folder / "rules.py"
    name = path.relative_to(root).as_posix()
    try:
        declarations = read_module(path.read_text(encoding="utf-8"), name)
    except (OSError, UnicodeDecodeError, Refusal):
        return  # said by the check of policies
    for declared in declarations:
        for text in (declared.says, declared.source):
            if HAN.search(text):
                yield text, Document(name, None, {(): declared.line})


def policies_run_by(packs: Packs, code: str, programmes: tuple[str, ...]) -> Iterator[ProgrammePack]:
    """The policies among the programmes of an area."""
    for name in programmes:
        pack = packs.programme(name)
        if pack is not None and pack.policy is not None:
            yield pack


def files_of(packs: Packs, programme: str, code: str) -> dict[str, str]:
    """Path → text of everything that decides a policy in an area: an own small folder of packs."""
    return _texts(packs, _deciding(packs, programme, [area.code for area in chain_of(packs, code)]))


def example_files(packs: Packs, programme: str) -> dict[str, str]:
    """Path → text of a policy's worked examples with all they need: they may speak of any area."""
    folders = [packs.root / "programmes" / name for name in _with_used(packs, programme)]
    cases = [path for folder in folders for path in sorted((folder / "cases" / "rules").glob("*.yaml"))]
    return _texts(packs, [*_deciding(packs, programme, [area.code for area in packs.areas]), *cases])


def _deciding(packs: Packs, programme: str, areas: list[str]) -> list[Path]:
    paths = [packs.root / "areas" / code / "area.yaml" for code in areas]
    for name in _with_used(packs, programme):
        paths += [packs.root / "programmes" / name / part for part in PARTS]
        overlays = (packs.root / "areas" / code / "values" / f"{name}.yaml" for code in areas)
        paths += [path for path in overlays if path.is_file()]
    return paths


def _texts(packs: Packs, paths: list[Path]) -> dict[str, str]:
    return {path.relative_to(packs.root).as_posix(): path.read_text(encoding="utf-8-sig") for path in paths}


def _with_used(packs: Packs, programme: str) -> tuple[str, ...]:
    """A policy and all it uses, each once."""
    found: dict[str, None] = {}
    waiting = [programme]
    while waiting:
        name = waiting.pop()
        pack = packs.programme(name)
        if name not in found and pack is not None and pack.policy is not None:
            found[name] = None
            waiting += pack.policy.uses
    return tuple(found)
