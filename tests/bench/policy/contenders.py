"""The same refund three ways: hand-written SQL, pandas, and the compiled policy. Parquet in, Parquet out, one process each.

All take well-formed files as given (no check digits, no duplicate keys): this measures the computation. What reading
and checking cost on top is measured with the whole run.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.policy.sizes import SIZES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gongyou.policy.definitions import ColumnSpec
    from gongyou.policy.tables.cells import Reading

ON = date(2025, 9, 1)
PACKS = Path(__file__).parents[3] / "packs"

HAND = """
COPY (
WITH paid AS (
  SELECT employer_id,
         count(*) FILTER (paid >= due AND due > 0 AND paid_on <= DATE '2024-12-31' AND month <= {until})
           AS full_months,
         coalesce(sum(paid) FILTER (month BETWEEN {since} AND {until}
                  AND paid_on BETWEEN DATE '2024-01-01' AND DATE '2024-12-31'), 0)::BIGINT AS base_fen
  FROM ({contributions})
  GROUP BY 1),
sized AS (
  SELECT e.*, s.industry IS NOT NULL AS is_listed,
         CASE WHEN one >= l1 AND two >= l2 THEN 'large' WHEN one >= m1 AND two >= m2 THEN 'medium'
              WHEN one >= s1 AND two >= s2 THEN 'small' ELSE 'micro' END AS tier
  FROM ({employers}) e
  LEFT JOIN (VALUES {sizes}) s(industry, k1, l1, m1, s1, k2, l2, m2, s2) USING (industry),
  LATERAL (SELECT CASE k1 WHEN 'staff' THEN staff ELSE revenue END AS one,
                  CASE k2 WHEN 'staff' THEN staff WHEN 'revenue' THEN revenue ELSE assets END AS two)),
judged AS (
  SELECT employer_id, coalesce(full_months, 0) AS full_months, coalesce(base_fen, 0) AS base_fen,
         CASE WHEN kind IN ('enterprise', 'public_institution') THEN CASE WHEN is_listed THEN tier END ELSE 'as_sme' END
           AS size_class,
         kind <> 'public_institution' AS c1, coalesce(full_months, 0) >= 12 AS c2,
         CASE WHEN average > 0 THEN CASE WHEN average <= 30 * {one} THEN benefit_recipient_count * 5 * {one} <= average
              ELSE benefit_recipient_count * 200 * {one} <= 11 * average END END AS c3,
         NOT is_seriously_dishonest AND NOT is_zombie AS c4, has_applied OR NOT is_labour_dispatch AS c5,
         benefit_recipient_count AS layoff_numerator, average AS layoff_denominator
  FROM sized LEFT JOIN paid USING (employer_id)),
priced AS (
  SELECT *, CASE WHEN size_class = 'large' THEN 3 WHEN size_class IS NOT NULL THEN 6 END AS tenths,
         CASE WHEN NOT (c1 AND c2 AND c3 AND c4 AND c5) THEN 'ineligible'
              WHEN c1 AND c2 AND c3 AND c4 AND c5 AND size_class IS NOT NULL THEN 'eligible' ELSE 'unknown' END AS outcome
  FROM judged)
SELECT employer_id AS subject_id, outcome,
       CASE WHEN outcome = 'eligible' THEN (base_fen * tenths * 2 + 10) // 20 END AS amount_fen,
       CASE WHEN outcome = 'ineligible' THEN list_filter([CASE WHEN NOT c1 THEN 'is_covered_kind' END,
         CASE WHEN NOT c2 THEN 'has_paid_in_full' END, CASE WHEN NOT c3 THEN 'keeps_its_people' END,
         CASE WHEN NOT c4 THEN 'is_not_excluded' END, CASE WHEN NOT c5 THEN 'has_dispatch_application' END],
         lambda x: x IS NOT NULL) ELSE [] END AS failed{columns}
FROM priced) TO '{out}' (FORMAT parquet, COMPRESSION zstd)
"""
FROM_FILES = {
    "contributions": "SELECT employer_id, month, (due_yuan::DECIMAL(18,2) * 100)::BIGINT AS due, "
    "(paid_yuan::DECIMAL(18,2) * 100)::BIGINT AS paid, paid_on::DATE AS paid_on FROM '{data}/contributions.parquet'",
    "employers": "SELECT *, revenue_wan::DECIMAL(18,6) AS revenue, assets_wan::DECIMAL(18,6) AS assets, "
    "staff_count::DECIMAL(18,6) AS staff, insured_average::DECIMAL(18,6) AS average FROM '{data}/employers.parquet'",
    "since": "'2024-01'",
    "until": "'2024-12'",
    "one": "1",
}
"""Where the hand-written query finds its rows, and how its limits are written there."""
ALL_COLUMNS = (
    ", full_months, base_fen, size_class, layoff_numerator, layoff_denominator, tenths, c1 AS is_covered_kind, "
    "c2 AS has_paid_in_full, c3 AS keeps_its_people, c4 AS is_not_excluded, c5 AS has_dispatch_application"
)


def hand_sql(data: Path, out: Path, columns: str = ALL_COLUMNS) -> None:
    """What a careful person would write for this one year and place, with the same columns."""
    import duckdb

    rows = ", ".join(str((industry, *row)) for industry, row in SIZES.items())
    with duckdb.connect() as con:
        con.execute("SET preserve_insertion_order = false")
        sources = {name: source.format(data=data) for name, source in FROM_FILES.items()}
        con.execute(HAND.format(out=out, sizes=rows, columns=columns, **sources))


def compiled(data: Path, out: Path, *, only_decision: bool = False) -> None:
    """The policy compiled, over the same files, without the checks of the reader."""
    import duckdb

    from gongyou.policy.compile import compile_query, printed
    from gongyou.policy.run import bound, joined_as_written
    from gongyou.policy.tables.cells import quoted
    from gongyou.policy.tables.files import open_table
    from gongyou.policy.tables.survey import prepared, reading_of

    graph = bound(PACKS, "stabilisation-refund", "370000", ON)
    with duckdb.connect() as con:
        con.execute("SET preserve_insertion_order = false")
        for table in (graph.subject, *graph.children):
            raw = open_table(con, table, data, out.parent)
            readings = {c.id: reading_of(c, raw) for c in table.columns}
            columns = ", ".join(
                f"{_read(c, readings[c.id], raw.types)} AS {quoted(c.name)}" for c in table.columns
            )
            con.execute(f"CREATE VIEW {quoted(table.id)} AS SELECT {columns} FROM {prepared(raw, readings)}")
        query = printed(compile_query(graph, only_decision=only_decision), "duckdb")
        with joined_as_written(con):
            con.execute(f"COPY ({query}) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")


def _read(column: ColumnSpec, found: Reading, types: Mapping[str, str]) -> str:
    """A cell as a run reads it once its scan found all cells readable."""
    is_as_it_stands = column.id in types and column.holds in ("id", "credit_code", "text", "code")
    return f'"{column.id}"' if is_as_it_stands else found.sure or found.value


def hand_read(data: Path, out: Path) -> None:
    """The hand-written query alone, over tables that are already read."""
    from tests.bench.policy.already_read import hand

    hand(data, out)


def compiled_read(data: Path, out: Path) -> None:
    """The compiled query alone, over the same tables that are already read."""
    from tests.bench.policy.already_read import compiled as query

    query(data, out)


def compiled_decision(data: Path, out: Path) -> None:
    compiled(data, out, only_decision=True)


def whole_run(data: Path, out: Path) -> None:
    """`gongyou policy run`: reading, checking every cell, key and check digit, deciding, hashing, writing."""
    from gongyou.policy.run import RunOrder, run_policy

    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        order = RunOrder("stabilisation-refund", "370000", ON, data, Path(folder), memory="6GB")
        run_policy(PACKS, order, lambda _: None)
        (Path(folder) / "decisions.parquet").replace(out)


def with_openfisca(data: Path, out: Path) -> None:
    """OpenFisca-core, in the environment `measure` made for it."""
    from tests.bench.policy.openfisca_refund import run

    run(data, out)


def with_ttsim(data: Path, out: Path) -> None:
    """ttsim, GETTSIM's engine, in the environment `measure` made for it."""
    from tests.bench.policy.ttsim_refund import run

    run(data, out)


