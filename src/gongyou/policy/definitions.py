"""What the files of a policy may contain. The form of values is the one all programmes share."""

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


Holds = Literal["id", "credit_code", "text", "code", "count", "mean", "yuan", "wan", "flag", "month", "date"]
"""What a column of a file holds. `yuan` and `wan` (10,000 yuan) become whole fen; `mean` is exact to 6 places."""


@definition
class ColumnSpec:
    """A column of a table in files. `fact` is its name in the rules, where it differs from the heading."""

    id: str
    title: str
    holds: Holds
    fact: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    """Code → what a person reads."""
    is_optional: bool = False
    empty: bool | None = None
    """What an empty or absent flag means, where the form says so; otherwise it is unknown."""

    @property
    def name(self) -> str:
        return self.fact or self.id


@definition
class TableSpec:
    """A table: one row per subject, or child rows that name their subject in the first column of `key`."""

    id: str
    title: str
    key: tuple[str, ...]
    columns: tuple[ColumnSpec, ...]

    def column(self, column_id: str) -> ColumnSpec:
        return next(c for c in self.columns if c.id == column_id)


@definition
class InForce:
    """The policy years there are documents for; `because` is what a person reads outside them."""

    from_on: Annotated[date, Field(alias="from")]
    until_on: Annotated[date | None, Field(alias="until")] = None
    because: str = ""


@definition
class PolicySpec:
    """`policy.yaml`: what the rules judge and what comes out."""

    title: str
    subject: str
    tables: tuple[TableSpec, ...]
    uses: tuple[str, ...] = ()
    in_force: InForce
    outcome: str
    amount: str = ""
    shows: tuple[str, ...] = ()
    """Rules that nothing refers to but that belong into the result."""
    titles: dict[str, str] = field(default_factory=dict)
    """Rule or value → its name in sentences."""

    def table(self, table_id: str) -> TableSpec:
        return next(t for t in self.tables if t.id == table_id)


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


ValueUnit = Literal["yuan", "wan", "rate", "count", "months", "flag", "code", "date", "table"]
"""Units policies use. Clocks (`working_day` …) are read by whoever keeps them."""

Cell = int | str | bool | None | list[str]
Content = int | str | bool | list[dict[str, Cell]]


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


@definition
class Value:
    """A number, code or table with a name, so that an area or a later document can change it."""

    id: str
    title: str
    unit: ValueUnit
    codes: dict[str, str] = field(default_factory=dict)
    key: str = ""
    """For a table: the column that is looked up."""
    matches: Literal["equal", "prefix"] = "equal"
    columns: dict[str, ValueUnit] = field(default_factory=dict)
    """For a table: its other columns and their units."""
    amounts: tuple[Amount, ...]


@definition
class Values:
    """`values.yaml` of a programme."""

    values: tuple[Value, ...]


@definition
class LocalValue:
    id: str
    amounts: tuple[Amount, ...]


@definition
class LocalValues:
    """`packs/areas/<code>/values/<programme>.yaml`: what one area decides otherwise, with its own documents."""

    programme: str
    sources: tuple[Source, ...] = ()
    values: tuple[LocalValue, ...]
