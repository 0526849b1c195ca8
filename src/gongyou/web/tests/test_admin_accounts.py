"""The administrators' pages: one proposes, one confirms, one reads the audit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from gongyou.kernel.access import system_actor
from gongyou.kernel.accounts import (
    bootstrap_admins,
    digest_of_key,
    propose_account,
    seed_demo_account,
    sign_in_staff,
    start_session,
)
from gongyou.kernel.accounts.sessions import actor_of_account
from gongyou.kernel.models import Account, AuditRecord, RoleHolding
from gongyou.kernel.personal_data import record_read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_hashing(settings: Settings) -> None:
    """Scrypt takes 0.3 s on purpose; the kernel's tests sign in with it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@dataclass
class Clients:
    system: Client
    security: Client
    audit: Client
    ids: dict[str, UUID]


def client_of(account_id: UUID) -> Client:
    client = Client()
    session = client.session
    session.save()
    client.cookies["sessionid"] = session.session_key
    start_session(
        system_actor(),
        account_id=account_id,
        key_digest=digest_of_key(session.session_key),
        source="10.0.0.7",
    )
    return client


@pytest.fixture
def clients() -> Clients:
    first = bootstrap_admins(system_actor())
    system, security, audit = (client_of(one.account_id) for one in first)
    return Clients(system, security, audit, {one.role: one.account_id for one in first})


def propose(clients: Clients, login: str = "li.na") -> UUID:
    given = {"login": login, "name": "李娜", "phone": "13800001111", "role": "desk", "office": "*"}
    answer = clients.system.post("/desk/accounts/new/", given)
    assert answer.status_code == 302, answer.content.decode()
    return Account.objects.get(login=login).pk


def confirm(clients: Clients, account_id: UUID) -> str:
    holding = RoleHolding.objects.get(account_id=account_id)
    page = clients.security.post(reverse("admin_accounts:confirm_role", args=[holding.pk]))
    found = re.search(r'<code translate="no">([^<]+)</code>', page.content.decode())
    assert found, "the one-time password stands in this answer"
    return found.group(1)


def test_from_proposal_to_first_sign_in(clients: Clients) -> None:
    account_id = propose(clients)
    waiting = clients.security.get("/desk/accounts/queue/").content.decode()
    assert "李娜" in waiting
    assert "窗口经办" in waiting
    assert "sysadmin" in waiting
    password = confirm(clients, account_id)
    answer = Client().post("/sign-in/", {"login": "li.na", "password": password})
    assert answer.url == "/sign-in/password/"
    assert "没有等待确认的申请" in clients.security.get("/desk/accounts/queue/").content.decode()
    assert password not in clients.security.get("/desk/accounts/queue/").content.decode()


def test_lists_and_pages_show_masked_phones_only(clients: Clients) -> None:
    account_id = propose(clients)
    for page in ("/desk/accounts/?text=li", f"/desk/accounts/{account_id}/"):
        html = clients.system.get(page).content.decode()
        assert "李娜" in html
        assert "13800001111" not in html
        assert re.search(r"138\s?\*\*\*\*\s?1111", html)


def test_wrong_input_keeps_what_was_typed_and_says_why(clients: Clients) -> None:
    given = {"login": "有汉字", "name": "李娜", "phone": "", "role": "desk", "office": "*"}
    answer = clients.system.post("/desk/accounts/new/", given)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "不合规则" in html
    assert 'value="李娜"' in html
    missing = clients.system.post("/desk/accounts/new/", {}).content.decode()
    assert "请填写登录名。" in missing
    assert "请选择单位。" in missing
    assert Account.objects.count() == 3


def test_a_role_that_may_not_be_combined_is_refused_on_the_form(clients: Clients) -> None:
    account_id = propose(clients)
    answer = clients.system.post(
        f"/desk/accounts/{account_id}/roles/", {"role": "audit_admin", "office": "*"}
    )
    assert answer.status_code == 422
    assert "管理员账号不能同时承担业务岗位" in answer.content.decode()
    added = clients.system.post(f"/desk/accounts/{account_id}/roles/", {"role": "caller", "office": "*"})
    assert added.status_code == 302
    assert RoleHolding.objects.filter(account_id=account_id).count() == 2