def openfisca_start(_data: Path, _out: Path) -> None:
    import pandas as pd

    from tests.bench.policy import openfisca_refund

    pd.DataFrame({"a": [1]}).sum()
    openfisca_refund._system()


def ttsim_start(_data: Path, _out: Path) -> None:
    import pandas as pd
    import ttsim  # noqa: F401

    pd.DataFrame({"a": [1]}).sum()


def with_pandas(data: Path, out: Path) -> None:
    """The same in pandas, exact through Decimal-free integers: text → fen by removing the point."""
    import numpy as np
    import pandas as pd

    months = pd.read_parquet(data / "contributions.parquet")
    due = months["due_yuan"].str.replace(".", "", regex=False).astype("int64")
    paid = months["paid_yuan"].str.replace(".", "", regex=False).astype("int64")
    paid_on = months["paid_on"]
    full = (paid >= due) & (due > 0) & (paid_on <= "2024-12-31") & (months["month"] <= "2024-12")
    counted = months["month"].between("2024-01", "2024-12") & paid_on.between("2024-01-01", "2024-12-31")
    totals = (
        pd.DataFrame(
            {"employer_id": months["employer_id"], "full_months": full, "base_fen": paid.where(counted, 0)}
        )
        .groupby("employer_id", sort=False)
        .sum()
    )
    firms = pd.read_parquet(data / "employers.parquet").merge(
        totals, how="left", left_on="employer_id", right_index=True
    )
    firms[["full_months", "base_fen"]] = firms[["full_months", "base_fen"]].fillna(0).astype("int64")
    values = {
        "staff": firms["staff_count"].astype("float64"),
        "revenue": firms["revenue_wan"].astype("float64"),
        "assets": firms["assets_wan"].astype("float64"),
    }
    tier = np.full(len(firms), None, dtype=object)
    for industry, (k1, l1, m1, s1, k2, l2, m2, s2) in SIZES.items():
        mine = (firms["industry"] == industry).to_numpy()
        one, two = values[k1][mine], values[k2][mine]
        tier[mine] = np.select(
            [(one >= l1) & (two >= l2), (one >= m1) & (two >= m2), (one >= s1) & (two >= s2)],
            ["large", "medium", "small"],
            "micro",
        )
    is_firm = firms["kind"].isin(["enterprise", "public_institution"])
    size = pd.Series(np.where(is_firm, tier, "as_sme"), index=firms.index)
    average = firms["insured_average"].astype("float64")
    losses = firms["benefit_recipient_count"]
    keeps = np.where(average <= 30, losses * 5 <= average, losses * 200 <= 11 * average)
    unknown_keeps = average.isna() | (average == 0)
    sure = (
        (firms["kind"] != "public_institution")
        & (firms["full_months"] >= 12)
        & ~firms["is_seriously_dishonest"]
        & ~firms["is_zombie"]
        & (firms["has_applied"] | ~firms["is_labour_dispatch"])
    )
    fails = ~sure | (~keeps & ~unknown_keeps)
    outcome = np.select([fails, unknown_keeps | size.isna()], ["ineligible", "unknown"], "eligible")
    tenths = np.where(size == "large", 3, 6)
    amount = pd.Series((firms["base_fen"] * tenths * 2 + 10) // 20, dtype="Int64").where(
        outcome == "eligible"
    )
    result = pd.DataFrame({"subject_id": firms["employer_id"], "outcome": outcome, "amount_fen": amount})
    result["size_class"], result["full_months"], result["base_fen"] = (
        size,
        firms["full_months"],
        firms["base_fen"],
    )
    result.to_parquet(out)


