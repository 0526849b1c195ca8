"""`gongyou certificates` as scripts call it: fixed columns, one JSON object, exit 0 for every answer, 2 for a wrong call."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from gongyou.cli.tests.conftest import Run
from gongyou.credentials.tests.maps import AREA, id_number

ON = ("--on", "2026-11-24", "--json")
HEAD = "holder_name,id_number,certificate,level,number,issued_on\n"
GOOD = "陈桂英,11010519491231002X,electrician_level,四级（中级工）,Y1,2026-03-01\n"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    monkeypatch.setenv("GONGYOU_DATA", str(tmp_path / "data"))
    made = run(
        "certificates",
        "add-issuer",
        "assessors",
        "--title",
        "示例评价机构",
        "--class",
        "assessment_body",
        "--json",
    )
    assert made.code == 0, made.err
    return tmp_path


def issue(run: Run, data: Path, rows: str) -> dict[str, Any]:
    file = data / "trainees.csv"
    file.write_text(HEAD + rows, encoding="gb18030")
    done = run(
        "certificates", "issue", str(file), "--issuer", "assessors", "--out", str(data / "out"), "--json"
    )
    assert done.code == 0, done.err
    return json.loads(done.out)


def verify(run: Run, *words: str) -> dict[str, Any]:
    done = run("certificates", "verify", *words, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_admits_answers_with_the_missing_piece(run: Run) -> None:
    """The cook's certificate does not admit, and the answer names what does; electrician with level + low-voltage
    permit is admitted; expired permit is not."""

    def admits(*holds: str) -> dict[str, Any]:
        asked = ["--holds", *holds]
        done = run("certificates", "admits", "--area", AREA, "--post", "6-31-01-03", *asked, *ON)
        assert done.code == 0, done.err
        return json.loads(done.out)

    cook = admits("cook_level")
    assert cook["admits"] is False
    assert cook["missing"][0]["any_of"] == [{"certificate": "low_voltage_permit", "level": ""}]
    assert "安全生产法第30条" in cook["because"][0]
    assert admits("electrician_level", "low_voltage_permit")["admits"] is True
    assert admits("low_voltage_permit@2020-01-01/2026-11-23")["admits"] is False
    assert admits("electrician_level:one")["admits"] is False
    assert (
        admits("low_voltage_permit", "--birth", "1966-05-20", "--sex", "male")["admits"] is False
    )  # 60 and 6 months
    assert admits("low_voltage_permit", "--birth", "1967-05-20", "--sex", "male")["admits"] is True
    several = run("certificates", "admits", "--post", "电工", "--holds", "电工等级证", "低压电工证", *ON)
    assert json.loads(several.out)["admits"] is True  # several codes behind one --holds


def test_issued_certificates_verify_without_database(run: Run, data: Path) -> None:
    bad = "李四,110101199003074257,electrician_level,four,Y2,2026-03-01\n王五,11010519491231002X,低压电工证,,T3,2026-03-01\n"
    twice = "甲,11010519491231002X,cook_level,five,Y4,2026-03-01\n" * 2
    summary = issue(run, data, GOOD + bad + twice)
    assert summary["tables"]["certificates"] == {"read": 5, "accepted": 1, "rejected": 4}
    rejects = (data / "out" / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[1:3] for line in rejects[1:]] == [
        ["3", "id_number"], ["4", "certificate"], ["5", "number"], ["6", "number"],
    ]  # fmt: skip
    file = str(data / "out" / "Y1.json")
    offline = verify(run, file)
    assert offline["valid"] is None
    assert offline["subject"]["name"] == "陈**"
    assert [c["name"] for c in offline["checks"] if c["result"] == "unknown"] == ["status"]
    online = verify(
        run, file, "--status", str(data / "out" / "status-0.jwt"), "--id-number", "11010519491231002X"
    )
    assert online["valid"] is True
    revoked = run(
        "certificates", "revoke", file, "--issuer", "assessors", "--out", str(data / "lists"), "--json"
    )
    assert json.loads(revoked.out)["revoked"] == 1
    later = verify(run, file, "--status", str(data / "lists" / "status-0.jwt"))
    assert later["valid"] is False
    assert [c["name"] for c in later["checks"] if c["result"] == "fail"] == ["status"]
    assert not (data / "data" / "gongyou.sqlite3").exists()


def past_trainees(path: Path, count: int) -> tuple[int, int]:
    """A school's own sheet: title rows above, Chinese headings, dates as dates; every 50th number twice, every 70th
    identity number mistyped. Returns (rows, bad rows)."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet, day = book.add_worksheet("花名册"), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write(0, 0, "2025年度培训取证人员花名册")
    for column, title in enumerate(
        ("序号", "姓名", "身份证号", "证书", "等级", "证书编号", "发证日期", "备注")
    ):
        sheet.write(2, column, title)
    bad = set()
    for n in range(count):
        number = id_number(n)
        if n % 70 == 69:
            number, bad = number[:-2] + str((int(number[-2]) + 1) % 10) + number[-1], bad | {n}
        twin = n - 1 if n % 50 == 49 else n
        if twin != n:
            bad |= {n, twin}
        cells = (n + 1, f"学员{n:05d}", number, "电工等级证", "五级（初级工）", f"Y2025{twin:06d}")
        for column, cell in enumerate(cells):
            sheet.write(n + 3, column, cell)
        sheet.write_datetime(n + 3, 6, date(2025, 1 + n % 12, 1 + n % 28), day)
    book.close()
    return count, len(bad)


