"""技能提升补贴：2024年每人每年三次；2025年起一次，急需紧缺可加两次，证书要与岗位相适。"""

from gongyou.policy.language import Code, Count, Date, Fen, add_months, all_of, any_of, lookup, rule

amounts = lookup("level_amounts", by="certificate_level")


@rule(source="各年通知 补贴对象", says="参保身份：{standing}")
def is_covered_person(standing: Code) -> bool:
    return standing in ("employee", "benefit_recipient")


@rule(source="各年通知 补贴对象", says="参加失业保险{insured_months}个月，要求{min_insured_months}个月")
def is_insured_long_enough(insured_months: Count, min_insured_months: Count) -> bool:
    return insured_months >= min_insured_months


@rule(source="各年通知 补贴标准", says="证书等级：{certificate_level}；只补初级、中级、高级")
def is_covered_level(certificate_level: Code) -> bool:
    return certificate_level in ("junior", "intermediate", "senior")


@rule(
    source="人社部发〔2017〕40号",
    says="证书{certificate_issued_on}核发，{apply_within_months}个月内，最迟{apply_until}",
)
def apply_until(certificate_issued_on: Date, apply_within_months: Count) -> Date:
    return add_months(certificate_issued_on, apply_within_months)


@rule(source="人社部发〔2017〕40号", says="{applied_on}申请，最迟{apply_until}")
def is_applied_in_time(applied_on: Date, certificate_issued_on: Date, apply_until: Date) -> bool:
    return certificate_issued_on <= applied_on <= apply_until


@rule(
    name="is_within_times",
    until="2025-01-01",
    source="人社部发〔2024〕40号",
    says="本年已领{times_paid_this_year}次，最多{most_times}次",
)
def is_within_three_times(times_paid_this_year: Count, most_times: Count) -> bool:
    return times_paid_this_year < most_times


@rule(
    name="is_within_times",
    since="2025-01-01",
    given={"is_in_shortage_list": False},
    source="人社部发〔2025〕18号",
    says="本年已领{times_paid_this_year}次，最多{most_times}次",
)
def is_first_this_year(times_paid_this_year: Count, most_times: Count) -> bool:
    return times_paid_this_year < most_times


@rule(
    name="is_within_times",
    since="2025-01-01",
    given={"is_in_shortage_list": True},
    source="人社部发〔2025〕18号",
    says="急需紧缺：本年已领{times_paid_this_year}次，最多{most_times}次，另加{extra_times}次",
)
def is_within_extra_times(times_paid_this_year: Count, most_times: Count, extra_times: Count) -> bool:
    return times_paid_this_year < most_times + extra_times


@rule(source="各年通知 补贴次数", says="同一职业同一等级已领过：{is_same_job_and_level_paid}")
def is_first_for_level(is_same_job_and_level_paid: bool) -> bool:
    return not is_same_job_and_level_paid


@rule(source="各年通知 补贴次数", says="已领过同一职业更高等级：{holds_higher_level}")
def is_not_below_paid_level(holds_higher_level: bool) -> bool:
    return not holds_higher_level


@rule(source="各年通知 不重复享受", says="已享受职业培训补贴：{is_training_subsidised}")
def is_not_subsidised_twice(is_training_subsidised: bool) -> bool:
    return not is_training_subsidised


fits_the_post = any_of(
    "is_in_shortage_list",
    "matches_industry",
    "is_digital_or_green",
    since="2025-01-01",
    source="人社部发〔2025〕18号 证岗相适",
    says="急需紧缺、与行业相适、数字或绿色职业，有一项即可",
)

is_eligible = all_of(
    "is_covered_person",
    "is_insured_long_enough",
    "is_covered_level",
    "is_applied_in_time",
    "is_within_times",
    "is_first_for_level",
    "is_not_below_paid_level",
    "is_not_subsidised_twice",
    until="2025-01-01",
)

is_eligible = all_of(
    "is_covered_person",
    "is_insured_long_enough",
    "is_covered_level",
    "is_applied_in_time",
    "is_within_times",
    "is_first_for_level",
    "is_not_below_paid_level",
    "is_not_subsidised_twice",
    "fits_the_post",
    since="2025-01-01",
)


@rule(source="各年通知 补贴标准", says="{certificate_level}，补贴{level_fen}")
def level_amount_fen(level_fen: Fen) -> Fen:
    return level_fen
