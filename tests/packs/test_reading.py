"""YAML as packs use it: lines kept, no surprises of YAML 1.1, and nothing an author types ends in a traceback."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from gongyou.packkit.loader import dotted, read_document
from gongyou.packkit.reporting import check
from tests.yunshan.county import PACKS, STRAIGHT


def read(tmp_path: Path, text: str) -> object:
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    document, findings = read_document(path, tmp_path)
    assert not findings and document is not None
    return document.data


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("on", "on"),
        ("off", "off"),
        ("yes", "yes"),
        ("No", "No"),
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("08:30", "08:30"),
        ("0101", "0101"),
        ("12", 12),
        ("-3", -3),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        ("1.5", "1.5"),
        ("2026-01-01", "2026-01-01"),
        ("'12'", "12"),
        ("~", None),
        ("", None),
    ],
)
def test_scalars(tmp_path: Path, written: str, value: object) -> None:
    found = read(tmp_path, f"on: {written}\n")
    assert found == {"on": value}
    assert isinstance(found, dict) and type(found["on"]) is type(value)


def test_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: 1\nlist:\n  - {b: 2}\n  - b: 3\n    c: 4\n", encoding="utf-8")
    document, _ = read_document(path, tmp_path)
    assert document is not None
    assert [document.line(keys) for keys in [("a",), ("list", 0, "b"), ("list", 1, "c"), ("list", 9)]] == [
        1,
        3,
        5,
        2,
    ]
    assert dotted(("list", 1, "c")) == "list[2].c"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        (b"", "空"),
        (b"# only a comment\n", "空"),
        (b"a: [1\n", "YAML"),
        (b"a: 1\na: 2\n", "两次"),
        (b"[1]: 2\n", "键必须是文字"),
        (b"a: " + b"[" * 60 + b"]" * 60, "嵌套"),
    ],
)
def test_what_can_not_be_read_is_said(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    _, findings = read_document(path, tmp_path)
    assert any(said in finding.sentence() for finding in findings)
    assert all(finding.file == "x.yaml" and finding.line >= 1 for finding in findings)


@pytest.mark.parametrize("seed", range(12))
def test_slips_of_the_keyboard_are_findings_never_tracebacks(tmp_path: Path, seed: int) -> None:
    """Lines lost, doubled, swapped, words cut: the check answers in sentences with a line that exists."""
    chance = random.Random(seed)
    root = tmp_path / "packs"
    shutil.copytree(PACKS, root)
    for name in ("case.yaml", "values.yaml", "programme.yaml", "cases/settling.yaml"):
        path = root / "programmes" / STRAIGHT / name
        lines = path.read_text(encoding="utf-8").splitlines()
        for _ in range(3):
            at = chance.randrange(len(lines))
            kind = chance.choice(["drop", "double", "cut", "word", "indent"])
            line = lines[at]
            lines[at : at + 1] = {
                "drop": [],
                "double": [line, line],
                "cut": [line[: len(line) // 2]],
                "word": [line.replace(chance.choice(["o", "e", ":", "{"]), "x", 1)],
                "indent": ["  " + line],
            }[kind]
        path.write_text("\n".join(lines), encoding="utf-8")
    report = check(root)
    assert isinstance(report.as_plain(), dict)
    for finding in report.findings:
        assert finding.sentence().strip()
        path = root / finding.file
        if path.is_file():
            assert 1 <= finding.line <= path.read_text(encoding="utf-8").count("\n") + 1
