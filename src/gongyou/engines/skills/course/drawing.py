"""Theory papers from a sealed seed: its digest is made public before, the seed after; anybody can draw again.

Commit and reveal: whoever knows the digest beforehand can check afterwards that nobody chose the questions.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from gongyou.engines.skills.course.coverage import LETTERS
from gongyou.engines.skills.definitions import Course, Question

T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """A question as it stands on one paper: options in this paper's order, `answer` the letter there."""

    number: int
    id: str
    ask: str
    options: tuple[tuple[str, str], ...]
    answer: str


@dataclass(frozen=True)
class Section:
    title: str
    full: int
    questions: tuple[Asked, ...]


def new_seed() -> str:
    """256 bits, as hex."""
    return secrets.token_hex(32)


def digest_of(seed: str) -> str:
    """What is made public before the examination."""
    return hashlib.sha256(seed.encode()).hexdigest()


def is_opened_by(digest: str, seed: str) -> bool:
    """Whether this seed is the one that was committed to."""
    return hmac.compare_digest(digest, digest_of(seed))


def drawn(course: Course, seed: str) -> dict[str, tuple[Question, ...]]:
    """Which questions the seed chooses from each section: the same for every candidate."""
    return {
        item.id: tuple(_shuffled(item.questions, seed, f"draw|{item.id}", [q.id for q in item.questions]))[
            : item.draws
        ]
        for item in course.items_of("theory")
    }


def paper(course: Course, seed: str, candidate: str, standards: Sequence[str] = ()) -> tuple[Section, ...]:
    """One candidate's paper: the drawn questions, in an order of questions and options of their own.

    `standards`: only sections that count in one of them (a resit of one certificate); empty: all.
    """
    chosen = drawn(course, seed)
    sections = []
    number = 0
    for item in course.items_of("theory"):
        if standards and not set(standards) & set(item.standards):
            continue
        questions = chosen[item.id]
        ordered = _shuffled(questions, seed, f"order|{candidate}|{item.id}", [q.id for q in questions])
        asked = []
        for question in ordered:
            number += 1
            asked.append(_asked(question, number, seed, candidate))
        sections.append(Section(item.title, item.full, tuple(asked)))
    return tuple(sections)


def _asked(question: Question, number: int, seed: str, candidate: str) -> Asked:
    marks = [str(place) for place in range(len(question.options))]
    places = _shuffled(range(len(question.options)), seed, f"options|{candidate}|{question.id}", marks)
    right = LETTERS.index(question.answer)
    return Asked(
        number,
        question.id,
        question.ask,
        tuple((LETTERS[spot], question.options[place]) for spot, place in enumerate(places)),
        LETTERS[places.index(right)],
    )


def _shuffled(things: Sequence[T], seed: str, about: str, names: Sequence[str]) -> list[T]:
    """In the order of a keyed digest of their names: depends on the seed and nothing else."""
    keys = [hmac.new(seed.encode(), f"{about}|{name}".encode(), hashlib.sha256).digest() for name in names]
    return [things[place] for place in sorted(range(len(things)), key=lambda place: keys[place])]
