"""Noting people once, sealing what is known, and who may open it."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from django.db import connection

from gongyou.basics.refusal import Refusal
from gongyou.kernel.access import Actor, visitor_actor, worker_actor
from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.ids import new_id
from gongyou.kernel.models import ReadRecord
from gongyou.registry import queries
from gongyou.registry.models import Person, PersonTie
from gongyou.registry.tests.conftest import AREA, CONTROLLER, OTHER_STATION, STATION, note, run, staff

pytestmark = pytest.mark.django_db
ID_NUMBER = "11010519491231002X"


def raw_row(person_id: UUID) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registry_person")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    row = next(r for r in rows if str(r["id"]).replace("-", "") == person_id.hex)
    parts = [
        bytes(v).decode("utf-8", "replace") if isinstance(v, bytes | memoryview) else str(v)
        for v in row.values()
    ]
    return " ".join(parts)


def test_what_is_known_is_unreadable_in_the_row_itself() -> None:
    person_id = note("王建国", "138 1234 5678", id_number=ID_NUMBER)
    text = raw_row(person_id)
    for secret in ("建国", "13812345678", "12345678", ID_NUMBER, "19491231"):
        assert secret not in text
    assert "王**" in text
    assert "138****5678" in text


def test_the_same_person_is_noted_once() -> None:
    first = note("王建国", "13812345678")
    assert note(" 王建国 ", "+86 138-1234-5678") == first
    assert note("王建国", "１３８１２３４５６７８") == first


@pytest.mark.parametrize(
    "other",
    [
        {"name": "李四"},
        {"phone": "13912345678"},
        {"controller": "union:990202"},
    ],
)
def test_another_name_number_or_controller_is_another_row(other: dict[str, str]) -> None:
    assert note() != note(**other)


def test_without_a_phone_every_noting_is_a_new_row() -> None:
    assert note(phone="") != note(phone="")


def test_an_identity_number_completes_a_row_and_tells_people_apart(desk: Actor) -> None:
    first = note()
    assert note(id_number=ID_NUMBER) == first
    assert note() == first
    second = note(id_number="990101199003071210")
    assert second != first
    person = Person.objects.get(pk=first)
    assert person.birth_year == 1949
    assert person.id_number_index is not None


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"phone": "12345"}, "phone"),
        ({"name": "很" * 41}, "name"),
        ({"id_number": "110105194912310021"}, "resident_id"),
        ({"area": "37"}, "area"),
        ({"purpose": " "}, "purpose"),
    ],
)
def test_wrong_facts_are_refused_at_their_field(facts: dict[str, str], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        note(**facts)
    assert refused.value.field == field
    assert not Person.objects.exists()


def test_a_person_is_found_by_phone_only_where_the_number_is_theirs_alone() -> None:
    person_id = note()
    assert queries.find_person_by_phone(CONTROLLER, "138-1234-5678") == person_id
    assert queries.find_person_by_phone("union:990202", "13812345678") is None
    note("王小明")  # a household's shared number opens nobody's matters
    assert queries.find_person_by_phone(CONTROLLER, "13812345678") is None


def test_access_follows_the_matter(tied: tuple[UUID, str], desk: Actor, other_desk: Actor) -> None:
    person_id, subject = tied
    assert queries.show_people(desk, [person_id])[person_id].name_masked == "王**"
    assert queries.show_people(other_desk, [person_id]) == {}
    with pytest.raises(NotAllowed):
        queries.access_people(other_desk, [person_id], purpose="回访")

    run("move_ties", subject=subject, office_path=OTHER_STATION)

    assert queries.show_people(desk, [person_id]) == {}
    assert queries.access_people(other_desk, [person_id], purpose="回访")[person_id].phone == "13812345678"


def test_a_scope_ends_at_its_own_path() -> None:
    person_id = note()
    run("tie_person", person_id=person_id, subject="case:1", role="subject", office_path=f"{AREA}/010/001/")
    assert queries.show_people(staff("dispatcher", f"{AREA}/01/"), [person_id]) == {}
    assert person_id in queries.show_people(staff("dispatcher", f"{AREA}/"), [person_id])


def test_opening_leaves_one_record_for_the_page(tied: tuple[UUID, str], desk: Actor) -> None:
    person_id, _ = tied
    second = note("李四", "13912345678")
    run("tie_person", person_id=second, subject="case:2", role="subject", office_path=STATION)
    before = ReadRecord.objects.count()

    opened = queries.access_people(desk, [person_id, second], purpose="核对地址")

    assert {p.name for p in opened.values()} == {"王建国", "李四"}
    record = ReadRecord.objects.order_by("-at", "-id").first()
    assert ReadRecord.objects.count() == before + 1
    assert record.actor_id == desk.id
    assert record.purpose == "核对地址"
    assert set(record.ids) == {str(person_id), str(second)}
    assert "王建国" not in repr(opened)


def test_one_person_out_of_reach_closes_the_whole_page(tied: tuple[UUID, str], desk: Actor) -> None:
    stranger = note("李四", "13912345678")
    before = ReadRecord.objects.count()
    with pytest.raises(NotAllowed):
        queries.access_people(desk, [tied[0], stranger], purpose="核对")
    with pytest.raises(NotAllowed):
        queries.access_people(desk, [new_id()], purpose="核对")
    assert ReadRecord.objects.count() == before


def test_no_purpose_no_reading(tied: tuple[UUID, str], desk: Actor) -> None:
    with pytest.raises(NotAllowed):
        queries.access_people(desk, [tied[0]], purpose="")


def test_a_worker_reaches_their_own_row_alone(tied: tuple[UUID, str], worker: Actor) -> None:
    stranger = note("李四", "13912345678")
    assert set(queries.show_people(worker, [tied[0], stranger])) == {tied[0]}
    assert queries.access_people(worker, [tied[0]], purpose="查看本人信息")[tied[0]].name == "王建国"
    with pytest.raises(NotAllowed):
        queries.access_people(worker, [stranger], purpose="查看")
    own = queries.own_person(worker)
    assert own is not None
    assert (own.person.id, own.controller, own.purpose) == (tied[0], CONTROLLER, "casework:demo")
    assert queries.own_person(worker_actor(new_id(), None)) is None


def test_a_visitor_sees_nobody(tied: tuple[UUID, str]) -> None:
    with pytest.raises(NotAllowed):
        queries.show_people(visitor_actor(), [tied[0]])
    with pytest.raises(NotAllowed):
        queries.own_person(visitor_actor())


def test_the_three_administrators_read_no_person(tied: tuple[UUID, str]) -> None:
    for role in ("system_admin", "security_admin", "audit_admin"):
        with pytest.raises(NotAllowed):
            queries.show_people(staff(role, f"{AREA}/"), [tied[0]])


def test_work_opens_a_person_under_the_actor_of_the_action(tied: tuple[UUID, str], desk: Actor) -> None:
    opened = run("open_for_work", actor=desk, ids=[tied[0]], purpose="告知办理进展")
    assert opened[tied[0]].phone == "13812345678"  # type: ignore[index]
    assert ReadRecord.objects.filter(actor_id=desk.id, purpose="告知办理进展").count() == 1


def test_ties_are_kept_once_closed_and_reopened(tied: tuple[UUID, str]) -> None:
    person_id, subject = tied
    run("tie_person", person_id=person_id, subject=subject, role="subject", office_path=OTHER_STATION)
    tie = PersonTie.objects.get(person_id=person_id)
    assert (tie.office_path, tie.is_open) == (OTHER_STATION, True)
    run("tie_person", person_id=person_id, subject=subject, role="call_back", office_path=STATION)
    assert run("move_ties", subject=subject, office_path=STATION, role="subject") == 1
    assert run("drop_ties", subject=subject, role="call_back") == 1
    assert PersonTie.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_first_messages_at_one_moment_make_one_row() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite writers take turns anyway")
    found: list[UUID] = []

    def write() -> None:
        found.append(note())
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1
