"""What `screens.yaml` may declare: which injuries to look at, and for which weighted reasons. Plain data, no Django.

A screen asks a question of a person; it never says who is guilty. What people are born with or where they live is no
reason, and a table with such a column is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from gongyou.basics.definition import definition
from gongyou.basics.refusal import says
from gongyou.policy.definitions import ColumnSpec, TableSpec

Kind = Literal[
    "in_shift", "after_shift", "column_is", "column_starts", "column_empty", "work_typical", "industry_is",
    "colleague_came", "story_changes", "others_at_employer", "claim_filed",
]  # fmt: skip
SETTLEMENTS, EMPLOYMENTS, ATTENDANCE, CLAIMS = "settlements", "employments", "attendance", "injury_claims"
TABLES = (SETTLEMENTS, EMPLOYMENTS, ATTENDANCE, CLAIMS)
NEVER = frozenset(
    {
        "sex",
        "gender",
        "ethnicity",
        "ethnic_group",
        "village",
        "hukou",
        "religion",
        "native_place",
        "birth_on",
        "age",
    }
)
"""Personal Information Protection Law art. 24 and 28: no such fact may weigh."""
NEVER_TITLED = ("性别", "民族", "年龄", "出生", "户籍", "籍贯", "村", "宗教")
"""The same by their headings, whatever the column is called."""
OF_COLUMNS = frozenset({"column_is", "column_starts", "column_empty", "story_changes"})


@definition
class WorkTypical:
    """Injuries (beginnings of ICD-10 codes) typical of work in industries (beginnings of GB/T 4754 codes)."""

    icd10: tuple[str, ...]
    industry: tuple[str, ...]


@definition
class ScreenReason:
    """One weighted reason. `weight`, `within`, `least` name values: points, hours or days, a count.

    A weight below zero speaks against the question.
    """

    id: str
    title: str
    kind: Kind
    weight: str
    column: str = ""
    codes: tuple[str, ...] = ()
    pairs: tuple[WorkTypical, ...] = ()
    within: str = ""
    least: str = ""


@definition
class Screen:
    """A pair check: settlements on the left; employment, attendance and claims of the same person on the right.

    `blocks`: ICD-10 blocks such as `S00-S09`; visits of one person in one block within `same_injury` days of the one
    before are one injury. `times`: text columns that hold a moment.
    """

    id: str
    title: str
    tables: tuple[TableSpec, ...]
    times: tuple[str, ...]
    blocks: tuple[str, ...]
    same_injury: str
    threshold: str
    may_claim: str
    reasons: tuple[ScreenReason, ...]

    def table(self, table_id: str) -> TableSpec:
        return next(t for t in self.tables if t.id == table_id)


@definition
class Screens:
    """`screens.yaml`."""

    screens: tuple[Screen, ...]


Keys = tuple[str | int, ...]


def named_values(screen: Screen) -> Iterator[tuple[Keys, str]]:
    """Every place of a screen that names a value, and the value's id."""
    for key in ("same_injury", "threshold", "may_claim"):
        yield (key,), getattr(screen, key)
    for number, reason in enumerate(screen.reasons):
        for key in ("weight", "within", "least"):
            if name := getattr(reason, key):
                yield ("reasons", number, key), name


def values_of(screen: Screen) -> tuple[str, ...]:
    """Ids of the values a screen reads."""
    return tuple(dict.fromkeys(name for _, name in named_values(screen)))


Fault = tuple[Keys, str, dict[str, object]]


def faults_of(screen: Screen) -> Iterator[Fault]:
    """What is wrong with a screen: place in it, sentence, what fills the sentence."""
    if tuple(sorted(t.id for t in screen.tables)) != tuple(sorted(TABLES)):
        yield ("tables",), says("筛查要用的表是：{tables}。"), {"tables": "、".join(TABLES)}
        return
    for number, table in enumerate(screen.tables):
        for place, column in enumerate(table.columns):
            if _may_never_weigh(column):
                message = says("“{column}”不能用来筛查：性别、民族、年龄、户籍都不是理由。")
                yield ("tables", number, "columns", place), message, {"column": column.id}
    if not screen.reasons:
        yield ("reasons",), says("筛查至少要有一个理由。"), {}
    columns = {c.id: c.holds for c in screen.table(SETTLEMENTS).columns}
    for number, reason in enumerate(screen.reasons):
        is_twice = reason.id in {r.id for r in screen.reasons[:number]}
        yield from (
            (("reasons", number), message, params) for message, params in _wrong(reason, columns, is_twice)
        )


def _may_never_weigh(column: ColumnSpec) -> bool:
    return bool({column.id, column.fact} & NEVER) or any(word in column.title for word in NEVER_TITLED)


def _wrong(
    reason: ScreenReason, columns: Mapping[str, str], is_twice: bool
) -> Iterator[tuple[str, dict[str, object]]]:
    if is_twice:
        yield says("“{name}”写了两次。"), {"name": reason.id}
    if reason.column and reason.column not in columns:
        yield says("结算表没有“{column}”这一列。"), {"column": reason.column}
    if reason.column in columns and columns[reason.column] == "id" and reason.column.endswith("_id"):
        # A resident number tells sex, age and where somebody comes from.
        yield says("理由不能看编号“{column}”：身份号码里有性别、年龄和户籍。"), {"column": reason.column}
    if wanted := _lacking(reason):
        yield says("这个理由还缺“{key}”。"), {"key": wanted}


def _lacking(reason: ScreenReason) -> str:
    """The first key a reason of its kind needs and has not."""
    needs = {
        "after_shift": ("within",),
        "column_is": ("codes",),
        "column_starts": ("codes",),
        "work_typical": ("pairs",),
        "industry_is": ("codes",),
        "others_at_employer": ("within", "least"),
    }.get(reason.kind, ())
    wanted = (*(("column",) if reason.kind in OF_COLUMNS else ()), *needs)
    return next((key for key in wanted if not getattr(reason, key)), "")
