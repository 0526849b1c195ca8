"""Documentation that cannot fall behind: settings, verbs, locked packages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from gongyou.cli.main import group
from tests.structure.source import ROOT, sources

VARIABLE = re.compile(r"GONGYOU_[A-Z_]+")
NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)")


def _read(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def test_every_setting_is_documented() -> None:
    """Every environment variable any product file or command reads stands in docs/settings.md, and no other."""
    texts = [source.text for source in sources()]
    texts += [_read("run"), _read("tools", "check.py"), _read("tools", "postgres.py")]
    texts += [_read("tests", name) for name in ("settings.py", "chromium.py", "seconds.py")]
    read = {name for text in texts for name in VARIABLE.findall(text) if not name.endswith("_")}
    documented = set(VARIABLE.findall(_read("docs", "settings.md")))
    assert read - documented == set(), "read, not in docs/settings.md"
    assert documented - read == set(), "in docs/settings.md, read by nobody"


def _verbs(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None, name
            yield from _verbs(below, (*words, name))
    else:
        yield words, command


def _undocumented(words: tuple[str, ...], command: click.Command, text: str) -> Iterator[str]:
    spoken = " ".join(words)
    if spoken not in text:
        yield f"docs/cli.md has no `{spoken}`"
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden and parameter.opts[-1] not in text:
            yield f"docs/cli.md has no {parameter.opts[-1]} of `{spoken}`"
    shown = command.get_help(click.Context(command, info_name=words[-1]))
    if spoken not in shown.split("\n", 1)[1]:
        yield f"`{spoken} --help` shows no worked example"


def test_every_verb_is_documented() -> None:
    """docs/cli.md shows every verb and option; --help of each shows one worked example."""
    verbs = list(_verbs(group, ("gongyou",)))
    assert len(verbs) > 10
    text = _read("docs", "cli.md")
    missing = [line for words, command in verbs for line in _undocumented(words, command, text)]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize(
    ("asked", "locked"),
    [("base", "base"), ("base", "dev"), ("dev", "dev"), ("bootstrap", "bootstrap"), ("node", "node")],
)
def test_the_locks_hold_what_is_asked_for(asked: str, locked: str) -> None:
    lines = _read("requirements", f"{asked}.in").splitlines()
    wanted = {m.group(1).lower().replace("_", "-") for line in lines if (m := NAME.match(line))}
    got = {
        m.group(1).lower()
        for line in _read("requirements", f"{locked}.txt").splitlines()
        if (m := NAME.match(line))
    }
    assert wanted
    assert wanted <= got, f"compile requirements/{locked}.txt again"


def test_no_lock_names_a_registry() -> None:
    for path in [*(ROOT / "requirements").iterdir(), ROOT / "package-lock.json", ROOT / ".npmrc"]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"--(extra-)?index-url|--find-links|\"resolved\"|registry\s*=", text), path.name
