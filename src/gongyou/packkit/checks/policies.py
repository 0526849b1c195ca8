"""Policies: they fit together on every date of change in every area, and their examples hold both ways everywhere."""

from __future__ import annotations

import hashlib
from collections import OrderedDict, defaultdict
from collections.abc import Iterator

from gongyou.basics.refusal import Refusal, says
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Document, Packs, ProgrammePack
from gongyou.packkit.policies import example_files
from gongyou.policy.cases import CaseResult, run_cases
from gongyou.policy.checking import check_policy, dates_of_change
from gongyou.policy.evaluate import Step
from gongyou.policy.library import load_policy
from gongyou.policy.nodes import Graph, RuleNode
from gongyou.policy.run import bound

REMEMBERED = 16
_known: OrderedDict[str, tuple[Finding, ...]] = OrderedDict()
"""Findings by the hash of the files they are about: a folder is checked, then published, in one breath."""


def check(packs: Packs) -> Iterator[Finding]:
    for pack in packs.programmes:
        if pack.policy is not None:
            yield from _remembered(packs, pack)


def _remembered(packs: Packs, pack: ProgrammePack) -> tuple[Finding, ...]:
    try:
        digest = _digest(packs, pack)
    except OSError:  # a file is missing: told by the check itself
        return tuple(_checked(packs, pack))
    if digest not in _known:
        _known[digest] = tuple(_checked(packs, pack))
        if len(_known) > REMEMBERED:
            _known.popitem(last=False)
    return _known[digest]


def _digest(packs: Packs, pack: ProgrammePack) -> str:
    found = hashlib.sha256(f"{pack.id} {pack.folder}".encode())
    for name, text in sorted(example_files(packs, pack.id).items()):
        found.update(f"{name}\0{text}\0".encode())
    return found.hexdigest()


def _checked(packs: Packs, pack: ProgrammePack) -> Iterator[Finding]:
    try:
        graphs = check_policy(packs.root, pack.id)
    except Refusal as refusal:
        yield _refused(pack, "policy.yaml", refusal)
        return
    yield from _areas(packs, pack)
    yield from _examples(packs, pack, graphs)


def _refused(pack: ProgrammePack, file: str, refusal: Refusal) -> Finding:
    line = refusal.params.get("line", 1)
    name = f"programmes/{pack.folder}/{file}"
    if str(refusal.params.get("file", "")).endswith("rules.py"):
        name = f"programmes/{pack.folder}/rules.py"
    message = says("{sentence}")
    return Finding(
        "policies.wrong",
        message,
        name,
        line if isinstance(line, int) else 1,
        "",
        {"sentence": refusal.sentence()},
    )


def _areas(packs: Packs, pack: ProgrammePack) -> Iterator[Finding]:
    """Every area that decides something for itself, on every date of change."""
    policy = load_policy(packs.root, pack.id)
    days = set(dates_of_change(policy))
    for area in packs.areas:
        for overlay in area.overlays:
            if overlay.content.programme not in {one.id for one in policy.every()}:
                continue
            local = {a.from_on for v in overlay.content.values for a in v.amounts}
            for on in sorted(days | {day for day in local if min(days) <= day <= max(days)}):
                try:
                    bound(packs.root, pack.id, area.code, on)
                except Refusal as refusal:
                    message = says("{day}：{sentence}")
                    yield overlay.document.finding(
                        "policies.area", message, (), day=on.isoformat(), sentence=refusal.sentence()
                    )
                    break


def _examples(packs: Packs, pack: ProgrammePack, graphs: tuple[Graph, ...]) -> Iterator[Finding]:
    folder = f"programmes/{pack.folder}/cases/rules"
    try:
        results = run_cases(packs.root, pack.id)
    except Refusal as refusal:
        yield Finding("policies.example", says("{sentence}"), folder, 1, "", {"sentence": refusal.sentence()})
        return
    for result in results:
        if result.wrong:
            message = says("例子“{case}”和规则算的不一样：{wrong}")
            wrong = "；".join(result.wrong)
            place = Document(f"{folder}/{result.file}", None, {})
            yield place.finding("policies.example", message, case=result.case.case, wrong=wrong)
    yield from _uncovered(pack, folder, graphs, results)


def _uncovered(
    pack: ProgrammePack, folder: str, graphs: tuple[Graph, ...], results: tuple[CaseResult, ...]
) -> Iterator[Finding]:
    """Every condition is met in one example and failed in another; every rule has a value in one."""
    seen: dict[str, set[Step | None]] = defaultdict(set)
    for result in results:
        for name, step in result.both.called.steps.items():
            seen[name].add(step if isinstance(step, bool) else None)
    for name in sorted({n for graph in graphs for n in graph.conditions}):
        if not {True, False} <= seen[name]:
            message = says("没有例子让条件“{name}”一次成立、一次不成立。")
            yield Finding("policies.uncovered", message, folder, 1, "", {"name": name})
    rules = {n.name for graph in graphs for n in graph.nodes.values() if isinstance(n, RuleNode)}
    for name in sorted(rules - set(seen)):
        message = says("没有例子用到规则“{name}”。")
        yield Finding("policies.uncovered", message, folder, 1, "", {"name": name})
