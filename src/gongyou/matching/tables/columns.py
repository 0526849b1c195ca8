"""What stands in the tables of `gongyou match`, how a cell is read as SQL, and what is said of one that can't be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gongyou.basics.refusal import says

Holds = Literal[
    "id", "text", "division", "divisions", "degrees_east", "degrees_north", "date", "codes", "yuan", "km", "flag",
    "headcount", "age", "shift", "shifts", "sex",
]  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column of a file: its heading in either language and what it holds."""

    id: str
    title: str
    holds: Holds
    is_optional: bool = False


WORKERS = (
    Column("worker_id", "劳动者编号", "id"),
    Column("division", "行政区划", "division"),
    Column("lon", "经度", "degrees_east"),
    Column("lat", "纬度", "degrees_north"),
    Column("birth_on", "出生日期", "date"),
    Column("occupations", "意向职业", "codes"),
    Column("certificates", "持有证书", "codes"),
    Column("wage_min_yuan", "最低月薪", "yuan"),
    Column("willing_divisions", "意向地区", "divisions"),
    Column("max_km", "最远公里", "km"),
    Column("shifts", "接受班次", "shifts"),
    Column("wants_gig", "愿做零工", "flag"),
    Column("text", "说明", "text", is_optional=True),
)
POSTS = (
    Column("post_id", "岗位编号", "id"),
    Column("employer_id", "用人单位", "text"),
    Column("division", "行政区划", "division"),
    Column("lon", "经度", "degrees_east"),
    Column("lat", "纬度", "degrees_north"),
    Column("occupation", "职业", "text"),
    Column("headcount", "人数", "headcount"),
    Column("certificates_required", "要求证书", "codes"),
    Column("wage_low_yuan", "最低工资", "yuan"),
    Column("wage_high_yuan", "最高工资", "yuan"),
    Column("shift", "班次", "shift"),
    Column("age_min", "年龄下限", "age"),
    Column("age_max", "年龄上限", "age"),
    Column("is_gig", "是否零工", "flag"),
    Column("text", "说明", "text", is_optional=True),
)
GROUPS = (
    Column("worker_id", "劳动者编号", "id"),
    Column("sex", "性别", "sex", is_optional=True),
    Column("township", "乡镇街道", "text", is_optional=True),
)
"""For the report on fairness only: no kernel ever sees this table."""

TABLES: Mapping[str, tuple[tuple[Column, ...], str]] = {
    "workers": (WORKERS, says("劳动者")),
    "posts": (POSTS, says("岗位")),
    "groups": (GROUPS, says("人群")),
}

SHIFTS: Mapping[str, int] = {"day": 1, "night": 2, "rotating": 4, "白班": 1, "夜班": 2, "轮班": 4, "倒班": 4}

REASONS: Mapping[str, str] = {
    "id": says("编号没有填。"),
    "twice": says("编号重复，重复的各行都没有采用。"),
    "text": says("文字读不懂。"),
    "division": says("没有这个行政区划代码，请写6位数字。"),
    "divisions": says("意向地区里有不认识的代码；写省、市、县的2位、4位或6位代码，用 | 隔开。"),
    "degrees_east": says("经度应是 -180 到 180 之间的数。"),
    "degrees_north": says("纬度应是 -90 到 90 之间的数。"),
    "date": says("不是日期，请写成 1990-01-31。"),
    "codes": says("列表读不懂，请用 | 隔开。"),
    "yuan": says("不是以元为单位、最多两位小数的金额，或大得不像月薪。"),
    "km": says("公里数应是零或正的数。"),
    "flag": says("不是“是”或“否”（true/false、1/0）。"),
    "headcount": says("人数应是1或更多的整数。"),
    "age": says("年龄应是整数。"),
    "shift": says("班次只有 day（白班）、night（夜班）、rotating（轮班）。"),
    "shifts": says("班次只有 day（白班）、night（夜班）、rotating（轮班），用 | 隔开。"),
    "sex": says("性别只有 male（男）、female（女）。"),
    "occupation": says("职业分类大典里没有这个代码。"),
    "occupation_empty": says("职业没有填。"),
    "reversed": says("最高工资低于最低工资，两格可能填反了。"),
    "age_reversed": says("年龄上限低于下限，两格可能填反了。"),
    "post_too_young": says("年龄下限低于法定最低就业年龄。"),
    "post_age_too_low": says("年龄上限低于法定最低就业年龄。"),
    "too_young": says("到匹配这一天还不满法定最低就业年龄。"),
    "too_old": says("年龄大得不像，请核对出生日期。"),
    "nobody": says("劳动者表里没有这个人，或他的那一行没有采用。"),
}


