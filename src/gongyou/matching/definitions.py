"""What `match.yaml` of a programme may contain; its numbers stand in `values.yaml`, dated and with their sources."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from gongyou.basics.definition import definition

Nature = Literal["level", "permit", "licence", "badge", "degree"]
PERMITS: frozenset[Nature] = frozenset({"permit", "licence"})
"""What the law asks for: met by documents of these natures alone, whatever an edge says."""


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
    """A kind of certificate. `how`: where a person gets it, in words for the phone."""

    id: str
    title: str
    aliases: tuple[str, ...] = ()
    nature: Nature
    how: str
    source: str
    validity: str = ""


@definition
class Recognition:
    """Holding one certificate meets the requirement of another, on these days and in these areas (empty: everywhere)."""

    held: str
    meets: str
    source: str
    from_on: Annotated[date, Field(alias="from")]
    until_on: Annotated[date | None, Field(alias="until")] = None
    areas: tuple[str, ...] = ()


@definition
class MatchSpec:
    """`match.yaml`."""

    title: str
    occupations: tuple[Occupation, ...]
    related: tuple[Related, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    recognitions: tuple[Recognition, ...] = ()
