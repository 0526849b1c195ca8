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
AT_ONCE = 8
"""So many changed posts may enter one list; whoever has more of them is listed anew."""


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
    width = before.post.shape[1]
    is_hit = _hit(before, old, new, changed)
    only = best_posts(_only(new, changed), AT_ONCE)
    post, score, count = _moved(before.post, old, new), before.score.copy(), before.count.copy()
    was_full = before.count == width
    rows = np.flatnonzero(is_hit | _rises(only, before, old, new, changed, was_full))
    again = rows[only.count[rows] == AT_ONCE]
    rows = rows[only.count[rows] < AT_ONCE]
    some = Lists(before.post[rows], before.score[rows], before.count[rows], 0)
    kept, keys = _kept(some, rows, old, new, changed)
    extra = _extra(new, rows, only, changed)
    floor = np.where(was_full[rows], _keys(old, rows, some.post, some.score)[:, -1], -(2**62))
    merged, merged_count = _merged(kept, keys, extra, floor, width)
    post[rows], score[rows], count[rows] = *merged, merged_count
    again = np.concatenate([again, rows[was_full[rows] & (merged_count < shown)]])
    if len(again):
        fresh = best_posts(new, width, chosen=again)
        post[again], score[again], count[again] = fresh.post, fresh.score, fresh.count
    touched = np.sort(np.concatenate([rows, again]))
    differs = _differs(before, old, Lists(post, score, count, 0), new, shown, touched)
    return Updated(Lists(post, score, count, only.looked), np.unique(touched[differs]), len(again))


def _hit(before: Lists, old: Market, new: Market, changed: Array) -> Array:
    """Workers whose list holds a changed post."""
    is_changed = np.zeros(_ranks(old, new), np.bool_)
    is_changed[changed] = True
    here = np.append(is_changed[old.posts["rank"]], False)  # the empty place is −1, the last
    return np.asarray(here[before.post].any(axis=1))


def _ranks(old: Market, new: Market) -> int:
    return int(max(old.posts["rank"].max(initial=0), new.posts["rank"].max(initial=0))) + 1


def _moved(post: Array, old: Market, new: Market) -> Array:
    """Places of the old market as places of the new one; −1 for a post that is gone."""
    if len(old.posts) == len(new.posts) and bool((old.posts["rank"] == new.posts["rank"]).all()):
        return np.asarray(post.copy())
    place = np.full(_ranks(old, new), -1, np.int32)
    place[new.posts["rank"]] = np.arange(len(new.posts))
    return np.asarray(np.append(place[old.posts["rank"]], -1).astype(np.int32)[post])


def _rises(only: Lists, before: Lists, old: Market, new: Market, changed: Array, was_full: Array) -> Array:
    """Workers for whom the best changed post belongs into the list."""
    found = only.count > 0
    rows = np.flatnonzero(found & was_full)
    best = _extra(new, rows, Lists(only.post[:, :1], only.score[:, :1], only.count, 0), changed)[2][:, 0]
    found[rows] = best >= _keys(old, rows, before.post[rows, -1:], before.score[rows, -1:])[:, 0]
    return found


def _keys(market: Market, workers: Array, post: Array, score: Array) -> Array:
    lots = market.workers["lot"][workers][:, None] * market.posts["lot"][post] % LOTS
    found = (score - market.posts["price"][post]).astype(np.int64) * LOTS + lots
    return np.where(post < 0, -(2**62), found)


def _kept(
    before: Lists, workers: Array, old: Market, new: Market, changed: Array
) -> tuple[tuple[Array, Array], Array]:
    """The old lists of some workers without changed posts, as places of the new market, and their keys."""
    moved = _moved(before.post, old, new)
    is_changed = np.isin(new.posts["rank"], changed)
    post = np.where((moved >= 0) & is_changed[moved], -1, moved)
    score = np.where(post < 0, 0, before.score)
    return (post, score), _keys(new, workers, post, score)


def _only(new: Market, changed: Array) -> Market:
    """The new market with the changed posts alone."""
    is_one = np.isin(new.posts["rank"], changed)
    before = np.concatenate([[0], np.cumsum(is_one)])
    return new._replace(posts=new.posts[is_one], block=before[new.block].astype(np.int32))


def _extra(new: Market, workers: Array, only: Lists, changed: Array) -> tuple[Array, Array, Array]:
    places = np.flatnonzero(np.isin(new.posts["rank"], changed))
    here, score = only.post[workers], only.score[workers]
    post = np.where(here < 0, -1, places[here] if len(places) else -1).astype(np.int32)
    return post, score, _keys(new, workers, post, score)


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


def _differs(before: Lists, old: Market, after: Lists, new: Market, shown: int, rows: Array) -> Array:
    a, b = before.post[rows, :shown], after.post[rows, :shown]
    ranks_a = np.where(a < 0, -1, old.posts["rank"][a])
    ranks_b = np.where(b < 0, -1, new.posts["rank"][b])
    is_other = (ranks_a != ranks_b) | (before.score[rows, :shown] != after.score[rows, :shown])
    return np.asarray(is_other.any(axis=1))