def text(value: str) -> str:
    """A text literal of SQL."""
    return "'" + value.replace("'", "''") + "'"


def typed(column: Column, largest_fen: int) -> tuple[str, str]:
    """SQL of a column's value (NULL where empty or unreadable), and SQL that says whether the cell is unreadable."""
    c = f'"{column.id}"'
    value = _VALUES.get(column.holds, "{c}").format(c=c, largest=largest_fen)
    if column.holds == "id":
        return c, f"{c} IS NULL"
    if column.holds == "text":
        return c, "false"
    if column.holds in ("codes", "divisions", "shifts"):
        return value, _BAD_LISTS[column.holds].format(c=c)
    return value, f"({c} IS NOT NULL AND ({value}) IS NULL)"


_CASES = " ".join(f"WHEN {text(k)} THEN {v}" for k, v in SHIFTS.items())
_SHIFT_NAMES = ", ".join(text(k) for k in SHIFTS)
_VALUES: Mapping[Holds, str] = {
    "division": "CASE WHEN left({c}, 6) IN (SELECT code FROM known_divisions) "
    "AND regexp_full_match({c}, '[1-8]\\d{{5}}(\\d{{3}}|\\d{{6}})?') THEN CAST(left({c}, 6) AS INTEGER) END",
    "degrees_east": "CASE WHEN abs(TRY_CAST({c} AS DOUBLE)) <= 180 THEN TRY_CAST({c} AS DOUBLE) END",
    "degrees_north": "CASE WHEN abs(TRY_CAST({c} AS DOUBLE)) <= 90 THEN TRY_CAST({c} AS DOUBLE) END",
    "date": "TRY_CAST(replace({c}, '/', '-') AS DATE)",
    "yuan": "CASE WHEN regexp_full_match({c}, '\\d{{1,9}}(\\.\\d{{0,2}}0*)?') "
    "AND CAST({c} AS DECIMAL(18,2)) * 100 <= {largest} THEN CAST(CAST({c} AS DECIMAL(18,2)) * 100 AS BIGINT) END",
    "km": "CASE WHEN TRY_CAST({c} AS DOUBLE) BETWEEN 0 AND 20000 THEN TRY_CAST({c} AS DOUBLE) END",
    "flag": "CASE WHEN lower({c}) IN ('true', '1', '1.0', '是', 't', 'yes') THEN true "
    "WHEN lower({c}) IN ('false', '0', '0.0', '否', 'f', 'no') THEN false END",
    "headcount": "CASE WHEN regexp_full_match({c}, '\\d{{1,7}}(\\.0*)?') AND CAST({c} AS DOUBLE) >= 1 "
    "THEN CAST(CAST({c} AS DOUBLE) AS INTEGER) END",
    "age": "CASE WHEN regexp_full_match({c}, '\\d{{1,3}}(\\.0*)?') THEN CAST(CAST({c} AS DOUBLE) AS SMALLINT) END",
    "shift": f"CASE {{c}} {_CASES} END",
    "shifts": f"list_reduce(list_prepend(0, list_transform({{c}}, lambda x: CASE x {_CASES} ELSE 0 END)), "
    "lambda a, b: a | b)",
    "divisions": "list_distinct(list_transform({c}, lambda x: regexp_replace(x, '^(..)(0000)$|^(....)(00)$', '\\1\\3')))",
    "codes": "{c}",
    "sex": "CASE {c} WHEN 'male' THEN 'male' WHEN '男' THEN 'male' WHEN 'female' THEN 'female' "
    "WHEN '女' THEN 'female' END",
}
_BAD_LISTS: Mapping[Holds, str] = {
    "codes": "false",
    "shifts": f"(len(list_filter({{c}}, lambda x: x NOT IN ({_SHIFT_NAMES}))) > 0)",
    "divisions": "coalesce(list_has_any({c}, (SELECT list(word) FROM bad_words WHERE kind = 'division')), false)",
}
