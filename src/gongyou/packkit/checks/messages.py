"""What is sent to people: occasions the engine knows, placeholders it fills, short enough for one text."""

from __future__ import annotations

import string
from collections.abc import Iterator

from gongyou.basics.refusal import says
from gongyou.packkit.checks.cases import TypeAt, types_of
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Keys, Packs, suggestion

PLACEHOLDERS = ("number", "office", "due", "answer", "reason", "link", "count")
OCCASIONS = (
    "receipt",
    "settled",
    "review_opened",
    "reviewed",
    "unreached",
    "not_accepted",
    "reclassified",
    "paused",
    "resumed",
    "explained",
    "date_moved",
    "risen",
    "transferred",
    "repeat_told",
    "incident",
    "claimed",
    "thanks",
    "legal_limit",
)
LONGEST = 140


def check(packs: Packs) -> Iterator[Finding]:
    for at in types_of(packs):
        written = {message.id for message in at.case_type.messages}
        if "receipt" not in written:
            yield at.finding("messages.receipt", says("“{type}”没有受理短信（receipt）。"), ("messages",))
        for number, message in enumerate(at.case_type.messages):
            keys: Keys = ("messages", number)
            if message.id not in OCCASIONS:
                yield _unknown(at, (*keys, "id"), message.id, OCCASIONS)
            if len(message.text) > LONGEST:
                sentence = says("短信有{length}个字，最多{longest}个字。")
                yield at.finding(
                    "messages.long", sentence, (*keys, "text"), length=len(message.text), longest=LONGEST
                )
            yield from _placeholders(at, keys, message.text)


def _placeholders(at: TypeAt, keys: Keys, text: str) -> Iterator[Finding]:
    try:
        names = names_in(text)
    except ValueError:
        yield at.finding("messages.braces", says("花括号不成对。"), (*keys, "text"))
        return
    for name in names:
        if name not in PLACEHOLDERS:
            yield _unknown(at, (*keys, "text"), "{" + name + "}", ["{" + p + "}" for p in PLACEHOLDERS])


def names_in(text: str) -> list[str]:
    """The names in braces, with whatever format was written behind them. Raises ValueError."""
    found = []
    for _, name, spec, conversion in string.Formatter().parse(text):
        if name is not None:
            found.append(name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else ""))
    return found


def _unknown(at: TypeAt, keys: Keys, name: str, known: tuple[str, ...] | list[str]) -> Finding:
    near = suggestion(name, known)
    if near:
        message = says("没有“{name}”，您是不是要写“{near}”？")
        return at.finding("messages.unknown", message, keys, name=name, near=near)
    message = says("没有“{name}”；可用的有：{known}。")
    return at.finding("messages.unknown", message, keys, name=name, known="、".join(known))
