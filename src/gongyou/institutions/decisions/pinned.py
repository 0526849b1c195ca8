"""A published policy as it was: unpacked from the catalogue by its hash, never from the folder of packs.

A decision can be recomputed years later because everything that decides it lies under one hash.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path, PurePosixPath

from gongyou.basics.refusal import says
from gongyou.institutions.decisions import vault
from gongyou.kernel import catalogue
from gongyou.kernel.errors import NotFound
from gongyou.policy.library import Policy, load_policy
from gongyou.policy.nodes import Graph
from gongyou.policy.run import bound

KIND = "policy"
MEMORY = 64
"""Bound policies kept in a process; what stands under a hash never changes."""


@dataclass(frozen=True)
class PublishedPolicy:
    """A policy as an area runs it. `hash` pins rules, values, sources, overlays and examples."""

    programme: str
    area: str
    title: str
    hash: str
    number: int
    published_at: datetime
    open_points: tuple[str, ...]


def published_policies() -> tuple[PublishedPolicy, ...]:
    """Everything in force, by area and programme."""
    found = (policy_of(*name.split("/", 1)) for name in catalogue.names(KIND))
    return tuple(policy for policy in found if policy)


def policy_of(area: str, programme: str) -> PublishedPolicy | None:
    """What an area itself runs."""
    version = catalogue.current(KIND, f"{area}/{programme}")
    if version is None:
        return None
    content = catalogue.content(version.hash)
    return PublishedPolicy(
        programme=programme,
        area=area,
        title=content["title"],
        hash=version.hash,
        number=version.number,
        published_at=version.published_at,
        open_points=tuple(content["open_points"]),
    )


def nearest_policy(area: str, programme: str) -> PublishedPolicy:
    """What an area runs: its own version, else that of the area above. Raises NotFound."""
    for code in (area, f"{area[:4]}00", f"{area[:2]}0000"):
        found = policy_of(code, programme)
        if found is not None:
            return found
    raise NotFound(says("{area}没有发布“{programme}”这个政策。"), area=area[:6], programme=programme[:60])


@contextmanager
def unpacked(hash: str) -> Iterator[Path]:
    """The files of a published policy as a folder of packs, gone again afterwards. Raises NotFound."""
    files: Mapping[str, str] = catalogue.content(hash)["files"]
    with vault.workspace() as root:
        for name, text in files.items():
            if ".." in PurePosixPath(name).parts:
                raise RuntimeError(f"a published policy names a file outside its folder: {name}")
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        yield root


@lru_cache(maxsize=MEMORY)
def _bound(hash: str, area: str, on: date, overrides: tuple[tuple[str, str], ...]) -> Graph:
    with unpacked(hash) as root:
        return bound(root, catalogue.content(hash)["programme"], area, on, dict(overrides))


def graph_of(hash: str, area: str, on: date, overrides: Mapping[str, str] | None = None) -> Graph:
    """A published policy with its values for an area and a day. Raises NotFound, Refusal."""
    return _bound(hash, area, on, tuple(sorted((overrides or {}).items())))


@lru_cache(maxsize=MEMORY)
def declared(hash: str) -> Policy:
    """A published policy without a day: tables, titles, sources. Raises NotFound."""
    with unpacked(hash) as root:
        return load_policy(root, catalogue.content(hash)["programme"])
