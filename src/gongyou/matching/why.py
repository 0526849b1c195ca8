"""Why this post, why not that one: for one pair in full, for every recommended pair as a short list of reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gongyou.basics.refusal import says
from gongyou.matching.arrays import ONE, UNKNOWN_PAY, Array, Lists, Market
from gongyou.matching.numpy_lists import occupation_terms, scores_of
from gongyou.matching.rulebook import Rulebook
from gongyou.matching.tables.encoded import Encoded

FAILED = {
    "occupation": says("职业不在意向之内，也不相近。"),
    "certificates": says("还差：{certificates}。"),
    "wage": says("最高工资低于要求的最低工资。"),
    "place": says("不在意向地区，也不在愿意去的距离之内。"),
    "shift": says("班次不合适，或岗位没有写班次。"),
    "gig": says("这是零工（或没有写明不是），没有说愿意做零工。"),
    "age": says("法律对这个岗位的年龄另有规定，或出生日期不明。"),
}
REASONS = (
    (says("第一意向职业"), says("意向职业"), says("相近职业")),
    ("", says("工资高于要求")),
    (says("10公里以内"), says("30公里以内"), says("同一县区"), says("在愿意去的地方")),
    ("", says("要求的证书齐全")),
    ("", says("年龄与单位的愿望不同，不影响资格")),
)


@dataclass(frozen=True)
class Missing:
    """A certificate somebody lacks, and how to get it."""

    id: str
    title: str
    how: str


@dataclass(frozen=True)
class PairExplained:
    """`score` None unless eligible; `terms`: parts of the score; both as rates. `sentences` (why not) and `reasons` (why):
    in the source language."""

    eligible: bool
    score: float | None
    failed: tuple[str, ...]
    terms: dict[str, float]
    missing: tuple[Missing, ...]
    sentences: tuple[str, ...]
    reasons: tuple[str, ...] = ()


def explain_pair(encoded: Encoded, rulebook: Rulebook, w: int, p: int) -> PairExplained:
    """Every condition of a pair that fails, and the parts of its score."""
    market = encoded.market
    occupations = occupation_terms(market, w)
    lacking = missing_of(encoded, w, p)
    failed = [name for name, holds in _conditions(market, w, p, occupations).items() if not holds]
    if lacking:
        failed.insert(1 if "occupation" in failed else 0, "certificates")
    missing = tuple(Missing(c, *rulebook.certificate(c)) for c in lacking)
    titles = "、".join(f"{m.title}（{m.how}）" if m.how else m.title for m in missing)
    terms = _terms(market, w, p, occupations)
    return PairExplained(
        eligible=not failed,
        score=None if failed else sum(terms.values()) / ONE,
        failed=tuple(failed),
        terms={name: part / ONE for name, part in terms.items()},
        missing=missing,
        sentences=tuple(FAILED[name].format(certificates=titles) for name in failed),
        reasons=() if failed else _reasons(market, w, p),
    )


def _reasons(market: Market, w: int, p: int) -> tuple[str, ...]:
    listed = Lists(np.array([[p]], np.int32), np.zeros((1, 1), np.int32), np.ones(1, np.int32), 0)
    return tuple(reasons_of(int(reason_codes(market, np.array([w]), listed)[2][0])))


def missing_of(encoded: Encoded, w: int, p: int) -> list[str]:
    """Required certificates a worker lacks."""
    left = encoded.market.posts[p]["required"] & ~encoded.market.workers[w]["holds"]
    return [code for n, code in enumerate(encoded.required) if int(left[n // 64]) >> (n % 64) & 1]


def _conditions(market: Market, w: int, p: int, occupations: dict[int, int]) -> dict[str, bool]:
    worker, post = market.workers[w], market.posts[p]
    place = market.places.entry[market.places.ptr[worker["place"]] : market.places.ptr[worker["place"] + 1]]
    way = sum((worker[axis] - post[axis]) ** 2 for axis in ("x", "y", "z"))
    return {
        "occupation": int(post["occupation"]) in occupations,
        "wage": bool(post["pay"] >= worker["pay_min"]),
        "place": bool(post["county"] in place or way <= worker["reach"]),
        "shift": bool(worker["shifts"] & post["shift"] == post["shift"]),
        "gig": bool(worker["wants_gig"] or not post["is_gig"]),
        "age": bool(worker["age"] >= 0 and post["law_from"] <= worker["age"] <= post["law_until"]),
    }


def _terms(market: Market, w: int, p: int, occupations: dict[int, int]) -> dict[str, int]:
    """Parts of a pair's score: each is what the score loses without its weight."""
    whole = {}
    weights = market.weights
    for name in ("occupation", "pay", "near", "wish"):
        alone = weights._replace(**{n: 0 for n in ("occupation", "pay", "near", "wish") if n != name})
        whole[name] = int(scores_of(market._replace(weights=alone), w, np.array([p]), occupations)[0])
    return whole


def reason_codes(market: Market, workers: Array, lists: Lists) -> tuple[Array, Array, Array]:
    """For every listed pair: row of the list, place in it, and the code of its reasons (see `reasons_of`)."""
    is_there = np.arange(lists.post.shape[1]) < lists.count[:, None]
    row, place = np.nonzero(is_there)
    who, post = market.workers[workers[row]], market.posts[lists.post[is_there]]
    wishes = market.wishes
    first = wishes.ptr[workers[row]]
    is_own = np.zeros(len(row), np.bool_)
    for at in range(int(np.diff(wishes.ptr).max(initial=0))):
        has = first + at < wishes.ptr[workers[row] + 1]
        is_own |= has & (wishes.entry[np.where(has, first + at, 0)] == post["occupation"])
    is_first = wishes.entry[first] == post["occupation"]
    occupation = np.where(is_first, 0, np.where(is_own, 1, 2))
    pay = (post["pay"] != UNKNOWN_PAY) & (who["pay_min"] > 0) & (post["pay"] > who["pay_min"])
    metres = np.sqrt(sum((who[axis] - post[axis]) ** 2 for axis in ("x", "y", "z")))
    near = np.select([metres <= 10_000, metres <= 30_000, who["division"] == post["division"]], [0, 1, 2], 3)
    wish = (who["age"] < post["wish_from"]) | (who["age"] > post["wish_until"])
    has_needs = (post["required"] != 0).any(axis=1)
    code = np.zeros(len(row), np.int64)
    for part, options in zip((occupation, pay, near, has_needs, wish), REASONS, strict=True):
        code = code * len(options) + part
    return row, place, code.astype(np.int16)


def reasons_of(code: int) -> list[str]:
    """The sentences of a code."""
    found = []
    for options in reversed(REASONS):
        code, part = divmod(code, len(options))
        found.append(options[part])
    return [text for text in reversed(found) if text]


def all_reasons() -> Sequence[list[str]]:
    """Reasons by code."""
    count = 1
    for options in REASONS:
        count *= len(options)
    return [reasons_of(code) for code in range(count)]
