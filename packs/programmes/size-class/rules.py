"""企业划型：必须同时满足所列指标的下限，否则下划一档；微型企业只须满足一项。"""

from gongyou.policy.language import Code, Count, Fen, all_of, lookup, rule

thresholds = lookup("size_thresholds", by="industry")


@rule(
    name="statistical_size",
    given={"indicators": "revenue"},
    source="国统字〔2017〕213号 第三条、附表",
    says="营业收入{revenue_fen}，划为{statistical_size}",
)
def size_by_revenue(
    revenue_fen: Fen, revenue_large_fen: Fen, revenue_medium_fen: Fen, revenue_small_fen: Fen
) -> Code:
    if revenue_fen >= revenue_large_fen:
        return "large"
    if revenue_fen >= revenue_medium_fen:
        return "medium"
    if revenue_fen >= revenue_small_fen:
        return "small"
    return "micro"


@rule(
    name="statistical_size",
    given={"indicators": "staff"},
    source="国统字〔2017〕213号 第三条、附表",
    says="从业人员{staff_count}人，划为{statistical_size}",
)
def size_by_staff(staff_count: Count, staff_large: Count, staff_medium: Count, staff_small: Count) -> Code:
    if staff_count >= staff_large:
        return "large"
    if staff_count >= staff_medium:
        return "medium"
    if staff_count >= staff_small:
        return "small"
    return "micro"


@rule(
    name="statistical_size",
    given={"indicators": "staff_revenue"},
    source="国统字〔2017〕213号 第三条、附表",
    says="从业人员{staff_count}人、营业收入{revenue_fen}，划为{statistical_size}",
)
def size_by_staff_and_revenue(
    staff_count: Count,
    revenue_fen: Fen,
    staff_large: Count,
    staff_medium: Count,
    staff_small: Count,
    revenue_large_fen: Fen,
    revenue_medium_fen: Fen,
    revenue_small_fen: Fen,
) -> Code:
    if staff_count >= staff_large and revenue_fen >= revenue_large_fen:
        return "large"
    if staff_count >= staff_medium and revenue_fen >= revenue_medium_fen:
        return "medium"
    if staff_count >= staff_small and revenue_fen >= revenue_small_fen:
        return "small"
    return "micro"


@rule(
    name="statistical_size",
    given={"indicators": "staff_assets"},
    source="国统字〔2017〕213号 第三条、附表",
    says="从业人员{staff_count}人、资产总额{assets_fen}，划为{statistical_size}",
)
def size_by_staff_and_assets(
    staff_count: Count,
    assets_fen: Fen,
    staff_large: Count,
    staff_medium: Count,
    staff_small: Count,
    assets_large_fen: Fen,
    assets_medium_fen: Fen,
    assets_small_fen: Fen,
) -> Code:
    if staff_count >= staff_large and assets_fen >= assets_large_fen:
        return "large"
    if staff_count >= staff_medium and assets_fen >= assets_medium_fen:
        return "medium"
    if staff_count >= staff_small and assets_fen >= assets_small_fen:
        return "small"
    return "micro"


@rule(
    name="statistical_size",
    given={"indicators": "revenue_assets"},
    source="国统字〔2017〕213号 第三条、附表",
    says="营业收入{revenue_fen}、资产总额{assets_fen}，划为{statistical_size}",
)
def size_by_revenue_and_assets(
    revenue_fen: Fen,
    assets_fen: Fen,
    revenue_large_fen: Fen,
    revenue_medium_fen: Fen,
    revenue_small_fen: Fen,
    assets_large_fen: Fen,
    assets_medium_fen: Fen,
    assets_small_fen: Fen,
) -> Code:
    if revenue_fen >= revenue_large_fen and assets_fen >= assets_large_fen:
        return "large"
    if revenue_fen >= revenue_medium_fen and assets_fen >= assets_medium_fen:
        return "medium"
    if revenue_fen >= revenue_small_fen and assets_fen >= assets_small_fen:
        return "small"
    return "micro"


@rule(source="国统字〔2017〕213号 第三条", says="划型为{statistical_size}，中型、小型、微型属于中小微企业")
def is_small_or_medium(statistical_size: Code) -> bool:
    return statistical_size in ("medium", "small", "micro")


is_in_smaller_classes = all_of("is_small_or_medium")
