"""YAML with line numbers: plain data, and for every key path the line it stands on.

Only `true`/`false` are booleans, only decimal digits are whole numbers, everything else is text: YAML 1.1 would
read the keys `on`/`off` as booleans, `08:30` as a number of minutes and `0101` as an octal number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gongyou.basics.refusal import says
from gongyou.packkit.findings import Finding

Keys = tuple[str | int, ...]

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
# What plain YAML scalars resolve to; any other tag would be an instruction to a program.
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value")
)
_LARGEST = 1_000_000
# The C parser, where PyYAML was built with it, is eight times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 30


@dataclass(frozen=True)
class Document:
    """One file's data. `lines` knows the line (from 1) of every key path; `line` falls back to the nearest above."""

    file: str
    data: Any
    lines: dict[Keys, int]

    def line(self, keys: Keys) -> int:
        for length in range(len(keys), -1, -1):
            found = self.lines.get(keys[:length])
            if found is not None:
                return found
        return 1

    def finding(self, check: str, message: str, keys: Keys = (), **params: object) -> Finding:
        return Finding(check, message, self.file, self.line(keys), dotted(keys), params)


def dotted(keys: Keys) -> str:
    """types.0.clocks.2.budget → `types[1].clocks[3].budget` (people count from one)."""
    text = ""
    for key in keys:
        text += f"[{key + 1}]" if isinstance(key, int) else (f".{key}" if text else key)
    return text


def read_document(path: Path, root: Path) -> tuple[Document | None, list[Finding]]:
    """Read one file below `root`. Findings instead of a document where it can't be read."""
    name = path.relative_to(root).as_posix()
    text, finding = _text_of(path, name)
    if text is None:
        return None, [finding] if finding else []
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        message = says("这附近不是可以读取的 YAML；请检查缩进、冒号和引号。")
        return None, [Finding("file.yaml", message, name, mark.line + 1 if mark else 1)]
    if node is None:
        return None, [Finding("file.empty", says("文件是空的。"), name, 1)]
    reader = _Reader(name)
    data = reader.value(node, ())
    return (None if reader.findings else Document(name, data, reader.lines)), reader.findings


def _text_of(path: Path, name: str) -> tuple[str | None, Finding | None]:
    try:
        content = path.read_bytes()
        if len(content) > _LARGEST:
            return None, Finding("file.large", says("文件超过1MB，不像是规则包。"), name, 1)
        return content.decode("utf-8-sig"), None
    except FileNotFoundError:
        return None, Finding("file.missing", says("缺少这个文件。"), name, 1)
    except UnicodeDecodeError:
        return None, Finding("file.encoding", says("文件不是 UTF-8 编码，请另存为 UTF-8。"), name, 1)
    except OSError:
        return None, Finding("file.unreadable", says("文件打不开，请检查权限。"), name, 1)


class _Reader:
    """Turns nodes into plain data; collects what packs may not contain."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Keys, int] = {}
        self.findings: list[Finding] = []
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, keys: Keys) -> Any:
        self.lines.setdefault(keys, node.start_mark.line + 1)
        if len(keys) > _DEEPEST:
            return self._refuse(node, keys, "file.deep", says("嵌套太深。"))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, keys)
        if id(node) in self._seen:
            # The node itself stands where its anchor is; the mistake is where it is taken up, under `keys`.
            message = says("不用 YAML 的锚点和引用；同样的内容请写 like。")
            line = self.lines.get(keys, node.start_mark.line + 1)
            self.findings.append(Finding("file.alias", message, self.name, line, dotted(keys)))
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*keys, number)) for number, item in enumerate(node.value)]
        return self._mapping(node, keys)

    def _mapping(self, node: yaml.Node, keys: Keys) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._refuse(key_node, keys, "file.key", says("键必须是文字。"))
                continue
            key = str(key_node.value)
            here = (*keys, key)
            if key in found:
                self._refuse(key_node, here, "file.key_twice", says("“{name}”写了两次。"), name=key)
                continue
            self.lines[here] = key_node.start_mark.line + 1
            found[key] = self.value(value_node, here)
        return found

    def _scalar(self, node: yaml.ScalarNode, keys: Keys) -> Any:
        text = str(node.value)
        if node.tag not in _PLAIN_TAGS:
            return self._refuse(node, keys, "file.tag", says("不用 YAML 标签“{tag}”。"), tag=node.tag)
        if node.style:  # quoted or block text
            return text
        if text in _WORDS:
            return _WORDS[text]
        return int(text) if _WHOLE.fullmatch(text) else text

    def _refuse(self, node: yaml.Node, keys: Keys, check: str, message: str, **params: object) -> None:
        line = node.start_mark.line + 1
        self.findings.append(Finding(check, message, self.name, line, dotted(keys), params))
