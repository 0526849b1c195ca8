"""The holiday notice as a file: one edition (YAML), and a template of one to fill in."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from gongyou.basics.refusal import Refusal, says
from gongyou.connectors.exchange.places import check_folder
from gongyou.connectors.exchange.tables import read_text_file
from gongyou.kernel.access import Actor
from gongyou.kernel.writing import rehearsing
from gongyou.offices import services as offices
from gongyou.offices.queries import EditionView

TEMPLATE = """\
# 国务院办公厅放假通知的一个年度。off：放假的日子；on：调休上班的周六、周日；其余周末和工作日不用写。
id: cn-2099
covers: {from: 2099-01-01, to: 2099-12-31}
source: 国务院办公厅关于2099年部分节假日安排的通知（写明文号）
published_on: 2098-11-01
confidence: notice
off:
  - {from: 2099-01-01, to: 2099-01-03, note: 元旦}
on:
  - {day: 2099-01-04, note: 元旦调休上班}
"""


@dataclass(frozen=True)
class ImportedCalendar:
    """`edition` is in force now (not after a dry run); open promises are dated anew by the worker."""

    kind: str
    file: str
    edition: EditionView
    is_dry_run: bool


def import_calendar_file(actor: Actor, path: Path, *, is_dry_run: bool) -> ImportedCalendar:
    """Bring the edition of a file into force. Raises Refusal naming file, line and key, NotAllowed."""
    content = read_text_file(path)
    with rehearsing() if is_dry_run else nullcontext():
        edition = offices.import_calendar(actor, name=path.name, content=content, source="")
    return ImportedCalendar("calendar", path.name, edition, is_dry_run)


def write_calendar_template(out: Path) -> None:
    """Raises Refusal where `out` is no .yaml or can't be written."""
    if out.suffix.lower() not in {".yaml", ".yml"}:
        raise Refusal(
            "out_kind",
            says("“{file}”不是 .yaml 文件名。"),
            says("请把文件名改成以 .yaml 结尾。"),
            field="out",
            file=out.name,
        )
    check_folder(out)
    out.write_text(TEMPLATE, encoding="utf-8")
