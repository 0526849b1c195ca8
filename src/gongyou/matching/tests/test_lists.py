"""Lists are exact: equal to brute force in another engine, whatever is pruned."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongyou.matching.arrays import LOTS, Market, Weights, post_record, worker_record
from gongyou.matching.best import best_posts
from gongyou.matching.planning import with_prices
from gongyou.matching.tests.conftest import SEED, Town


def test_no_ineligible_pair_and_none_left_out_brute_force_on_2000_by_500(town: Town) -> None:
    """No ineligible pair in any output; every list is what DuckDB's SQL over all pairs gives, in its order."""
    lists = best_posts(town.encoded.market, 20)
    lot = {name: int(town.encoded.market.workers["lot"][n]) for n, name in enumerate(town.workers)}
    post_lot = {town.posts[p["rank"]]: int(p["lot"]) for p in town.encoded.market.posts}
    ranked: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for (worker, post), score in town.pairs.items():
        ranked[worker].append((-(score * LOTS + lot[worker] * post_lot[post] % LOTS), post))
    assert len(town.pairs) > 5_000
    for n, worker in enumerate(town.workers):
        expected = [post for _, post in sorted(ranked[worker])[:20]]
        assert town.listed(lists.post[n]) == expected
        scores = [town.pairs[worker, post] for post in expected]
        assert lists.score[n, : lists.count[n]].tolist() == scores
    assert SEED
    assert lists.looked < len(town.workers) * len(town.posts) * 0.1, "pruning touches ≤ 10 % of the pairs"


def test_numpy_gives_the_same_lists(town: Town) -> None:
    some = np.arange(0, 2_000, 7)
    for missing in (0, 1):
        one = best_posts(town.encoded.market, 9, chosen=some, missing=missing)
        other = best_posts(town.encoded.market, 9, chosen=some, missing=missing, is_compiled=False)
        assert all((a == b).all() for a, b in zip(one[:3], other[:3], strict=True))
        assert one.count.sum() > 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32 - 1), st.integers(1, 8))
def test_no_ineligible_pair_whatever_the_market_hypothesis(town: Town, seed: int, k: int) -> None:
    """Random weights, prices, places, ages, wishes and cut-offs: pruned kernel = all pairs in numpy."""
    market, rng = _shaken(town.encoded.market, seed), np.random.default_rng(seed)
    some = rng.choice(len(market.workers), 40, replace=False)
    one = best_posts(market, k, chosen=some)
    other = best_posts(market, k, chosen=some, is_compiled=False)
    assert all((a == b).all() for a, b in zip(one[:3], other[:3], strict=True))


def _shaken(market: Market, seed: int) -> Market:
    rng = np.random.default_rng(seed)
    n, m = len(market.workers), len(market.posts)
    workers, posts = market.workers.copy(), market.posts.copy()
    workers["age"] = rng.integers(-1, 75, n)
    workers["reach"] = np.where(rng.random(n) < 0.3, rng.random(n) * 1e11, -1)
    workers["holds"] = rng.integers(0, 2**22, (n, 1)).astype(np.uint64) | rng.integers(
        0, 2**22, (n, 1)
    ).astype(np.uint64)
    workers["place"] = rng.permutation(workers["place"])
    posts["law_from"], posts["wish_until"] = rng.integers(16, 30, m), rng.integers(30, 999, m)
    posts["lot"] = rng.integers(1, 4, m)  # ties
    if seed % 3 == 0:
        posts["cutoff"] = np.where(rng.random(m) < 0.5, rng.integers(0, 10**6, m) << 32, 0)
    split = np.sort(rng.integers(0, 101, 3))
    parts = [int(x) for x in np.diff([0, *split, 100])]
    weights = Weights(*parts, 1 + int(rng.integers(10**5)), 7000, 3000, 500, 300_000)
    shaken = market._replace(workers=workers, posts=posts, weights=weights)
    return with_prices(shaken, rng.integers(0, 300_000, m)) if seed % 2 else shaken


def _with_words(market: Market, words: int) -> Market:
    """Certificates spread over several words: as when posts require more than 64 kinds."""
    workers, posts = (
        np.zeros(len(old), record(words))
        for old, record in ((market.workers, worker_record), (market.posts, post_record))
    )
    for new, old in ((workers, market.workers), (posts, market.posts)):
        for name in old.dtype.names or ():
            if name not in ("holds", "required"):
                new[name] = old[name]
    workers["holds"][:, words - 1], posts["required"][:, words - 1] = (
        market.workers["holds"][:, 0],
        market.posts["required"][:, 0],
    )
    return market._replace(workers=workers, posts=posts)


@pytest.mark.parametrize("engine", [pytest.param(True, marks=pytest.mark.long), False])
def test_more_certificates_than_fit_into_one_word(town: Town, engine: bool) -> None:
    some = np.arange(0, 2_000, 31)
    one = best_posts(town.encoded.market, 5, chosen=some)
    other = best_posts(_with_words(town.encoded.market, 3), 5, chosen=some, is_compiled=engine)
    assert (one.post == other.post).all()
