"""Nothing under src/ names a place, a programme or an area: those are packs and rows."""

from __future__ import annotations

import re
from functools import cache

import pytest

from gongyou.basics.identity.divisions import known_divisions
from tests.structure.source import ROOT, product_texts

# A division code is six digits that stand alone; 370000 in a longer number is none.
SIX_DIGITS = re.compile(r"(?<![\d_.xX#])\d{6}(?![\d_])")
ENDINGS = re.compile("(特别行政区|(壮族|回族|维吾尔)?自治区|省|市)$")
FICTIONAL = {"云山", "云山县", "990101"}

# What the law itself writes: residence permits of these three have prefixes of their own (GB 11643).
_PERMITS = frozenset({"香港", "澳门", "台湾", "810000", "820000", "830000"})
NAMED_BY_LAW = {
    "src/gongyou/basics/identity/residents.py": _PERMITS,
    "src/gongyou/basics/identity/divisions.py": _PERMITS,
}


def _names() -> set[str]:
    """Provinces with and without their ending; cities and counties with it (来宾 alone is also a word)."""
    from_list = {code: name for code, name in known_divisions().items() if name}
    provinces = {name for code, name in from_list.items() if code.endswith("0000")}
    full = {name for name in from_list.values() if len(name) > 2}
    return full | provinces | {ENDINGS.sub("", name) for name in provinces} | FICTIONAL


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _names()), key=len, reverse=True)))


TEXTS = product_texts()


@pytest.mark.parametrize(("name", "text"), TEXTS, ids=[name for name, _text in TEXTS])
def test_no_place_is_named(name: str, text: str) -> None:
    allowed = NAMED_BY_LAW.get(name, frozenset())
    lines = text.splitlines()
    named = [
        f"{name}:{number} {match.group(0)}"
        for number, line in enumerate(lines, 1)
        for match in _pattern().finditer(line)
        if match.group(0) not in allowed
    ]
    coded = [
        f"{name}:{number} {match.group(0)} ({known_divisions()[match.group(0)]})"
        for number, line in enumerate(lines, 1)
        for match in SIX_DIGITS.finditer(line)
        if match.group(0) in known_divisions() and match.group(0) not in allowed
    ]
    assert not named + coded, "\n".join(named + coded)


def test_no_programme_and_no_area_is_named() -> None:
    packs = [*(ROOT / "packs" / "programmes").iterdir(), *(ROOT / "packs" / "areas").iterdir()]
    ids = sorted(path.name for path in packs if path.is_dir())
    assert ids
    found = [f"{name}: {pack}" for name, text in TEXTS for pack in ids if pack in text]
    assert not found, found


def test_the_guard_sees_what_it_should() -> None:
    assert {"山东", "北京", "济宁市", "金乡县"} <= _names()
    assert "370828" in known_divisions()
    assert SIX_DIGITS.search("'370828/03/'")
    assert not SIX_DIGITS.search("268435456")
