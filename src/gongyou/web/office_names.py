"""What an office is called in the reader's language, for pages, choices and lists that hold ids only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol, TypeVar
from uuid import UUID

from django.utils.translation import get_language

from gongyou.engines.casework.queries.lists import OfficeLoad
from gongyou.engines.casework.queries.views import CaseLine
from gongyou.offices import queries as offices

Line = TypeVar("Line", CaseLine, OfficeLoad)


class Named(Protocol):
    """Anything with an office's two names."""

    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...


def name_of(office: Named) -> str:
    """The Chinese name, or the English one where the page is English and the office has one."""
    return office.name if is_chinese() or not office.name_en else office.name_en


def is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names by id, in one query; unknown ids are absent."""
    return {office_id: name_of(office) for office_id, office in offices.offices(ids).items()}


def named_lines(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Lines whose `office` stands in the reader's language; a Chinese page asks nothing more."""
    found = tuple(lines)
    if is_chinese():
        return found
    names = names_of({line.office_id for line in found})
    return tuple(replace(line, office=names.get(line.office_id, line.office)) for line in found)
