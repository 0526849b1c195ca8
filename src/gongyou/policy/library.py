"""Policies as they lie in a folder of packs: specification, rules, values, sources, and what areas decide otherwise."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from gongyou.basics.definition import definition
from gongyou.basics.reading import read_yaml
from gongyou.basics.refusal import Refusal, says
from gongyou.policy.definitions import LocalValues, PolicySpec, Source, Sources, Value, Values
from gongyou.policy.language.module import Declaration, read_module

NATION = ""

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_AREA = re.compile(r"[0-9]{6}")
_PROGRAMME = re.compile(r"^programme:\s*[\"']?([a-z0-9-]+)", re.MULTILINE)
_PARENT = re.compile(r"^parent:\s*[\"']?(\d{6})", re.MULTILINE)


@definition
class Policy:
    """One policy with those it uses. `digest` covers everything that decides, of all of them."""

    id: str
    spec: PolicySpec
    declarations: tuple[Declaration, ...]
    values: tuple[Value, ...]
    sources: tuple[Source, ...]
    uses: tuple[Policy, ...]
    digest: str

    def every(self) -> tuple[Policy, ...]:
        """This policy and all it uses, lowest first."""
        found: dict[str, Policy] = {}
        for used in self.uses:
            found.update({p.id: p for p in used.every()})
        return (*found.values(), self)


@dataclass(frozen=True)
class LocalDecision:
    """The overlay of one area for one programme."""

    area: str
    content: LocalValues


def policies_in(root: Path) -> tuple[str, ...]:
    """Names of all programmes that are policies."""
    return tuple(sorted(p.parent.name for p in (root / "programmes").glob("*/policy.yaml")))


def load_policy(root: Path, name: str, *, above: tuple[str, ...] = ()) -> Policy:
    """One policy from `root/programmes/<name>`. Raises Refusal for an unknown name, a circle or a mistake in it."""
    folder = root / "programmes" / name
    if not _NAME.fullmatch(name) or not (folder / "policy.yaml").is_file():
        raise Refusal(
            "unknown_policy",
            says("没有“{policy}”这个政策。"),
            says("可用的有：{known}。"),
            field="policy",
            policy=name,
            known="、".join(policies_in(root)),
        )
    if name in above:
        raise Refusal(
            "policy_circle",
            says("政策互相引用成了圈：{circle}。"),
            says("请去掉其中一个 uses。"),
            field="policy",
            circle=" → ".join((*above, name)),
        )
    spec = read_yaml(folder / "policy.yaml", PolicySpec)
    uses = tuple(load_policy(root, used, above=(*above, name)) for used in spec.uses)
    rules = folder / "rules.py"
    if not rules.is_file():
        raise Refusal("file_missing", says("缺少文件“{file}”。"), field="packs", file=str(rules))
    declarations = read_module(rules.read_text(encoding="utf-8"), f"{name}/rules.py")
    digest = hashlib.sha256()
    for part in (
        (folder / "policy.yaml").read_bytes(),
        rules.read_bytes(),
        *(u.digest.encode() for u in uses),
    ):
        digest.update(hashlib.sha256(part).digest())
    return Policy(
        id=name,
        spec=spec,
        declarations=declarations,
        values=read_yaml(folder / "values.yaml", Values).values,
        sources=read_yaml(folder / "sources.yaml", Sources).sources,
        uses=uses,
        digest=digest.hexdigest(),
    )


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
