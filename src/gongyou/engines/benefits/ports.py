"""The port to a bank's files: `connectors.bank_files` is the real adapter; only `config` installs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from gongyou.engines.benefits.definitions import BankLayout


@dataclass(frozen=True)
class BankLine:
    """One payment as the bank reads it. `number` is our id; the amount is in fen."""

    position: int
    number: str
    account_name: str
    account_no: str
    bank_name: str
    amount_fen: int
    purpose: str


@dataclass(frozen=True)
class BankAnswer:
    """One line of a return file that could be read. `row` as a person counts it."""

    row: int
    number: str
    amount_fen: int
    is_paid: bool
    reason: str = ""


@dataclass(frozen=True)
class WrongLine:
    """A line that was not taken, with the sentence that says why."""

    row: int
    message: str
    params: dict[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Control:
    """Number and sum of what is written, known before the first line."""

    count: int
    sum_fen: int


@dataclass(frozen=True)
class ReadAnswers:
    answers: tuple[BankAnswer, ...]
    wrong: tuple[WrongLine, ...]


class BankFiles(Protocol):
    """Writes and reads files in a declared layout. Raises Refusal for a file that can't be read at all."""

    def write(
        self, path: Path, layout: BankLayout, control: Control, lines: Iterator[Sequence[BankLine]]
    ) -> None: ...

    def read(self, path: Path, layout: BankLayout) -> ReadAnswers: ...


_installed: list[BankFiles] = []


def install_bank_files(port: BankFiles) -> None:
    _installed[:] = [port]


def bank_files() -> BankFiles:
    if not _installed:
        raise RuntimeError("no bank file adapter is installed")
    return _installed[0]
