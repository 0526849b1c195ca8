"""The refund as one writes it for ttsim (GETTSIM's engine): rows are contributions, an employer is a group of them.

python ttsim_refund.py DATA OUT    (ttsim-backend, pandas, pyarrow; see measure.py)
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from ttsim import InputData, MainTarget, TTTargets, main
from ttsim.tt import (
    AggType,
    Currency,
    TTSIMUnit,
    UnitSystem,
    agg_by_group_function,
    policy_function,
    policy_input,
)
from ttsim.typing import BoolColumn, FloatColumn, IntColumn

NUMBER = TTSIMUnit.DIMENSIONLESS
YES = TTSIMUnit.DIMENSIONLESS
ON = "2025-09-01"
FIRST, LAST = 20240101, 20241231
INPUTS = {
    "p_id": int, "emp_id": int, "due": float, "paid": float, "paid_on": int, "average": float, "losses": float,
    "is_large": bool, "is_covered": bool, "is_dishonest": bool, "is_zombie": bool, "has_applied": bool,
    "is_dispatch": bool,
}  # fmt: skip


def _input(name: str, kind: type) -> object:
    def given():
        """A column of the data."""

    given.__name__ = name
    given.__annotations__ = {"return": kind}
    return policy_input(unit=NUMBER)(given)


def _function(function: object) -> object:
    return policy_function(unit=NUMBER, verify_units=False, vectorization_strategy="not_required")(function)


def full_month(due: FloatColumn, paid: FloatColumn, paid_on: IntColumn) -> BoolColumn:
    return (paid >= due) & (due > 0) & (paid_on <= LAST)


def counted(paid: FloatColumn, paid_on: IntColumn) -> FloatColumn:
    return np.where((paid_on >= FIRST) & (paid_on <= LAST), paid, 0.0)


def full_months_emp(full_month: bool, emp_id: int) -> int:
    pass


def base_emp(counted: float, emp_id: int) -> float:
    pass


def eligible(
    full_months_emp: IntColumn,
    average: FloatColumn,
    losses: FloatColumn,
    is_covered: BoolColumn,
    is_dishonest: BoolColumn,
    is_zombie: BoolColumn,
    has_applied: BoolColumn,
    is_dispatch: BoolColumn,
) -> BoolColumn:
    keeps = losses <= np.where(average <= 30, 0.2, 0.055) * average
    clean = ~(is_dishonest | is_zombie)
    return is_covered & (full_months_emp >= 12) & keeps & clean & (has_applied | ~is_dispatch)


def amount(eligible: BoolColumn, base_emp: FloatColumn, is_large: BoolColumn) -> FloatColumn:
    return np.where(eligible, np.floor(base_emp * np.where(is_large, 0.3, 0.6) * 100 + 0.5) / 100, 0.0)


def _environment() -> dict[str, object]:
    summed = {"agg_type": AggType.SUM, "unit": NUMBER, "verify_units": False}
    return {
        **{name: _input(name, kind) for name, kind in INPUTS.items()},
        **{f.__name__: _function(f) for f in (full_month, counted, eligible, amount)},
        **{f.__name__: agg_by_group_function(**summed)(f) for f in (full_months_emp, base_emp)},
    }


def run(data: Path, out: Path) -> None:
    from tests.bench.policy.ttsim_rows import rows_of

    firms, columns = rows_of(data)
    found = main(
        main_target=MainTarget.raw_results.columns_with_original_p_ids,
        input_data=InputData.qname(columns),
        tt_targets=TTTargets.qname({"eligible": "eligible", "amount": "amount"}),
        policy_environment=_environment(),
        policy_date_str=ON,
        unit_system=UnitSystem(currencies={"YUAN": Currency(statutory_from="0001-01-01")}),
        evaluation_date_str=ON,
        include_fail_nodes=False,
        include_warn_nodes=False,
        rounding=False,
    )
    judged = {name: np.asarray(found[name]) for name in ("eligible", "amount")}
    result = pd.DataFrame({"n": columns["emp_id"], **judged})
    result = result.drop_duplicates("n").set_index("n").reindex(range(len(firms)))
    is_eligible = result["eligible"].fillna(False).astype(bool)
    fen = np.rint(result["amount"].fillna(0) * 100).astype("int64")
    written = pd.DataFrame({"subject_id": firms["employer_id"]})
    written["outcome"] = np.where(is_eligible, "eligible", "ineligible")
    written["amount_fen"] = pd.Series(fen, dtype="Int64").where(is_eligible)
    written.to_parquet(out)


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
