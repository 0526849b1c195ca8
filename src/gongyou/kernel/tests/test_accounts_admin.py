"""Three administrators: one proposes, one confirms, one reads the audit; none does another's work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from gongyou.basics.refusal import Refusal
from gongyou.kernel import moment
from gongyou.kernel.access import Actor, system_actor, visitor_actor
from gongyou.kernel.accounts import (
    Outcome,
    Wanted,
    account_view,
    actor_of_account,
    bootstrap_admins,
    confirm_reset,
    confirm_role,
    decline_reset,
    end_role,
    end_sessions,
    erase_expired_accounts,
    list_accounts,
    list_proposals,
    list_reads,
    list_records,
    list_resets,
    lock_account,
    names_of,
    propose_account,
    propose_role,
    request_reset,
    seed_demo_account,
    sign_in_staff,
    staff_at,
    staff_roles,
    unlock_account,
    verify_audit,
)
from gongyou.kernel.models import Account, AuditRecord, RoleHolding
from gongyou.kernel.personal_data import record_read

pytestmark = pytest.mark.django_db

COUNTY, TOWN, OTHER = "370000/", "370000/01/", "380000/"


@pytest.fixture(autouse=True)
def quick_hashing(settings: Settings) -> None:
    """Scrypt takes 0.3 s on purpose; the sign-in tests use it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@dataclass
class Admins:
    system: Actor
    security: Actor
    audit: Actor


@pytest.fixture
def admins() -> Admins:
    return Admins(*(actor_of_account(one.account_id) for one in bootstrap_admins(system_actor())))


def propose(admins: Admins, login: str = "li.na", *, role: str = "desk", path: str = TOWN) -> UUID:
    return propose_account(
        admins.system,
        login=login,
        name="李娜",
        phone="13800001111",
        role=role,
        office_id=uuid4(),
        office_path=path,
    )


def holding_of(account_id: UUID) -> UUID:
    return RoleHolding.objects.filter(account_id=account_id).latest("id").pk


def appoint(admins: Admins, login: str, role: str, path: str = TOWN) -> Actor:
    account_id = propose(admins, login, role=role, path=path)
    confirm_role(admins.security, holding_id=holding_of(account_id))
    return actor_of_account(account_id)


def refusal(call: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value


def try_sign_in(login: str, password: str) -> Outcome:
    return sign_in_staff(visitor_actor(), login=login, password=password, source="").outcome


def test_a_proposed_account_works_only_after_a_second_person_confirmed_it(admins: Admins) -> None:
    account_id = propose(admins)
    assert refusal(lambda: actor_of_account(account_id)).status == 404
    (proposal,) = list_proposals(admins.security)
    assert (proposal.login, proposal.role, proposal.is_confirmed) == ("li.na", "desk", False)
    confirmed = confirm_role(admins.security, holding_id=proposal.id)
    assert try_sign_in("li.na", confirmed.first_password) is Outcome.PASSWORD_OK
    assert actor_of_account(account_id).may("casework.file", TOWN)
    assert not list_proposals(admins.security)
    again = refusal(lambda: confirm_role(admins.security, holding_id=proposal.id))
    assert again.code == "role_confirmed"


def test_the_phone_is_sealed_and_shown_masked(admins: Admins) -> None:
    account_id = propose(admins)
    assert account_view(admins.system, account_id).phone_masked == "138****1111"
    assert b"13800001111" not in bytes(
        Account.objects.filter(pk=account_id).values_list("phone", flat=True)[0]
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"login": "X"}, "login"),
        ({"login": "9lives"}, "login"),
        ({"login": "有汉字"}, "login"),
        ({"login": "sysadmin"}, "login"),
        ({"name": "  "}, "name"),
        ({"name": "长" * 41}, "name"),
        ({"phone": "123"}, "phone"),
        ({"role": "emperor"}, "role"),
        ({"role": "system"}, "role"),
        ({"role": "worker"}, "role"),
    ],
)
def test_wrong_input_is_refused_at_its_field(admins: Admins, change: dict[str, str], field: str) -> None:
    given = {"login": "li.na", "name": "李娜", "phone": "", "role": "desk"} | change
    refused = refusal(lambda: propose_account(admins.system, **given, office_id=None, office_path=TOWN))
    assert refused.field == field
    assert Account.objects.count() == 3


