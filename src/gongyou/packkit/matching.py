"""`match.yaml` of a programme: its documents, and what a run is told besides the folder, without a database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gongyou.credentials.clauses import grants
from gongyou.credentials.recognition import recognition_map
from gongyou.kernel.canonical import canonical, plain
from gongyou.matching.definitions import MatchSpec
from gongyou.packkit.loader import Keys, load_packs
from gongyou.packkit.recognition import recognition_from_packs

LISTS = ("occupations", "related", "certificates")


@dataclass(frozen=True)
class ForMatching:
    """`grants`: held certificate → those it meets. `published`: the hashes under which the catalogue keeps both tables."""

    grants: dict[str, frozenset[str]]
    published: dict[str, str]


def for_matching(root: Path, programme: str, area: str, on: date) -> ForMatching:
    """What the packs below `root` say of certificates on a day in an area. Where none has a recognition map, nothing.

    Raises Refusal where the map is not sound.
    """
    packs, _findings = load_packs(root)
    pack = packs.programme(programme)
    hashes = {"match": _hash(pack.match)} if pack is not None and pack.match is not None else {}
    declared = recognition_from_packs(packs, area)
    if declared is None:
        return ForMatching({}, hashes)
    return ForMatching(
        grants(recognition_map(declared, area), on), {**hashes, "recognition": _hash(declared)}
    )


def sources_of_matching(spec: MatchSpec | None) -> Iterator[tuple[Keys, str]]:
    """Every document the lines name, with their place in the file. A line is as sure as its document."""
    if spec is not None:
        for group in LISTS:
            for number, line in enumerate(getattr(spec, group)):
                yield (group, number), line.source


def _hash(content: object) -> str:
    return hashlib.sha256(canonical(plain(content))).hexdigest()
