from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.basics.workdays import Calendar, Day, Overlay, load_editions, read_edition

GOOD = """\
id: sample-2026
covers: {from: 2026-01-01, to: 2026-12-31}
source: 样例通知
published_on: 2025-11-04
off:
  - {from: 2026-10-01, to: 2026-10-07, note: 国庆节}
  - {day: 2026-01-01, note: 元旦}
on:
  - {day: 2026-10-10, note: 国庆节调休上班}
"""


def test_bare_on_and_off_are_keys_not_booleans() -> None:
    edition = read_edition(GOOD, name="2026.yaml")
    assert edition.on == {date(2026, 10, 10)}
    assert edition.off == {date(2026, 1, 1), *(date(2026, 10, day) for day in range(1, 8))}
    assert (edition.confidence, edition.is_provisional) == ("notice", False)
    assert edition.notes[date(2026, 10, 3)] == "国庆节"
    assert read_edition(GOOD.replace("\noff:", '\n"off":').replace("\non:", '\n"on":'), name="x") == edition


WRONG = [
    # what is changed, into what, line, key, part of the sentence
    ("2026-10-10, note", "2026-10-09, note", 9, "on[1]", "本来就是周一至周五"),
    ("2026-10-10, note", "2027-10-10, note", 9, "on[1]", "不在本日历覆盖的日期之内"),
    ("2026-01-01, note", "2025-12-31, note", 7, "off[2]", "不在本日历覆盖的日期之内"),
    ("2026-01-01, note", "2026-10-02, note", 7, "off[2]", "写了两次"),
    ("2026-10-10, note", "2026-10-04, note", 9, "on[1]", "写了两次"),
    ("note: 元旦", "remark: 元旦", 7, "off[2].remark", "没有这个键"),
    ("source:", "sources:", 3, "sources", "没有这个键"),
    ("source: 样例通知\n", "", 1, "source", "缺少这个键"),
    ("on:\n", "off:\n", 9, "off", "写了两次"),
    ("day: 2026-01-01, note: 元旦", "day: 2026-01-01", 7, "off[2].note", "缺少这个键"),
    ("day: 2026-01-01, note", "day: 2026-02-30, note", 7, "off[2].day", "不是日期"),
    ("day: 2026-01-01, note", "day: 20260101, note", 7, "off[2].day", "不是日期"),
    ("day: 2026-01-01, note", "day: 元旦, note", 7, "off[2].day", "不是日期"),
    ("day: 2026-01-01, note", "from: 2026-01-01, note", 7, "off[2]", "请写 day"),
    ("day: 2026-01-01, note", "day: 2026-01-01, to: 2026-01-02, note", 7, "off[2]", "请写 day"),
    ("to: 2026-10-07", "to: 2026-09-07", 6, "off[1].to", "一段应为1至31天"),
    ("to: 2026-10-07", "to: 2026-12-07", 6, "off[1].to", "一段应为1至31天"),
    ("to: 2026-12-31", "to: 2025-12-31", 2, "covers.to", "早于"),
    ("  - {day: 2026-10-10, note: 国庆节调休上班}", "  2026-10-10", 9, "on", "日期列表"),
    ("  - {day: 2026-10-10, note: 国庆节调休上班}", "  - 2026-10-10", 9, "on[1]", "键: 值"),
    ("source: 样例通知", "source: ''", 3, "source", "不能为空"),
    ("source: 样例通知", "source: 样例通知\nconfidence: sure", 4, "confidence", "只能是"),
    ("source: 样例通知", "source: 样例通知\nprovisional: maybe", 4, "provisional", "只能是"),
]


@pytest.mark.parametrize(("old", "new", "line", "key", "says"), WRONG)
def test_wrong_files_are_refused_by_line_and_key(old: str, new: str, line: int, key: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(Refusal) as refused:
        read_edition(GOOD.replace(old, new), name="2026.yaml")
    assert refused.value.field == f"2026.yaml:{key}"
    assert refused.value.params["line"] == line
    assert "2026.yaml" in refused.value.sentence() and says in refused.value.sentence()


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "calendar_file_empty"), ("id: [", "calendar_file_unreadable"), ("- 1", "calendar_file_wrong")],
)
def test_what_is_no_edition_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_edition(text, name="x.yaml")
    assert refused.value.code == code


def test_folders(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="没有工作日历文件"):
        load_editions(tmp_path)
    (tmp_path / "b.yaml").write_text(GOOD, encoding="utf-8")
    assert [edition.id for edition in load_editions(tmp_path)] == ["sample-2026"]
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(Refusal, match="重复"):
        load_editions(tmp_path)


def test_the_later_edition_decides_and_provisional_ones_give_way() -> None:
    first = read_edition(GOOD, name="2026")
    # Next year's notice changes a December day, as it did for the end of 2018.
    second = read_edition(
        "id: later\ncovers: {from: 2026-12-29, to: 2027-12-31}\nsource: 样例\npublished_on: 2026-11-25\n"
        "off:\n  - {day: 2026-12-31, note: 元旦}\non: []\n",
        name="2027",
    )
    provisional = read_edition(
        "id: law\ncovers: {from: 2026-01-01, to: 2028-12-31}\nsource: 办法\npublished_on: 2026-12-01\n"
        "provisional: true\noff:\n  - {day: 2026-12-30, note: 样例}\n  - {day: 2028-01-03, note: 样例}\n"
        "on: []\n",
        name="law",
    )
    for editions in ((first, second, provisional), (provisional, second, first)):
        calendar = Calendar(editions)
        assert calendar.day(date(2026, 12, 31)) == Day(date(2026, 12, 31), False, "元旦", "later", False)
        assert calendar.day(date(2026, 12, 30)) == Day(date(2026, 12, 30), True, "工作日", "later", False)
        assert calendar.day(date(2028, 1, 3)) == Day(date(2028, 1, 3), False, "样例", "law", True)
        assert calendar.day(date(2029, 1, 6)).reason == "周末（放假通知尚未发布）"


def test_two_editions_of_one_day_must_differ_in_rank() -> None:
    one, other = read_edition(GOOD, name="a"), read_edition(GOOD.replace("sample", "copy"), name="b")
    with pytest.raises(Refusal, match="不知以哪个为准"):
        Calendar((one, other))


def test_an_overlay_beats_the_edition() -> None:
    overlay = Overlay(off={date(2026, 11, 24): "台风停工"}, on={date(2026, 10, 2): "抢险上班"})
    calendar = Calendar((read_edition(GOOD, name="2026"),), overlay)
    assert calendar.day(date(2026, 11, 24)) == Day(
        date(2026, 11, 24), False, "台风停工", "sample-2026", False
    )
    assert calendar.is_working_day(date(2026, 10, 2))
    with pytest.raises(Refusal, match="同时写成"):
        Overlay(off={date(2026, 1, 1): "a"}, on={date(2026, 1, 1): "b"})


def test_office_hours_must_make_a_day() -> None:
    with pytest.raises(Refusal, match="不早于下班时间"):
        Calendar((), opens=time(17), closes=time(9))
