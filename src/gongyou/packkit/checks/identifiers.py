"""Names: of the right form, unique, equal to their folder, and pointing at something that exists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import CaseType
from gongyou.packkit.checks.cases import TypeAt, content_of, types_of
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Keys, Packs, ProgrammePack, suggestion

_PACK = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_INNER = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST_PACK = 46  # the catalogue's names have 60 characters: area, programme, room
_LONGEST_INNER = {
    "types": 40,
    "states": 30,
    "clocks": 30,
    "topics": 40,
    "classes": 20,
    "details": 40,
    "results": 20,
    "legal_routes": 40,
}  # the tables' columns
_DISPATCHES = ("straight", "triage")

Named = tuple[Keys, str]


def check(packs: Packs) -> Iterator[Finding]:
    for pack in packs.programmes:
        yield from _head(pack)
        yield from _types(packs, pack)
        for file, kind, names in (
            ("values", "values", [v.id for v in pack.values.values]),
            ("sources", "sources", [s.id for s in pack.sources.sources]),
        ):
            document = pack.documents[file]
            for keys, name in _twice(((kind, n, "id"), name) for n, name in enumerate(names)):
                yield document.finding("ids.twice", says("“{name}”用了两次。"), keys, name=name)
    for at in types_of(packs):
        yield from _forms(at)
        yield from _references(at)


def _head(pack: ProgrammePack) -> Iterator[Finding]:
    document = pack.documents["programme"]
    if pack.id != pack.folder:
        message = says("id“{name}”和文件夹名“{folder}”不同。")
        yield document.finding("ids.folder", message, ("id",), name=pack.id, folder=pack.folder)
    elif not _PACK.fullmatch(pack.id) or len(pack.id) > _LONGEST_PACK:
        message = says("“{name}”不能作名称：只用小写字母、数字和短横线，不超过{longest}个字符。")
        yield document.finding("ids.form", message, ("id",), name=pack.id, longest=_LONGEST_PACK)
    if pack.case is None and "casework" in pack.head.rooms:
        message = says("用到办件（casework），却没有 case.yaml。")
        yield document.finding("ids.room", message, ("rooms",))


def _types(packs: Packs, pack: ProgrammePack) -> Iterator[Finding]:
    content, _ = content_of(packs, pack)
    if content is None or pack.case is None:
        return
    for keys, name in _twice((("types", n, "id"), t.id) for n, t in enumerate(content.types)):
        yield pack.case.finding("ids.twice", says("“{name}”用了两次。"), keys, name=name)


def _named(at: TypeAt) -> Iterator[tuple[str, list[Named]]]:
    case_type = at.case_type
    yield "types", [(("id",), case_type.id)]
    yield "states", [(("states", state), state) for state in case_type.states]
    yield "clocks", [(("clocks", n, "id"), c.id) for n, c in enumerate(case_type.clocks)]
    yield "topics", [(("topics", n, "id"), t.id) for n, t in enumerate(case_type.topics)]
    yield "classes", [(("classes", n, "id"), c.id) for n, c in enumerate(case_type.classes)]
    yield "details", [(("details", n, "id"), d.id) for n, d in enumerate(case_type.details)]
    yield "results", [(("results", n, "id"), r.id) for n, r in enumerate(case_type.results)]
    yield "legal_routes", [(("legal_routes", n, "id"), r.id) for n, r in enumerate(case_type.legal_routes)]


def _forms(at: TypeAt) -> Iterator[Finding]:
    for group, named in _named(at):
        longest = _LONGEST_INNER[group]
        for keys, name in named:
            if not _INNER.fullmatch(name) or len(name) > longest:
                message = says("“{name}”不能作名称：只用小写字母、数字和下划线，不超过{longest}个字符。")
                yield at.finding("ids.form", message, keys, name=name, longest=longest)
        for keys, name in _twice(named):
            yield at.finding("ids.twice", says("“{name}”用了两次。"), keys, name=name)


def _references(at: TypeAt) -> Iterator[Finding]:
    classes = [c.id for c in at.case_type.classes]
    if not classes:
        yield at.finding("ids.classes", says("“{type}”没有分类；至少写一类。"), ("classes",))
    for keys, name, known in _referring(at.case_type, classes):
        if name not in known:
            yield _unknown(at, keys, name, known)


def _referring(case_type: CaseType, classes: list[str]) -> Iterator[tuple[Keys, str, Sequence[str]]]:
    yield ("dispatch",), case_type.dispatch, _DISPATCHES
    for number, name in enumerate(case_type.needs_approval):
        yield ("needs_approval", number), name, classes
    for number, topic in enumerate(case_type.topics):
        if topic.first_class:
            yield ("topics", number, "first_class"), topic.first_class, classes
    for number, clock in enumerate(case_type.clocks):
        for name in clock.budget:
            yield ("clocks", number, "budget", name), name, [*classes, "any"]
    topics = [topic.id for topic in case_type.topics]
    for number, route in enumerate(case_type.legal_routes):
        for place, name in enumerate(route.topics):
            yield ("legal_routes", number, "topics", place), name, topics


def _unknown(at: TypeAt, keys: Keys, name: str, known: Iterable[str]) -> Finding:
    near = suggestion(name, known)
    if near:
        message = says("没有“{name}”，您是不是要写“{near}”？")
        return at.finding("ids.unknown", message, keys, name=name, near=near)
    message = says("没有“{name}”；可用的有：{known}。")
    return at.finding("ids.unknown", message, keys, name=name, known="、".join(known))


def _twice(named: Iterable[Named]) -> Iterator[Named]:
    seen: set[str] = set()
    for keys, name in named:
        if name in seen:
            yield keys, name
        seen.add(name)
