"""YAML of a pack → frozen definitions; every mistake is a sentence with file, line and key.

Scalars are read as everywhere in packs: only `true`/`false` are booleans, only decimal digits whole numbers,
everything else is text, so `60%`, `0.055` and `2026-01-01` reach their own readers unspoilt.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn, TypeVar, cast

import yaml
from pydantic import TypeAdapter, ValidationError

from gongyou.basics.refusal import Refusal, says

T = TypeVar("T")

_LOADER = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # the C reader is ten times as fast, where it is there
_QUOTED = frozenset({"'", '"', "|", ">"})
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}


@lru_cache(maxsize=32)
def _adapter(type_: Any) -> TypeAdapter[Any]:
    return TypeAdapter(type_)


def read_yaml(path: Path, type_: type[T]) -> T:
    """One file as `type_`. Raises Refusal naming file, line and key."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Refusal(
            "file_missing", says("缺少文件“{file}”。"), says("请核对规则包。"), field="packs", file=str(path)
        ) from error
    except UnicodeDecodeError as error:
        raise Refusal(
            "file_encoding", says("“{file}”不是 UTF-8 编码。"), says("请另存为 UTF-8。"), file=str(path)
        ) from error
    lines: dict[tuple[str | int, ...], int] = {}
    try:
        node = yaml.compose(text, Loader=_LOADER)
        data = _plain(node, (), lines, path) if node is not None else None
    except yaml.YAMLError as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        _refuse(path, mark.line + 1 if mark else 1, "", says("这附近不是可以读取的 YAML。"))
    try:
        return cast(T, _adapter(cast(Any, type_)).validate_json(json.dumps(data), strict=True))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        keys = tuple(first["loc"])
        _refuse(path, _line(lines, keys), ".".join(str(k) for k in keys), str(first["msg"]))


def _plain(node: yaml.Node, keys: tuple[str | int, ...], lines: dict[Any, int], path: Path) -> Any:
    lines[keys] = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        text = str(node.value)
        if node.style in _QUOTED:
            return text
        return _WORDS[text] if text in _WORDS else (int(text) if _WHOLE.fullmatch(text) else text)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*keys, n), lines, path) for n, item in enumerate(node.value)]
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in found:
            _refuse(path, key_node.start_mark.line + 1, key, says("这个键写了两次。"))
        found[key] = _plain(value_node, (*keys, key), lines, path)
    return found


def _line(lines: dict[tuple[str | int, ...], int], keys: tuple[str | int, ...]) -> int:
    for length in range(len(keys), -1, -1):
        if keys[:length] in lines:
            return lines[keys[:length]]
    return 1


def _refuse(path: Path, line: int, key: str, reason: str) -> NoReturn:
    raise Refusal(
        "policy_file_wrong",
        says("{file}第{line}行（{key}）：{reason}"),
        field="packs",
        file="/".join(path.parts[-3:]),
        line=line,
        key=key,
        reason=reason,
    )
