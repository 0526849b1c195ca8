"""Correcting, withdrawing, erasing: what a person may ask for, and what stays afterwards."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.kernel import moment
from gongyou.kernel.access import Actor, visitor_actor, worker_actor
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.models import Event
from gongyou.kernel.personal_data import declarations
from gongyou.registry import queries, services
from gongyou.registry.erasure import erase_expired
from gongyou.registry.models import Consent, Person, PersonTie
from gongyou.registry.tests.conftest import AREA, CONTROLLER, STATION, note, run, staff
from gongyou.registry.tests.test_people import raw_row

pytestmark = pytest.mark.django_db


def close(subject: str, keep_until: date) -> None:
    run("close_ties", subject=subject, keep_until=keep_until)


def test_a_correction_replaces_content_mask_and_index(
    tied: tuple[UUID, str], worker: Actor, desk: Actor
) -> None:
    person_id, _ = tied
    view = services.correct_person(worker, person_id=person_id, phone="139 0000 1111")
    assert view.phone_masked == "139****1111"
    assert view.name_masked == "王**"
    assert queries.find_person_by_phone(CONTROLLER, "13900001111") == person_id
    assert queries.find_person_by_phone(CONTROLLER, "13812345678") is None
    services.correct_person(desk, person_id=person_id, name="王建华", phone="")
    opened = queries.access_people(desk, [person_id], purpose="核对")[person_id]
    assert (opened.name, opened.phone) == ("王建华", "")
    assert Event.objects.filter(name="registry.person_corrected").count() == 2


def test_nobody_corrects_a_person_out_of_reach(tied: tuple[UUID, str], other_desk: Actor) -> None:
    for actor in (other_desk, visitor_actor(), staff("audit_admin", f"{AREA}/")):
        with pytest.raises(NotAllowed):
            services.correct_person(actor, person_id=tied[0], name="改名")


def test_a_wrong_correction_changes_nothing(tied: tuple[UUID, str], worker: Actor) -> None:
    with pytest.raises(Refusal) as refused:
        services.correct_person(worker, person_id=tied[0], name="王一", phone="123")
    assert refused.value.field == "phone"
    assert queries.access_people(worker, [tied[0]], purpose="查看本人信息")[tied[0]].name == "王建国"


def test_consent_is_recorded_once_and_withdrawn_by_the_person(tied: tuple[UUID, str], worker: Actor) -> None:
    person_id, _ = tied
    facts = {"person_id": person_id, "purpose": "活动通知", "basis": "consent", "evidence": "扫码勾选"}
    assert run("record_consent", **facts) == run("record_consent", **facts)
    run("record_consent", person_id=person_id, purpose="活动通知", basis="statutory_duty")

    withdrawn = services.withdraw_consent(worker, person_id=person_id, purpose="活动通知")

    assert withdrawn.count == 1
    in_force = Consent.objects.filter(person_id=person_id, withdrawn_at=None)
    assert [c.basis for c in in_force] == ["statutory_duty"]
    assert Event.objects.filter(name="registry.consent_withdrawn").count() == 1
    with pytest.raises(DomainError) as refused:
        services.withdraw_consent(worker, person_id=person_id, purpose="活动通知")
    assert refused.value.code == "no_consent"
    run("record_consent", **facts)  # may be given again
    own = queries.own_person(worker)
    assert own is not None
    assert len(own.consents) == 3


def test_unknown_bases_and_people_are_refused(tied: tuple[UUID, str]) -> None:
    with pytest.raises(Refusal):
        run("record_consent", person_id=tied[0], purpose="活动通知", basis="because")
    with pytest.raises(NotFound):
        run("record_consent", person_id=UUID(int=1), purpose="活动通知", basis="consent")


def test_no_erasure_while_a_matter_is_open(tied: tuple[UUID, str], worker: Actor) -> None:
    with pytest.raises(DomainError) as refused:
        services.erase_person(worker, person_id=tied[0])
    assert refused.value.code == "open_matters"
    assert "1件" in refused.value.sentence()
    assert Person.objects.get(pk=tied[0]).erased_at is None


def test_erasure_empties_the_row_and_keeps_it(tied: tuple[UUID, str], worker: Actor, desk: Actor) -> None:
    person_id, subject = tied
    run("record_consent", person_id=person_id, purpose="活动通知", basis="consent", evidence="王建国本人签字")
    close(subject, date(2030, 1, 1))

    services.erase_person(worker, person_id=person_id)

    row = Person.objects.get(pk=person_id)
    assert (row.name, row.phone, row.id_number, row.phone_index, row.birth_year) == (None,) * 5
    assert row.erased_at is not None
    text = raw_row(person_id)
    assert "王" not in text
    assert "****5678" not in text
    assert Consent.objects.get(person_id=person_id).evidence == ""
    assert queries.find_person_by_phone(CONTROLLER, "13812345678") is None
    assert queries.show_people(desk, [person_id])[person_id].is_erased
    assert queries.access_people(desk, [person_id], purpose="核对")[person_id].name == ""
    assert note() != person_id
    with pytest.raises(NotFound):
        services.correct_person(worker, person_id=person_id, name="王建国")


def test_only_who_holds_the_right_erases(tied: tuple[UUID, str], desk: Actor) -> None:
    close(tied[1], date(2030, 1, 1))
    with pytest.raises(NotAllowed):
        services.erase_person(desk, person_id=tied[0])
    with pytest.raises(NotAllowed):
        services.erase_person(staff("leader", "990202/"), person_id=tied[0])
    assert services.erase_person(staff("leader", f"{AREA}/"), person_id=tied[0]).person_id == tied[0]


@pytest.mark.parametrize(
    ("today", "erased"),
    [("2026-11-21", 0), ("2026-11-22", 0), ("2026-11-23", 1)],
)
def test_people_go_the_day_after_their_last_keep_time(
    tied: tuple[UUID, str], today: str, erased: int
) -> None:
    person_id, subject = tied
    run("tie_person", person_id=person_id, subject="case:early", role="subject", office_path=STATION)
    close("case:early", date(2026, 1, 1))
    close(subject, date(2026, 11, 22))
    with moment.standing_at(datetime.fromisoformat(f"{today}T03:00:00+08:00")):
        assert erase_expired(500) == erased
        assert erase_expired(500) == 0
    assert (Person.objects.get(pk=person_id).erased_at is not None) is bool(erased)


def test_an_open_or_reopened_matter_keeps_its_people(tied: tuple[UUID, str]) -> None:
    _, subject = tied
    note("无事", "13712345678")  # never tied: not the eraser's
    with moment.standing_at(moment.now() + timedelta(days=9999)):
        assert erase_expired(500) == 0
        close(subject, date(2026, 1, 1))
        assert run("reopen_ties", subject=subject) == 1
        assert erase_expired(500) == 0
        close(subject, date(2026, 1, 1))
        assert erase_expired(500) == 1


def test_erasure_goes_in_chunks() -> None:
    for number in range(5):
        person_id = note("张三", f"1380000000{number}")
        run("tie_person", person_id=person_id, subject=f"case:{number}", role="subject", office_path=STATION)
        close(f"case:{number}", date(2020, 1, 1))
    assert [erase_expired(2) for _ in range(4)] == [2, 2, 1, 0]


def test_every_table_about_people_is_declared() -> None:
    declared = {declaration.model for declaration in declarations()}
    assert {Person, Consent, PersonTie} <= declared


REGISTERED = {"area": AREA, "source": "import", "purpose": "会员服务", "basis": "consent"}


def test_a_register_entry_is_seen_from_the_root_and_ends_when_the_person_asks(desk: Actor) -> None:
    noted = services.add_person(desk, name="赵敏", phone="13612345678", **REGISTERED)
    assert services.add_person(desk, name="赵敏", phone="13612345678", **REGISTERED) == noted
    person_id = noted.person_id
    assert queries.show_people(desk, [person_id]) == {}  # a station's desk needs a matter
    assert person_id in queries.show_people(staff("dispatcher", f"{AREA}/"), [person_id])
    assert Consent.objects.filter(person_id=person_id, basis="consent").count() == 1
    with moment.standing_at(moment.now() + timedelta(days=9999)):
        assert erase_expired(500) == 0

    services.erase_person(worker_actor(new_id(), person_id), person_id=person_id)

    assert Person.objects.get(pk=person_id).name is None
    assert not PersonTie.objects.filter(person_id=person_id, is_open=True).exists()


def test_a_register_takes_no_nameless_baseless_or_foreign_entry(desk: Actor) -> None:
    for facts in ({"name": " "}, {"name": "赵敏", "basis": "because"}):
        with pytest.raises(Refusal):
            services.add_person(desk, **{"name": "赵敏", **REGISTERED, **facts})
    with pytest.raises(NotAllowed):
        services.add_person(desk, name="赵敏", **{**REGISTERED, "area": "990202"})
    assert not Person.objects.exists()
