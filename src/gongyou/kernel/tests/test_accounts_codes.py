"""Workers: phone and code, limits, the account that comes into being."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.kernel.access import system_actor, visitor_actor
from gongyou.kernel.accounts import (
    Outcome,
    SignIn,
    actor_for_session,
    ask_code,
    digest_of_key,
    enter_code,
    erase_expired_accounts,
    start_session,
)
from gongyou.kernel.models import Account, Message, OneTimeCode
from gongyou.kernel.moment import SHANGHAI, standing_at
from gongyou.kernel.personal_data import record_read

pytestmark = pytest.mark.django_db

NIGHT = datetime(2026, 11, 23, 23, 0, tzinfo=SHANGHAI)
PHONE = "13812345678"
VISITOR = visitor_actor()


def ask(at: datetime = NIGHT, *, phone: str = PHONE, source: str = "10.1.1.1") -> str:
    """Ask for a code and read it from the message that would be sent."""
    with standing_at(at):
        ask_code(VISITOR, phone=phone, source=source)
    message = Message.objects.order_by("-id")[0]
    grant = record_read(system_actor(), "message", [message.pk], "test reads the code")
    found = re.search(r"\d{6}", message.text.open(grant))
    assert found
    return found.group()


def enter(
    code: str, at: datetime = NIGHT, *, source: str = "10.1.1.1", person_id: UUID | None = None
) -> SignIn:
    with standing_at(at):
        return enter_code(VISITOR, phone=PHONE, code=code, source=source, person_id=person_id)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_first_right_code_opens_the_account_and_the_next_finds_it() -> None:
    person_id = uuid4()
    first = enter(ask())
    assert first.outcome is Outcome.OK
    again = enter(ask(NIGHT + timedelta(minutes=2)), NIGHT + timedelta(minutes=2), person_id=person_id)
    assert again.account_id == first.account_id
    account = Account.objects.get()
    assert (account.kind, account.person_id, account.phone_masked) == ("worker", person_id, "138****5678")
    assert PHONE.encode() not in bytes(Account.objects.values_list("phone", flat=True)[0])
    assert not account.has_usable_password()
    enter(ask(NIGHT + timedelta(minutes=4)), NIGHT + timedelta(minutes=4), person_id=uuid4())
    assert Account.objects.get().person_id == person_id, "a known person is not exchanged"


def test_the_worker_acts_as_own_person_only() -> None:
    person_id = uuid4()
    account_id = enter(ask(), person_id=person_id).account_id
    assert account_id is not None
    with standing_at(NIGHT):
        start_session(VISITOR, account_id=account_id, key_digest=digest_of_key("k" * 32), source="")
        actor = actor_for_session("k" * 32)
    assert actor is not None
    assert (actor.kind, actor.person_id) == ("worker", person_id)
    assert actor.may("casework.own")
    assert not actor.may("casework.read")


def test_the_code_goes_out_at_night_and_only_as_a_digest_into_the_table() -> None:
    code = ask()
    message = Message.objects.get()
    assert message.is_urgent
    assert message.not_before <= NIGHT
    assert code.encode() not in bytes(OneTimeCode.objects.get().code_digest)


@pytest.mark.parametrize(
    ("after", "outcome"), [(timedelta(seconds=299), Outcome.OK), (timedelta(minutes=5), Outcome.BAD_CODE)]
)
def test_a_code_is_good_for_five_minutes(after: timedelta, outcome: Outcome) -> None:
    assert enter(ask(), NIGHT + after).outcome is outcome


def test_a_code_is_good_once() -> None:
    code = ask()
    assert enter(code).outcome is Outcome.OK
    assert enter(code).outcome is Outcome.BAD_CODE


@pytest.mark.parametrize(("mistakes", "outcome"), [(4, Outcome.OK), (5, Outcome.BAD_CODE)])
def test_five_tries_per_code(mistakes: int, outcome: Outcome) -> None:
    code = ask()
    for _ in range(mistakes):
        assert enter(wrong(code)).outcome is Outcome.BAD_CODE
    assert enter(code).outcome is outcome
    assert Account.objects.exists() is (outcome is Outcome.OK)


def test_only_the_newest_code_counts() -> None:
    old = ask()
    later = NIGHT + timedelta(minutes=2)
    new = ask(later)
    if old != new:
        assert enter(old, later).outcome is Outcome.BAD_CODE
    assert enter(new, later).outcome is Outcome.OK


def refusal_of(at: datetime, phone: str = PHONE, source: str = "10.1.1.1") -> Refusal:
    with pytest.raises(Refusal) as refused, standing_at(at):
        ask_code(VISITOR, phone=phone, source=source)
    return refused.value


def test_one_code_a_minute_and_five_an_hour_per_phone() -> None:
    ask()
    assert refusal_of(NIGHT + timedelta(seconds=59)).code == "code_each_minute"
    for minute in range(2, 10, 2):
        ask(NIGHT + timedelta(minutes=minute))
    refused = refusal_of(NIGHT + timedelta(minutes=30))
    assert (refused.code, refused.status) == ("code_each_hour", 429)
    ask(NIGHT + timedelta(minutes=61))


def test_twenty_codes_an_hour_per_source() -> None:
    for number in range(20):
        ask(phone=f"139000000{number:02d}")
    assert refusal_of(NIGHT, phone="13900000099").code == "code_each_source"
    ask(phone="13900000099", source="10.2.2.2")


def test_a_source_that_keeps_guessing_is_stopped() -> None:
    for number in range(4):
        at = NIGHT + timedelta(minutes=2 * number)
        code = ask(at)
        for _ in range(5):
            enter(wrong(code), at)
    at = NIGHT + timedelta(minutes=8)
    code = ask(at)
    assert enter(code, at).outcome is Outcome.LOCKED
    assert enter(code, at, source="10.9.9.9").outcome is Outcome.OK


@pytest.mark.parametrize("phone", ["", "12345", "0537-1234567", "4001234567", "1381234567x"])
def test_what_is_no_mobile_is_refused_at_its_field(phone: str) -> None:
    assert refusal_of(NIGHT, phone=phone).field == "phone"
    assert not Message.objects.exists()


def test_a_locked_worker_gets_no_session() -> None:
    enter(ask())
    Account.objects.update(is_active=False)
    at = NIGHT + timedelta(minutes=2)
    answer = enter(ask(at), at)
    assert (answer.outcome, answer.account_id) == (Outcome.UNKNOWN, None)


def test_two_years_without_use_erase_the_account() -> None:
    account_id = enter(ask()).account_id
    assert account_id is not None
    with standing_at(NIGHT):
        start_session(VISITOR, account_id=account_id, key_digest=digest_of_key("k"), source="")
    with standing_at(NIGHT + timedelta(days=729)):
        assert erase_expired_accounts(10) == 0
    with standing_at(NIGHT + timedelta(days=731)):
        assert erase_expired_accounts(10) == 1
    assert not Account.objects.exists()
