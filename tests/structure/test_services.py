"""Every public function of a service is an action, and every right is held by some role."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

from gongyou.config.roles import ROLES
from gongyou.kernel.roles import Reach
from tests.structure.source import SRC, sources

RIGHT = re.compile(r"""(?:require|may|scope|needs)\(\s*["']([a-z_]+\.[a-z_]+)["']""")
ROLES_THAT_RULE = ("system_admin", "security_admin", "audit_admin")


def _service_modules() -> list[ModuleType]:
    names = [
        ".".join(["gongyou", *source.path.relative_to(SRC).with_suffix("").parts]).removesuffix(".__init__")
        for source in sources()
        if source.path.name == "services.py" or source.path.parent.name == "services"
    ]
    return [import_module(name) for name in names]


MODULES = _service_modules()


def _public(module: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Functions made in this module (or wrapped there) that a caller may reach."""
    for name, value in vars(module).items():
        is_own = inspect.isfunction(value) and inspect.unwrap(value).__module__ == module.__name__
        if is_own and not name.startswith("_"):
            yield name, value


ACTIONS = [(f"{module.__name__}.{name}", value) for module in MODULES for name, value in _public(module)]
RIGHTS = {right for role in ROLES.values() for right in role.rights}


def test_there_are_services() -> None:
    assert len(ACTIONS) > 20


@pytest.mark.parametrize(("name", "function"), ACTIONS, ids=[name for name, _function in ACTIONS])
def test_a_service_is_an_action(name: str, function: Callable[..., Any]) -> None:
    assert hasattr(function, "action_name"), (
        f"{name} is public but no @action: no right, no audit, no transaction"
    )
    right = function.right  # type: ignore[attr-defined]
    assert right is None or right in RIGHTS, f"{name} asks for {right}, which no role of config/roles.py has"


@pytest.mark.parametrize(("name", "function"), ACTIONS, ids=[name for name, _function in ACTIONS])
def test_a_service_takes_its_inputs_by_name(name: str, function: Callable[..., Any]) -> None:
    parameters = list(inspect.signature(inspect.unwrap(function)).parameters.values())
    assert parameters, f"{name} takes no act"
    assert all(p.kind is inspect.Parameter.KEYWORD_ONLY for p in parameters[1:]), f"{name}: act first, then *"


def test_action_names_are_one_of_a_kind() -> None:
    names = [function.action_name for _name, function in ACTIONS if hasattr(function, "action_name")]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice


def test_every_right_asked_for_is_held_by_some_role() -> None:
    asked = {(match.group(1), source.name) for source in sources() for match in RIGHT.finditer(source.text)}
    assert asked
    assert {pair for pair in asked if pair[0] not in RIGHTS} == set()


def test_roles_are_sound() -> None:
    for name, role in ROLES.items():
        assert role.id == name
        assert role.title
        assert all(isinstance(reach, Reach) for reach in role.rights.values()), name


def test_administrators_read_no_matter_and_share_no_ruling_right() -> None:
    """The three administrators of MLPS level 3: none reads a case, none can do another's work."""
    rights = {name: set(ROLES[name].rights) for name in ROLES_THAT_RULE}
    assert not [r for held in rights.values() for r in held if r.startswith(("casework.", "registry."))]
    assert "accounts.confirm" not in rights["system_admin"]
    assert "accounts.propose" not in rights["security_admin"]
    assert not {r for r in rights["system_admin"] | rights["security_admin"] if r.startswith("audit.")}
