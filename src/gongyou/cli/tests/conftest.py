"""The command line as people use it: in this process over the test database, or as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gongyou.cli.main import group

ROOT = Path(__file__).resolve().parents[4]


@dataclass(frozen=True)
class Answer:
    """Exit code, what stood on stdout and what on stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on stdout; anything else there fails."""
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture
def run() -> Run:
    """`run("import", "stations", path)`: a verb over this test's database."""

    def call(*words: object) -> Answer:
        done = CliRunner().invoke(group, [str(word) for word in words], prog_name="gongyou")
        return Answer(done.exit_code, done.stdout, done.stderr)

    return call


@dataclass(frozen=True)
class Machine:
    """An installation of its own: its folder, and verbs as processes."""

    data: Path
    settings: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GONGYOU_")}
        kept.pop("DJANGO_SETTINGS_MODULE", None)
        return {**kept, "LC_ALL": "C.UTF-8", "GONGYOU_DATA": str(self.data), **self.settings}

    def command(self, *words: object) -> list[str]:
        return [sys.executable, "-m", "gongyou.cli", *(str(word) for word in words)]

    def __call__(self, *words: object) -> Answer:
        done = subprocess.run(
            self.command(*words),
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def start(self, *words: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*words),
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A bare machine: an empty folder."""
    return Machine(tmp_path / "data", {})


@pytest.fixture(scope="module")
def installed_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine with tables and packs; the tests of a module share it."""
    machine = Machine(tmp_path_factory.mktemp("installed"), {})
    assert machine("migrate").code == 0
    assert machine("packs", "publish").code == 0
    yield machine
