"""Ports to the outside: the public platform that shows our posts, and whoever knows courses. Only `config` installs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol


class PlatformRefused(Exception):
    """The platform will never take this post as it is."""


@dataclass(frozen=True)
class Offered:
    """A post as a platform reads it; `is_open` False takes it back. Wages in fen, None unknown."""

    post_id: str
    version: int
    is_open: bool
    employer: str
    credit_code: str
    title: str
    occupation: str
    occupation_title: str
    division: str
    place: str
    headcount: int
    wage_low_fen: int | None
    wage_high_fen: int | None
    is_daily: bool
    expires_on: date
    text: str


class Platform(Protocol):
    """Takes posts. `key` twice is one. Raises PlatformRefused for a final no, OSError for what may work later."""

    def send(self, *, key: str, post: Offered) -> str:
        """The platform's receipt."""
        ...


CourseFinder = Callable[[str, str], str]
"""Certificate and area → the class that gives it, in words; '' where none is known."""

_platform: list[Platform] = []
_courses: list[CourseFinder] = []


def install_platform(port: Platform | None) -> None:
    _platform[:] = [port] if port is not None else []


def platform() -> Platform | None:
    return _platform[0] if _platform else None


def install_courses(find: CourseFinder) -> None:
    _courses[:] = [find]


def course_for(certificate: str, area: str) -> str:
    return _courses[0](certificate, area) if _courses else ""
