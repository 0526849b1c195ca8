"""The casework of every programme can be read with its numbers filled in, and its texts can be published."""

from __future__ import annotations

from collections.abc import Iterator

from gongyou.packkit.checks.cases import content_of
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Packs


def check(packs: Packs) -> Iterator[Finding]:
    for pack in packs.programmes:
        yield from content_of(packs, pack)[1]
