"""Policies as they lie in a folder of packs: specification, rules, values, sources, and what areas decide otherwise."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from gongyou.basics.definition import definition
from gongyou.basics.reading import read_yaml
from gongyou.basics.refusal import Refusal, says
from gongyou.policy.definitions import PolicySpec, Source, Sources, Value, Values
from gongyou.policy.language.module import Declaration, read_module

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


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
