"""What people call their work proposes occupations; nothing is confirmed by itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from gongyou.matching.arrays import Array
from gongyou.matching.naming import propose_occupations
from gongyou.matching.rulebook import load_rulebook
from gongyou.matching.tests.conftest import ON, PACKS

RULEBOOK = load_rulebook(PACKS, "rural-employment", "220000", ON)


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        ("在工地绑钢筋", "6-29-01-04"), ("会开叉车", "6-30-05-01"), ("给小区看大门", "4-07-05-01"),
        ("饭店里炒菜", "4-03-02-01"), ("烧电焊", "6-18-02-04"), ("伺候老人", "4-10-01-05"), ("送外卖", "4-02-10-01"),
        ("瓦匠活", "6-29-01-01"),
    ],
)  # fmt: skip
def test_a_colloquial_phrase_is_among_three_proposals(phrase: str, code: str) -> None:
    found = propose_occupations(RULEBOOK, phrase)
    assert code in [p.code for p in found] and len(found) <= 3
    assert all(p.because and p.likeness > 0 for p in found)


def test_nothing_alike_proposes_nothing() -> None:
    assert propose_occupations(RULEBOOK, "XYZ") == []


def test_a_site_may_bring_its_own_model() -> None:
    def encode(texts: Sequence[str]) -> Array:
        return np.array([[1.0, 0.0] if "骑手" in t or t == "rider" else [0.0, 1.0] for t in texts])

    assert propose_occupations(RULEBOOK, "rider", encode=encode)[0].code == "4-02-10-01"
