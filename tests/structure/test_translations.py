"""Both languages are complete: every Chinese text of the product has its English, with the same placeholders."""

from __future__ import annotations

import pytest
from babel.messages import Catalog

from tools import messages


def test_every_text_is_in_english() -> None:
    source = messages.extracted()
    assert len(source) > 100
    found = messages.problems(source, messages.stored())
    assert not found, f"{len(found)} texts; `tools/messages.py check` lists them:\n" + "\n".join(
        map(str, found[:20])
    )


@pytest.mark.parametrize(
    ("msgid", "english", "reason"),
    [
        ("{office}已受理", "Accepted by {office}", ""),
        ("{office}已受理", "", "no English"),
        ("{office}已受理", "Accepted by {station}", "placeholders"),
        ("{office}已受理", "Accepted", "placeholders"),
        ("还有%(n)s天", "%(n)s days left", ""),
        ("还有%(n)s天", "some days left", "placeholders"),
        (("{n}件", "{n}件"), ("one matter", "{n} matters"), ""),
        (("{n}件", "{n}件"), ("one matter", "{count} matters"), "placeholders"),
        (("{n}件", "{n}件"), ("one matter", ""), "no English"),
    ],
)
def test_what_counts_as_a_problem(
    msgid: str | tuple[str, str], english: str | tuple[str, str], reason: str
) -> None:
    source, catalogue = Catalog(locale="en"), Catalog(locale="en")
    source.add(msgid)
    catalogue.add(msgid, english)
    found = messages.problems(source, catalogue)
    assert bool(found) == bool(reason)
    assert all(reason in str(problem) for problem in found)


def test_an_update_loses_no_translation() -> None:
    old, now, later = (Catalog(locale="en") for _ in range(3))
    old.add("受理", "accept")
    old.add("办结", "settle")
    now.add("受理")
    now.add("回访")
    later.add("办结")
    merged = messages.merged(old, now)
    assert {m.id: m.string or "" for m in merged if m.id} == {"受理": "accept", "回访": ""}
    assert messages.merged(merged, later).get("办结").string == "settle"
