"""The one form of values all programmes share: dated amounts with a source, a confidence and bounds."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from gongyou.basics.definition import definition


class Confidence(StrEnum):
    """How sure a value is; an assumed one is shown as assumed wherever a person sees the result."""

    LAW = "law"
    NOTICE = "notice"
    ARTICLE = "article"
    ASSUMED = "assumed"


@definition
class Source:
    """A document that values and rules come from; `read_in` says where its text was read."""

    id: str
    kind: Literal["law", "notice", "article", "assumption"]
    title: str
    number: str = ""
    issued_on: date | None = None
    url: str = ""
    read_in: str = ""


@definition
class Sources:
    """`sources.yaml`."""

    sources: tuple[Source, ...]


Cell = int | str | bool | None | list[str]
Content = int | str | bool | list[dict[str, Cell]]
"""A whole number; a rate, sum, date or code as text; yes or no; the rows of a keyed table."""


@definition
class Limits:
    """Within what a lower level may choose, both included; rates as text."""

    least: int | str
    most: int | str


@definition
class Amount:
    """A value from a day (included) until a day (excluded), with where it comes from and how sure that is."""

    amount: Content
    from_on: Annotated[date, Field(alias="from")]
    until_on: Annotated[date | None, Field(alias="until")] = None
    source: str
    confidence: Confidence
    bounds: Limits | None = None

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


@definition
class Value:
    """A number, code or table with a name, so that an area or a later document can change it.

    Units of rules: yuan, wan, rate, count, months, flag, code, date, table. Units of clocks: working_day,
    calendar_day, hour, business_hour. Others (times, rounds …) are whole numbers of the room that reads them.
    """

    id: str
    title: str
    unit: str
    codes: dict[str, str] = field(default_factory=dict)
    key: str = ""
    """For a table: the column that is looked up."""
    matches: Literal["equal", "prefix"] = "equal"
    columns: dict[str, str] = field(default_factory=dict)
    """For a table: its other columns and their units."""
    amounts: tuple[Amount, ...]


@definition
class Values:
    """`values.yaml` of a programme."""

    values: tuple[Value, ...]


@definition
class LocalValue:
    """What one area decides otherwise for one value."""

    id: str
    amounts: tuple[Amount, ...]


@definition
class LocalValues:
    """`packs/areas/<code>/values/<programme>.yaml`: what one area decides otherwise, with its own documents."""

    programme: str
    sources: tuple[Source, ...] = ()
    values: tuple[LocalValue, ...]
