"""失业保险稳岗返还：每条规则后面注明依据；数字都在 values.yaml 和各地的取值里。"""

from gongyou.policy.language import (
    Code,
    Count,
    Fen,
    Mean,
    Rate,
    all_of,
    any_of,
    month_of,
    ratio,
    rule,
    share,
    total,
)


@total(of="contributions", how="count", source="各年通知 条件一", says="截至上年末足额缴费{full_months}个月")
def full_months(due_fen, paid_fen, month, paid_on, last_year_until):
    return month <= month_of(last_year_until) and paid_on <= last_year_until and paid_fen >= due_fen > 0


@total(
    of="contributions",
    how="sum",
    value="paid_fen",
    source="各年通知 返还标准",
    says="上年度所属月份在上年度实际缴纳{base_fen}（不含补缴历年欠费和滞纳金）",
)
def base_fen(paid_fen, month, paid_on, last_year_from, last_year_until):
    return (
        paid_fen > 0
        and month_of(last_year_from) <= month <= month_of(last_year_until)
        and last_year_from <= paid_on <= last_year_until
    )


@total(
    of="dispatches",
    how="sum",
    value="dispatched_paid_fen",
    source="当地通知 劳务派遣",
    says="被派遣劳动者上年度实缴{dispatched_fen}（不含派往机关事业单位的）",
)
def dispatched_fen(user_kind, dispatched_paid_fen):
    return user_kind != "public_institution" and dispatched_paid_fen > 0


@total(
    of="dispatches",
    how="sum",
    value="dispatched_paid_fen",
    source="当地通知 劳务派遣",
    says="其中派到大型单位的{dispatched_large_fen}",
)
def dispatched_large_fen(user_kind, user_size, dispatched_paid_fen):
    return user_kind != "public_institution" and user_size == "large" and dispatched_paid_fen > 0


@total(
    of="dispatches",
    how="sum",
    value="dispatched_paid_fen",
    source="当地通知 劳务派遣",
    says="派往机关事业单位的人员上年度实缴{dispatched_public_fen}，不返还",
)
def dispatched_public_fen(user_kind, dispatched_paid_fen):
    return user_kind == "public_institution" and dispatched_paid_fen > 0


@rule(
    name="size_class",
    given={"kind": ("enterprise", "public_institution")},
    source="国统字〔2017〕213号",
    says="按统计办法划为{size_class}",
)
def size_of_enterprise(statistical_size: Code) -> Code:
    return statistical_size


@rule(
    name="size_class",
    given={
        "kind": (
            "social_group",
            "foundation",
            "social_service",
            "law_firm",
            "accounting_firm",
            "sole_trader",
        )
    },
    source="各年通知 六类单位参照实施",
    says="六类单位参照中小微企业",
)
def size_of_others() -> Code:
    return "as_sme"


@rule(source="各年通知 实施范围", says="单位类型：{kind}；机关事业单位不在范围内")
def is_covered_kind(kind: Code) -> bool:
    return kind != "public_institution"


@rule(source="各年通知 条件一", says="足额缴费{full_months}个月，要求{min_months}个月")
def has_paid_in_full(full_months: Count, min_months: Count) -> bool:
    return full_months >= min_months


@rule(
    name="is_small_employer",
    given={"small_employer_by": "start"},
    source="各年通知 条件二",
    says="上年初参保{insured_start_count}人，{small_employer_most}人（含）以下为小规模",
)
def is_small_at_start(insured_start_count: Count, small_employer_most: Count) -> bool:
    return insured_start_count <= small_employer_most


@rule(
    name="is_small_employer",
    given={"small_employer_by": "end"},
    source="各年通知 条件二",
    says="上年末参保{insured_end_count}人，{small_employer_most}人（含）以下为小规模",
)
def is_small_at_end(insured_end_count: Count, small_employer_most: Count) -> bool:
    return insured_end_count <= small_employer_most


@rule(
    name="is_small_employer",
    given={"small_employer_by": "average"},
    source="各年通知 条件二",
    says="上年平均参保{insured_average}人，{small_employer_most}人（含）以下为小规模",
)
def is_small_on_average(insured_average: Mean, small_employer_most: Count) -> bool:
    return insured_average <= small_employer_most


