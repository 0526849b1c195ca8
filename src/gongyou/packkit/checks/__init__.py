"""`packs check`: one file per check, each a function from loaded packs to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gongyou.packkit.checks import (
    areas,
    benefits,
    catalogues,
    clocks,
    closing,
    courses,
    definition,
    dissatisfied,
    english,
    examples,
    identifiers,
    ladders,
    matching,
    messages,
    oversight,
    policies,
    procedures,
    recognition,
    sources,
    stations,
    transitions,
    values,
)
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Packs

Check = Callable[[Packs], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    definition.check,
    identifiers.check,
    transitions.check,
    clocks.check,
    closing.check,
    dissatisfied.check,
    ladders.check,
    messages.check,
    stations.check,
    sources.check,
    values.check,
    areas.check,
    catalogues.check,
    procedures.check,
    recognition.check,
    courses.check,
    matching.check,
    english.check,
    examples.check,
    policies.check,
    benefits.check,
    oversight.check,
)


def run_checks(packs: Packs) -> list[Finding]:
    """Every finding of every check, by file and line, each once."""
    found = dict.fromkeys(_Once(finding) for check in CHECKS for finding in check(packs))
    return sorted((once.finding for once in found), key=lambda f: (f.file, f.line, f.key, f.check))


class _Once:
    """Types made with `like` repeat their model's mistakes on the same line: said once."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        self._key = (finding.check, finding.file, finding.line, finding.sentence().split("：", 1)[-1])

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once) and self._key == other._key