def test_lock_unlock_end_sessions_and_reset(clients: Clients) -> None:
    account_id = propose(clients)
    confirm(clients, account_id)
    colleague = client_of(account_id)
    page = f"/desk/accounts/{account_id}/"
    assert "10.0.0.7" in clients.security.get(page).content.decode()
    clients.security.post(page + "sessions/end/")
    assert "10.0.0.7" not in clients.security.get(page).content.decode()
    assert colleague.get("/desk/accounts/").url.startswith("/sign-in/")
    clients.security.post(page + "lock/")
    assert "已停用" in clients.security.get(page).content.decode()
    clients.security.post(page + "unlock/")
    assert "可登录" in clients.security.get(page).content.decode()
    assert clients.system.post(page + "reset/", {"kind": "password"}).status_code == 302
    queue = clients.security.get("/desk/accounts/queue/").content.decode()
    address = re.search(r'action="(/desk/accounts/resets/[^"]+/confirm/)"', queue)
    assert address
    assert "首次登录密码" in clients.security.post(address.group(1)).content.decode()


def test_the_queue_can_send_back_a_proposal_and_a_reset(clients: Clients) -> None:
    account_id = propose(clients)
    holding = RoleHolding.objects.get(account_id=account_id)
    back = clients.security.post(reverse("admin_accounts:end_role", args=[holding.pk]), {"from": "queue"})
    assert back.url == "/desk/accounts/queue/"
    assert RoleHolding.objects.get(pk=holding.pk).until_at is not None
    other = propose(clients, "zhang.wei")
    confirm(clients, other)
    clients.system.post(f"/desk/accounts/{other}/reset/", {"kind": "second_factor"})
    queue = clients.security.get("/desk/accounts/queue/").content.decode()
    address = re.search(r'action="(/desk/accounts/resets/[^"]+/decline/)"', queue)
    assert address
    assert clients.security.post(address.group(1)).status_code == 302
    assert "没有等待确认的申请" in clients.security.get("/desk/accounts/queue/").content.decode()


PAGES = [
    ("/desk/accounts/", "get", {"system_admin", "security_admin"}),
    ("/desk/accounts/new/", "get", {"system_admin"}),
    ("/desk/accounts/queue/", "get", {"security_admin"}),
    ("/desk/accounts/{id}/", "get", {"system_admin", "security_admin"}),
    ("/desk/accounts/{id}/lock/", "post", {"security_admin"}),
    ("/desk/accounts/{id}/unlock/", "post", {"security_admin"}),
    ("/desk/accounts/{id}/sessions/end/", "post", {"security_admin"}),
    ("/desk/accounts/{id}/reset/", "post", {"system_admin"}),
    ("/desk/accounts/roles/{holding}/confirm/", "post", {"security_admin"}),
    ("/desk/audit/", "get", {"audit_admin"}),
    ("/desk/audit/reads/", "get", {"audit_admin"}),
    ("/desk/audit/verify/", "post", {"audit_admin"}),
]


@pytest.mark.parametrize(("page", "method", "allowed"), PAGES)
def test_each_administrator_reaches_the_own_pages_only(
    clients: Clients, page: str, method: str, allowed: set[str]
) -> None:
    account_id = seed_demo_account(
        system_actor(),
        login="demo",
        name="李娜",
        password="Red-Lantern-42",
        role="leader",
        office_id=None,
        office_path="",
        is_demo=True,
    )
    proposed = propose_account(
        actor_of_account(clients.ids["system_admin"]),
        login="new.one",
        name="新人",
        phone="",
        role="desk",
        office_id=None,
        office_path="",
    )
    holding = RoleHolding.objects.get(account_id=proposed).pk
    address = page.format(id=account_id, holding=holding)
    everybody = {
        "leader": client_of(account_id),
        "audit_admin": clients.audit,
        "security_admin": clients.security,
        "system_admin": clients.system,
    }
    for role in sorted(everybody, key=lambda r: r in allowed):  # the refused ones first
        answer = getattr(everybody[role], method)(address, {"kind": "password"})
        assert (answer.status_code != 403) is (role in allowed), role
        assert answer.status_code < 500
    visitor = getattr(Client(), method)(address)
    assert visitor.url.startswith("/sign-in/")


