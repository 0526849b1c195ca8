"""Areas as they lie in a folder of packs: which stand above one, and what each decided otherwise for a programme."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from gongyou.basics.reading import read_yaml
from gongyou.basics.refusal import Refusal, says
from gongyou.basics.values import LocalValues

NATION = ""

_AREA = re.compile(r"[0-9]{6}")
_PROGRAMME = re.compile(r"^programme:\s*[\"']?([a-z0-9-]+)", re.MULTILINE)
_PARENT = re.compile(r"^parent:\s*[\"']?(\d{6})", re.MULTILINE)


@dataclass(frozen=True)
class LocalDecision:
    """The overlay of one area for one programme."""

    area: str
    content: LocalValues


def local_decisions(root: Path, area: str, programme: str) -> tuple[LocalDecision, ...]:
    """What the area and those above it decided for a programme, nearest first."""
    found = []
    for code in chain_of(root, area):
        path = root / "areas" / code / "values" / f"{programme}.yaml"
        _only_one(root / "areas" / code / "values", programme)
        if not path.is_file():
            continue
        content = read_yaml(path, LocalValues)
        if content.programme != programme:
            raise Refusal(
                "overlay_wrong",
                says("{area}的{file}里写的是“{found}”。"),
                says("文件名和 programme 要一致；一个地区对一个政策只能有一个文件。"),
                field="packs",
                area=code,
                file=path.name,
                found=content.programme,
            )
        found.append(LocalDecision(code, content))
    return tuple(found)


def _only_one(folder: Path, programme: str) -> None:
    files = [
        p
        for p in sorted(folder.glob("*.yaml"))
        if _PROGRAMME.findall(p.read_text(encoding="utf-8"))[:1] == [programme]
    ]
    if len(files) > 1:
        raise Refusal(
            "overlay_twice",
            says("{area}对“{programme}”有两份本地取值：{files}。"),
            says("同一级只能有一份，请合并。"),
            field="packs",
            area=folder.parent.name,
            programme=programme,
            files="、".join(p.name for p in files),
        )


def chain_of(root: Path, area: str) -> tuple[str, ...]:
    """The area and those above it, nearest first; the nation ('') is not among them. Raises Refusal for no code."""
    if area != NATION and not _AREA.fullmatch(area):
        raise Refusal(
            "area_wrong",
            says("“{area}”不是地区代码。"),
            says("请写6位数字，例如省级以0000结尾。"),
            field="area",
            area=area,
        )
    found: list[str] = []
    while area and area not in found:
        found.append(area)
        area = _above(root, area)
    return tuple(found)


def _above(root: Path, area: str) -> str:
    head = root / "areas" / area / "area.yaml"
    # Only the parent is read here: the rest of an area belongs to the rooms above.
    told = _PARENT.search(head.read_text(encoding="utf-8")) if head.is_file() else None
    if told:
        return told.group(1)
    if not area.endswith("00"):
        return area[:4] + "00"
    return area[:2] + "0000" if not area.endswith("0000") else NATION