@rule(
    name="layoff_numerator",
    given={"layoff_formula": "recipients_over_average"},
    source="当地裁员率算法",
    says="上年领取失业保险金{layoff_numerator}人",
)
def recipients(benefit_recipient_count: Count) -> Count:
    return benefit_recipient_count


@rule(
    name="layoff_numerator",
    given={"layoff_formula": "drop_or_recipients_over_start"},
    source="当地裁员率算法",
    says="减少{insured_drop}人，领取失业保险金{benefit_recipient_count}人，取较小者{layoff_numerator}人",
)
def smaller_of_drop_and_recipients(insured_drop: Count, benefit_recipient_count: Count) -> Count:
    return min(insured_drop, benefit_recipient_count)


@rule(
    name="layoff_numerator",
    given={"layoff_formula": "drop_less_retired_over_average"},
    source="当地裁员率算法",
    says="年初{insured_start_count}人减年末{insured_end_count}人，再减退休和死亡{retired_or_died_count}人，为{layoff_numerator}人",
)
def drop_less_retired(
    insured_start_count: Count, insured_end_count: Count, retired_or_died_count: Count
) -> Count:
    return max(insured_start_count - insured_end_count - retired_or_died_count, 0)


@rule(
    source="当地裁员率算法",
    says="年初参保{insured_start_count}人，年末{insured_end_count}人，减少{insured_drop}人",
)
def insured_drop(insured_start_count: Count, insured_end_count: Count) -> Count:
    return max(insured_start_count - insured_end_count, 0)


@rule(
    name="layoff_denominator",
    given={"layoff_formula": ("recipients_over_average", "drop_less_retired_over_average")},
    source="当地裁员率算法",
    says="上年平均参保{layoff_denominator}人",
)
def average_insured(insured_average: Mean) -> Mean:
    return insured_average


@rule(
    name="layoff_denominator",
    given={"layoff_formula": "drop_or_recipients_over_start"},
    source="当地裁员率算法",
    says="上年初参保{layoff_denominator}人",
)
def insured_at_start(insured_start_count: Count) -> Count:
    return insured_start_count


@rule(
    name="keeps_its_people",
    given={"layoff_formula": ("recipients_over_average", "drop_less_retired_over_average")},
    source="各年通知 条件二",
    says="裁员{layoff_numerator}人，参保{layoff_denominator}人，上限{layoff_limit}，小规模单位{small_layoff_limit}",
)
def layoffs_are_within_limit(
    layoff_numerator: Count,
    layoff_denominator: Mean,
    is_small_employer: bool,
    layoff_limit: Rate,
    small_layoff_limit: Rate,
) -> bool:
    if is_small_employer:
        return ratio(layoff_numerator, layoff_denominator) <= small_layoff_limit
    return ratio(layoff_numerator, layoff_denominator) <= layoff_limit


keeps_its_people = any_of(
    "drop_is_within_limit",
    "recipients_are_within_limit",
    given={"layoff_formula": "drop_or_recipients_over_start"},
    source="各年通知 条件二",
    says="减少人数、领取失业保险金人数，任一不超上限即可",
)


@rule(
    source="当地裁员率算法",
    says="减少{insured_drop}人，年初参保{insured_start_count}人，上限{layoff_limit}，小规模单位{small_layoff_limit}",
)
def drop_is_within_limit(
    insured_drop: Count,
    insured_start_count: Count,
    is_small_employer: bool,
    layoff_limit: Rate,
    small_layoff_limit: Rate,
) -> bool:
    if is_small_employer:
        return ratio(insured_drop, insured_start_count) <= small_layoff_limit
    return ratio(insured_drop, insured_start_count) <= layoff_limit


@rule(
    source="当地裁员率算法",
    says="领取失业保险金{benefit_recipient_count}人，年初参保{insured_start_count}人，上限{layoff_limit}，小规模单位{small_layoff_limit}",
)
def recipients_are_within_limit(
    benefit_recipient_count: Count,
    insured_start_count: Count,
    is_small_employer: bool,
    layoff_limit: Rate,
    small_layoff_limit: Rate,
) -> bool:
    if is_small_employer:
        return ratio(benefit_recipient_count, insured_start_count) <= small_layoff_limit
    return ratio(benefit_recipient_count, insured_start_count) <= layoff_limit


