"""`./run lint` and `./run test`: every check in order, a table of seconds, one line of figures at the end.

check.py lint
check.py test [arguments of pytest]     with arguments: only those tests, no style or type checks
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from postgres import server

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
REPORT = "GONGYOU_TEST_REPORT"
SIDE_BY_SIDE = "GONGYOU_TEST_SIDE_BY_SIDE"  # conftest.py shares out by it what needs to run once
NO_POSTGRES = "没有 PostgreSQL，只在 SQLite 上运行了测试。 · No PostgreSQL here: ran on SQLite alone."
NO_CHROMIUM = "没有 Chromium，没有运行浏览器测试。 · No Chromium here: browser tests were skipped."
# Plain rooms and the tree itself know no database: the run on SQLite has them.
WITHOUT_DATABASE = (
    "src/gongyou/basics",
    "src/gongyou/policy",
    "src/gongyou/matching",
    "src/gongyou/credentials",
    "tests/structure",
)
NO_TESTS = 5  # pytest's exit code when a selection holds none

LINT = (
    ("ruff check", ("ruff", "check", ".")),
    ("ruff format", ("ruff", "format", "--check", ".")),
    ("import contracts", ("lint-imports",)),
    ("mypy", ("mypy",)),
)


@dataclass
class Outcome:
    """What has run so far. `scratch` is a folder that is gone at the end."""

    scratch: Path
    steps: list[tuple[str, float, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, Counter[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    has_failed: bool = False

    def run(
        self,
        title: str,
        command: tuple[str, ...],
        *,
        good: frozenset[int] = frozenset({0}),
        quiet_until_done: bool = False,
        **environment: str,
    ) -> None:
        """Run one step and let it speak; `good` are the exit codes of success."""
        print(f"\n── {title}", flush=True)
        start = time.monotonic()
        done = subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            cwd=ROOT,
            env={**_surroundings(), "GONGYOU_DATA": str(self.scratch / "data"), **environment},
            check=False,
            stdout=subprocess.PIPE if quiet_until_done else None,
            stderr=subprocess.STDOUT if quiet_until_done else None,
        )
        code = done.returncode
        if quiet_until_done:
            print(f"\n── {title}: what it said\n{done.stdout.decode(errors='replace')}", flush=True)
        self.has_failed |= code not in good
        self.steps.append((title, time.monotonic() - start, "ok" if code in good else f"failed ({code})"))


def _surroundings() -> dict[str, str]:
    """The shell's environment without what it says about an installation: checks run on the tree alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GONGYOU_", "DJANGO_"))}
    told = {name: value for name, value in os.environ.items() if name == "GONGYOU_CHROMIUM"}
    return {**kept, **told}


def lint(outcome: Outcome) -> None:
    for title, command in LINT:
        outcome.run(title, command)


def tests(outcome: Outcome, arguments: tuple[str, ...]) -> None:
    """SQLite and PostgreSQL side by side: each takes one of the two cores CI has."""
    with server() as postgres, ThreadPoolExecutor(max_workers=1) as beside:
        if postgres is None:
            outcome.notes.append(NO_POSTGRES)
        else:
            # A name of this run's own: two runs on one server do not meet.
            url = postgres.database(f"gongyou_{os.getpid()}")
            title = f"tests on PostgreSQL ({postgres.origin})"
            other = beside.submit(_on_postgres, outcome, title, arguments, url)
        beside_it = {} if postgres is None else {SIDE_BY_SIDE: "1"}
        _pytest(outcome, "tests on SQLite", arguments, **beside_it)
        if postgres is not None:
            other.result()


def _on_postgres(outcome: Outcome, title: str, arguments: tuple[str, ...], url: str) -> None:
    selection = arguments if "-m" in arguments else (*arguments, "-m", "not browser")
    ignored = () if arguments else tuple(f"--ignore={folder}" for folder in WITHOUT_DATABASE)
    _pytest(
        outcome,
        title,
        (*ignored, *selection),
        quiet_until_done=True,
        GONGYOU_DATABASE=url,
        **{SIDE_BY_SIDE: "1"},
    )


def _pytest(
    outcome: Outcome,
    title: str,
    arguments: tuple[str, ...],
    *,
    quiet_until_done: bool = False,
    **environment: str,
) -> None:
    report = outcome.scratch / f"report-{title.split()[2]}.json"
    # A selection that one database has no test for is no failure; a whole run without a test is.
    good = (
        frozenset({0, NO_TESTS}) if arguments and not arguments[0].startswith("--ignore") else frozenset({0})
    )
    environment[REPORT] = str(report)
    command = ("pytest", *arguments)
    outcome.run(title, command, good=good, quiet_until_done=quiet_until_done, **environment)
    if report.exists():
        told = json.loads(report.read_text(encoding="utf-8"))
        outcome.reasons[title] = Counter(told["skipped"])
        outcome.counts.update(passed=told["passed"], failed=told["failed"])
        outcome.counts["skipped"] += outcome.reasons[title].total()


def summary(outcome: Outcome) -> None:
    print("\n── seconds per step")
    for title, seconds, result in outcome.steps:
        print(f"{seconds:8.1f} s  {title}: {result}")
    print(f"{sum(step[1] for step in outcome.steps):8.1f} s  together")
    for title, reasons in outcome.reasons.items():
        for reason, count in reasons.items():
            print(f"{title}: skipped {count}: {reason}")
    if any("Chromium" in reason for reasons in outcome.reasons.values() for reason in reasons):
        outcome.notes.append(NO_CHROMIUM)
    for note in outcome.notes:
        print(note)


def main(arguments: list[str]) -> int:
    verb, rest = arguments[0], tuple(arguments[1:])
    with tempfile.TemporaryDirectory(prefix="gongyou-check-") as scratch:
        outcome = Outcome(Path(scratch))
        if verb == "lint" or not rest:
            lint(outcome)
        if verb == "test":
            tests(outcome, rest)
    summary(outcome)
    if verb == "test":
        # A step that failed without one failing test (a style error, an import error) counts as one failure.
        failed = max(outcome.counts["failed"], sum(step[2] != "ok" for step in outcome.steps))
        print(f"{outcome.counts['passed']} passed, {failed} failed, {outcome.counts['skipped']} skipped")
    return int(outcome.has_failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
