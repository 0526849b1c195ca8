"""Kernels are compiled by numba where it is there; where it isn't, `numpy_lists` does the lists, plain Python the rest."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

njit: Any = None
with suppress(ImportError):  # a Python newer than numba knows
    njit = import_module("numba").njit

IS_COMPILED = njit is not None


def compiled(function: F) -> F:
    """Compile without the interpreter's lock, so that threads share the work; kept on disk between runs."""
    if njit is None:
        return function
    made: F = njit(nogil=True, cache=True)(function)
    return made
