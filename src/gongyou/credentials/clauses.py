"""The map of one area and day as bit masks, for whoever compares millions of people with posts.

A bit stands for an atom (a kind, at least at a level). A person's mask holds every atom their certificates in force
meet, along every chain; a post is a row of masks: it admits where each of them shares a bit with the person's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gongyou.credentials.admitting import Facts, Holding, standing
from gongyou.credentials.definitions import ADMITTING, Atom
from gongyou.credentials.recognition import RecognitionMap

Key = tuple[str, str, bool]
"""(kind, level, asked for by a statute): a statute's bit is set by permits and licences alone."""


@dataclass(frozen=True)
class Clauses:
    """`needs`: occupation code → one mask per statutory clause. `digest` names map, area and day: stored with a
    match, it says under which rules it was made."""

    on: date
    bits: Mapping[Key, int]
    needs: Mapping[str, tuple[int, ...]]
    digest: str
    recognition: RecognitionMap

    def held(self, holdings: Iterable[Holding], facts: Facts | None = None) -> int:
        """The mask of a person's certificates in force on the day."""
        mask = 0
        for one in holdings:
            if standing(self.recognition, one, self.on, facts or Facts()).is_in_force:
                mask |= self.mask_of(self.recognition.kind_named(one.kind).id, one.level)
        return mask

    def mask_of(self, kind: str, level: str = "") -> int:
        """The bits one certificate in force sets."""
        mask = 0
        for (name, wanted, is_statutory), bit in self.bits.items():
            if self.recognition.meets(
                kind, level, Atom(kind=name, level=wanted), self.on, is_statutory=is_statutory
            ):
                mask |= bit
        return mask

    def asked(self, names: Iterable[str]) -> tuple[int, ...]:
        """One mask per certificate a post's own list names. Raises Refusal for an unknown name."""
        return tuple(self.bits[self.recognition.kind_named(name).id, "", False] for name in names)


def compiled(recognition: RecognitionMap, on: date) -> Clauses:
    """Bit clauses of a day: every kind one bit (what a post may ask by name), every statutory atom one more."""
    keys: dict[Key, int] = {}
    for kind in recognition.declared.kinds:
        keys.setdefault((kind.id, "", False), 1 << len(keys))
    needs = {}
    for one in recognition.declared.occupations:
        masks = []
        for need in recognition.requirements_of(one.code, on):
            if need.nature == "statutory":
                masks += [_mask(keys, clause.any_of) for clause in need.clauses]
        needs[one.code] = tuple(masks)
    return Clauses(on, keys, needs, _digest(recognition, on), recognition)


def grants(recognition: RecognitionMap, on: date) -> dict[str, frozenset[str]]:
    """Held kind → every kind it meets on the day, whatever its level: what a table that names whole certificates can ask.

    A permit or licence is met along permits and licences alone.
    """
    kinds = recognition.declared.kinds
    wanted = [(kind.id, Atom(kind=kind.id), kind.nature in ADMITTING) for kind in kinds]
    return {
        held.id: frozenset(
            name
            for name, atom, is_statutory in wanted
            if recognition.meets(held.id, "", atom, on, is_statutory=is_statutory)
        )
        for held in kinds
    }


def _mask(keys: dict[Key, int], atoms: Sequence[Atom]) -> int:
    mask = 0
    for atom in atoms:
        mask |= keys.setdefault((atom.kind, atom.level, True), 1 << len(keys))
    return mask


def is_met(held: int, masks: Iterable[int]) -> bool:
    """Whether a person's mask meets every clause of a post."""
    return all(held & mask for mask in masks)


def _digest(recognition: RecognitionMap, on: date) -> str:
    text = json.dumps([repr(recognition.declared), recognition.area, on.isoformat()])
    return hashlib.sha256(text.encode()).hexdigest()
