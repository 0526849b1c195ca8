"""The refund as one writes it for OpenFisca-core: monthly variables, parameters by area. Has an environment of its own.

python openfisca_refund.py DATA OUT    (openfisca-core, pandas, pyarrow; see measure.py)
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from openfisca_core.entities import Entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from tests.bench.policy.sizes import SIZES

YEAR = 2024
MONTHS = [f"{YEAR}-{month:02d}" for month in range(1, 13)]
AREA = "a370000"
AREAS = (AREA, "a310000", "a440000", "a330000")
Employer = Entity("employer", "employers", "an insured employer", "")


def _variable(name: str, kind: type, period: str, formula: object = None) -> type[Variable]:
    members = {"value_type": kind, "entity": Employer, "definition_period": period, "label": name}
    if formula:
        members["formula"] = formula
    return type(name, (Variable,), members)


def _of_area(employer, period, parameters, name):
    """A value of each employer's area, looked up in the tree of parameters as OpenFisca's guide does."""
    node = getattr(parameters(period), name)
    return node[employer("area", period)]


def _full_month(employer, period, parameters):
    due, paid = employer("due", period), employer("paid", period)
    return (paid >= due) * (due > 0) * (employer("paid_on", period) <= YEAR * 10000 + 1231)


def _counted(employer, period, parameters):
    day = employer("paid_on", period)
    return employer("paid", period) * (day >= YEAR * 10000 + 101) * (day <= YEAR * 10000 + 1231)


def _full_months(employer, period, parameters):
    return sum(employer("full_month", month) * 1 for month in period.get_subperiods(DateUnit.MONTH))


def _base(employer, period, parameters):
    return sum(employer("counted", month) for month in period.get_subperiods(DateUnit.MONTH))


def _keeps(employer, period, parameters):
    average, losses = employer("average", period), employer("losses", period)
    small = _of_area(employer, period, parameters, "small_limit")
    limit = np.where(average <= 30, small, _of_area(employer, period, parameters, "limit"))
    return losses <= limit * average


def _large(employer, period, parameters):
    industry = employer("industry", period)
    rows = parameters(period).sizes[industry]
    values = np.stack([employer(name, period) for name in ("staff", "revenue", "assets")])
    place = np.arange(len(industry))
    one = values[rows["first"].astype(int), place]
    two = values[rows["second"].astype(int), place]
    return (one >= rows["first_large"]) * (two >= rows["second_large"]) * (employer("is_firm", period))


def _eligible(employer, period, parameters):
    enough = employer("full_months", period) >= _of_area(employer, period, parameters, "min_months")
    clean = np.logical_not(employer("dishonest", period) + employer("zombie", period))
    applied = employer("applied", period) + np.logical_not(employer("dispatch", period))
    return employer("covered", period) * enough * employer("keeps", period) * clean * applied


def _amount(employer, period, parameters):
    large = _of_area(employer, period, parameters, "large_rate")
    rate = np.where(employer("large", period), large, _of_area(employer, period, parameters, "rate"))
    # Half up to the fen, as well as single precision can.
    return np.floor(employer("base", period) * rate * 100 + 0.5) / 100 * employer("eligible", period)


YEARLY = {
    "average": float, "losses": float, "staff": float, "revenue": float, "assets": float, "area": str,
    "industry": str, "is_firm": bool, "covered": bool, "dishonest": bool, "zombie": bool, "applied": bool,
    "dispatch": bool,
}  # fmt: skip
FORMULAS = {
    "full_months": (int, _full_months), "base": (float, _base), "keeps": (bool, _keeps), "large": (bool, _large),
    "eligible": (bool, _eligible), "amount": (float, _amount),
}  # fmt: skip


def _parameters() -> ParameterNode:
    def dated(value: float) -> dict[str, object]:
        return {"values": {f"{YEAR}-01-01": {"value": value}}}

    def by_area(value: float) -> dict[str, object]:
        return {area: dated(value) for area in AREAS}

    kinds = {"staff": 0, "revenue": 1, "assets": 2}
    sizes = {
        industry: {
            "first": dated(kinds[row[0]]), "first_large": dated(row[1]),
            "second": dated(kinds[row[4]]), "second_large": dated(row[5]),
        }
        for industry, row in (*SIZES.items(), ("none", ("staff", 1e18, 0, 0, "staff", 1e18, 0, 0)))
    }  # fmt: skip
    tree = {
        "min_months": by_area(12), "limit": by_area(0.055), "small_limit": by_area(0.2), "rate": by_area(0.6),
        "large_rate": by_area(0.3), "sizes": sizes,
    }  # fmt: skip
    return ParameterNode("", data=tree)


def _system() -> TaxBenefitSystem:
    system = TaxBenefitSystem([Employer])
    for name in ("due", "paid"):
        system.add_variable(_variable(name, float, DateUnit.MONTH))
    system.add_variable(_variable("paid_on", int, DateUnit.MONTH))
    system.add_variable(_variable("full_month", bool, DateUnit.MONTH, _full_month))
    system.add_variable(_variable("counted", float, DateUnit.MONTH, _counted))
    for name, kind in YEARLY.items():
        system.add_variable(_variable(name, kind, DateUnit.YEAR))
    for name, (kind, formula) in FORMULAS.items():
        system.add_variable(_variable(name, kind, DateUnit.YEAR, formula))
    system.parameters = _parameters()
    return system


def run(data: Path, out: Path) -> None:
    firms = pd.read_parquet(data / "employers.parquet")
    months = pd.read_parquet(data / "contributions.parquet")
    builder = SimulationBuilder()
    builder.create_entities(system := _system())
    builder.declare_person_entity("employer", np.arange(len(firms)))
    simulation = builder.build(system)
    place = pd.Index(firms["employer_id"]).get_indexer(months["employer_id"])
    _give_months(simulation, months, place, len(firms))
    _give_years(simulation, firms)
    eligible = simulation.calculate("eligible", str(YEAR)).astype(bool)
    amount = np.rint(simulation.calculate("amount", str(YEAR)).astype("float64") * 100).astype("int64")
    result = pd.DataFrame({"subject_id": firms["employer_id"]})
    result["outcome"] = np.where(eligible, "eligible", "ineligible")
    result["amount_fen"] = pd.Series(amount, dtype="Int64").where(eligible)
    result["full_months"] = simulation.calculate("full_months", str(YEAR))
    result.to_parquet(out)


def _give_months(simulation, months: pd.DataFrame, place: np.ndarray, count: int) -> None:
    cells = {
        "due": (months["due_yuan"].astype("float64"), "float32"),
        "paid": (months["paid_yuan"].astype("float64"), "float32"),
        "paid_on": (months["paid_on"].str.replace("-", "", regex=False).astype("int64"), "int32"),
    }
    of_month = {month: (months["month"] == month).to_numpy() for month in MONTHS}
    for name, (column, kind) in cells.items():
        values = column.to_numpy()
        for month, mine in of_month.items():
            array = np.zeros(count, dtype=kind)
            array[place[mine]] = values[mine]
            simulation.set_input(name, month, array)


def _give_years(simulation, firms: pd.DataFrame) -> None:
    given = {
        "average": firms["insured_average"].astype("float64").fillna(0),
        "losses": firms["benefit_recipient_count"],
        "staff": firms["staff_count"],
        "revenue": firms["revenue_wan"].astype("float64"),
        "assets": firms["assets_wan"].astype("float64"),
        "area": np.full(len(firms), AREA),
        "industry": firms["industry"].where(firms["industry"].isin(SIZES), "none").to_numpy().astype(str),
        "is_firm": firms["kind"].isin(["enterprise", "public_institution"]),
        "covered": firms["kind"] != "public_institution",
        "dishonest": firms["is_seriously_dishonest"],
        "zombie": firms["is_zombie"],
        "applied": firms["has_applied"],
        "dispatch": firms["is_labour_dispatch"],
    }
    for name, values in given.items():
        simulation.set_input(name, str(YEAR), np.asarray(values))


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
