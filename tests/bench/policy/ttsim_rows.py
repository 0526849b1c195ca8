"""The contribution rows with their employer's facts, as ttsim takes them: one array per name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tests.bench.policy.sizes import SIZES


def rows_of(data: Path) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """The employers, and the columns of all contributions."""
    firms = pd.read_parquet(data / "employers.parquet")
    months = pd.read_parquet(data / "contributions.parquet")
    place = pd.Index(firms["employer_id"]).get_indexer(months["employer_id"])
    own = {
        "average": firms["insured_average"].astype("float64").fillna(0).to_numpy(),
        "losses": firms["benefit_recipient_count"].astype("float64").to_numpy(),
        "is_large": is_large(firms),
        "is_covered": (firms["kind"] != "public_institution").to_numpy(),
        "is_dishonest": firms["is_seriously_dishonest"].to_numpy(),
        "is_zombie": firms["is_zombie"].to_numpy(),
        "has_applied": firms["has_applied"].to_numpy(),
        "is_dispatch": firms["is_labour_dispatch"].to_numpy(),
    }
    rows = {
        "p_id": np.arange(len(months)),
        "emp_id": place.astype("int64"),
        "due": months["due_yuan"].astype("float64").to_numpy(),
        "paid": months["paid_yuan"].astype("float64").to_numpy(),
        "paid_on": months["paid_on"].str.replace("-", "", regex=False).astype("int64").to_numpy(),
    }
    return firms, rows | {name: column[place] for name, column in own.items()}


def is_large(firms: pd.DataFrame) -> np.ndarray:
    """By industry; done before, as ttsim has no table keyed by text."""
    values = {
        "staff": firms["staff_count"].astype("float64"),
        "revenue": firms["revenue_wan"].astype("float64"),
        "assets": firms["assets_wan"].astype("float64"),
    }
    found = np.zeros(len(firms), dtype=bool)
    for industry, row in SIZES.items():
        mine = firms["industry"] == industry
        found |= mine & (values[row[0]] >= row[1]) & (values[row[4]] >= row[5])
    return found & firms["kind"].isin(["enterprise", "public_institution"]).to_numpy()
