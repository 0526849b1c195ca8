"""Bank files in layouts declared by packs: CSV (UTF-8, GB18030) and XLSX, with a control line; answers read back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from gongyou.connectors.bank_files.reading import read_answers
from gongyou.connectors.bank_files.writing import write_lines
from gongyou.engines.benefits.definitions import BankLayout
from gongyou.engines.benefits.ports import BankLine, Control, ReadAnswers

__all__ = ["LayoutFiles"]


class LayoutFiles:
    """The real adapter: files on disk, taken to the bank's counter or its upload page by a person."""

    def write(
        self, path: Path, layout: BankLayout, control: Control, lines: Iterator[Sequence[BankLine]]
    ) -> None:
        """The same lines give the same bytes. Raises Refusal where what was written is not what was promised."""
        write_lines(path, layout, control, lines)

    def read(self, path: Path, layout: BankLayout) -> ReadAnswers:
        """Raises Refusal for a file that can't be read at all; each wrong line is a sentence."""
        return read_answers(path, layout)
