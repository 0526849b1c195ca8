"""What every reader of agencies' tables agrees on: the file, its encoding, its headings; and plain inputs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from gongyou.basics.inputs import read_day
from gongyou.basics.refusal import Refusal
from gongyou.basics.sheets import encoding_of, find_table, incomplete, places_of


@dataclass(frozen=True)
class Column:
    id: str
    title: str


COLUMNS = (Column("post_id", "岗位编号"), Column("wage", "工资（元）"))


def test_one_file_of_a_table_is_found_and_none_or_two_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="没有“岗位”表"):
        find_table(tmp_path, "posts", "岗位")
    (tmp_path / "posts.csv").touch()
    assert find_table(tmp_path, "posts", "岗位").name == "posts.csv"
    (tmp_path / "posts.xlsx").touch()
    with pytest.raises(Refusal, match="不止一个文件"):
        find_table(tmp_path, "posts", "岗位")


def test_headings_are_found_by_id_or_title_in_any_width_and_the_first_of_two_counts() -> None:
    assert places_of(COLUMNS, ["*ＰＯＳＴ_ID", "工资(元)", "岗位编号"]) == {"post_id": 0, "wage": 1}
    assert places_of(COLUMNS, ["岗位编号", "岗位编号"]) == {"post_id": 0}
    assert "wage（工资（元））" in incomplete(Path("posts.csv"), "posts", COLUMNS[1:]).sentence()


@pytest.mark.parametrize(("encoding", "read_as"), [("utf-8", "utf-8-sig"), ("gb18030", "gb18030")])
def test_a_file_is_utf8_or_gb18030_as_a_whole(tmp_path: Path, encoding: str, read_as: str) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("岗位编号\n一" * 10_000, encoding=encoding)
    assert encoding_of(path) == read_as
    path.write_bytes(b"\xff\xff\xff")
    with pytest.raises(Refusal, match="打不开"):
        encoding_of(path)


def test_a_day_is_read_or_named() -> None:
    assert read_day(" 2026-10-10 ", field="on") == date(2026, 10, 10)
    with pytest.raises(Refusal, match="2026年10月10日") as refused:
        read_day("2026年10月10日", field="on")
    assert refused.value.field == "on"
