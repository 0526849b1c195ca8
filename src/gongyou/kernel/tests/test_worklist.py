"""The worklist: nearest deadline first, pages that neither skip nor repeat, scope."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongyou.kernel.actions import action
from gongyou.kernel.ids import new_id
from gongyou.kernel.models.worklist import WorkItem
from gongyou.kernel.tests.conftest import NOON, staff
from gongyou.kernel.worklist import COUNTED_TO, MOST_PATHS, count_todos, drop_todos, list_todos, put_todo

pytestmark = pytest.mark.django_db


@action("test.put", right=None)
def put(act, **row):
    put_todo(act, **row)


@action("test.drop", right=None)
def drop(act, **what):
    drop_todos(act, **what)


def todo(due_in=0, path="37/1/", office_id=None, subject_id=None, kind="casework.settle", **more):
    row = {
        "kind": kind, "subject_id": subject_id or new_id(), "office_id": office_id or new_id(),
        "office_path": path, "number": "370828-26-000123-7", "title": "诉求", "due_at": NOON + timedelta(hours=due_in),
    }  # fmt: skip
    put(staff(), **{**row, **more})
    return row["subject_id"]


def test_pages_walk_every_row_once_also_where_deadlines_are_equal():
    for number in range(25):
        todo(due_in=number // 7)
    seen, cursor = [], ""
    while True:
        page = list_todos(staff(), cursor=cursor, size=4)
        seen += page.items
        cursor = page.next
        if not cursor:
            break
    assert len(seen) == len({item.id for item in seen}) == 25
    assert [item.due_at for item in seen] == sorted(item.due_at for item in seen)


def test_pages_merge_all_offices_of_a_leader_in_one_order_also_for_some_kinds():
    for number in range(40):
        todo(due_in=number * 7 % 5, path=f"37/{number % 6}/", kind=f"a.{number % 3}")
    for kinds in ((), ("a.0", "a.2")):
        seen, cursor = [], ""
        while not seen or cursor:
            page = list_todos(staff(), kinds=kinds, cursor=cursor, size=7)
            seen += page.items
            cursor = page.next
        wanted = [row for row in WorkItem.objects.order_by("due_at", "id") if not kinds or row.kind in kinds]
        assert [item.id for item in seen] == [row.id for row in wanted]


def test_a_leader_of_more_offices_than_are_merged_reads_the_same_order():
    numbers = range(MOST_PATHS + 2)
    WorkItem.objects.bulk_create(
        WorkItem(
            kind="a.b", subject_id=new_id(), office_id=new_id(), office_path=f"37/{number}/",
            due_at=NOON + timedelta(hours=number % 3), opened_at=NOON,
        )
        for number in numbers
    )  # fmt: skip
    page = list_todos(staff(), size=90)
    rest = list_todos(staff(), cursor=page.next, size=200)
    found = [item.id for item in (*page.items, *rest.items)]
    assert found == list(WorkItem.objects.order_by("due_at", "id").values_list("id", flat=True))
    assert count_todos(staff(), now=NOON + timedelta(hours=1)) == (len(numbers), len(numbers[::3]))


def test_counts_end_at_their_bound():
    WorkItem.objects.bulk_create(
        WorkItem(
            kind="a.b", subject_id=new_id(), office_id=new_id(), office_path=f"37/{number % 2}/",
            due_at=NOON - timedelta(hours=1), opened_at=NOON,
        )
        for number in range(COUNTED_TO + 5)
    )  # fmt: skip
    assert count_todos(staff(), now=NOON) == (COUNTED_TO, COUNTED_TO)


def test_a_full_last_page_has_no_next():
    for _ in range(4):
        todo()
    assert list_todos(staff(), size=4).next == ""


def test_a_cursor_that_is_none_is_refused():
    with pytest.raises(ValueError):
        list_todos(staff(), cursor="garbage")


def test_only_what_lies_in_scope_is_shown():
    mine, _ = todo(path="37/1/"), todo(path="37/10/")
    assert [item.subject_id for item in list_todos(staff("37/1/")).items] == [mine]
    assert list_todos(staff("37/1/", role="nobody")).items == ()


def test_offices_and_kinds_narrow():
    office = new_id()
    one = todo(office_id=office, kind="a.b")
    todo(kind="a.b")
    todo(office_id=office, kind="a.c")
    assert [item.subject_id for item in list_todos(staff(), offices=[office], kinds=["a.b"]).items] == [one]
    assert list_todos(staff(), offices=[]).items == ()


def test_putting_again_moves_the_date_and_keeps_when_it_was_opened(at_noon):
    subject, office = new_id(), new_id()
    todo(subject_id=subject, office_id=office)
    before = list_todos(staff()).items[0]
    todo(subject_id=subject, office_id=office, due_in=5, is_stopped=True)
    [after] = list_todos(staff()).items
    assert (after.id, after.opened_at) == (before.id, before.opened_at)
    assert (after.due_at, after.is_stopped) == (NOON + timedelta(hours=5), True)


def test_dropping_some_kinds_and_all():
    subject = new_id()
    for kind in ("a.b", "a.c", "a.d"):
        todo(subject_id=subject, kind=kind)
    drop(staff(), subject_id=subject, kinds=["a.b"])
    assert {item.kind for item in list_todos(staff()).items} == {"a.c", "a.d"}
    drop(staff(), subject_id=subject)
    assert list_todos(staff()).items == ()


def test_counts_leave_out_what_is_stopped():
    todo(due_in=-1)
    todo(due_in=-1, is_stopped=True)
    todo(due_in=1)
    todo(due_in=-1, path="38/")
    assert count_todos(staff(), now=NOON) == (3, 1)
