"""Preparing a demo: tables, packs, sample life, logins; and opening every page once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import yaml
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from gongyou.basics.refusal import Refusal, says
from gongyou.cli.answer import words
from gongyou.flows.night import run_night
from gongyou.flows.samples import Login, load_sample, sample_files
from gongyou.kernel import jobs, moment
from gongyou.kernel.access import system_actor
from gongyou.kernel.accounts import demo_second_factor
from gongyou.kernel.installation import installed
from gongyou.kernel.models import Account
from gongyou.packkit.publishing import install_packs

PASSWORD = "Gongyou-2026"  # noqa: S105 — the demo's, printed on its start page; real installations draw their own
START_PAGES = ("/", "/track", "/say/", "/sign-in/", "/healthz", "/api/v1/openapi.json")


def prepare(say: Callable[[str], None]) -> list[Login]:
    """Tables, packs, samples and the night's work; quick where they are there already."""
    (installed().data_dir / "static").mkdir(parents=True, exist_ok=True)
    say(words(says("准备数据库 …")))
    call_command("migrate", interactive=False, verbosity=0)
    _refuse_real_data()
    say(words(says("发布程序包 …")))
    install_packs(system_actor("demo"), installed().packs_dir)
    logins: list[Login] = []
    for path in sample_files(installed().packs_dir):
        say(words(says("载入示例 {area} …"), area=path.parent.parent.name))
        logins += load_sample(path, password=PASSWORD, say=lambda _: None)
    run_night(moment.today())
    jobs.run_due()
    return logins


def _refuse_real_data() -> None:
    """The demo's passwords are printed: they must never open an installation where people work."""
    known = set(Account.objects.filter(kind=Account.Kind.STAFF).values_list("login", flat=True))
    if known and not known & set(_sample_logins()):
        raise Refusal(
            "real_data",
            says("{folder} 里已有正式的账号，演示不会写进去。"),
            says("请用 --data 给演示另指定一个文件夹。"),
            field="data",
            folder=installed().data_dir,
        )


def _sample_logins() -> Iterator[str]:
    for path in sample_files(installed().packs_dir):
        staff = yaml.safe_load(path.read_text(encoding="utf-8"))["staff"]
        yield from (person["login"] for person in staff if person.get("office"))


def login_lines(logins: Sequence[Login]) -> list[str]:
    """One line per account: role, login, password, the second factor of this moment."""
    head = says("登录账号（密码都是 {password}；动态码每30秒换一次，用过即废）：")
    lines = ["", words(head, password=PASSWORD)]
    roles = installed().roles
    for login in logins:
        code = demo_second_factor(system_actor("demo"), account_id=login.account_id, is_demo=True)
        role = words(roles[login.role].title)
        code = words(says("动态码 {code}"), code=code)
        lines.append(f"  {role}  {login.login}  {code}  {login.name} {login.office}")
    return [*lines, ""]


def fetch_every_page(logins: Sequence[Login]) -> tuple[int, list[str]]:
    """Open every page that needs no id, as a visitor and as each role; refusals by right are fine, errors are not."""
    pages = {*START_PAGES, *_plain_pages(get_resolver().url_patterns)}
    failures: list[str] = []
    count = 0
    for who in [None, *logins]:
        client = Client(raise_request_exception=False)
        if who is not None:
            _sign_in(client, who)
        for page in sorted(pages):
            status = client.get(page, follow=True).status_code
            count += 1
            if status >= 500 or (status >= 400 and who is None and page in START_PAGES):
                failures.append(f"{page} {who.role if who else 'visitor'}: {status}")
    return count, failures


def _sign_in(client: Client, who: Login) -> None:
    client.post("/sign-in/", {"login": who.login, "password": PASSWORD})
    code = demo_second_factor(system_actor("demo"), account_id=who.account_id, is_demo=True)
    client.post("/sign-in/second/", {"code": code})


def _plain_pages(patterns: Sequence[URLPattern | URLResolver], prefix: str = "/") -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if "<" in route or "(" in route or "^" in route:
            continue
        if isinstance(pattern, URLResolver):
            found |= _plain_pages(pattern.url_patterns, route)
        elif "sign-out" not in route:
            found.add(route)
    return found
