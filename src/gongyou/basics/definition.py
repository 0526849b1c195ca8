"""What packs may declare: frozen, keyword-only dataclasses that refuse unknown keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def definition(cls: type[T]) -> type[T]:
    """A frozen keyword-only dataclass; packkit reads YAML into it and names every unknown key."""
    cls.__pydantic_config__ = {"extra": "forbid"}  # type: ignore[attr-defined]
    return dataclass(frozen=True, kw_only=True)(cls)
