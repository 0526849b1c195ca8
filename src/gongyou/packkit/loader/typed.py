"""Plain data → frozen definitions; every mismatch is a sentence with file, line, key and, for a key, a suggestion."""

from __future__ import annotations

import dataclasses
import difflib
import json
import typing
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from gongyou.basics.refusal import says
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader.document import Document, Keys

T = TypeVar("T")

_TEXT = says("这里应是文字；数字和日期样的文字请加引号。")
_LIST = says("这里应是一个列表，每项以“- ”开头。")
_MAPPING = says("这里应是“键: 值”。")
_WHOLE = says("这里应是整数。")
_SENTENCES = {
    "string_type": _TEXT,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "bool_type": says("这里应是 true 或 false。"),
    "tuple_type": _LIST,
    "list_type": _LIST,
    "dict_type": _MAPPING,
    "dataclass_type": _MAPPING,
    "date_type": says("这里应是日期，例如 2026-01-01。"),
    "date_parsing": says("这里应是日期，例如 2026-01-01。"),
    "date_from_datetime_parsing": says("这里应是日期，例如 2026-01-01。"),
    "datetime_type": says("这里应是日期和时间，例如 2026-09-30T15:00。"),
    "datetime_parsing": says("这里应是日期和时间，例如 2026-09-30T15:00。"),
    "datetime_from_date_parsing": says("这里应是日期和时间，例如 2026-09-30T15:00。"),
    "time_type": says("这里应是时间，例如 08:30。"),
    "time_parsing": says("这里应是时间，例如 08:30。"),
}


@lru_cache(maxsize=64)
def _adapter(type_: Any) -> TypeAdapter[Any]:
    return TypeAdapter(type_)


def read_as(document: Document, type_: type[T]) -> tuple[T | None, list[Finding]]:
    """The document as `type_`, or None and what is wrong with it."""
    try:
        # JSON mode, strict: lists, dates and enums are read from text, but "3" is no number and "yes" no boolean.
        found = _adapter(cast(Any, type_)).validate_json(json.dumps(document.data), strict=True)
    except ValidationError as error:
        return None, [_finding(document, type_, details) for details in error.errors(include_url=False)]
    return cast(T, found), []


def _finding(document: Document, type_: Any, details: ErrorDetails) -> Finding:
    keys: Keys = tuple(key for key in details["loc"] if key != "[key]")
    kind = details["type"]
    if kind == "unexpected_keyword_argument":
        return _unknown_key(document, type_, keys)
    if kind in {"missing", "missing_argument", "missing_keyword_only_argument"}:
        return document.finding("keys.missing", says("缺少“{name}”。"), keys, name=keys[-1])
    if kind == "enum":
        known = str((details.get("ctx") or {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
        return _not_one_of(document, keys, details["input"], known.split(", "))
    if kind == "literal_error":
        known = str((details.get("ctx") or {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
        return _not_one_of(document, keys, details["input"], known.split(", "))
    if kind in _SENTENCES:
        return document.finding("keys.form", _SENTENCES[kind], keys)
    return document.finding("keys.form", says("内容不对：{detail}。"), keys, detail=details["msg"])


def _not_one_of(document: Document, keys: Keys, given: object, known: list[str]) -> Finding:
    near = suggestion(str(given), known)
    if near:
        return document.finding(
            "keys.choice", says("没有“{given}”这个选项，您是不是要写“{near}”？"), keys, given=given, near=near
        )
    return document.finding(
        "keys.choice",
        says("没有“{given}”这个选项；可选：{known}。"),
        keys,
        given=given,
        known="、".join(known),
    )


def _unknown_key(document: Document, type_: Any, keys: Keys) -> Finding:
    known = keys_at(type_, keys[:-1])
    near = suggestion(str(keys[-1]), known)
    if near:
        return document.finding(
            "keys.unknown", says("没有“{name}”这个键，您是不是要写“{near}”？"), keys, name=keys[-1], near=near
        )
    return document.finding(
        "keys.unknown",
        says("没有“{name}”这个键；可用的键：{known}。"),
        keys,
        name=keys[-1],
        known="、".join(known),
    )


def suggestion(given: str, known: typing.Iterable[str]) -> str:
    """The known word nearest to what was written; empty where none is near."""
    near = difflib.get_close_matches(given, list(known), n=1, cutoff=0.6)
    return near[0] if near else ""


def keys_at(type_: Any, keys: Keys) -> list[str]:
    """The keys that may stand at a path of a definition."""
    for key in keys:
        type_ = _below(_bare(type_), key)
    bare = _bare(type_)
    return list(_fields(cast(Any, bare))) if dataclasses.is_dataclass(bare) else []


def _bare(type_: Any) -> Any:
    """`Annotated[X, …]` and `X | None` → X."""
    while True:
        origin = typing.get_origin(type_)
        if origin is typing.Annotated:
            type_ = typing.get_args(type_)[0]
        elif type(None) in typing.get_args(type_):
            type_ = next(arg for arg in typing.get_args(type_) if arg is not type(None))
        else:
            return type_


def _below(type_: Any, key: str | int) -> Any:
    if dataclasses.is_dataclass(type_):
        return _fields(cast(Any, type_)).get(str(key), object)
    arguments = typing.get_args(type_)
    if typing.get_origin(type_) in {dict, Mapping} and len(arguments) == 2:
        return arguments[1]
    return arguments[0] if arguments else object


@lru_cache(maxsize=64)
def _fields(type_: Any) -> dict[str, Any]:
    """Key as written in YAML (the alias, where there is one) → type."""
    found = {}
    for name, hint in typing.get_type_hints(type_, include_extras=True).items():
        alias = next((getattr(extra, "alias", None) for extra in typing.get_args(hint)[1:]), None)
        is_annotated = typing.get_origin(hint) is typing.Annotated
        found[alias if is_annotated and alias else name] = hint
    return found