def test_nobody_does_the_work_of_another_administrator(admins: Admins) -> None:
    account_id = propose(admins)
    holding_id = holding_of(account_id)
    forbidden: list[Callable[[], object]] = [
        lambda: confirm_role(admins.system, holding_id=holding_id),
        lambda: confirm_role(admins.audit, holding_id=holding_id),
        lambda: propose_role(
            admins.security, account_id=account_id, role="caller", office_id=None, office_path=TOWN
        ),
        lambda: propose(Admins(admins.security, admins.security, admins.audit), "other"),
        lambda: lock_account(admins.system, account_id=account_id),
        lambda: request_reset(admins.security, account_id=account_id, kind="password"),
        lambda: list_records(admins.system, Wanted()),
        lambda: list_records(admins.security, Wanted()),
        lambda: verify_audit(admins.security),
        lambda: list_accounts(admins.audit),
        lambda: end_role(admins.audit, holding_id=holding_id),
        lambda: list_accounts(visitor_actor()),
    ]
    for call in forbidden:
        assert refusal(call).code == "not_allowed"


def test_maker_is_not_checker_in_the_service_and_in_the_database(admins: Admins) -> None:
    account_id = propose(admins)
    RoleHolding.objects.filter(account_id=account_id).update(granted_by=admins.security.id)
    refused = refusal(lambda: confirm_role(admins.security, holding_id=holding_of(account_id)))
    assert refused.code == "maker_is_checker"
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleHolding.objects.filter(account_id=account_id).update(confirmed_by=admins.security.id)


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("system_admin", "security_admin", "admins_are_separate"),
        ("security_admin", "audit_admin", "admins_are_separate"),
        ("audit_admin", "system_admin", "admins_are_separate"),
        ("audit_admin", "desk", "admin_or_business"),
        ("leader", "security_admin", "admin_or_business"),
    ],
)
def test_administrators_are_separate(admins: Admins, first: str, second: str, code: str) -> None:
    account_id = propose(admins, role=first)

    def add() -> UUID:
        return propose_role(
            admins.system, account_id=account_id, role=second, office_id=None, office_path=COUNTY
        )

    assert refusal(add).code == code, "also against a role that is only proposed"
    confirm_role(admins.security, holding_id=holding_of(account_id))
    assert refusal(add).code == code
    # A row smuggled past the proposal does not come into force either.
    smuggled = RoleHolding.objects.create(
        account_id=account_id, role=second, from_at=moment.now(), granted_by=admins.system.id
    )
    assert refusal(lambda: confirm_role(admins.security, holding_id=smuggled.pk)).code == code


def test_two_business_roles_are_fine_and_the_same_twice_is_not(admins: Admins) -> None:
    account_id = propose(admins)

    def add(role: str) -> UUID:
        return propose_role(admins.system, account_id=account_id, role=role, office_id=None, office_path=TOWN)

    confirm_role(admins.security, holding_id=holding_of(account_id))
    confirmed = confirm_role(admins.security, holding_id=add("caller"))
    assert confirmed.first_password == "", "a further role doesn't touch the password"
    assert refusal(lambda: add("caller")).code == "role_held"
    assert actor_of_account(account_id).may("casework.call_back", TOWN)


def test_nobody_appoints_locks_or_resets_the_own_account(admins: Admins) -> None:
    me = admins.system.id
    assert (
        refusal(
            lambda: propose_role(
                admins.system, account_id=me, role="system_admin", office_id=None, office_path=COUNTY
            )
        ).code
        == "own_account"
    )
    assert refusal(lambda: request_reset(admins.system, account_id=me, kind="password")).code == "own_account"
    assert refusal(lambda: lock_account(admins.security, account_id=admins.security.id)).code == "own_account"


