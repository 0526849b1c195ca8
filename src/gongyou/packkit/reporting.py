"""`packs check` as a function: what was read, what is wrong, how long it took."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from gongyou.basics.refusal import says
from gongyou.packkit.checks import run_checks
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Packs, load_packs


@dataclass(frozen=True)
class Report:
    """`packs`: 'programme <id>', 'area <code>', 'calendar <id>' of all that could be read; `seconds` it took."""

    findings: tuple[Finding, ...]
    packs: tuple[str, ...]
    seconds: float

    @property
    def is_clean(self) -> bool:
        return not self.findings

    def as_plain(self) -> dict[str, object]:
        """JSON-able."""
        return {
            "is_clean": self.is_clean,
            "findings": [finding.as_plain() for finding in self.findings],
            "packs": list(self.packs),
            "seconds": self.seconds,
        }


def check(root: Path) -> Report:
    """Read and check everything below `root` (`packs/`)."""
    report, _ = check_and_load(root)
    return report


def check_and_load(root: Path) -> tuple[Report, Packs]:
    """The report together with what it is about, so that the same packs can be published."""
    began = time.perf_counter()
    packs, findings = load_packs(root)
    findings += run_checks(packs)
    if not packs.programmes and not packs.areas and not findings:
        findings.append(Finding("file.missing", says("这里没有规则包。"), str(root), 1))
    names = [f"programme {p.id}" for p in packs.programmes]
    names += [f"area {a.code}" for a in packs.areas]
    names += [f"calendar {e.id}" for e in packs.editions]
    return Report(tuple(findings), tuple(names), round(time.perf_counter() - began, 3)), packs
