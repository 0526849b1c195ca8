"""`gongyou oversight screen`: exit codes, one JSON object on stdout, sentences on stderr, never half a result."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from xlsxwriter import Workbook

from gongyou.cli.verbs.oversight import command
from gongyou.engines.oversight.tests.test_screen import ARTICLE, SCREEN
from tests.bench.oversight.year import HEADS


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The article's case: settlements as a workbook with a line above its headings, the rest as GB18030 and UTF-8."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name, head in HEADS.items():
        rows = [("二〇二四年度",), head, *ARTICLE.get(name, ())]
        if name == "settlements":
            with Workbook(folder / f"{name}.xlsx") as book:
                sheet = book.add_worksheet()
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
            continue
        encoding = "gb18030" if name == "employments" else "utf-8-sig"
        with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows(rows)
    return folder


def call(*words: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(command, ["screen", *(str(w) for w in words)])
    return result.exit_code, result.stdout, result.stderr


def test_the_articles_case_from_the_command_line(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, told, _ = call(SCREEN, "--area", "150100", "--data", data, "--out", out, "--json")
    assert code == 0
    summary = json.loads(told)
    assert (summary["clues"], summary["tables"]["settlements"]["read"]) == (1, 2)
    assert summary == json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert sorted(p.name for p in out.iterdir()) == ["clues.parquet", "rejects.csv", "summary.json"]


@pytest.mark.parametrize(
    ("spoil", "words", "says"),
    [
        ("", {"--area": "呼和浩特"}, "不是地区代码"),
        ("", {"--data": "nowhere"}, "没有文件夹"),
        ("", {"--on": "2024-13-01"}, "读不懂"),
        ("", {"--on": "1999-01-01"}, "取值"),
        ("", {"--memory": "plenty"}, "内存上限"),
        ("attendance", {}, "班次|考勤"),
        ("column", {}, "icd10"),
    ],
)
def test_what_is_wrong_with_the_call_is_one_sentence_exit_2_and_no_file(
    data: Path, tmp_path: Path, spoil: str, words: dict[str, str], says: str
) -> None:
    if spoil == "attendance":
        (data / "attendance.csv").unlink()
    elif spoil == "column":
        head = ",".join(c for c in HEADS["settlements"] if c != "icd10")
        (data / "settlements.xlsx").unlink()
        (data / "settlements.csv").write_text(f"{head}\n", encoding="utf-8")
    order = {"--area": "150100", "--data": str(data), "--out": str(tmp_path / "out"), **words}
    code, told, error = call(SCREEN, *(part for pair in order.items() for part in pair), "--json")
    assert (code, told) == (2, "")
    assert any(word in error for word in says.split("|")), error
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_an_unknown_screen_names_those_there_are(data: Path, tmp_path: Path) -> None:
    code, _, error = call("nothing", "--area", "150100", "--data", data, "--out", tmp_path / "out")
    assert code == 2 and SCREEN in error


def test_a_failed_run_leaves_the_result_before_it_whole(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert call(SCREEN, "--area", "150100", "--data", data, "--out", out)[0] == 0
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    (data / "injury_claims.csv").write_bytes(b"\xff\xfe\x00broken")
    assert call(SCREEN, "--area", "150100", "--data", data, "--out", out)[0] == 2
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
