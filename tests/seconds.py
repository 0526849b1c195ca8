"""A table of seconds per room at the end of a run, and the run's figures as JSON for `./run test`."""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from pathlib import Path

import pytest

BUDGET_SECONDS = 180.0
"""What one room may take on two cores, so that the whole stays under 20 minutes."""

GROUPS = frozenset({"engines", "institutions"})
REPORT = "GONGYOU_TEST_REPORT"


def room_of(nodeid: str) -> str:
    """src/gongyou/engines/casework/tests/test_x.py::test_y -> engines/casework; tests/a/b.py -> tests/a."""
    parts = Path(nodeid.split("::", 1)[0]).parts
    if parts[:2] == ("src", "gongyou"):
        depth = 2 if len(parts) > 3 and parts[2] in GROUPS else 1
        return "/".join(parts[2 : 2 + depth])
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0]


class Seconds:
    """Adds up what each room's tests took, set-up and tear-down included."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.tests: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        room = room_of(report.nodeid)
        self.seconds[room] += report.duration
        self.tests[room] += report.when == "call"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("seconds per room")
        for room, taken in sorted(self.seconds.items(), key=lambda pair: -pair[1]):
            over = f"  over its {BUDGET_SECONDS:.0f} s" if taken > BUDGET_SECONDS else ""
            terminalreporter.write_line(f"{taken:8.1f} s {self.tests[room]:5d}  {room}{over}")
        if path := os.environ.get(REPORT):
            stats = terminalreporter.stats
            counts = {
                "passed": len(stats.get("passed", ())),
                "failed": len(stats.get("failed", ())) + len(stats.get("error", ())),
                "skipped": Counter(_reason(report) for report in stats.get("skipped", ())),
                "seconds": dict(self.seconds),
            }
            Path(path).write_text(json.dumps(counts, ensure_ascii=False), encoding="utf-8")


def _reason(report: pytest.TestReport) -> str:
    longrepr = report.longrepr
    return str(longrepr[2]).removeprefix("Skipped: ") if isinstance(longrepr, tuple) else str(longrepr)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Seconds(), "gongyou-seconds")
