from __future__ import annotations

from itertools import product

import pytest

from gongyou.basics.unknown import Answer, Unknown, all_of, any_of, negated

WAGES, MONTHS = Unknown(frozenset({"wages"})), Unknown(frozenset({"months"}))
BOTH = Unknown(frozenset({"wages", "months"}))


@pytest.mark.parametrize(
    ("conditions", "all_true", "one_true"),
    [
        ([], True, False),
        ([True, True], True, True),
        ([True, False], False, True),
        ([False, False], False, False),
        ([True, WAGES], WAGES, True),
        ([False, WAGES], False, WAGES),
        ([WAGES, MONTHS], BOTH, BOTH),
        ([WAGES, False, MONTHS, True], False, True),
        ([WAGES, True, MONTHS], BOTH, True),
    ],
)
def test_combinations(conditions: list[Answer], all_true: Answer, one_true: Answer) -> None:
    assert all_of(conditions) == all_true
    assert any_of(conditions) == one_true
    assert all_of(reversed(conditions)) == all_true
    assert any_of(iter(conditions)) == one_true


def test_each_is_the_mirror_of_the_other() -> None:
    for conditions in product([True, False, WAGES, MONTHS], repeat=3):
        mirrored = negated(any_of([negated(condition) for condition in conditions]))
        assert all_of(conditions) == mirrored


@pytest.mark.parametrize("use", [bool, lambda unknown: not unknown, lambda unknown: unknown and True])
def test_an_unknown_is_never_taken_for_no(use: object) -> None:
    with pytest.raises(TypeError, match="months, wages"):
        use(BOTH)  # type: ignore[operator]
