"""What people call their work → three occupations of the classification, for a person to confirm. Never a matcher.

Character pairs and single characters, weighted by rarity, against titles and aliases: no model, no network. A site with a
model of its own gives an `encode` (texts → vectors) instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from gongyou.matching.arrays import Array
from gongyou.matching.rulebook import Rulebook

Encode = Callable[[Sequence[str]], Array]


@dataclass(frozen=True)
class Proposal:
    """A candidate; `likeness` 0 to 1 says nothing but the order. `because`: the title or alias it resembles."""

    code: str
    title: str
    likeness: float
    because: str


def propose_occupations(
    rulebook: Rulebook, phrase: str, count: int = 3, encode: Encode | None = None
) -> list[Proposal]:
    """At most `count` occupations that a phrase may mean, the likeliest first; none where nothing is alike."""
    names = [(o.code, name) for o in rulebook.spec.occupations for name in (o.title, *o.aliases)]
    texts = [name for _, name in names]
    likeness = _by_model(texts, phrase, encode) if encode else _by_characters(texts, phrase)
    best: dict[str, Proposal] = {}
    for (code, name), alike in zip(names, likeness, strict=True):
        if alike > 0 and (code not in best or alike > best[code].likeness):
            best[code] = Proposal(code, rulebook.occupation_title(code), round(alike, 4), name)
    return sorted(best.values(), key=lambda p: (-p.likeness, p.code))[:count]


def _grams(text: str) -> Counter[str]:
    bare = "".join(text.split())
    return Counter([*bare, *(bare[n : n + 2] for n in range(len(bare) - 1))])


def _by_characters(texts: Sequence[str], phrase: str) -> list[float]:
    every = [_grams(text) for text in texts]
    seen = Counter(gram for grams in every for gram in grams)

    def weighed(grams: Counter[str]) -> dict[str, float]:
        return {g: n * log((1 + len(texts)) / (1 + seen[g])) for g, n in grams.items()}

    asked = weighed(_grams(phrase))
    return [_cosine(asked, weighed(grams)) for grams in every]


def _cosine(a: dict[str, float], b: dict[str, float]) -> float:
    size = sqrt(sum(x * x for x in a.values()) * sum(x * x for x in b.values()))
    return sum(x * b.get(g, 0.0) for g, x in a.items()) / size if size else 0.0


def _by_model(texts: Sequence[str], phrase: str, encode: Encode) -> list[float]:
    vectors = encode([*texts, phrase])
    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return [float(x) for x in vectors[:-1] @ vectors[-1]]
