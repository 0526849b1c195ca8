"""The recognition map of an area: what its programmes declare and what the areas above it and itself add."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from gongyou.basics.refusal import Refusal, says
from gongyou.basics.values import Source
from gongyou.credentials.definitions import Basis, Recognition
from gongyou.credentials.recognition import RecognitionMap, merged, recognition_map
from gongyou.engines.skills.definitions import Courses
from gongyou.packkit.loader import AreaPack, Keys, Packs, ProgrammePack, load_packs
from gongyou.packkit.resolving import chain_of


def recognition_of(packs: Packs, code: str, programmes: tuple[str, ...]) -> Recognition | None:
    """What is published for an area, documents by title; None where nothing is declared."""
    named = [pack for name in programmes if (pack := packs.programme(name)) is not None]
    parts = [
        _titled(pack.recognition, {source.id: source for source in pack.sources.sources})
        for pack in named
        if pack.recognition is not None
    ]
    parts += [
        _titled(area.recognition, sources_of(packs, area))
        for area in reversed(chain_of(packs, code))
        if area.recognition is not None
    ]
    return merged(parts) if parts else None


def recognition_from(root: Path, code: str) -> RecognitionMap:
    """The checked map of an area from a folder of packs, without a database; where the area has no pack of its own,
    everything the programmes declare. Raises Refusal."""
    packs, _findings = load_packs(root)
    found = recognition_from_packs(packs, code)
    if found is None:
        raise Refusal(
            "no_recognition",
            says("规则包里没有证书认可表。"),
            says("请在 packs/programmes 下放好 recognition.yaml。"),
            field="area",
        )
    return recognition_map(found, code)


def titled_courses(declared: Courses, pack: ProgrammePack) -> Courses:
    """Courses with their documents by title, as they are published."""
    return cast(Courses, _named(declared, {source.id: source for source in pack.sources.sources}))


def recognition_from_packs(packs: Packs, code: str) -> Recognition | None:
    """What an area's programmes declare; where they declare nothing, everything that is declared."""
    programmes = next((a.head.programmes for a in chain_of(packs, code) if a.head.programmes), ())
    return recognition_of(packs, code, programmes) or recognition_of(
        packs, code, tuple(pack.id for pack in packs.programmes)
    )


def sources_of(packs: Packs, area: AreaPack) -> Mapping[str, Source]:
    """Documents an area's lines may name: its own overlays', and those of the programmes."""
    listed = [source for pack in packs.programmes for source in pack.sources.sources]
    listed += [source for overlay in area.overlays for source in overlay.content.sources]
    return {source.id: source for source in listed}


def bases_of(declared: Recognition | None) -> Iterator[tuple[Keys, Basis]]:
    """Every legal basis of a map with its place in the file."""
    if declared is None:
        return
    for group in ("ages", "kinds", "requirements", "satisfies", "mutual"):
        for number, entry in enumerate(getattr(declared, group)):
            if group == "kinds":
                yield from _of_kind(entry, number)
            else:
                yield (group, number, "basis"), entry.basis


def _of_kind(kind: Any, number: int) -> Iterator[tuple[Keys, Basis]]:
    for part in ("terms", "examinations"):
        for place, term in enumerate(getattr(kind, part)):
            yield ("kinds", number, part, place, "basis"), term.basis


def _titled(declared: Recognition, known: Mapping[str, Source]) -> Recognition:
    return cast(Recognition, _named(declared, known))


def _named(declared: Any, known: Mapping[str, Source]) -> Any:
    """The same with titles of documents in place of their ids: a page can name them years later."""

    def name(basis: Basis) -> Basis:
        source = known.get(basis.source)
        return dataclasses.replace(basis, source=source.title if source else basis.source)

    return _replaced(declared, name)


def _replaced(value: Any, change: Callable[[Basis], Basis]) -> Any:
    if isinstance(value, Basis):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_replaced(one, change) for one in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: _replaced(getattr(value, f.name), change) for f in dataclasses.fields(value)}
        return type(value)(**fields)
    return value
