"""Libraries that take long to load and that most commands never use: their code runs at the first use, not at the import.

A file still says `import duckdb` at its head. Only this place knows that nothing was loaded then.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec
from threading import RLock
from types import ModuleType
from typing import Any

HEAVY = ("duckdb", "sqlglot", "sqlglot.expressions", "xlsxwriter", "PIL.Image", "PIL.ImageOps")
"""A package stands before its parts. Together about 0.7 CPU seconds of 1.6 that every command paid."""

NAMES_IN_PARENT = {"sqlglot.expressions": ("exp", "expressions")}
"""Names under which `from package import …` finds a part that has more than its own."""

_RUNS = "__gongyou_runs__"
_loading = RLock()  # one for all: they import one another


class Waiting(ModuleType):
    """A module whose code has not run. The first name asked of it runs the code, once, whichever thread asks."""

    def __getattr__(self, name: str) -> Any:
        load(self)
        return object.__getattribute__(self, name)


def load(module: ModuleType) -> None:
    """Run the code of a module that waits; where it ran already, or runs right now in this thread, nothing."""
    with _loading:
        parent = module.__name__.rpartition(".")[0]
        if parent:
            load(sys.modules[parent])  # which may run this part, too
        spec = module.__spec__
        if type(module) is not Waiting or _RUNS in vars(module) or spec is None or spec.loader is None:
            return
        vars(module)[_RUNS] = True
        try:
            spec.loader.exec_module(module)
        finally:
            del vars(module)[_RUNS]
        module.__class__ = ModuleType  # type: ignore[assignment]  # mypy holds it for a Waiting for ever


def load_all() -> None:
    """For a server: before its first caller, not with them."""
    for name in HEAVY:
        load(sys.modules[name])


def put_off() -> None:
    """Let every heavy library wait that nobody has loaded yet."""
    for name in HEAVY:
        if name in sys.modules:
            continue
        spec = find_spec(name)
        if spec is None:
            continue  # whoever imports it says what is missing
        module = module_from_spec(spec)
        module.__class__ = Waiting
        sys.modules[name] = module
        parent, _, own = name.rpartition(".")
        for known in NAMES_IN_PARENT.get(name, (own,)) if parent else ():
            setattr(sys.modules[parent], known, module)