def test_the_last_administrator_cannot_be_locked_and_the_page_says_why(clients: Clients) -> None:
    answer = clients.security.post(f"/desk/accounts/{clients.ids['audit_admin']}/lock/")
    assert answer.status_code == 400
    assert "最后一位" in answer.content.decode()


def test_an_unknown_account_is_a_calm_404(clients: Clients) -> None:
    answer = clients.system.get(f"/desk/accounts/{uuid4()}/")
    assert answer.status_code == 404
    assert "没有这个账号" in answer.content.decode()


def test_the_audit_browser_finds_by_login_action_and_subject(clients: Clients) -> None:
    account_id = propose(clients)
    confirm(clients, account_id)

    def found(query: str) -> list[str]:
        html = clients.audit.get("/desk/audit/?" + query).content.decode()
        return re.findall(r'<code class="muted" translate="no">([a-z_.]+)</code>', html)

    assert found(f"subject=account:{account_id}") == ["accounts.confirm_role", "accounts.propose_account"]
    named = clients.audit.get(f"/desk/audit/?subject=account:{account_id}").content.decode()
    assert "确认岗位" in named
    assert "申请开立账号" in named
    assert found("login=sysadmin&action=accounts.propose") == ["accounts.propose_account"]
    assert found("login=nobody") == []
    assert found("since=2099-01-01") == []
    assert (
        "早于开始日期" in clients.audit.get("/desk/audit/?since=2026-02-02&until=2026-01-01").content.decode()
    )
    assert clients.audit.get("/desk/audit/?since=yesterday&cursor=x'--").status_code == 200


def test_a_long_trail_has_a_next_page(clients: Clients) -> None:
    for number in range(60):
        sign_in_staff(system_actor(), login=f"guess{number}", password="x", source="")
    html = clients.audit.get("/desk/audit/").content.decode()
    following = re.search(r'href="\?([^"]*cursor=\d+)" rel="next"', html)
    assert following
    rest = clients.audit.get("/desk/audit/?" + following.group(1).replace("&amp;", "&")).content.decode()
    assert 'rel="next"' not in rest


def test_the_chain_is_verified_and_damage_is_shown(clients: Clients) -> None:
    assert "记录完整" in clients.audit.post("/desk/audit/verify/").content.decode()
    assert AuditRecord.objects.filter(action="audit.verify", subject="audit:intact").exists()
    with connection.cursor() as cursor:  # what only somebody with the database in hand could do
        of_table = " ON kernel_auditrecord" if connection.vendor == "postgresql" else ""
        cursor.execute("DROP TRIGGER append_only_kernel_auditrecord_update" + of_table)
    AuditRecord.objects.filter(action="audit.verify").update(subject="audit:nothing happened")
    damaged = clients.audit.post("/desk/audit/verify/").content.decode()
    assert "记录不完整" in damaged
    assert "was altered" in damaged
    assert AuditRecord.objects.filter(action="audit.verify", subject="audit:broken").exists()


def test_reads_of_personal_data_are_listed_with_reader_and_purpose(clients: Clients) -> None:
    record_read(actor_of_account(clients.ids["security_admin"]), "person", [uuid4(), uuid4()], "核实身份")
    html = clients.audit.get("/desk/audit/reads/?login=secadmin").content.decode()
    assert "核实身份" in html
    assert "secadmin" in html
    assert "核实身份" not in clients.audit.get("/desk/audit/reads/?login=sysadmin").content.decode()
