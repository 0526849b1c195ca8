"""`like: <type>` in case.yaml: the same as a type above it, except for the keys written here."""

from __future__ import annotations

from typing import Any

from gongyou.basics.refusal import says
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader.document import Document, Keys


def expand(document: Document) -> tuple[Document, list[Finding]]:
    """The document with every `like` carried out; what is taken over keeps the line it was written on."""
    data = document.data
    types = data.get("types") if isinstance(data, dict) else None
    if not isinstance(types, list):
        return document, []
    lines, findings, done = dict(document.lines), list[Finding](), dict[str, int]()
    expanded: list[Any] = []
    for number, written in enumerate(types):
        taken = written
        if isinstance(written, dict) and "like" in written:
            taken, finding = _taken_over(document, written, number, expanded, done)
            findings += finding
            _take_lines(lines, written, number, done.get(str(written["like"])))
        expanded.append(taken)
        if isinstance(taken, dict):
            done.setdefault(str(taken.get("id")), number)
    return Document(document.file, {**data, "types": expanded}, lines), findings


def _taken_over(
    document: Document, written: dict[str, Any], number: int, above: list[Any], done: dict[str, int]
) -> tuple[dict[str, Any], list[Finding]]:
    own = {key: value for key, value in written.items() if key != "like"}
    name = str(written["like"])
    if name not in done:
        message = says("上面没有“{name}”这一类；like 只能写已经写好的类。")
        return own, [document.finding("keys.like", message, ("types", number, "like"), name=name)]
    return {**above[done[name]], **own}, []


def _take_lines(lines: dict[Keys, int], written: dict[str, Any], number: int, source: int | None) -> None:
    if source is None:
        return
    prefix: Keys = ("types", source)
    for keys, line in list(lines.items()):
        if keys[:2] == prefix and len(keys) > 2 and keys[2] not in written:
            lines[("types", number, *keys[2:])] = line
