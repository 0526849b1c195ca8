"""Lists after some posts changed, without making them all again.

Lists are kept some places longer than shown (`SPARE`). A post that went or sank leaves its place, what comes is looked
at for all workers against the changed posts alone, and only a worker whose spare places ran out is listed anew.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gongyou.matching.arrays import LOTS, Array, Lists, Market
from gongyou.matching.best import best_posts

SPARE = 12


class Updated(NamedTuple):
    """Lists of the new market, whose lists are exact down to `shown`; `again`: workers listed anew."""

    lists: Lists
    changed: Array
    """Workers whose shown list differs."""
    again: int


def update(before: Lists, old: Market, new: Market, changed: Array, shown: int) -> Updated:
    """Lists of `new` from those of `old`. `changed`: ranks of the posts that differ, came or went; workers are the same.

    Both markets give a post the same rank; `before` has `shown` places and some spare ones.
    """
    kept, keys = _kept(before, old, new, changed)
    width = before.post.shape[1]
    was_full = before.count == width
    floor = np.where(was_full, _last_key(before, old), -(2**62))
    only = best_posts(_only(new, changed), width)
    extra = _extra(new, only, changed)
    merged, count = _merged(kept, keys, extra, floor, width)
    again = np.flatnonzero(was_full & (count < shown))
    if len(again):
        fresh = best_posts(new, width, chosen=again)
        merged[0][again], merged[1][again], count[again] = fresh.post, fresh.score, fresh.count
    lists = Lists(*merged, count, only.looked)
    is_changed = _differs(before, old, lists, new, shown)
    return Updated(lists, np.flatnonzero(is_changed), len(again))


def _keys(market: Market, post: Array, score: Array) -> Array:
    lots = market.workers["lot"][:, None] * market.posts["lot"][post] % LOTS
    found = (score - market.posts["price"][post]).astype(np.int64) * LOTS + lots
    return np.where(post < 0, -(2**62), found)


def _last_key(lists: Lists, market: Market) -> Array:
    return _keys(market, lists.post[:, -1:], lists.score[:, -1:])[:, 0]


def _kept(before: Lists, old: Market, new: Market, changed: Array) -> tuple[tuple[Array, Array], Array]:
    """The old lists without changed posts, as places of the new market."""
    place = np.full(int(max(old.posts["rank"].max(), new.posts["rank"].max())) + 1, -1, np.int32)
    place[new.posts["rank"]] = np.arange(len(new.posts))
    place[changed] = -1
    moved = place[old.posts["rank"]]
    post = np.where(before.post < 0, -1, moved[before.post])
    score = np.where(post < 0, 0, before.score)
    return (post, score), _keys(new, post, score)


def _only(new: Market, changed: Array) -> Market:
    """The new market with the changed posts alone."""
    is_one = np.isin(new.posts["rank"], changed)
    before = np.concatenate([[0], np.cumsum(is_one)])
    return new._replace(posts=new.posts[is_one], block=before[new.block].astype(np.int32))


def _extra(new: Market, only: Lists, changed: Array) -> tuple[Array, Array, Array]:
    places = np.flatnonzero(np.isin(new.posts["rank"], changed))
    post = np.where(only.post < 0, -1, places[only.post] if len(places) else -1).astype(np.int32)
    return post, only.score, _keys(new, post, only.score)


def _merged(
    kept: tuple[Array, Array], keys: Array, extra: tuple[Array, Array, Array], floor: Array, width: int
) -> tuple[tuple[Array, Array], Array]:
    """Both by key. Below the last key of a list that was full, posts nobody looked at may stand: there it is cut."""
    post = np.concatenate([kept[0], extra[0]], axis=1)
    score = np.concatenate([kept[1], extra[1]], axis=1)
    key = np.concatenate([keys, extra[2]], axis=1)
    key = np.where(key < floor[:, None], -(2**62), key)
    order = np.argsort(-key, axis=1, kind="stable")[:, :width]
    post, score, key = (np.take_along_axis(a, order, axis=1) for a in (post, score, key))
    is_there = key > -(2**62)
    return (np.where(is_there, post, -1).astype(np.int32), np.where(is_there, score, 0).astype(np.int32)), (
        is_there.sum(axis=1).astype(np.int32)
    )


def _differs(before: Lists, old: Market, after: Lists, new: Market, shown: int) -> Array:
    a, b = before.post[:, :shown], after.post[:, :shown]
    ranks_a = np.where(a < 0, -1, old.posts["rank"][a])
    ranks_b = np.where(b < 0, -1, new.posts["rank"][b])
    is_other = (ranks_a != ranks_b) | (before.score[:, :shown] != after.score[:, :shown])
    return np.asarray(is_other.any(axis=1))