def test_ending_a_role_takes_its_rights_and_declines_a_proposal(admins: Admins) -> None:
    clerk = appoint(admins, "li.na", "desk")
    end_role(admins.system, holding_id=holding_of(clerk.id))
    assert not actor_of_account(clerk.id).may("casework.file")
    assert refusal(lambda: end_role(admins.system, holding_id=holding_of(clerk.id))).code == "role_over"
    proposed = propose(admins, "zhang.wei")
    end_role(admins.security, holding_id=holding_of(proposed))
    assert refusal(lambda: confirm_role(admins.security, holding_id=holding_of(proposed))).code == "role_over"


def test_the_last_administrator_of_a_kind_stays(admins: Admins) -> None:
    last = holding_of(admins.security.id)
    assert refusal(lambda: end_role(admins.system, holding_id=last)).code == "last_admin"
    assert refusal(lambda: lock_account(admins.security, account_id=admins.audit.id)).code == "last_admin"
    appoint(admins, "sec.two", "security_admin", "")
    end_role(admins.system, holding_id=last)
    assert not actor_of_account(admins.security.id).may("accounts.confirm")


def test_an_administrator_of_one_county_reaches_only_that_county(admins: Admins) -> None:
    county = Admins(
        appoint(admins, "county.sys", "system_admin", COUNTY),
        appoint(admins, "county.sec", "security_admin", COUNTY),
        admins.audit,
    )
    inside = propose(county, "inside", path=TOWN)
    outside = propose(admins, "outside", path=OTHER)
    assert refusal(lambda: propose(county, "abroad", path=OTHER)).code == "not_allowed"
    foreign = [
        lambda: confirm_role(county.security, holding_id=holding_of(outside)),
        lambda: lock_account(county.security, account_id=outside),
        lambda: end_sessions(county.security, account_id=outside),
        lambda: lock_account(county.security, account_id=admins.audit.id),
    ]
    for call in foreign:
        assert refusal(call).code == "not_allowed"
    assert [p.login for p in list_proposals(county.security)] == ["inside"]
    assert {a.login for a in list_accounts(county.security).items} == {"county.sec", "county.sys", "inside"}
    assert refusal(lambda: account_view(county.security, outside)).status == 404
    confirm_role(county.security, holding_id=holding_of(inside))


def test_locking_and_unlocking(admins: Admins) -> None:
    account_id = propose(admins)
    assert refusal(lambda: unlock_account(admins.security, account_id=account_id)).code == "not_opened"
    password = confirm_role(admins.security, holding_id=holding_of(account_id)).first_password
    lock_account(admins.security, account_id=account_id)
    assert try_sign_in("li.na", password) is Outcome.UNKNOWN
    unlock_account(admins.security, account_id=account_id)
    assert try_sign_in("li.na", password) is Outcome.PASSWORD_OK


def test_a_reset_needs_two_persons_too(admins: Admins) -> None:
    account_id = seed_demo_account(
        system_actor(),
        login="demo",
        name="李娜",
        password="Red-Lantern-42",
        role="desk",
        office_id=None,
        office_path=TOWN,
        is_demo=True,
    )
    request_id = request_reset(admins.system, account_id=account_id, kind="second_factor")
    same = refusal(lambda: request_reset(admins.system, account_id=account_id, kind="second_factor"))
    assert same.code == "reset_asked"
    assert [r.id for r in list_resets(admins.security)] == [request_id]
    assert refusal(lambda: confirm_reset(admins.system, request_id=request_id)).code == "not_allowed"
    assert account_view(admins.security, account_id).has_second_factor
    assert confirm_reset(admins.security, request_id=request_id).first_password == ""
    assert not account_view(admins.security, account_id).has_second_factor
    assert refusal(lambda: confirm_reset(admins.security, request_id=request_id)).code == "reset_decided"
    again = request_reset(admins.system, account_id=account_id, kind="password")
    decline_reset(admins.security, request_id=again)
    assert try_sign_in("demo", "Red-Lantern-42") is Outcome.PASSWORD_OK
    third = request_reset(admins.system, account_id=account_id, kind="password")
    password = confirm_reset(admins.security, request_id=third).first_password
    assert try_sign_in("demo", "Red-Lantern-42") is Outcome.BAD_PASSWORD
    assert try_sign_in("demo", password) is Outcome.PASSWORD_OK
    assert refusal(lambda: request_reset(admins.system, account_id=account_id, kind="all")).field == "kind"


