"""What the files of a policy may contain. The form of values is the one all programmes share."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from gongyou.basics.definition import definition
from gongyou.basics.values import (
    Amount,
    Confidence,
    Content,
    LocalValues,
    Source,
    Sources,
    Value,
    Values,
)

__all__ = [
    "Amount",
    "ColumnSpec",
    "Confidence",
    "Content",
    "Holds",
    "InForce",
    "LocalValues",
    "PolicySpec",
    "Source",
    "Sources",
    "TableSpec",
    "Value",
    "Values",
]


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
    masks: Literal["", "account", "name"] = ""
    """What a page shows of it: the end of an account, the surname of a person. Rules read the whole."""

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
    is_optional: bool = False
    """Child rows that need not be handed in: no file is no rows."""

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