@rule(
    name="is_not_dishonest",
    given={"excludes_seriously_dishonest": True},
    source="当地通知 排除名单",
    says="严重失信：{is_seriously_dishonest}",
)
def is_not_listed_as_dishonest(is_seriously_dishonest: bool) -> bool:
    return not is_seriously_dishonest


@rule(
    name="is_not_dishonest",
    given={"excludes_seriously_dishonest": False},
    source="当地通知 排除名单",
    says="当地不排除严重失信单位",
)
def dishonest_may_stay() -> bool:
    return True


@rule(
    name="is_not_zombie",
    given={"excludes_zombie": True},
    source="当地通知 排除名单",
    says="僵尸企业：{is_zombie}",
)
def is_not_listed_as_zombie(is_zombie: bool) -> bool:
    return not is_zombie


@rule(
    name="is_not_zombie",
    given={"excludes_zombie": False},
    source="当地通知 排除名单",
    says="当地不排除僵尸企业",
)
def zombie_may_stay() -> bool:
    return True


@rule(
    name="is_not_abnormal",
    given={"excludes_abnormal": True},
    source="当地通知 排除名单",
    says="经营异常：{is_abnormal}",
)
def is_not_listed_as_abnormal(is_abnormal: bool) -> bool:
    return not is_abnormal


@rule(
    name="is_not_abnormal",
    given={"excludes_abnormal": False},
    source="当地通知 排除名单",
    says="当地不排除经营异常单位",
)
def abnormal_may_stay() -> bool:
    return True


is_not_excluded = all_of(
    "is_not_dishonest",
    "is_not_zombie",
    "is_not_abnormal",
    source="当地通知 排除名单",
    says="不在当地的排除名单",
)


@rule(source="当地通知 劳务派遣", says="劳务派遣单位：{is_labour_dispatch}；已申请：{has_applied}")
def has_dispatch_application(is_labour_dispatch: bool, has_applied: bool) -> bool:
    return has_applied or not is_labour_dispatch


@rule(
    name="has_sound_dispatch_parts",
    given={"is_labour_dispatch": True},
    source="当地通知 劳务派遣",
    says="被派遣劳动者{dispatched_fen}、派往机关事业单位{dispatched_public_fen}，合计不超过基数{base_fen}",
)
def parts_lie_within_base(dispatched_fen: Fen, dispatched_public_fen: Fen, base_fen: Fen) -> bool:
    return dispatched_fen + dispatched_public_fen <= base_fen


@rule(
    name="has_sound_dispatch_parts",
    given={"is_labour_dispatch": False},
    source="当地通知 劳务派遣",
    says="不是劳务派遣单位，没有填报被派遣劳动者（填报{dispatched_fen}、{dispatched_public_fen}）",
)
def others_dispatch_nobody(dispatched_fen: Fen, dispatched_public_fen: Fen) -> bool:
    return dispatched_fen + dispatched_public_fen <= 0


is_eligible = all_of(
    "is_covered_kind",
    "has_paid_in_full",
    "keeps_its_people",
    "is_not_excluded",
    "has_dispatch_application",
    "has_sound_dispatch_parts",
)


@rule(
    name="rate",
    given={"refund_step": "ordinary"},
    source="各年通知 返还标准",
    says="{size_class}：大型{large_rate}，中小微及参照单位{small_rate}",
)
def ordinary_rate(size_class: Code, large_rate: Rate, small_rate: Rate) -> Rate:
    if size_class == "large":
        return large_rate
    return small_rate


@rule(
    name="rate",
    given={"refund_step": "raised"},
    since="2022-01-01",
    until="2023-01-01",
    source="人社部发〔2022〕23号 提高比例",
    says="{size_class}：大型{raised_large_rate}，中小微及参照单位{raised_small_rate}",
)
def raised_rate_of_2022(size_class: Code, raised_large_rate: Rate, raised_small_rate: Rate) -> Rate:
    if size_class == "large":
        return raised_large_rate
    return raised_small_rate


