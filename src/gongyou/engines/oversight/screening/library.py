"""A screen with its numbers, as a folder of packs has it for an area on a day."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
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


def screens_in(root: Path) -> dict[str, str]:
    """Screen → the programme that declares it. Raises Refusal for an id two programmes use."""
    found: dict[str, str] = {}
    for path in sorted((root / "programmes").glob(f"*/{FILE}")):
        for screen in read_yaml(path, Screens).screens:
            if screen.id in found:
                raise Refusal(
                    "screen_twice",
                    says("筛查“{name}”在两个规则包里都有。"),
                    says("请改掉一个的 id。"),
                    field="screen",
                    name=screen.id,
                )
            found[screen.id] = path.parent.name
    return found


def bind_screen(root: Path, screen_id: str, area: str, on: date) -> BoundScreen:
    """A screen by its id. Raises Refusal: unknown, wrong, or a value without an amount on that day."""
    programmes = screens_in(root)
    if screen_id not in programmes:
        raise Refusal(
            "screen_unknown",
            says("没有“{name}”这个筛查。"),
            says("可用的有：{known}。"),
            field="screen",
            name=screen_id,
            known="、".join(sorted(programmes)),
        )
    programme = programmes[screen_id]
    declared = read_yaml(root / "programmes" / programme / FILE, Screens)
    screen = next(s for s in declared.screens if s.id == screen_id)
    for _keys, message, params in faults_of(screen):
        raise Refusal("screen_wrong", message.format(**params), says("请改 screens.yaml。"), field="screen")
    numbers = numbers_on(root, programme, area, on)
    bound = BoundScreen(programme, area, on, screen, numbers, "")
    told = {
        "screen": (root / "programmes" / programme / FILE).read_text(encoding="utf-8"),
        "values": {
            v: [bound.number(v), numbers.found[v].source, numbers.found[v].area] for v in values_of(screen)
        },
        "area": area,
    }
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return BoundScreen(programme, area, on, screen, numbers, hashlib.sha256(text.encode()).hexdigest())
