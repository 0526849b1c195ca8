"""Who may know whom. The contracts stand in pyproject.toml; what an import graph cannot see stands here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from importlinter.cli import lint_imports

from tests.structure.source import ROOT, Source, sources

NOQA = re.compile(r"#\s*noqa:\s*PLC0415\s*[—-]+\s*\S{3,}")
SETTINGS = {"django.conf.settings", "gongyou.config.settings"}
HIDDEN_LINKS = {"django.dispatch", "django.db.models.signals", "django.core.signals"}


def test_the_contracts_hold(capsys: pytest.CaptureFixture[str]) -> None:
    code = lint_imports(
        config_filename=str(ROOT / "pyproject.toml"), cache_dir=str(ROOT / ".import_linter_cache")
    )
    assert code == 0, capsys.readouterr().out


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield node.module or ""
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _imports_inside(source: Source) -> Iterator[int]:
    for function in ast.walk(source.tree):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for node in ast.walk(function):
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    yield node.lineno


def test_no_import_hides_in_a_function() -> None:
    """One that must stand there says why: `# noqa: PLC0415 — reason`."""
    hidden = [
        f"{source.name}:{line}"
        for source in sources()
        for line in sorted(set(_imports_inside(source)))
        if not NOQA.search(source.text.splitlines()[line - 1])
    ]
    assert not hidden, hidden


def test_no_signals_and_no_models_by_name() -> None:
    found = [
        f"{source.name}:{node.lineno}"
        for source in sources()
        for node in ast.walk(source.tree)
        if any(name in HIDDEN_LINKS for name in _imported(node))
        or (isinstance(node, ast.Attribute) and node.attr == "get_model")
    ]
    assert not found, found


def test_only_config_reads_the_settings() -> None:
    readers = [
        f"{source.name}:{node.lineno}"
        for source in sources()
        for node in ast.walk(source.tree)
        if source.room != "config" and any(name in SETTINGS for name in _imported(node))
    ]
    assert not readers, readers


def test_plain_rooms_do_without_django() -> None:
    plain = ("basics", "policy", "matching")
    users = [
        f"{source.name}:{node.lineno}"
        for source in sources()
        for node in ast.walk(source.tree)
        if (source.room in plain or source.path.stem == "definitions")
        and any(name.split(".")[0] == "django" for name in _imported(node))
    ]
    assert not users, users
