"""Certificates people hold: what they admit to on a day, who may see them, what a number's coming changes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.credentials.tests.maps import ROOT, id_number
from gongyou.engines.casework.tests.stories import at
from gongyou.kernel import catalogue
from gongyou.kernel.access import Actor, system_actor, worker_actor
from gongyou.kernel.actions import Act, action
from gongyou.kernel.canonical import plain
from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.ids import new_id
from gongyou.packkit.loader import load_packs
from gongyou.packkit.recognition import recognition_of
from gongyou.registry import credential_steps as steps
from gongyou.registry.credential_steps import Certificate
from gongyou.registry.models import CredentialChange, HeldCredential
from gongyou.registry.queries.credentials import (
    credentials_of,
    holdings_of,
    own_credentials,
    person_admitted,
)
from gongyou.registry.services import erase_person
from gongyou.registry.services.credentials import (
    note_credential,
    record_credential_number,
    record_credential_review,
)
from gongyou.registry.tests.conftest import AREA, STATION, note, staff

ELECTRICIAN = "6-31-01-03"
NOW = "2026-11-24 09:00"
TODAY = date(2026, 11, 24)
PERMIT = Certificate("low_voltage_permit", number="T110105199001010011", issued_on=date(2024, 1, 10))


@action("tests.publish_recognition", right=None)
def _publish(act: Act) -> None:
    packs, _ = load_packs(ROOT / "packs")
    declared = recognition_of(packs, AREA, ("one-course-two-certificates",))
    catalogue.publish(act, kind="recognition", name=AREA, content=plain(declared))


@action("tests.hold", right=None)
def _hold(act: Act, *, person_id: UUID, certificate: Certificate) -> UUID:
    return steps.hold_credential(
        act, person_id=person_id, office_path=STATION, certificate=certificate, purpose="certificates"
    )


def hold(person_id: UUID, certificate: Certificate) -> UUID:
    return _hold(system_actor(), person_id=person_id, certificate=certificate)


@pytest.fixture
def recognised(db: None) -> None:
    _publish(system_actor())


@pytest.fixture
def person(recognised: None) -> UUID:
    return note(id_number=id_number(7))


@pytest.fixture
def officer() -> Actor:
    return staff("policy_officer", f"{AREA}/")


@pytest.fixture
def owner(person: UUID) -> Actor:
    return worker_actor(new_id(), person)


@pytest.mark.parametrize(
    ("certificate", "on", "is_admitted", "because"),
    [
        (PERMIT, date(2026, 11, 24), True, "有“特种作业操作证"),
        (PERMIT, date(2027, 1, 9), True, "有“特种作业操作证"),  # the last day before review
        (PERMIT, date(2027, 1, 10), False, "复审"),
        (Certificate("低压电工证", number="T1", issued_on=date(2020, 1, 1)), TODAY, False, "复审"),
        (
            Certificate("低压电工证", number="T1", issued_on=date(2020, 1, 1), reviewed_on=date(2024, 6, 1)),
            TODAY,
            False,
            "到期",
        ),
        (
            Certificate("electrician_level", "three", "L1", issued_on=date(2020, 1, 1)),
            TODAY,
            False,
            "低压电工",
        ),
    ],
)
def test_expired_permit_is_not_admitted_and_a_level_never_is(
    person: UUID, officer: Actor, certificate: Certificate, on: date, is_admitted: bool, because: str
) -> None:
    with at(NOW):
        hold(person, certificate)
        found = person_admitted(officer, person, occupation=ELECTRICIAN, area=AREA, on=on)
    assert found.admits is is_admitted
    assert because in "".join(map(str, found.because))
    assert not found.missing if is_admitted else "低压电工" in "".join(map(str, found.missing[0].titles))


def test_a_pending_permit_admits_from_the_day_the_authority_s_number_is_recorded(
    person: UUID, officer: Actor
) -> None:
    with at(NOW):
        pk = hold(person, Certificate("low_voltage_permit", is_pending=True))
        ask = {"occupation": ELECTRICIAN, "area": AREA, "on": TODAY}
        assert "证号" in str(person_admitted(officer, person, **ask).missing[0].reason)
        standing = record_credential_number(
            officer, credential_id=pk, version=1, number="T110105199001010011", issued_on=TODAY
        )
        assert standing.state == "held"
        assert person_admitted(officer, person, **ask).admits
        (view,) = credentials_of(officer, [person])
    assert view.number_masked == "*" * 15 + "0011"
    assert list(CredentialChange.objects.order_by("at", "id").values_list("what", flat=True)) == [
        "pending",
        "numbered",
    ]


def test_the_same_certificate_again_is_the_same_row_and_a_renewal_takes_its_place(person: UUID) -> None:
    with at(NOW):
        first = hold(person, PERMIT)
        assert hold(person, PERMIT) == first
        renewed = Certificate("low_voltage_permit", number=PERMIT.number, issued_on=date(2026, 11, 1))
        assert hold(person, renewed) != first
    assert HeldCredential.objects.get(pk=first).state == "superseded"
    assert [held.issued_on for held in holdings_of([person])[person]] == [date(2026, 11, 1)]


@pytest.mark.parametrize(
    ("certificate", "field"),
    [
        (Certificate("不存在的证", number="1", issued_on=TODAY), "certificate"),
        (Certificate("electrician_level", "九级", "1", issued_on=TODAY), "level"),
        (Certificate("low_voltage_permit", issued_on=TODAY), "number"),
        (Certificate("low_voltage_permit", number="1"), "issued_on"),
        (Certificate("low_voltage_permit", number="1", issued_on=date(2026, 11, 25)), "issued_on"),
        (
            Certificate("low_voltage_permit", number="1", issued_on=TODAY, valid_until=date(2020, 1, 1)),
            "valid_until",
        ),
    ],
)
def test_what_cannot_be_a_certificate_is_refused_by_field(
    person: UUID, certificate: Certificate, field: str
) -> None:
    with at(NOW), pytest.raises(Refusal) as refused:
        hold(person, certificate)
    assert refused.value.field == field
    assert not HeldCredential.objects.exists()


def test_another_county_s_officer_sees_and_writes_nothing(person: UUID, officer: Actor, owner: Actor) -> None:
    other = staff("policy_officer", "370828/")
    with at(NOW):
        hold(person, PERMIT)
        assert len(own_credentials(owner)) == len(credentials_of(officer, [person])) == 1
        assert credentials_of(other, [person]) == ()
        with pytest.raises(NotAllowed):
            person_admitted(other, person, occupation=ELECTRICIAN, area=AREA, on=TODAY)
        with pytest.raises(NotAllowed):
            note_credential(other, person_id=person, office_path=STATION, certificate=PERMIT, evidence="原件")
        with pytest.raises(NotAllowed):
            note_credential(
                other, person_id=person, office_path="370828/", certificate=PERMIT, evidence="原件"
            )
        with pytest.raises(NotAllowed):
            note_credential(owner, person_id=person, office_path=STATION, certificate=PERMIT, evidence="原件")


def test_a_review_moves_the_end_and_only_a_day_that_can_be_is_taken(person: UUID, officer: Actor) -> None:
    with at(NOW):
        pk = hold(person, PERMIT)
        with pytest.raises(Refusal):
            record_credential_review(officer, credential_id=pk, version=1, reviewed_on=date(2023, 1, 1))
        record_credential_review(officer, credential_id=pk, version=1, reviewed_on=date(2026, 11, 20))
        (view,) = credentials_of(officer, [person])
    assert view.standing.ends_on == date(2029, 11, 19)


def test_erasing_a_person_empties_the_numbers_of_their_certificates(person: UUID, owner: Actor) -> None:
    with at(NOW):
        pk = hold(person, PERMIT)
        erase_person(owner, person_id=person)
    row = HeldCredential.objects.get(pk=pk)
    assert (row.number, row.number_index, row.number_masked) == (None, None, "")
