"""`gongyou match update` and `relist`: what is kept between runs, and that it is what a whole run gives."""

from __future__ import annotations

import json
import time
from pathlib import Path

import duckdb
import pytest

from gongyou.matching.renewing import renew
from gongyou.matching.run import run_match
from gongyou.matching.tests.conftest import PACKS, Town, order
from gongyou.matching.tests.population import write_market
from gongyou.matching.tests.test_inputs import POST, WHERE, WORKER, call, write

LISTED = "SELECT worker_id, rank, post_id, score, reasons FROM '{}' ORDER BY ALL"


def _change(folder: Path, to: Path, posts: int) -> Path:
    """Of the posts, `posts` are changed: half have more seats and pay, a quarter is gone, a quarter is new."""
    to.mkdir()
    with duckdb.connect() as con:
        con.execute(
            f"CREATE TABLE p AS SELECT *, row_number() OVER (ORDER BY md5(post_id)) AS n FROM '{folder}/posts.parquet'"
        )
        con.execute(
            f"COPY (SELECT * EXCLUDE n FROM (SELECT * REPLACE (wage_high_yuan + 700 AS wage_high_yuan, "
            f"headcount + 1 AS headcount) FROM p WHERE n <= {posts // 2} UNION ALL SELECT * FROM p WHERE n > "
            f"{posts // 4 * 3} UNION ALL SELECT * REPLACE ('Q' || post_id AS post_id) FROM p WHERE n > "
            f"{posts} AND n <= {posts + posts // 4})) TO '{to}/posts.parquet'"
        )
    (to / "workers.parquet").hardlink_to(folder / "workers.parquet")
    return to


def _rows(path: Path) -> set[tuple[object, ...]]:
    with duckdb.connect() as con:
        return {(*r[:4], tuple(r[4])) for r in con.execute(LISTED.format(path)).fetchall()}


def test_an_update_tells_exactly_whose_list_differs_from_the_one_before(town: Town, tmp_path: Path) -> None:
    new = _change(town.folder, tmp_path / "new", 40)
    out = tmp_path / "lists"
    assert renew(PACKS, order(town.folder, out), lambda _: None)["whole"]
    before = _rows(out / "recommendations.parquet")
    told = renew(PACKS, order(new, out), lambda _: None)
    assert not told["whole"] and told["changed_posts"] == 40
    run_match(PACKS, order(new, tmp_path / "full"), lambda _: None)
    after = _rows(tmp_path / "full" / "recommendations.parquet")
    changed = _rows(out / "changed.parquet")
    people = {r[0] for r in changed} | set(told["without_a_list"])
    assert changed == {r for r in after if r[0] in people}
    assert people == {r[0] for r in before ^ after}
    again = renew(PACKS, order(town.folder, out), lambda _: None)  # and back, from what was kept
    assert not again["whole"] and {r for r in before if r[0] in people} == _rows(out / "changed.parquet")


def test_people_who_changed_are_never_updated_from_what_was_kept(tmp_path: Path) -> None:
    """The verbs: another worker, or an occupation nobody had, makes everything anew; bad posts are refused in words."""
    data, out = write(tmp_path / "data", [WORKER], [POST]), tmp_path / "out"
    asked = ("update", *WHERE, "--data", data, "--out", out, "--json")
    assert json.loads(call(*asked)[1])["whole"]
    assert not json.loads(call(*asked)[1])["whole"]
    write(tmp_path / "data", [WORKER], [POST, {**POST, "post_id": "P2", "occupation": "4-03-02-01"}])
    assert json.loads(call(*asked)[1])["whole"]
    write(tmp_path / "data", [WORKER, {**WORKER, "worker_id": "W2"}], [POST])
    assert json.loads(call(*asked)[1])["workers"] == 2
    code, out_text, _ = call("relist", *WHERE, "--data", data, "--out", tmp_path / "spread", "--json")
    assert code == 0 and json.loads(out_text)["filled"] == 1.0
    assert len(_rows(tmp_path / "spread" / "recommendations.parquet")) == 2
    write(tmp_path / "data", [WORKER, {**WORKER, "worker_id": "W2"}], [{**POST, "headcount": "0"}])
    code, _, err = call(*asked)
    assert code == 2 and "rejects.csv" in err


@pytest.mark.long
def test_few_changed_posts_cost_a_small_part_of_a_full_run(tmp_path: Path) -> None:
    """Not the 5 % of the goal, which is the province's (docs/engine-gaps.md): what is read and kept has its own cost."""
    data = write_market(tmp_path / "data", 50_000, 4_250)
    new = _change(data, tmp_path / "new", 25)
    renew(PACKS, order(data, tmp_path / "lists"), lambda _: None)
    begun = time.process_time()
    assert renew(PACKS, order(new, tmp_path / "lists"), lambda _: None)["changed_posts"] > 20
    part, begun = time.process_time() - begun, time.process_time()
    run_match(PACKS, order(new, tmp_path / "full"), lambda _: None)
    assert part <= 0.25 * (time.process_time() - begun)