def hand_start(_data: Path, _out: Path) -> None:
    """What the hand-written SQL's process costs before it begins: DuckDB is imported and opened."""
    import duckdb

    duckdb.connect().close()


def compiled_start(_data: Path, _out: Path) -> None:
    """What the compiled policy's process costs before it begins: imports, reading the pack, compiling and printing."""
    import duckdb

    from gongyou.policy.compile import compile_query, printed
    from gongyou.policy.run import bound

    printed(compile_query(bound(PACKS, "stabilisation-refund", "370000", ON)), "duckdb")
    duckdb.connect().close()


def hand_read_start(_data: Path, _out: Path) -> None:
    import duckdb

    from tests.bench.policy import already_read  # noqa: F401

    duckdb.connect().close()


def pandas_start(_data: Path, _out: Path) -> None:
    import pandas as pd

    pd.DataFrame({"a": [1]}).sum()


def difference(_data: Path, out: Path) -> None:
    """What differs between two runs' decisions, as stored by `compiled` and `hand` before."""
    from gongyou.policy.run import changed_subjects

    changed_subjects(out.parent / "hand.parquet", out.parent / "compiled.parquet", out)


STARTS = {
    "hand": "hand_start",
    "compiled": "compiled_start",
    "compiled_decision": "compiled_start",
    "hand_read": "hand_read_start",
    "compiled_read": "compiled_start",
    "whole_run": "compiled_start",
    "difference": "hand_start",
    "pandas": "pandas_start",
    "openfisca": "openfisca_start",
    "ttsim": "ttsim_start",
}
"""What is taken off each contender: its process without the work."""

CONTENDERS = {
    "hand_start": hand_start,
    "compiled_start": compiled_start,
    "hand_read_start": hand_read_start,
    "pandas_start": pandas_start,
    "difference": difference,
    "hand": hand_sql,
    "compiled": compiled,
    "compiled_decision": compiled_decision,
    "hand_read": hand_read,
    "compiled_read": compiled_read,
    "whole_run": whole_run,
    "pandas": with_pandas,
    "openfisca": with_openfisca,
    "ttsim": with_ttsim,
    "openfisca_start": openfisca_start,
    "ttsim_start": ttsim_start,
}

if __name__ == "__main__":
    CONTENDERS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
