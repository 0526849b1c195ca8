"""Policy runs, snapshots, stored rule values, recomputation, explanations. See README.md."""
