"""Bank files: layouts of packs, control totals, answers in GB18030 and XLSX, each wrong line a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.connectors.bank_files import LayoutFiles
from gongyou.connectors.exchange.tables import Column, read_table
from gongyou.engines.benefits.definitions import BankLayout
from gongyou.engines.benefits.ports import BankLine, Control
from gongyou.engines.benefits.tests.office import CSV, XLSX

LINES = (
    BankLine(1, "0" * 31 + "1", "云山县龘䶮风筝厂", "6228000011112222333", "云山农商行", 1234_56, "稳岗返还"),
    BankLine(2, "0" * 31 + "2", "=HYPERLINK(0)\n公司", "0101000022223333", "", 5, "稳岗返还"),
)
CONTROL = Control(2, 1234_61)
FILES = LayoutFiles()


def lines() -> Iterator[tuple[BankLine, ...]]:
    yield LINES[:1]
    yield LINES[1:]


def written(tmp_path: Path, layout: BankLayout) -> Path:
    path = tmp_path / f"out.{layout.form}"
    FILES.write(path, layout, CONTROL, lines())
    return path


def test_csv_in_gb18030_with_control_totals_first(tmp_path: Path) -> None:
    text = written(tmp_path, CSV).read_bytes().decode("gb18030").splitlines()
    assert text[:2] == ["总笔数,2,总金额,1234.61", "序号,业务编号,收款户名,收款账号,金额,用途"]
    assert text[2] == f"1,{LINES[0].number},云山县龘䶮风筝厂,6228000011112222333,1234.56,稳岗返还"
    assert text[3].split(",")[2] == "HYPERLINK(0) 公司", "no formula, one line"
    assert len(text) == 4


def test_xlsx_keeps_long_accounts_as_text_and_control_totals_last(tmp_path: Path) -> None:
    path = written(tmp_path, XLSX)
    columns = [Column(c.id, c.title, is_required=True) for c in XLSX.columns]
    rows = [row.values for row in read_table(path, columns)]
    assert [row["account_no"] for row in rows[:2]] == ["6228000011112222333", "0101000022223333"]
    assert list(rows[2].values())[:4] == ["总笔数", "2", "总金额", "1234.61"]


@pytest.mark.parametrize("layout", [CSV, XLSX], ids=["csv", "xlsx"])
def test_the_same_lines_are_the_same_file(tmp_path: Path, layout: BankLayout) -> None:
    assert written(tmp_path, layout).read_bytes() == written(tmp_path, layout).read_bytes()


def test_lines_that_differ_from_the_control_totals_leave_no_file(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with pytest.raises(Refusal, match="应为"):
        FILES.write(path, CSV, Control(3, 1), lines())
    assert not path.exists()


def answers(tmp_path: Path, text: str, *, encoding: str = "gb18030", name: str = "r.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_answers_in_every_encoding_offices_send(tmp_path: Path, encoding: str) -> None:
    text = f"总笔数,2\n业务编号,金额,处理结果,失败原因\n{'0' * 31}1,1234.56,成功,\n{'0' * 31}2,0.05,失败,账户龘销户\n"
    read = FILES.read(answers(tmp_path, text, encoding=encoding), CSV)
    assert [(a.amount_fen, a.is_paid, a.reason) for a in read.answers] == [
        (1234_56, True, ""),
        (5, False, "账户龘销户"),
    ]
    assert read.wrong == ()


def test_each_wrong_line_is_a_sentence(tmp_path: Path) -> None:
    good = "0" * 31
    text = (
        f"业务编号,金额,处理结果,失败原因\n{good}1,1.00,成功,\nABC,1.00,成功,\n{good}3,一元,成功,\n{good}4,1.00,处理中,\n"
        "总笔数,4,总金额,4.00\n"
    )
    read = FILES.read(answers(tmp_path, text), CSV)
    assert len(read.answers) == 1
    assert [w.message.format(**w.params) for w in read.wrong] == [
        "第3行的编号“ABC”不是我们的编号。",
        "第4行的金额“一元”读不懂。",
        "第5行的结果“处理中”看不出是成功还是失败。",
    ]


def test_another_delimiter_and_a_file_that_is_none(tmp_path: Path) -> None:
    piped = replace(CSV, delimiter="|")
    text = f"业务编号|金额|处理结果|失败原因\n{'0' * 31}1|1.00|成功|\n"
    assert FILES.read(answers(tmp_path, text), piped).answers[0].is_paid
    with pytest.raises(Refusal, match="没有找到表头"):
        FILES.read(answers(tmp_path, "姓名,年龄\n张三,3\n"), CSV)
    with pytest.raises(Refusal, match="没有明细"):
        FILES.read(answers(tmp_path, "业务编号,金额,处理结果,失败原因\n"), CSV)
