"""Values: the day, the nearest area, the bounds, the source."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from gongyou.basics.areas import chain_of
from gongyou.basics.refusal import Refusal
from gongyou.policy.library import load_policy
from gongyou.policy.tests.toy import ON, VALUES, write_overlay, write_toy
from gongyou.policy.values import values_digest, values_in_force

LOCAL = "  - id: {id}\n    amounts:\n      - {{amount: {amount}, from: 2024-01-01, source: local, confidence: notice}}\n"


def values_of(root: Path, area: str = "", on: date = ON, **overrides: str):
    return values_in_force(root, load_policy(root, "toy"), area, on, overrides)


def test_a_value_follows_the_date(tmp_path: Path) -> None:
    root = write_toy(tmp_path)
    assert values_of(root, on=date(2025, 12, 31))["share_rate"].content == Fraction(1, 2)
    assert values_of(root, on=date(2026, 1, 1))["share_rate"].content == Fraction(1, 4)


@pytest.mark.parametrize(
    ("area", "rate", "given_by"),
    [
        ("", Fraction(1, 2), ""),
        ("120000", Fraction(1, 2), ""),
        ("110000", Fraction(2, 5), "110000"),
        ("110105", Fraction(3, 10), "110100"),
        ("110101", Fraction(1, 5), "110101"),
        ("110200", Fraction(2, 5), "110000"),
    ],
)
def test_the_nearest_area_wins(tmp_path: Path, area: str, rate: Fraction, given_by: str) -> None:
    root = write_toy(tmp_path)
    for code, amount in (("110000", "40%"), ("110100", "30%"), ("110101", "20%")):
        write_overlay(root, code, LOCAL.format(id="share_rate", amount=amount))
    found = values_of(root, area)["share_rate"]
    assert (found.content, found.area) == (rate, given_by)


def test_an_area_may_name_another_parent(tmp_path: Path) -> None:
    (tmp_path / "areas" / "429004").mkdir(parents=True)
    (tmp_path / "areas" / "429004" / "area.yaml").write_text(
        'code: "429004"\nparent: "420000"\n', encoding="utf-8"
    )
    assert chain_of(tmp_path, "429004") == ("429004", "420000")
    assert chain_of(tmp_path, "420115") == ("420115", "420100", "420000")


@pytest.mark.parametrize("amount", ["9%", "60.1%"])
def test_a_local_value_outside_the_bounds_is_refused(tmp_path: Path, amount: str) -> None:
    root = write_toy(tmp_path)
    write_overlay(root, "110000", LOCAL.format(id="share_rate", amount=amount))
    with pytest.raises(Refusal, match="不在允许的10%至60%之间"):
        values_of(root, "110000")


def test_two_overlays_on_one_level_are_refused(tmp_path: Path) -> None:
    root = write_toy(tmp_path)
    for file in ("toy", "toy-again"):
        write_overlay(root, "110000", LOCAL.format(id="share_rate", amount="40%"), file)
    with pytest.raises(Refusal, match="两份本地取值"):
        values_of(root, "110100")


def test_a_local_value_nobody_knows_is_refused(tmp_path: Path) -> None:
    root = write_toy(tmp_path)
    write_overlay(root, "110000", LOCAL.format(id="shere_rate", amount="40%"))
    with pytest.raises(Refusal) as error:
        values_of(root, "110000")
    assert "是不是“share_rate”" in error.value.sentence()


def test_two_amounts_on_one_day_are_refused(tmp_path: Path) -> None:
    root = write_toy(tmp_path, values=VALUES.replace(", until: 2026-01-01", ""))
    with pytest.raises(Refusal, match="同时有两个数额"):
        values_of(root, on=date(2026, 1, 1))


def test_a_value_without_its_document_is_refused(tmp_path: Path) -> None:
    root = write_toy(tmp_path, values=VALUES.replace("source: guess", "source: rumour"))
    with pytest.raises(Refusal, match="rumour"):
        values_of(root)


@pytest.mark.parametrize(
    ("name", "text", "content"),
    [
        ("share_rate", "60%", Fraction(3, 5)),
        ("share_rate", "0.055", Fraction(11, 200)),
        ("least_people", "7", 7),
        ("way", "other", "other"),
    ],
)
def test_a_value_may_be_set_for_a_simulation(tmp_path: Path, name: str, text: str, content: object) -> None:
    found = values_of(write_toy(tmp_path), **{name: text})[name]
    assert (found.content, found.is_set, found.confidence) == (content, True, "assumed")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("share_rate", "a lot"),
        ("share_rate", "-5%"),
        ("share_rate", "0.00000001"),
        ("least_people", "3.5"),
        ("least_people", ""),
        ("way", "neither"),
        ("wya", "one"),
    ],
)
def test_a_wrong_simulation_is_refused(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(Refusal):
        values_of(write_toy(tmp_path), **{name: text})


def test_the_digest_tells_values_and_their_origin_apart(tmp_path: Path) -> None:
    root = write_toy(tmp_path)
    national = values_digest(values_of(root, "110000"))
    assert national == values_digest(values_of(root, "120000"))
    write_overlay(root, "110000", LOCAL.format(id="share_rate", amount="50%"))
    assert national != values_digest(values_of(root, "110000"))
    assert national != values_digest(values_of(root, least_people="3"))


@pytest.mark.parametrize("area", ["37", "37000a", "3700000", "山东"])
def test_an_area_is_six_digits(tmp_path: Path, area: str) -> None:
    with pytest.raises(Refusal, match="地区代码"):
        values_of(write_toy(tmp_path), area)
