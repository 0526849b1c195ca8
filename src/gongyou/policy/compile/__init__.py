"""A population: the same typed trees as one layered query, printed in the dialect of DuckDB or Spark."""

from gongyou.policy.compile.query import (
    compile_query,
    compile_totals,
    condition_columns,
    printed,
    totals_table,
)

__all__ = ["compile_query", "compile_totals", "condition_columns", "printed", "totals_table"]
