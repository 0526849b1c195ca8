"""What `match.yaml` of a programme may contain; its numbers stand in `values.yaml`, dated and with their sources."""

from __future__ import annotations

from gongyou.basics.definition import definition


@definition
class Occupation:
    """One occupation of the national classification. `aliases`: what people call it; they propose, a person confirms."""

    code: str
    title: str
    aliases: tuple[str, ...] = ()
    source: str


@definition
class Related:
    """Work that somebody of one occupation may be shown, in one direction. `share`: its term, as a rate."""

    held: str
    shown: str
    share: str
    source: str


@definition
class Certificate:
    """How a certificate may be written in a table, and `how` to get it, in words for the phone. What it counts for, how long
    it holds and who may have it is the recognition map's (`credentials`), under the same id."""

    id: str
    title: str
    aliases: tuple[str, ...] = ()
    how: str
    source: str


@definition
class MatchSpec:
    """`match.yaml`."""

    title: str
    occupations: tuple[Occupation, ...]
    related: tuple[Related, ...] = ()
    certificates: tuple[Certificate, ...] = ()
