"""A screen with its numbers, as a folder of packs has it for an area on a day."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from gongyou.basics.programme_values import Numbers, numbers_on
from gongyou.basics.reading import read_yaml
from gongyou.basics.refusal import Refusal, says
from gongyou.engines.oversight.definitions.screens import Screen, Screens, faults_of, values_of

FILE = "screens.yaml"


@dataclass(frozen=True)
class BoundScreen:
    """A screen whose values are numbers. `digest` covers all that decides."""

    programme: str
    area: str
    on: date
    screen: Screen
    numbers: Numbers
    digest: str

    def number(self, value_id: str) -> int:
        return self.numbers.count(value_id)

    @property
    def assumed(self) -> tuple[str, ...]:
        """Values no document gives."""
        return tuple(
            sorted(v for v in values_of(self.screen) if self.numbers.found[v].confidence == "assumed")
        )


@dataclass(frozen=True)
class DeclaredScreen:
    """A screen as its pack has it. `written`: the whole file, for the digest."""

    root: Path
    programme: str
    screen: Screen
    written: str


def find_screen(root: Path, screen_id: str) -> DeclaredScreen:
    """A checked screen by its id, its numbers still names. Raises Refusal: unknown, in two programmes, or wrong."""
    known: dict[str, DeclaredScreen] = {}
    for path in sorted((root / "programmes").glob(f"*/{FILE}")):
        for screen in read_yaml(path, Screens).screens:
            if screen.id in known:
                raise Refusal(
                    "screen_twice",
                    says("筛查“{name}”在两个规则包里都有。"),
                    says("请改掉一个的 id。"),
                    field="screen",
                    name=screen.id,
                )
            written = path.read_text(encoding="utf-8")
            known[screen.id] = DeclaredScreen(root, path.parent.name, screen, written)
    if screen_id not in known:
        raise Refusal(
            "screen_unknown",
            says("没有“{name}”这个筛查。"),
            says("可用的有：{known}。"),
            field="screen",
            name=screen_id,
            known="、".join(sorted(known)),
        )
    for _keys, message, params in faults_of(known[screen_id].screen):
        raise Refusal(
            "screen_wrong",
            says("{sentence}"),
            says("请改 screens.yaml。"),
            field="screen",
            sentence=message.format(**params),
        )
    return known[screen_id]


def bound_on(declared: DeclaredScreen, area: str, on: date) -> BoundScreen:
    """The screen with the numbers of an area on a day. Raises Refusal: a value without an amount on that day."""
    screen, numbers = declared.screen, numbers_on(declared.root, declared.programme, area, on)
    bound = BoundScreen(declared.programme, area, on, screen, numbers, "")
    told = {
        "screen": declared.written,
        "values": {
            v: [bound.number(v), numbers.found[v].source, numbers.found[v].area] for v in values_of(screen)
        },
        "area": area,
    }
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return replace(bound, digest=hashlib.sha256(text.encode()).hexdigest())


def bind_screen(root: Path, screen_id: str, area: str, on: date) -> BoundScreen:
    """A screen by its id with its numbers. Raises Refusal."""
    return bound_on(find_screen(root, screen_id), area, on)
