"""Surveys as tables: who would work, and where workers are short."""

from __future__ import annotations

from typing import Any

from gongyou.basics.refusal import Refusal, says
from gongyou.connectors.exchange.kind import Kind, Values, day_of, office_id_of
from gongyou.connectors.exchange.tables import Column
from gongyou.engines.employment.services.posts import EmployerWords, answer_shortage
from gongyou.engines.employment.services.surveys import answer_willingness
from gongyou.engines.employment.steps.inputs import parts_of
from gongyou.engines.employment.steps.intentions import WillingnessWords
from gongyou.engines.employment.steps.posts import PostWords
from gongyou.kernel.access import Actor

YES, NO = frozenset({"是", "true", "1", "yes", "y"}), frozenset({"否", "false", "0", "no", "n", ""})


def flag(values: Values, column: str) -> bool:
    """是/否; empty is no. Raises Refusal."""
    text = values.get(column, "").strip().lower()
    if text not in YES | NO:
        raise Refusal("flag", says("“{text}”不是“是”或“否”。"), field=column, text=text[:20])
    return text in YES


def take_willingness(actor: Actor, values: Values, _area: str) -> object:
    """One person's answer; who did not agree to matching is counted and not matched."""
    plain: dict[str, Any] = {name: values.get(name, "") for name in _TEXTS}
    plain |= {name: parts_of(values.get(name, "")) for name in _LISTS}
    words = WillingnessWords(
        **plain,
        wants_job=flag(values, "wants_job"),
        wants_training=flag(values, "wants_training"),
        wants_gig=flag(values, "wants_gig"),
        agrees_matching=flag(values, "agrees_matching"),
        agrees_messages=flag(values, "agrees_messages"),
    )
    return answer_willingness(
        actor,
        office_id=office_id_of(values, "office"),
        channel=values.get("channel", "").strip() or "import",
        words=words,
        answered_on=day_of(values, "answered_on"),
    )


def take_shortage(actor: Actor, values: Values, _area: str) -> object:
    """One line of an employer's shortage: a post that waits for another person's look."""
    words = PostWords(
        **{name: values.get(name, "") for name in _POST_TEXTS},
        certificates=parts_of(values.get("certificates", "")),
        is_gig=flag(values, "is_gig"),
        is_daily=flag(values, "is_gig"),
    )
    employer = EmployerWords(
        name=values["employer"], credit_code=values["credit_code"], kind=values.get("kind", "").strip()
    )
    return answer_shortage(
        actor, office_id=office_id_of(values, "office"), employer=employer, words=words, channel="import"
    )


_TEXTS = (
    "name", "phone", "division", "township", "lon", "lat", "birth_on", "id_number", "sex", "wage_min_yuan",
    "max_km", "until_on",
)  # fmt: skip
_LISTS = ("training", "occupations", "certificates", "willing", "shifts")
_POST_TEXTS = (
    "title", "occupation", "division", "headcount", "place", "lon", "lat", "wage_low_yuan", "wage_high_yuan",
    "shift", "age_min", "age_max", "text", "fee_yuan", "expires_on",
)  # fmt: skip

EMPLOYMENT_KINDS = (
    Kind(
        "willingness",
        says("就业意愿调查"),
        (
            Column("office", says("调查单位编号"), True, "123456"),
            Column("name", says("姓名"), True, "张三"),
            Column("phone", says("手机号"), True, "13800000001"),
            Column("division", says("行政区划"), True, "123456", says("县级6位")),
            Column("wants_job", says("想找工作"), True, "是"),
            Column("agrees_matching", says("同意推荐"), True, "是", says("本人同意用这些信息推荐岗位")),
            Column("wants_training", says("想参加培训"), False, "否"),
            Column("training", says("想学什么"), False, "", says("用 | 隔开")),
            Column("occupations", says("意向职业"), False, "保洁员", says("代码或名称，用 | 隔开")),
            Column("certificates", says("持有证书"), False, "", says("用 | 隔开，名称@到期日")),
            Column("wage_min_yuan", says("最低月薪"), False, "3500"),
            Column("willing", says("意向地区"), False, "", says("2、4或6位代码，用 | 隔开")),
            Column("max_km", says("最远公里"), False, "20"),
            Column("shifts", says("接受班次"), False, "白班", says("白班、夜班、轮班，用 | 隔开；空为都行")),
            Column("wants_gig", says("愿做零工"), False, "否"),
            Column("birth_on", says("出生日期"), False, "1990-01-31"),
            Column("id_number", says("身份证号"), says=says("填了就不用填出生日期和性别")),
            Column("sex", says("性别"), says=says("只用于公平统计")),
            Column("township", says("乡镇街道代码"), says=says("9位")),
            Column("lon", says("经度")),
            Column("lat", says("纬度")),
            Column("agrees_messages", says("同意短信"), False, "否"),
            Column("channel", says("调查方式"), False, "door", says("phone、desk、door、broker")),
            Column("answered_on", says("调查日期"), False, "2026-11-20"),
            Column("until_on", says("意向到哪天")),
        ),
        take_willingness,
    ),
    Kind(
        "posts",
        says("用工需求调查"),
        (
            Column("office", says("调查单位编号"), True, "123456"),
            Column("employer", says("用人单位"), True, "示例有限公司"),
            Column("credit_code", says("统一社会信用代码"), True, says=says("18位，单元格请设为文本")),
            Column("title", says("岗位名称"), True, "保洁员"),
            Column("occupation", says("职业"), True, "保洁员", says("代码或名称")),
            Column("division", says("工作地点区划"), True, "123456"),
            Column("headcount", says("人数"), True, "5"),
            Column("wage_low_yuan", says("最低工资"), False, "3500", says("每月；零工写每天")),
            Column("wage_high_yuan", says("最高工资"), False, "4500"),
            Column("certificates", says("要求证书"), False, "", says("用 | 隔开")),
            Column("shift", says("班次"), False, "白班"),
            Column("age_min", says("年龄下限")),
            Column("age_max", says("年龄上限")),
            Column("is_gig", says("是否零工"), False, "否"),
            Column("place", says("工作地点")),
            Column("lon", says("经度")),
            Column("lat", says("纬度")),
            Column("text", says("岗位说明")),
            Column("fee_yuan", says("向劳动者收费"), says=says("应当是0")),
            Column("expires_on", says("招到哪天")),
            Column("kind", says("单位类型"), False, "enterprise"),
        ),
        take_shortage,
    ),
)
