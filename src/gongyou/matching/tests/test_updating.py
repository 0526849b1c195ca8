"""Changed posts: the lists that come of an update are those of a full run, for a fraction of the pairs."""

from __future__ import annotations

import numpy as np

from gongyou.matching.best import best_posts
from gongyou.matching.tests.conftest import Town
from gongyou.matching.updating import SPARE, update


def test_changed_posts_give_the_lists_of_a_full_run(town: Town) -> None:
    """Posts that went, sank, rose, and came: equal to a full run; unchanged workers are not told of."""
    old = town.encoded.market
    rng = np.random.default_rng(5)
    before = best_posts(old, 5 + SPARE)
    ranks = rng.choice(500, 40, replace=False).astype(np.int32)
    posts = old.posts.copy()
    at = np.isin(posts["rank"], ranks)
    posts["headcount"][at] = rng.integers(1, 9, at.sum())
    posts["required"][at] = rng.integers(0, 2, (at.sum(), 1))
    posts["shift"][at] = 1
    posts["law_from"][np.isin(posts["rank"], ranks[:10])] = 999  # closed
    new = old._replace(posts=posts)
    found = update(before, old, new, ranks, 5)
    fresh = best_posts(new, 5)
    assert (found.lists.post[:, :5] == fresh.post).all()
    assert (found.lists.score[:, :5] == fresh.score).all()
    differs = (before.post[:, :5] != fresh.post).any(axis=1)
    assert set(found.changed) == set(np.flatnonzero(differs))
    assert found.again < 100
    assert found.lists.looked < fresh.looked
