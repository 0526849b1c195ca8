"""Small files, small functions, names that say what is inside."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.structure.source import ROOT, SRC, Source, sources

MOST_LINES_OF_A_FILE = 500
MOST_LINES_OF_A_FUNCTION = 50
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base", "core"}

ALL = (*sources(), *sources(ROOT / "tools"))


def test_there_is_something_to_look_at() -> None:
    assert len(sources()) > 50


@pytest.mark.parametrize("source", ALL, ids=lambda source: source.name)
def test_files_and_functions_stay_small(source: Source) -> None:
    lines = source.text.count("\n") + 1
    assert lines <= MOST_LINES_OF_A_FILE, (
        f"{source.name} has {lines} lines: make it a package, one file per noun"
    )
    long = [
        f"{source.name}:{node.lineno} {node.name} has {size} lines"
        for node in ast.walk(source.tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (size := (node.end_lineno or node.lineno) - node.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    ]
    assert not long, "\n".join(long)


def test_tests_are_files_of_a_size_too() -> None:
    long = [
        str(path.relative_to(ROOT))
        for folder in (SRC, ROOT / "tests")
        for path in folder.rglob("*.py")
        if "tests" in path.parts and path.read_text(encoding="utf-8").count("\n") >= MOST_LINES_OF_A_FILE
    ]
    assert not long


def test_names_say_something() -> None:
    named = [path for path in SRC.rglob("*") if _is_module(path) and path.stem in EMPTY_NAMES]
    assert not named, f"a name that holds anything: {[str(path.relative_to(ROOT)) for path in named]}"


def _is_module(path: Path) -> bool:
    return path.suffix == ".py" or (path / "__init__.py").exists()


def test_every_room_says_what_it_is() -> None:
    rooms = {path.parent for path in SRC.rglob("models.py")} | {path.parent for path in SRC.rglob("models")}
    rooms |= {SRC / name for name in ("basics", "packkit", "connectors", "web", "insight", "flows", "cli")}
    silent = [str(room.relative_to(ROOT)) for room in sorted(rooms) if not (room / "README.md").exists()]
    assert not silent, f"rooms without README.md: {silent}"
    long = [room for room in rooms if (room / "README.md").read_text(encoding="utf-8").count("\n") > 60]
    assert not long, f"README.md over 60 lines: {long}"
