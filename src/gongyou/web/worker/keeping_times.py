"""How long a matter is kept, as its programme declares it."""

from __future__ import annotations

from dataclasses import dataclass

from gongyou.engines.casework.queries import PublicType
from gongyou.engines.casework.queries.definitions import running_name, type_of
from gongyou.kernel import catalogue


@dataclass(frozen=True)
class Keeping:
    """`years` is set where the days are whole years: people think in years."""

    days: int
    years: int
    source: str
    confidence: str


def keeps(area: str, t: PublicType) -> Keeping | None:
    """None where the programme stopped running in the meantime."""
    published = catalogue.current("running", running_name(area, t.programme))
    if published is None:
        return None
    case_type = type_of(published.hash, t.type_id)
    years, rest = divmod(case_type.keeps_days, 365)
    return Keeping(
        case_type.keeps_days, 0 if rest else years, case_type.keeps_source, case_type.keeps_confidence
    )