def test_the_list_finds_by_beginning_and_pages(admins: Admins) -> None:
    for number in range(5):
        propose(admins, f"clerk{number}")
    first = list_accounts(admins.system, text="CLERK", size=3)
    rest = list_accounts(admins.system, text="clerk", cursor=first.next, size=3)
    assert [a.login for a in first.items + rest.items] == [f"clerk{n}" for n in range(5)]
    assert rest.next == ""
    assert {a.login for a in list_accounts(admins.system, text="李").items} == {f"clerk{n}" for n in range(5)}
    assert not list_accounts(admins.system, text="%").items


def test_colleagues_know_each_other_and_visitors_know_nobody(admins: Admins) -> None:
    clerk = appoint(admins, "li.na", "desk")
    assert names_of(clerk, [clerk.id, admins.system.id, system_actor().id]) == {
        clerk.id: "李娜",
        admins.system.id: "sysadmin",
        system_actor().id: "平台",
    }
    assert names_of(visitor_actor(), [clerk.id]) == {}
    assert [(s.name, s.roles) for s in staff_at(clerk, office_path=TOWN)] == [("李娜", ("desk",))]
    assert staff_at(visitor_actor(), office_path=TOWN) == ()


def test_the_roles_on_offer_are_those_of_staff() -> None:
    offered = {role.id for role in staff_roles()}
    assert {"desk", "leader", "system_admin"} <= offered
    assert not offered & {"visitor", "worker", "system"}


def test_the_audit_administrator_finds_who_did_what(admins: Admins) -> None:
    account_id = propose(admins)
    confirm_role(admins.security, holding_id=holding_of(account_id))
    about = list_records(admins.audit, Wanted(subject=f"account:{account_id}")).items
    assert [(t.action, t.actor_id) for t in about] == [
        ("accounts.confirm_role", admins.security.id),
        ("accounts.propose_account", admins.system.id),
    ]
    mine = list_records(admins.audit, Wanted(actor_id=admins.system.id, action="accounts.propose")).items
    assert [t.action for t in mine] == ["accounts.propose_account"]
    now = moment.now()
    assert not list_records(admins.audit, Wanted(since=now + timedelta(hours=1))).items
    assert not list_records(admins.audit, Wanted(until=now - timedelta(hours=1))).items
    page = list_records(admins.audit, Wanted(), size=2)
    rest = list_records(admins.audit, Wanted(), cursor=page.next, size=50)
    assert len(page.items) + len(rest.items) == AuditRecord.objects.count()
    assert rest.next == 0


def test_the_audit_administrator_sees_reads_of_personal_data(admins: Admins) -> None:
    ids = [uuid4(), uuid4()]
    record_read(admins.security, "person", ids, "核实身份")
    read = list_reads(admins.audit, Wanted(actor_id=admins.security.id))[0]
    assert (read.noun, read.purpose, read.count) == ("person", "核实身份", 2)


def test_verifying_is_itself_recorded(admins: Admins) -> None:
    verdict = verify_audit(admins.audit)
    assert verdict.is_intact
    newest = list_records(admins.audit, Wanted(), size=1).items[0]
    assert (newest.action, newest.subject) == ("audit.verify", "audit:intact")


def test_a_staff_account_closed_for_two_years_loses_phone_and_secret_and_keeps_its_name(
    admins: Admins,
) -> None:
    clerk = appoint(admins, "li.na", "desk")
    in_office = appoint(admins, "zhang.wei", "desk")
    end_role(admins.system, holding_id=holding_of(clerk.id))
    with moment.standing_at(moment.now() + timedelta(days=729)):
        assert erase_expired_accounts(10) == 0
    with moment.standing_at(moment.now() + timedelta(days=731)):
        assert erase_expired_accounts(10) == 1
        assert erase_expired_accounts(10) == 0
    closed, kept = Account.objects.get(pk=clerk.id), Account.objects.get(pk=in_office.id)
    assert (closed.phone, closed.phone_masked, closed.name, closed.is_active) == (None, "", "李娜", False)
    assert kept.phone is not None
