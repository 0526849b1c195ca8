"""Allocation: against exact solvers and brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from gongyou.matching.allocation import (
    Allocation,
    Edges,
    admit_in_turn,
    allocate,
    come_first,
    edges_of,
    standings,
)
from gongyou.matching.arrays import ONE, Lists, Market
from gongyou.matching.best import best_posts
from gongyou.matching.planning import plan, relist
from gongyou.matching.tests.conftest import Town


def _within(market: Market, edges: Edges, found: Allocation) -> None:
    """Each worker at most once, no post over its headcount, no pair that isn't an edge, the value that is the edge's."""
    held = np.bincount(found.post[found.post >= 0], minlength=len(market.posts))
    assert (held <= market.posts["headcount"]).all()
    value = {}
    for w in range(len(market.workers)):
        for e in range(edges.ptr[w], edges.ptr[w + 1]):
            value[w, int(edges.post[e])] = int(edges.value[e])
    for w in np.flatnonzero(found.post >= 0):
        assert value[w, int(found.post[w])] == found.value[w]


def _optimum(market: Market, edges: Edges) -> int:
    seats = np.repeat(np.arange(len(market.posts)), market.posts["headcount"])
    gain = np.zeros((len(market.workers), len(market.posts)))
    for w in range(len(market.workers)):
        gain[w, edges.post[edges.ptr[w] : edges.ptr[w + 1]]] = edges.value[edges.ptr[w] : edges.ptr[w + 1]]
    rows, columns = linear_sum_assignment(gain[:, seats], maximize=True)
    return int(gain[:, seats][rows, columns].sum())


def test_allocation_is_at_least_999_permille_of_the_optimum_of_an_exact_solver(town: Town) -> None:
    """Allocation ≥ 99.9 % of the optimum where an exact solver can do it, and the printed bound is no less than that."""
    market = town.encoded.market
    edges = edges_of(best_posts(market, 20))
    found = allocate(market, edges)
    _within(market, edges, found)
    optimum = _optimum(market, edges)
    assert found.total >= 0.999 * optimum
    assert found.total <= optimum <= found.bound
    assert found.total / found.bound >= 0.9995
    again = allocate(market, edges)
    assert (again.post == found.post).all(), "reproducible"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32 - 1))
def test_any_market_is_within_its_certificate(town: Town, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 40)), int(rng.integers(1, 12))
    market = town.encoded.market._replace(
        workers=town.encoded.market.workers[:n], posts=town.encoded.market.posts[:m].copy()
    )
    market.posts["headcount"] = rng.integers(1, 4, m)
    score = rng.integers(1, ONE + 1, (n, m)) * (rng.random((n, m)) < 0.5)
    order = np.argsort(-score, axis=1)
    count = (score > 0).sum(axis=1).astype(np.int32)
    lists = Lists(order.astype(np.int32), np.take_along_axis(score, order, 1).astype(np.int32), count, 0)
    edges = edges_of(lists)
    found = allocate(market, edges, epsilon=100)
    _within(market, edges, found)
    optimum = _optimum(market, edges)
    assert found.total <= optimum <= found.bound
    assert optimum - found.total <= n * found.epsilon


def test_zero_blocking_pairs_in_the_stable_mode(town: Town) -> None:
    """Zero blocking pairs in the stable mode: over all eligible pairs, not only the listed ones."""
    market = town.encoded.market
    lists = best_posts(market, 3)  # short lists: most have to be continued
    found = admit_in_turn(market, lists)
    assert found.blocking == 0
    place = {town.posts[p["rank"]]: n for n, p in enumerate(market.posts)}
    number = {name: n for n, name in enumerate(town.workers)}
    pairs = [(number[w], place[p], s) for (w, p), s in town.pairs.items()]
    w, p, s = (np.array(x) for x in zip(*pairs, strict=True))
    standing = standings(market, w, s)
    held = found.post[w] == p
    lowest = np.full(len(market.posts), 2**62)
    np.minimum.at(lowest, p[held], standing[held])
    free = np.bincount(p[held], minlength=len(market.posts)) < market.posts["headcount"]
    mine = np.full(len(market.workers), -1)
    lots = s * 1_048_573 + market.workers["lot"][w] * market.posts["lot"][p] % 1_048_573
    mine[w[held]] = lots[held]
    blocks = (lots > mine[w]) & (free[p] | (standing > lowest[p])) & ~held
    assert not blocks.any()
    assert held.sum() == found.placed > 500
    assert (np.bincount(p[held], minlength=len(market.posts)) <= market.posts["headcount"]).all()


def test_one_lottery_decides_between_equals(town: Town) -> None:
    """Two workers alike in everything: who was drawn first gets the seat, at every post."""
    market = town.encoded.market
    workers, posts = market.workers[:2].copy(), market.posts[:3].copy()
    posts["headcount"] = 1
    workers["turn"] = [0, 1]
    lists = Lists(
        np.array([[0, 1, 2], [0, 1, 2]], np.int32),
        np.full((2, 3), 500_000, np.int32),
        np.array([3, 3], np.int32),
        0,
    )
    alone = market._replace(workers=workers, posts=posts, block=np.zeros_like(market.block))
    assert admit_in_turn(alone, lists).post.tolist() == [1, 0]
    workers["turn"] = [1, 0]
    assert admit_in_turn(alone, lists).post.tolist() == [0, 1]


def test_planning_certifies_the_whole_market(town: Town) -> None:
    """Column generation: ≥ 99 % of the optimum over all eligible pairs, certified, from lists of three."""
    market = town.encoded.market
    found, last = plan(market, best_posts(market, 3), goal=0.999, rounds=12)
    place = {town.posts[p["rank"]]: n for n, p in enumerate(market.posts)}
    gain = np.zeros((len(market.workers), len(market.posts)))
    for (w, p), s in town.pairs.items():
        gain[int(w[1:]), place[p]] = s
    seats = np.repeat(np.arange(len(market.posts)), market.posts["headcount"])
    rows, columns = linear_sum_assignment(gain[:, seats], maximize=True)
    optimum = gain[:, seats][rows, columns].sum()
    assert last.certified >= 0.99
    assert found.total <= optimum <= last.bound


def test_lists_by_price_spread_the_applicants(town: Town) -> None:
    market = town.encoded.market
    lists = best_posts(market, 3)
    made = relist(market, lists)
    assert made.filled >= made.filled_before
    assert made.mean_score >= made.mean_score_before * 0.85
    assert made.lists.post.shape == lists.post.shape


def test_first_come_first_served_is_no_better(town: Town) -> None:
    market = town.encoded.market
    edges = edges_of(best_posts(market, 20))
    simple = come_first(market, edges)
    _within(market, edges, simple)
    assert simple.total < allocate(market, edges).total


@pytest.mark.parametrize("engine", [True, False])
def test_the_stable_mode_is_the_same_without_a_compiler(town: Town, engine: bool) -> None:
    market = town.encoded.market
    lists = best_posts(market, 5)
    assert (admit_in_turn(market, lists, is_compiled=engine).post == admit_in_turn(market, lists).post).all()
