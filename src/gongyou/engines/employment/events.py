"""What other rooms may hear of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True)
class TrainingWanted:
    """Somebody would learn: demand for courses. `wanted`: occupations or certificates, empty where none was named."""

    name: ClassVar[str] = "employment.training_wanted"
    answer_id: UUID
    area: str
    person_id: UUID
    wanted: tuple[str, ...]


@dataclass(frozen=True)
class IntentionChanged:
    """An intention was given, changed or taken back."""

    name: ClassVar[str] = "employment.intention_changed"
    intention_id: UUID
    area: str


@dataclass(frozen=True)
class PostChanged:
    """A post became public, changed or ended: lists and the platform follow."""

    name: ClassVar[str] = "employment.post_changed"
    post_id: UUID
    area: str
    version: int
    is_public: bool


@dataclass(frozen=True)
class Placed:
    name: ClassVar[str] = "employment.placed"
    placement_id: UUID
    intention_id: UUID
    post_id: UUID


@dataclass(frozen=True)
class HarmFound:
    """A call found arrears or harm: somebody has to take it up as a matter."""

    name: ClassVar[str] = "employment.harm_found"
    follow_up_id: UUID
    office_path: str
