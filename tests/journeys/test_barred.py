"""Who must never read a matter although the right would reach: through pages, API, search, export, files, messages.

Complained about, or related to the accused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from gongyou.engines.casework.services import protecting
from gongyou.engines.casework.services.protecting import Involved
from gongyou.kernel.access import Actor
from tests.journeys import outsiders as out
from tests.journeys.faces import client_of
from tests.journeys.outsiders import Matter
from tests.journeys.test_permissions import STEPS, api_operations, intake_body
from tests.yunshan.county import County

pytestmark = pytest.mark.django_db

OF_STAFF = ("/desk/", "/supervise/")
"""Public pages show the barred what they show everybody: test_permissions tries those with visitors."""


@dataclass(frozen=True)
class Bar:
    """Why somebody is barred, whom it reaches, and who still reads: the counter-proof."""

    why: str
    declare: Callable[[County, UUID], None]
    barred: tuple[str, ...]
    reader: str


def _declare(county: County, case_id: UUID, involved: Involved) -> None:
    protecting.declare_conflict(
        county.staff["dispatcher"], case_id=case_id, involved=involved, reason="反映的就是他们。"
    )


def _unit(county: County, case_id: UUID) -> None:
    _declare(county, case_id, Involved("unit", office_id=county.townships[0].id))


def _handler(county: County, case_id: UUID) -> None:
    desk = county.staff["desk"].id
    protecting.declare_staff_tie(county.staff["town_leader"], other_account_id=desk)
    _declare(county, case_id, Involved("person", account_id=desk))
    protecting.declare_staff_tie(county.staff["caller"], other_account_id=desk)


BARS = (
    Bar(
        "the unit complained about", _unit, ("desk", "master", "town_dispatcher", "town_leader"), "dispatcher"
    ),
    Bar("the handler and relatives", _handler, ("desk", "caller", "town_leader"), "master"),
)


@pytest.fixture
def matter(county: County) -> Matter:
    return out.settle_matter(county)


def leaked(answer: HttpResponse) -> set[str]:
    """Of this one matter: others around it stay readable."""
    return set(out.leaked(answer)) & set(out.OF_THE_MATTER)


def pages(matter: Matter) -> list[out.Address]:
    return [page for page in out.addresses(matter, STEPS) if page.path.startswith(OF_STAFF)]


def reads(actor: Actor, matter: Matter) -> bool:
    return out.TEXT in leaked(client_of(actor).get(f"/desk/cases/{matter.case_id}/"))


def shown(client: Client, matter: Matter) -> dict[str, set[str]]:
    """What every page shows of the matter, by address; its number too where the address did not bring it."""
    found: dict[str, set[str]] = {}
    for page in pages(matter):
        answer = client.get(page.path, {"q": out.TEXT[:2]})
        assert answer.status_code < 500, page.path
        found[page.path] = leaked(answer)
        if matter.number not in page.path and matter.number in out.whole_content(answer):
            found[page.path].add(matter.number)
    for method, path in api_operations(matter):
        if method == "get":
            found[path] = leaked(client.get(path))
    for word in (out.NAME, out.PHONE, out.PHONE[-4:], matter.number, out.TEXT):
        said = out.whole_content(client.get("/desk/search/", {"q": word}))
        found[f"search {word}"] = {
            secret
            for secret in (*out.OF_THE_MATTER, str(matter.case_id))
            if secret in said and secret != word
        }
    return {path: secrets for path, secrets in found.items() if secrets}


def case_of(matter: Matter) -> dict[str, object]:
    state = out.state_of(matter, with_offices=False)
    del state["filed by staff"]  # at their own station they do file, with any words
    return state


@pytest.mark.parametrize("bar", BARS, ids=lambda bar: bar.why)
def test_the_barred_read_and_change_nothing(county: County, matter: Matter, bar: Bar) -> None:
    """Every page read and sent to, every operation of the API: against each right they hold."""
    for who in bar.barred:
        assert reads(county.staff[who], matter), f"{who} has no right to lose"
    bar.declare(county, matter.case_id)
    for who in bar.barred:
        assert shown(client_of(county.staff[who]), matter) == {}, who
    assert reads(county.staff[bar.reader], matter)
    changes_nothing(county.staff[bar.barred[0]], matter)


def changes_nothing(actor: Actor, matter: Matter) -> None:
    client, before = client_of(actor), case_of(matter)
    for page in pages(matter):
        answer = client.post(page.path, out.form_for(matter))
        assert answer.status_code < 500, page.path
        assert not leaked(answer), f"{page.path} shows {leaked(answer)}"
    for method, path in api_operations(matter):
        answer = client.generic(method.upper(), path, intake_body(matter), content_type="application/json",
                                HTTP_IDEMPOTENCY_KEY=uuid4().hex)  # fmt: skip
        assert not leaked(answer), f"{method} {path}"
    after = case_of(matter)
    assert after == before, [key for key in before if before[key] != after[key]]