@pytest.mark.parametrize("count", [300, pytest.param(20_000, marks=pytest.mark.long)])
def test_past_trainees_from_real_looking_spreadsheets(run: Run, data: Path, count: int) -> None:
    """Past trainees from real-looking spreadsheets; duplicates and wrong ids by row."""
    file, out = data / "花名册.xlsx", data / "out"
    read, rejected = past_trainees(file, count)
    words = (
        "certificates",
        "issue",
        str(file),
        "--issuer",
        "assessors",
        "--out",
        str(out),
        "--no-pages",
        "--json",
    )
    done = run(*words)
    assert done.code == 0, done.err
    counts = json.loads(done.out)["tables"]["certificates"]
    assert counts == {"read": read, "accepted": read - rejected, "rejected": rejected}
    assert len(list(out.glob("Y*.json"))) == read - rejected
    assert not list(out.glob("*.html"))
    lines = (out / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert {line.split(",")[2] for line in lines} == {"number", "id_number"}
    assert lines[0].startswith("certificates,52,number,Y2025000048,")  # the sheet's own row


def test_a_rotated_key_signs_and_the_old_certificate_stays_good(run: Run, data: Path) -> None:
    issue(run, data, GOOD)
    turned = run("certificates", "rotate-key", "assessors", "--on", "2027-01-01", "--json")
    assert len(json.loads(turned.out)["keys"]) == 2
    document = str(data / "data" / "issuers" / "register.json")
    assert (
        verify(run, str(data / "out" / "Y1.json"), "--issuers", document, "--on", "2027-02-01")["valid"]
        is None
    )


def test_the_gates_page_holds_no_private_key(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`gongyou certificates gate` needs no database and writes no private key into the file."""
    monkeypatch.setenv("GONGYOU_DATA", str(tmp_path / "data"))
    words = (
        "certificates",
        "add-issuer",
        "assessors",
        "--title",
        "示例<评价>机构",
        "--class",
        "assessment_body",
    )
    assert run(*words).code == 0
    done = run("certificates", "gate", str(tmp_path / "gate.html"), "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["issuers"] == 1
    text = (tmp_path / "gate.html").read_text(encoding="utf-8")
    assert "示例<评价>" not in text
    keys = [path.read_text() for path in (tmp_path / "data" / "issuers").glob("*.key")]
    assert len(keys) == 2
    assert not any(key in text for key in keys)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("admits", "--post", "宇航员"), "没有“宇航员”这个职业"),
        (("admits", "--post", "电工", "--holds", "驾照"), "没有“驾照”这种证书"),
        (("admits", "--post", "电工", "--on", "昨天"), "读不懂"),
        (("issue", "nowhere.csv", "--issuer", "assessors", "--out", "x"), "没有找到文件"),
        (("issue", "nowhere.csv", "--issuer", "nobody", "--out", "x"), "没有“nobody”这家签发机构"),
        (("verify", "nowhere.json"), "读不出来"),
        (("add-issuer", "两个字", "--title", "x", "--class", "assessment_body"), "不能作机构代号"),
        (("add-issuer", "other", "--title", "x", "--class", "nobody"), "没有“nobody”这类发证机构"),
    ],
)
def test_a_wrong_call_is_one_sentence_and_exit_2(
    run: Run, data: Path, words: tuple[str, ...], sentence: str
) -> None:
    done = run("certificates", *words)
    assert done.code == 2
    assert sentence in done.err
    assert "Traceback" not in done.err
