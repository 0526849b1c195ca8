"""`recognition.yaml`: kinds of certificates, what a post needs, what counts as what; every line with its legal basis."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AliasChoices, Field

from gongyou.basics.definition import definition
from gongyou.basics.values import Confidence

# Written `from` and `until` in a pack, published under their own names: both are read.
From = Annotated[date, Field(validation_alias=AliasChoices("from", "from_on"))]
Until = Annotated[date | None, Field(validation_alias=AliasChoices("until", "until_on"))]
Sex = Literal["male", "female"]
Scope = Literal["nation", "province", "city", "county"]


class Nature(StrEnum):
    """What a certificate is. Only a permit or a licence can meet what a statute asks for."""

    LEVEL = "level"  # how skilled somebody is, judged by an assessment body
    PERMIT = "permit"  # an authority lets this person do this work
    LICENCE = "licence"  # the same, for vehicles and professions
    DEGREE = "degree"
    BADGE = "badge"  # an attendance or contest certificate


ADMITTING = frozenset({Nature.PERMIT, Nature.LICENCE})
"""Natures that may stand in a clause of a statute."""

ANY_LEVEL = ""


@definition
class Basis:
    """The document and place a line comes from; published with the document's title in place of its id."""

    source: str
    article: str = ""
    confidence: Confidence


@definition
class AgeRow:
    """One line of an age table: `months` of age for people born before `start`; those born later, one month more for
    every `step` birth months begun, at most `most` months more."""

    sex: Sex | Literal["any"] = "any"
    category: str = "any"
    """Job category where law tells them apart (a woman's 50 or 55)."""
    months: int
    start: str = ""
    """YYYY-MM; empty: the age does not move."""
    step: int = 0
    most: int = 0


@definition
class AgeTable:
    """An age that depends on birth month, sex and category: statutory retirement."""

    id: str
    title: str
    basis: Basis
    rows: tuple[AgeRow, ...]


@definition
class Terms:
    """How long certificates issued within these dates hold, and for which ages. Months; None: no end."""

    from_on: From = date(1949, 10, 1)
    until_on: Until = None
    valid_months: int | None = None
    review_months: int | None = None
    least_age_months: int | None = None
    most_age_months: int | None = None
    most_age: str = ""
    """Name of an age table."""
    basis: Basis

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


@definition
class PassRule:
    """What an examination for this kind of certificate asks for, from a day on. Marks out of `full`."""

    from_on: From
    until_on: Until = None
    full: int = 100
    theory_least: int
    practical_least: int | None = None
    """None: there is no practical examination."""
    resits: int = 0
    """How often one may sit again without paying."""
    basis: Basis

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


@definition
class CertificateKind:
    """One kind of certificate. `levels` from the lowest to the highest, where it has levels."""

    id: str
    title: str
    nature: Nature
    issuer: str
    """Who may issue it: a class of bodies, in the pack's own words (`issuers`)."""
    occupation: str = ""
    """Code of the national classification, or the operation a permit is for."""
    aliases: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    scope: Scope = "nation"
    """How far from where it was issued it is recognised by itself."""
    terms: tuple[Terms, ...]
    examinations: tuple[PassRule, ...] = ()


@definition
class Atom:
    """One certificate that would do; `level`: at least that."""

    kind: str
    level: str = ANY_LEVEL


@definition
class Clause:
    any_of: tuple[Atom, ...]


@definition
class Requirement:
    """What work of these occupations needs: every clause, by any of its certificates."""

    id: str
    title: str
    occupations: tuple[str, ...]
    nature: Literal["statutory", "industry", "employer"]
    clauses: tuple[Clause, ...]
    basis: Basis
    from_on: From
    until_on: Until = None

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


@definition
class Satisfies:
    """A certificate of `kind` counts as one of `counts_as` too (at `as_level`, where that kind has levels)."""

    kind: str
    level: str = ANY_LEVEL
    counts_as: str
    as_level: str = ANY_LEVEL
    basis: Basis
    from_on: From
    until_on: Until = None

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


@definition
class Mutual:
    """Certificates of these kinds from other areas count here: `from_areas` are beginnings of division codes."""

    kinds: tuple[str, ...]
    from_areas: tuple[str, ...]
    basis: Basis
    from_on: From
    until_on: Until = None

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


@definition
class Occupation:
    """A code of the national classification with the names people use."""

    code: str
    title: str
    aliases: tuple[str, ...] = ()


@definition
class Recognition:
    """`recognition.yaml` of a programme or an area; published per area with everything that holds there."""

    occupations: tuple[Occupation, ...] = ()
    issuers: dict[str, str] = field(default_factory=dict)
    """Class of bodies → title."""
    level_titles: dict[str, str] = field(default_factory=dict)
    ages: tuple[AgeTable, ...] = ()
    kinds: tuple[CertificateKind, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    satisfies: tuple[Satisfies, ...] = ()
    mutual: tuple[Mutual, ...] = ()
    warn_days: int = 90
