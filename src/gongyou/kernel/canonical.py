"""One way to write any plain value as bytes, so that equal content has equal digests."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any
from uuid import UUID

_write = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


_AS_THEY_ARE = frozenset({type(None), bool, int, str})


def canonical(value: object) -> bytes:
    """Sorted, compact JSON of dataclasses, mappings, sequences, times, ids, enums and plain values."""
    return _write(plain(value)).encode()


def joined(*parts: bytes) -> bytes:
    """The canonical form of a list, of those of its parts."""
    return b"[" + b",".join(parts) + b"]"


def plain(value: Any) -> Any:
    """The JSON form of a value. Raises TypeError for what has none."""
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, int | str):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, UUID | Fraction):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Enum):
        return plain(value.value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _names_of(type(value))}
    return _plain_container(value)


@cache
def _names_of(type_: type[Any]) -> tuple[str, ...]:
    return tuple(f.name for f in dataclasses.fields(type_))


def _plain_container(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(plain(k)): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(v) for v in value), key=str)
    raise TypeError(f"{type(value).__name__} has no canonical form")
