"""Workers, posts and groups as they lie in files → checked rows in DuckDB → columns for the kernels."""
