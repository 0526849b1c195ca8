"""The whole command: columns, figures, reproducible whatever the order of rows, stopped and gone on with."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from gongyou.matching.run import run_match
from gongyou.matching.tests.conftest import PACKS, Town, order
from gongyou.matching.tests.test_inputs import WHERE, call


class Killed(Exception):
    pass


def _columns(path: Path) -> list[tuple[str, str]]:
    with duckdb.connect() as con:
        return [(r[0], r[1]) for r in con.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()]


@pytest.mark.parametrize("mode", ["max_weight", "stable"])
def test_columns_and_figures_of_the_interface(town: Town, tmp_path: Path, mode: str) -> None:
    """No ineligible pair in any output; each worker at most once, no post over its headcount."""
    summary = run_match(PACKS, order(town.folder, tmp_path, mode=mode), lambda _: None)
    assert _columns(tmp_path / "recommendations.parquet") == [
        ("worker_id", "VARCHAR"), ("rank", "INTEGER"), ("post_id", "VARCHAR"), ("score", "DOUBLE"),
        ("reasons", "VARCHAR[]"),
    ]  # fmt: skip
    assert _columns(tmp_path / "assignment.parquet") == [
        ("worker_id", "VARCHAR"), ("post_id", "VARCHAR"), ("score", "DOUBLE")
    ]  # fmt: skip
    with duckdb.connect() as con:
        for name in ("recommendations", "assignment"):
            rows = con.execute(
                f"SELECT worker_id, post_id, score FROM '{tmp_path}/{name}.parquet'"
            ).fetchall()
            assert rows
            assert all(town.pairs.get((w, p), -1) == round(s * 1_000_000) for w, p, s in rows)
        over = con.execute(
            f"SELECT * FROM (SELECT post_id, count(*) AS n FROM '{tmp_path}/assignment.parquet' GROUP BY 1) "
            f"JOIN '{town.folder}/posts.parquet' USING (post_id) WHERE n > headcount"
        ).fetchall()
        twice = con.execute(
            f"SELECT worker_id FROM '{tmp_path}/assignment.parquet' GROUP BY 1 HAVING count(*) > 1"
        ).fetchall()
        assert not over and not twice
        empty = con.execute(
            f"SELECT count(*) FROM '{tmp_path}/recommendations.parquet' WHERE len(reasons) < 2"
        )
        assert empty.fetchall() == [(0,)]
    assert summary["pairs_possible"] == 1_000_000 and summary["memory_mb"] > 0
    if mode == "stable":
        assert summary["blocking_pairs"] == 0
    else:
        assert summary["total_score"] <= summary["upper_bound"] <= summary["total_score"] / 0.9995
    assert sum(g["workers"] for g in summary["fairness"]["sex"]) == 2_000
    assert {g["group"] for g in summary["fairness"]["sex"]} == {"female", "male"}
    assert sum(g["placed"] for g in summary["fairness"]["age_band"]) == summary["placed"]
    assert (tmp_path / "fairness.csv").read_text().count("township") == 20
    assert not list(tmp_path.glob(".match-*"))


def test_reproducible_whatever_the_order_of_rows_the_parts_and_the_groups(town: Town, tmp_path: Path) -> None:
    """Reproducible; and sex and township change nothing, because no list ever sees them."""
    first = run_match(PACKS, order(town.folder, tmp_path / "a"), lambda _: None)
    shuffled = tmp_path / "shuffled"
    shuffled.mkdir()
    with duckdb.connect() as con:
        for table in ("workers", "posts"):
            con.execute(
                f"COPY (SELECT * FROM '{town.folder}/{table}.parquet' ORDER BY md5({table[:-1]}_id)) "
                f"TO '{shuffled}/{table}.parquet'"
            )
    second = run_match(PACKS, order(shuffled, tmp_path / "b", part=300), lambda _: None)
    assert second["fingerprint"] == first["fingerprint"]
    other = run_match(PACKS, order(town.folder, tmp_path / "c", seed="another"), lambda _: None)
    assert other["fingerprint"] != first["fingerprint"]
    assert other["seed_sha256"] != first["seed_sha256"]


def test_a_stopped_run_goes_on_where_it_was(town: Town, tmp_path: Path) -> None:
    asked = order(town.folder, tmp_path / "out", part=400)
    seen: list[str] = []

    def stop_at_the_third(text: str) -> None:
        seen.append(text)
        if "1200" in text:
            raise Killed

    with pytest.raises(Killed):
        run_match(PACKS, asked, stop_at_the_third)
    kept = sorted(p.name for p in (tmp_path / "out").glob(".match-parts-*/0*"))
    assert kept == ["000000000", "000000400"]
    assert not list((tmp_path / "out").glob("*.parquet")), "no half file"
    times = {p: p.stat().st_mtime_ns for p in (tmp_path / "out").glob(".match-parts-*/0*/lists.npz")}
    whole: list[int] = []

    def watch(text: str) -> None:
        whole.append(sum(p.stat().st_mtime_ns == t for p, t in times.items() if p.exists()))

    done = run_match(PACKS, asked, watch)
    assert max(whole) == 2, "finished parts were not computed again"
    assert (
        done["fingerprint"]
        == run_match(PACKS, order(town.folder, tmp_path / "b"), lambda _: None)["fingerprint"]
    )


def test_a_seed_is_sealed_before_and_opened_after(town: Town, tmp_path: Path) -> None:
    code, out, _ = call("seal", "--out", tmp_path / "seed.json", "--json")
    kept = json.loads((tmp_path / "seed.json").read_text())
    assert (code, json.loads(out)) == (0, {"seed_sha256": kept["seed_sha256"]})
    assert call("seal", "--out", tmp_path / "seed.json")[0] == 2
    code, out, err = call(
        "run",
        *WHERE,
        "--data",
        town.folder,
        "--out",
        tmp_path / "o",
        "--mode",
        "stable",
        "--seed",
        kept["seed"],
        "--json",
    )
    assert code == 0 and kept["seed_sha256"] in err
    assert json.loads(out)["seed"] == kept["seed"]
    assert json.loads(out) == json.loads((tmp_path / "o" / "summary.json").read_text())


def test_plan_and_occupations(town: Town, tmp_path: Path) -> None:
    code, out, _ = call("plan", *WHERE, "--data", town.folder, "--out", tmp_path, "--json", "--rounds", "6")
    assert code == 0 and json.loads(out)["certified_share_of_optimum"] >= 0.99
    code, out, _ = call("occupations", "工地上扎钢筋的", *WHERE, "--json")
    found = json.loads(out)
    assert code == 0 and found["confirmed"] is None
    assert found["proposals"][0]["code"] == "6-29-01-04" and len(found["proposals"]) <= 3
    assert call("occupations", "QQQ", *WHERE)[1].strip()