@rule(
    name="rate",
    given={"refund_step": "raised"},
    since="2025-01-01",
    until="2026-01-01",
    source="国办发〔2025〕25号 提高比例",
    says="{size_class}：大型{raised_large_rate}，中小微及参照单位{raised_small_rate}",
)
def raised_rate_of_2025(size_class: Code, raised_large_rate: Rate, raised_small_rate: Rate) -> Rate:
    if size_class == "large":
        return raised_large_rate
    return raised_small_rate


@rule(
    name="kept_fen",
    given={"is_labour_dispatch": True},
    source="当地通知 劳务派遣",
    says="自有员工：基数{base_fen} 减被派遣劳动者{dispatched_fen}和派往机关事业单位{dispatched_public_fen}，× 比例{rate}",
)
def kept_for_own_staff(base_fen: Fen, dispatched_fen: Fen, dispatched_public_fen: Fen, rate: Rate) -> Fen:
    return share(base_fen - dispatched_fen - dispatched_public_fen, rate)


@rule(
    name="kept_fen",
    given={"is_labour_dispatch": False},
    source="当地通知 劳务派遣",
    says="不是劳务派遣单位，不分自有员工和被派遣劳动者",
)
def kept_is_not_split() -> Fen:
    return 0


@rule(
    name="passed_on_fen",
    given={"dispatched_rate_by": "dispatcher"},
    source="当地通知 劳务派遣",
    says="被派遣劳动者实缴{dispatched_fen} × 派遣单位的比例{rate}，由派遣单位全额转给用工单位",
)
def passed_on_by_own_rate(dispatched_fen: Fen, rate: Rate) -> Fen:
    return share(dispatched_fen, rate)


@rule(
    name="passed_on_fen",
    given={"dispatched_rate_by": "user", "refund_step": "ordinary"},
    source="当地通知 劳务派遣",
    says="派到大型单位{dispatched_large_fen} × {large_rate}，其余（共{dispatched_fen}）× {small_rate}",
)
def passed_on_by_users_rate(
    dispatched_fen: Fen, dispatched_large_fen: Fen, large_rate: Rate, small_rate: Rate
) -> Fen:
    return share(dispatched_large_fen, large_rate) + share(dispatched_fen - dispatched_large_fen, small_rate)


@rule(
    name="passed_on_fen",
    given={"dispatched_rate_by": "user", "refund_step": "raised"},
    since="2022-01-01",
    until="2023-01-01",
    source="人社部发〔2022〕23号 提高比例",
    says="派到大型单位{dispatched_large_fen} × {raised_large_rate}，其余（共{dispatched_fen}）× {raised_small_rate}",
)
def passed_on_by_users_raised_rate_of_2022(
    dispatched_fen: Fen, dispatched_large_fen: Fen, raised_large_rate: Rate, raised_small_rate: Rate
) -> Fen:
    return share(dispatched_large_fen, raised_large_rate) + share(
        dispatched_fen - dispatched_large_fen, raised_small_rate
    )


@rule(
    name="passed_on_fen",
    given={"dispatched_rate_by": "user", "refund_step": "raised"},
    since="2025-01-01",
    until="2026-01-01",
    source="国办发〔2025〕25号 提高比例",
    says="派到大型单位{dispatched_large_fen} × {raised_large_rate}，其余（共{dispatched_fen}）× {raised_small_rate}",
)
def passed_on_by_users_raised_rate_of_2025(
    dispatched_fen: Fen, dispatched_large_fen: Fen, raised_large_rate: Rate, raised_small_rate: Rate
) -> Fen:
    return share(dispatched_large_fen, raised_large_rate) + share(
        dispatched_fen - dispatched_large_fen, raised_small_rate
    )


@rule(
    name="refund_fen",
    given={"is_labour_dispatch": False},
    source="各年通知 返还标准",
    says="基数{base_fen} × 比例{rate}，四舍五入到分",
)
def refund_of_employer(base_fen: Fen, rate: Rate) -> Fen:
    return share(base_fen, rate)


@rule(
    name="refund_fen",
    given={"is_labour_dispatch": True},
    source="当地通知 劳务派遣",
    says="自有员工{kept_fen} + 转给用工单位{passed_on_fen}，各自四舍五入到分",
)
def refund_of_dispatcher(kept_fen: Fen, passed_on_fen: Fen) -> Fen:
    return kept_fen + passed_on_fen
