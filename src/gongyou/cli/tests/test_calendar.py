"""`gongyou calendar`: the interface's own examples, and calls that are wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gongyou.cli.tests.conftest import Run

pytestmark = pytest.mark.django_db  # what was imported here would count


def test_the_worked_example(run: Run) -> None:
    done = run(
        "calendar", "due", "--received", "2026-09-30T15:00", "--days", "3", "--unit", "working", "--json"
    )
    assert done.code == 0
    assert done.err == ""
    assert set(done.json) == {"due_at", "provisional", "edition", "rest_days", "paused_days"}
    assert done.json["due_at"] == "2026-10-10T17:00:00+08:00"
    assert done.json["provisional"] is False
    assert done.json["rest_days"] == [f"2026-10-0{day}" for day in range(1, 8)]
    assert done.json["paused_days"] == []


@pytest.mark.parametrize(
    ("received", "days", "unit", "more", "due_at", "provisional"),
    [
        # The last of three calendar days is a holiday: the next working day, 8 October.
        ("2026-09-30T15:00", 3, "calendar", (), "2026-10-08T17:00:00+08:00", False),
        # 10 October is a make-up Saturday: it counts.
        ("2026-10-08T09:00", 2, "working", (), "2026-10-10T17:00:00+08:00", False),
        # The same moment written with an offset.
        ("2026-09-30T07:00+00:00", 3, "working", (), "2026-10-10T17:00:00+08:00", False),
        # One working day stands still.
        (
            "2026-11-02T09:00",
            3,
            "working",
            ("--pause", "2026-11-03T09:00/2026-11-05T09:00"),
            "2026-11-06T17:00:00+08:00",
            False,
        ),
        # Nobody has published the rest days of 2031.
        ("2031-03-03T09:00", 3, "working", (), "2031-03-06T17:00:00+08:00", True),
    ],
)
def test_due(
    run: Run, received: str, days: int, unit: str, more: tuple[str, ...], due_at: str, provisional: bool
) -> None:
    done = run("calendar", "due", "--received", received, "--days", days, "--unit", unit, *more, "--json")
    assert done.code == 0
    assert (done.json["due_at"], done.json["provisional"]) == (due_at, provisional)


def test_an_open_pause_has_no_date(run: Run) -> None:
    words = ("calendar", "due", "--received", "2026-11-02T09:00", "--days", 3, "--unit", "working")
    done = run(*words, "--pause", "2026-11-03T09:00/", "--json")
    assert done.code == 0
    assert done.json["due_at"] is None
    assert "暂停" in run(*words, "--pause", "2026-11-03T09:00/").out


def test_the_area_has_its_own_hours(run: Run) -> None:
    words = ("calendar", "due", "--received", "2026-09-30T15:00", "--days", 3, "--unit", "working")
    assert run(*words, "--area", "990101", "--json").json["due_at"] == "2026-10-10T17:30:00+08:00"
    assert run(*words, "--area", "370828", "--json").json["due_at"].startswith("2026-10-10T")


@pytest.mark.parametrize(
    ("day", "is_working"),
    [("2026-10-10", True), ("2026-10-07", False), ("2026-10-11", False), ("2026-10-12", True)],
)
def test_check(run: Run, day: str, is_working: bool) -> None:
    done = run("calendar", "check", day, "--json")
    assert done.code == 0
    assert set(done.json) == {"date", "is_working_day", "reason", "edition"}
    assert (done.json["date"], done.json["is_working_day"]) == (day, is_working)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("check", "2026-02-30"), "2026-02-30"),
        (("check", "10.10.2026"), "10.10.2026"),
        (("check", "2026-10-10", "--area", "3708"), "3708"),
        (("due", "--received", "yesterday", "--days", "3", "--unit", "working"), "yesterday"),
        (("due", "--received", "2026-09-30T15:00", "--days", "-1", "--unit", "working"), "--days"),
        (("due", "--received", "2026-09-30T15:00", "--days", "3", "--unit", "weeks"), "--unit"),
        (("due", "--received", "2026-09-30T15:00", "--unit", "working"), "--days"),
        (
            (
                "due", "--received", "2026-09-30T15:00", "--days", "3", "--unit", "working",
                "--pause", "2026-10-09/2026-10-01",
            ),
            "2026-10-09/2026-10-01",
        ),
        (
            (
                "due", "--received", "2026-09-30T15:00", "--days", "3", "--unit", "working",
                "--pause", "2026-10-09",
            ),
            "2026-10-09",
        ),
    ],
)  # fmt: skip
def test_a_wrong_call_is_exit_2_with_a_sentence(run: Run, words: tuple[str, ...], named: str) -> None:
    done = run("calendar", *words, "--json")
    assert done.code == 2
    assert done.out == ""
    assert named in done.err


def test_a_reader_of_chinese_gets_a_line(run: Run) -> None:
    line: Callable[..., str] = lambda *words: run("calendar", *words).out.strip()  # noqa: E731
    assert line("check", "2026-10-10").startswith("2026-10-10 工作日")
    assert (
        line("due", "--received", "2026-09-30T15:00", "--days", 3, "--unit", "working") == "2026-10-10 17:00"
    )
