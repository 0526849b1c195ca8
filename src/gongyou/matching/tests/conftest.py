"""One market of 2,000 workers and 500 posts for all tests of this room, written and encoded once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from gongyou.basics.folders import ROOT
from gongyou.matching.rulebook import Rulebook, load_rulebook
from gongyou.matching.run import MatchOrder, connect, load
from gongyou.matching.tables.encoded import Encoded
from gongyou.matching.tests.oracle import all_pairs
from gongyou.matching.tests.population import write_market

ON = date(2026, 11, 24)
PACKS = ROOT / "packs"
SEED = "rural-employment/220000/2026-11-24"


@dataclass(frozen=True)
class Town:
    """A folder of tables, encoded, with every eligible pair as the oracle sees it."""

    folder: Path
    encoded: Encoded
    rulebook: Rulebook
    workers: list[str]
    posts: list[str]
    pairs: dict[tuple[str, str], int]

    def listed(self, post) -> list[str]:
        return [self.posts[self.encoded.market.posts["rank"][p]] for p in post if p >= 0]


def order(folder: Path, out: Path, **other: object) -> MatchOrder:
    return MatchOrder("rural-employment", "220000", ON, folder, out, **other)


def load_town(folder: Path, work: Path) -> Town:
    con = connect("1GB", work)
    loaded = load(con, PACKS, order(folder, work), work)
    names = [
        [str(r[0]) for r in con.execute(f"SELECT {key} FROM {table} ORDER BY i").fetchall()]
        for table, key in (("workers", "worker_id"), ("posts", "post_id"))
    ]
    con.close()
    rulebook = load_rulebook(PACKS, "rural-employment", "220000", ON)
    return Town(folder, loaded.encoded, rulebook, names[0], names[1], all_pairs(rulebook, folder, SEED))


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    root = tmp_path_factory.mktemp("town")
    return load_town(write_market(root / "data", 2_000, 500), root)
