"""What holds for every verb."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from gongyou.cli.main import VERBS, group
from gongyou.cli.tests.conftest import Run

OURS = sorted(set(VERBS) - {"policy"})
LONG_RUNNING = {"serve"}


def _leaves(name: str) -> Iterator[tuple[str, click.Command]]:
    command = group.get_command(click.Context(group), name)
    assert command is not None
    if isinstance(command, click.Group):
        yield from ((f"{name} {below}", leaf) for below, leaf in command.commands.items())
    else:
        yield name, command


LEAVES = [leaf for name in OURS for leaf in _leaves(name)]


@pytest.mark.parametrize(("words", "command"), LEAVES, ids=[words for words, _ in LEAVES])
def test_every_verb_has_help_with_an_example(run: Run, words: str, command: click.Command) -> None:
    done = run(*words.split(), "--help")
    assert done.code == 0
    assert f"Example: gongyou {words}" in " ".join(done.out.split())
    options = [p for p in command.params if isinstance(p, click.Option)]
    assert all(option.help or option.show_default for option in options)
    if words not in LONG_RUNNING:
        assert "--json" in {name for option in options for name in option.opts}


def test_the_names_are_those_of_the_interface() -> None:
    spoken = {words for words, _ in LEAVES}
    assert spoken >= {
        "calendar due", "calendar check", "import", "export", "packs check", "packs new", "demo", "serve",
        "worker", "night", "backup", "restore", "audit verify", "doctor",
    }  # fmt: skip


def test_an_unknown_verb_is_exit_2(run: Run) -> None:
    done = run("calender")
    assert done.code == 2
    assert "calender" in done.err
