"""Reading what a bank sent back: every line is an answer under our number, or a sentence that says what is wrong."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from gongyou.basics.money import yuan_to_fen
from gongyou.basics.refusal import Refusal, says
from gongyou.connectors.exchange.tables import Column, Row, read_table, read_text_file
from gongyou.engines.benefits.definitions import NEEDED_IN_ANSWER, BankLayout
from gongyou.engines.benefits.ports import BankAnswer, ReadAnswers, WrongLine

_NUMBER = re.compile(r"[0-9a-f]{32}")


def read_answers(path: Path, layout: BankLayout) -> ReadAnswers:
    """CSV (UTF-8, GB18030) or XLSX by its heading; a control line is compared. Raises Refusal."""
    columns = [Column(c.id, c.title, is_required=c.id in NEEDED_IN_ANSWER) for c in layout.answers]
    answers: list[BankAnswer] = []
    wrong: list[WrongLine] = []
    for row in _lines(path, layout, columns):
        found = _answer(row, layout)
        (answers if isinstance(found, BankAnswer) else wrong).append(found)  # type: ignore[arg-type]
    if not answers and not wrong:
        raise Refusal(
            "answers_empty", says("回盘文件里没有明细。"), says("请核对是不是选错了文件。"), field="file"
        )
    return ReadAnswers(tuple(answers), tuple(wrong))


def _lines(path: Path, layout: BankLayout, columns: list[Column]) -> Iterator[Row]:
    """Without a control line at the end."""
    for row in read_table(_as_comma(path, layout), columns):
        cells = [cell for cell in row.values.values() if cell]
        if not any(cell.startswith(layout.control_words) for cell in cells):
            yield row


def _as_comma(path: Path, layout: BankLayout) -> Path:
    """The shared reader knows commas: another delimiter is turned into them beside the file."""
    if layout.form != "csv" or layout.delimiter == "," or path.suffix.lower() not in {".csv", ".txt"}:
        return path

    made = path.with_name(f"{path.stem}.comma.csv")
    with made.open("w", encoding="utf-8", newline="") as file:
        rows = csv.reader(read_text_file(path).splitlines(), delimiter=layout.delimiter)
        csv.writer(file).writerows(rows)
    return made


def _answer(row: Row, layout: BankLayout) -> BankAnswer | WrongLine:
    number = row.values["number"].strip().lower()
    if not _NUMBER.fullmatch(number):
        return _wrong(row, says("第{row}行的编号“{text}”不是我们的编号。"), row.values["number"])
    try:
        fen = yuan_to_fen(row.values["amount_yuan"])
    except Refusal:
        return _wrong(row, says("第{row}行的金额“{text}”读不懂。"), row.values["amount_yuan"])
    word = row.values["result"].strip()
    if word not in layout.paid_words and word not in layout.failed_words:
        return _wrong(row, says("第{row}行的结果“{text}”看不出是成功还是失败。"), word)
    return BankAnswer(row.number, number, fen, word in layout.paid_words, row.values.get("reason", "")[:120])


def _wrong(row: Row, message: str, text: str) -> WrongLine:
    return WrongLine(row.number, message, {"row": row.number, "text": text[:40]})
