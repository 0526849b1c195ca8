"""The recognition map: what is declared, proven to be lawful before anybody may ask it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from gongyou.basics.refusal import Refusal, says
from gongyou.credentials.definitions import (
    ADMITTING,
    AgeTable,
    Atom,
    CertificateKind,
    Recognition,
    Requirement,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Flaw:
    """What is wrong with a declaration. `at` is its place in the file: ('satisfies', 3, 'kind')."""

    code: str
    message: str
    at: tuple[str | int, ...]
    params: Mapping[str, object]


def flaws(declared: Recognition) -> Iterator[Flaw]:
    """Everything that keeps a map from being used: unknown names, and every way a level could become a permit."""
    kinds = {kind.id: kind for kind in declared.kinds}
    yield from _doubled(declared)
    yield from _kinds(declared)
    yield from _requirements(declared, kinds)
    yield from _edges(declared, kinds)


def _doubled(declared: Recognition) -> Iterator[Flaw]:
    for group, ids in (
        ("kinds", [kind.id for kind in declared.kinds]),
        ("requirements", [need.id for need in declared.requirements]),
        ("ages", [table.id for table in declared.ages]),
        ("occupations", [one.code for one in declared.occupations]),
    ):
        for number, name in enumerate(ids):
            if name in ids[:number]:
                yield Flaw("ids.twice", says("“{name}”用了两次。"), (group, number), {"name": name})


def _kinds(declared: Recognition) -> Iterator[Flaw]:
    tables = {table.id for table in declared.ages}
    for number, kind in enumerate(declared.kinds):
        if kind.issuer not in declared.issuers:
            message = says("没有声明“{name}”这类发证机构。")
            yield Flaw("recognition.unknown", message, ("kinds", number, "issuer"), {"name": kind.issuer})
        for level in kind.levels:
            if level not in declared.level_titles:
                message = says("没有声明“{name}”这个等级。")
                yield Flaw("recognition.unknown", message, ("kinds", number, "levels"), {"name": level})
        for place, term in enumerate(kind.terms):
            if term.most_age and term.most_age not in tables:
                message = says("没有声明“{name}”这张年龄表。")
                keys = ("kinds", number, "terms", place, "most_age")
                yield Flaw("recognition.unknown", message, keys, {"name": term.most_age})
        if not kind.terms:
            message = says("“{name}”没有写有效期的依据。")
            yield Flaw("recognition.terms", message, ("kinds", number, "terms"), {"name": kind.title})


def _requirements(declared: Recognition, kinds: Mapping[str, CertificateKind]) -> Iterator[Flaw]:
    codes = {one.code for one in declared.occupations}
    for number, need in enumerate(declared.requirements):
        for code in need.occupations:
            if code not in codes:
                message = says("没有声明“{name}”这个职业代码。")
                yield Flaw("recognition.unknown", message, ("requirements", number), {"name": code})
        for place, clause in enumerate(need.clauses):
            at = ("requirements", number, "clauses", place)
            if not clause.any_of:
                yield Flaw("recognition.empty", says("这一条没有写要哪种证。"), at, {})
            for spot, atom in enumerate(clause.any_of):
                yield from _atom(atom.kind, atom.level, kinds, (*at, "any_of", spot))
                kind = kinds.get(atom.kind)
                if need.nature == "statutory" and kind is not None and kind.nature not in ADMITTING:
                    message = says("“{title}”不是许可类证件，法定条件不能用它满足。")
                    yield Flaw(
                        "recognition.level_as_permit", message, (*at, "any_of", spot), {"title": kind.title}
                    )


def _edges(declared: Recognition, kinds: Mapping[str, CertificateKind]) -> Iterator[Flaw]:
    for number, edge in enumerate(declared.satisfies):
        at = ("satisfies", number)
        yield from _atom(edge.kind, edge.level, kinds, (*at, "kind"))
        yield from _atom(edge.counts_as, edge.as_level, kinds, (*at, "counts_as"))
        one, other = kinds.get(edge.kind), kinds.get(edge.counts_as)
        # No edge crosses, so no chain of edges does.
        if one and other and other.nature in ADMITTING and one.nature not in ADMITTING:
            message = says("“{one}”只说明水平，不能当作“{other}”：上岗许可只能由主管部门发。")
            yield Flaw("recognition.level_as_permit", message, at, {"one": one.title, "other": other.title})
    for number, mutual in enumerate(declared.mutual):
        for name in mutual.kinds:
            yield from _atom(name, "", kinds, ("mutual", number, "kinds"))


def _atom(
    name: str, level: str, kinds: Mapping[str, CertificateKind], at: tuple[str | int, ...]
) -> Iterator[Flaw]:
    kind = kinds.get(name)
    if kind is None:
        yield Flaw("recognition.unknown", says("没有声明“{name}”这种证书。"), at, {"name": name})
    elif level and level not in kind.levels:
        message = says("“{title}”没有“{level}”这个等级。")
        yield Flaw("recognition.unknown", message, at, {"title": kind.title, "level": level})


@dataclass(frozen=True)
class RecognitionMap:
    """A checked map as it holds in one area. Made by `recognition_map` alone."""

    declared: Recognition
    area: str

    @cached_property
    def kinds(self) -> Mapping[str, CertificateKind]:
        return {kind.id: kind for kind in self.declared.kinds}

    @cached_property
    def ages(self) -> Mapping[str, AgeTable]:
        return {table.id: table for table in self.declared.ages}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {
            name: kind.id for kind in self.declared.kinds for name in (*kind.aliases, kind.title, kind.id)
        }

    @cached_property
    def _occupations(self) -> Mapping[str, str]:
        return {
            name: one.code
            for one in self.declared.occupations
            for name in (*one.aliases, one.title, one.code)
        }

    def kind_named(self, name: str) -> CertificateKind:
        """By id, title or another name. Raises Refusal."""
        found = self._names.get(name.strip())
        if found is None:
            raise Refusal(
                "unknown_certificate",
                says("没有“{name}”这种证书。"),
                says("可用的证书：{known}。"),
                field="certificate",
                name=name,
                known="、".join(f"{kind.id}（{kind.title}）" for kind in self.declared.kinds) or "-",
            )
        return self.kinds[found]

    def occupation_named(self, name: str) -> str:
        """The code of an occupation by code, title or another name. Raises Refusal."""
        found = self._occupations.get(name.strip())
        if found is None:
            raise Refusal(
                "unknown_occupation",
                says("没有“{name}”这个职业。"),
                says("可用的职业：{known}。"),
                field="post",
                name=name,
                known="、".join(f"{one.code}（{one.title}）" for one in self.declared.occupations) or "-",
            )
        return found

    def occupation_title(self, code: str) -> str:
        return next((one.title for one in self.declared.occupations if one.code == code), code)

    def level_named(self, kind: CertificateKind, level: str) -> str:
        """By id or title; empty where none is given. Raises Refusal."""
        text = level.strip()
        if not text:
            return ""
        titles = {title: name for name, title in self.declared.level_titles.items()}
        found = titles.get(text, text)
        if found not in kind.levels:
            raise Refusal(
                "unknown_level",
                says("“{title}”没有“{level}”这个等级。"),
                says("可用的等级：{known}。"),
                field="level",
                title=kind.title,
                level=text,
                known="、".join(kind.levels) or "-",
            )
        return found

    def requirements_of(self, occupation: str, on: date) -> tuple[Requirement, ...]:
        return tuple(
            need
            for need in self.declared.requirements
            if occupation in need.occupations and need.holds_on(on)
        )

    def counts_as(self, kind: str, level: str, on: date) -> frozenset[tuple[str, str]]:
        """(kind, level) a certificate counts as on a day, itself included, over every chain of edges."""
        found, waiting = {(kind, level)}, [(kind, level)]
        while waiting:
            here = waiting.pop()
            for there in self._next(here, on):
                if there not in found:
                    found.add(there)
                    waiting.append(there)
        return frozenset(found)

    def _next(self, here: tuple[str, str], on: date) -> Iterator[tuple[str, str]]:
        kind, level = here
        for edge in self.declared.satisfies:
            if edge.kind == kind and edge.holds_on(on) and self.is_at_least(kind, level, edge.level):
                yield (
                    edge.counts_as,
                    edge.as_level or (level if level in self.kinds[edge.counts_as].levels else ""),
                )

    def is_at_least(self, kind: str, level: str, wanted: str) -> bool:
        """Whether a level reaches another of the same kind. A level nobody gave reaches none that is asked for."""
        if not wanted:
            return True
        levels = self.kinds[kind].levels
        return level in levels and levels.index(level) >= levels.index(wanted)

    def meets(self, kind: str, level: str, atom: Atom, on: date, *, is_statutory: bool) -> bool:
        """Whether a certificate in force is, or counts as, what an atom asks for.

        A statute's atom is met along permits and licences only: the same rule a second time, whatever was loaded.
        """
        if is_statutory and self.kinds[kind].nature not in ADMITTING:
            return False
        return any(
            name == atom.kind and self.is_at_least(name, reached, atom.level)
            for name, reached in self.counts_as(kind, level, on)
        )


def recognition_map(declared: Recognition, area: str = "") -> RecognitionMap:
    """The map, if nothing is wrong with it. Raises Refusal naming the first flaw: a level that would become a permit,
    or a name nobody declared."""
    found = next(flaws(declared), None)
    if found is not None:
        raise Refusal(
            found.code.rpartition(".")[2],
            says("证书认可表不能使用：{sentence}"),
            says("请先运行 packs check 并改正。"),
            field="recognition",
            sentence=found.message.format(**found.params),
        )
    return RecognitionMap(declared, area)


def merged(parts: Iterable[Recognition]) -> Recognition:
    """Several declarations as one: the programme's first, then those of areas, the nearest last. A kind, table,
    requirement or occupation declared again nearer by replaces the one above; edges add up."""
    found = list(parts)
    return Recognition(
        occupations=_last((one.code, one) for part in found for one in part.occupations),
        issuers={name: title for part in found for name, title in part.issuers.items()},
        level_titles={name: title for part in found for name, title in part.level_titles.items()},
        ages=_last((one.id, one) for part in found for one in part.ages),
        kinds=_last((one.id, one) for part in found for one in part.kinds),
        requirements=_last((one.id, one) for part in found for one in part.requirements),
        satisfies=tuple(one for part in found for one in part.satisfies),
        mutual=tuple(one for part in found for one in part.mutual),
        warn_days=found[-1].warn_days if found else 90,
    )


def _last(named: Iterable[tuple[str, T]]) -> tuple[T, ...]:
    return tuple(dict(named).values())
