"""Nobody reads or writes outside their reach: every role, every page, every operation of the API, every service."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

import gongyou
from gongyou.basics.refusal import Refusal
from gongyou.config.roles import ROLES
from gongyou.engines.casework import queries
from gongyou.engines.casework.queries import desk, lists, proof, reading
from gongyou.engines.casework.services.calling import Call
from gongyou.engines.casework.services.filing import Filing, file_case
from gongyou.engines.casework.services.protecting import Involved
from gongyou.engines.casework.services.reviewing import Finding
from gongyou.engines.casework.services.wishes import Checking
from gongyou.institutions.decisions import queries as decisions
from gongyou.institutions.decisions import services as decision_services
from gongyou.institutions.decisions.definitions import Order
from gongyou.institutions.decisions.models import PolicyRun
from gongyou.kernel import files, messages, moment, worklist
from gongyou.kernel.access import Actor, Holding, visitor_actor
from gongyou.kernel.accounts import actor_of_account, end_role
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import NotAllowed, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.models.accounts import Account
from gongyou.web.desk.forms.beside import BESIDE
from gongyou.web.desk.forms.care import CARES
from gongyou.web.desk.forms.steps import STEPS as DESK_STEPS
from gongyou.web.desk.views import benefit_rounds, incidents, partners, purchases, wishes
from gongyou.web.guards import needs
from gongyou.web.worker.tracking import STEPS as WORKER_STEPS
from tests.journeys import outsiders as out
from tests.journeys.faces import client_of
from tests.journeys.outsiders import Matter
from tests.yunshan.county import STRAIGHT, County

pytestmark = pytest.mark.django_db

ENDS_THE_SESSION = {"sign_out"}
STEPS = {
    "/track/": WORKER_STEPS,
    "/desk/cases/<uuid:case_id>/steps/": DESK_STEPS,
    "/desk/cases/<uuid:case_id>/beside/": BESIDE,
    "/desk/cases/<uuid:case_id>/care/": CARES,
    "/desk/incidents/": incidents.STEPS,
    "/desk/partners/": partners.WAYS,
    "/desk/wishes/": wishes.WAYS,
    "/desk/purchases/": purchases.WAYS,
    "/desk/representatives/": ("accept", "refuse", "end"),
    "/desk/benefits/waiting/": ("confirm", "refuse", "call", "recovered"),
    "/desk/benefits/rounds/": benefit_rounds.ROUND_STEPS,
    "/desk/benefits/batches/": benefit_rounds.BATCH_STEPS,
    "/desk/ledger/": ("post", "drop"),
    "/desk/guard/": ("begin", "hear"),  # one door for all of them
}
"""The steps a route knows, by how it begins."""


@pytest.fixture
def matter(two_counties: tuple[County, County]) -> Matter:
    return out.settle_matter(two_counties[0])


@pytest.fixture
def everybody(two_counties: tuple[County, County], matter: Matter) -> dict[str, Actor | None]:
    return out.outsiders(*two_counties)


def is_under_their_rule(who: str) -> bool:
    """Administrators of the whole installation do govern every office and account, though no matter."""
    return who.endswith("of everything")


def test_pages_show_and_change_nothing_of_another_matter(
    matter: Matter, everybody: dict[str, Actor | None]
) -> None:
    pages = [a for a in out.addresses(matter, STEPS) if a.name not in ENDS_THE_SESSION]
    assert len(pages) > 80
    for who, actor in everybody.items():
        before = out.state_of(matter, with_offices=not is_under_their_rule(who))
        client, version = client_of(actor), out.version(matter.case_id)
        takes_no_get: set[str] = set()  # whatever its step
        refused: set[str] = set()
        for page in pages:
            if actor is not None and page.right and not actor.may(page.right):
                # The guard stands before the view, whatever step or matter an address names: once is every time.
                if page.route not in refused:
                    assert_refused(client, page.path, out.form_for(matter, version), who)
                    refused.add(page.route)
                continue
            answers = [client.post(page.path, out.form_for(matter, version))]
            if page.route not in takes_no_get:
                answers.insert(0, client.get(page.path, {"q": out.TEXT[:2]}))
            if answers[0].status_code == 405:
                takes_no_get.add(page.route)
            for answer in answers:
                assert answer.status_code < 500, f"{who}: {page.path}"
                assert not out.leaked(answer), f"{who}: {page.path} shows {out.leaked(answer)}"
        after = out.state_of(matter, with_offices=not is_under_their_rule(who))
        assert after == before, f"{who} changed {[k for k in before if before[k] != after[k]]}"
        assert_still_signed_in(client, actor)


def assert_refused(client: Client, path: str, form: dict[str, str], who: str) -> None:
    answer = client.post(path, form)
    if answer.status_code == 405:  # the method is looked at before the right
        answer = client.get(path)
    assert answer.status_code == 403, f"{who}: {path}: {answer.status_code}"
    assert not out.leaked(answer), f"{who}: {path} shows {out.leaked(answer)}"


def assert_still_signed_in(client: Client, actor: Actor | None) -> None:
    """Otherwise everything before was asked by a visitor, and proves nothing."""
    if actor is not None:
        request = client.get("/no-such-page").wsgi_request
        assert request.actor.id == actor.id  # type: ignore[attr-defined]


def test_visitors_see_public_pages_only(matter: Matter) -> None:
    client = Client()
    for page in out.addresses(matter, STEPS):
        answer = client.get(page.path)
        is_sent_away = answer.status_code == 302 and "sign-in" in answer["Location"]
        if not page.is_public:
            assert is_sent_away or answer.status_code in {403, 405}, f"{page.path}: {answer.status_code}"


def test_who_has_the_right_does_see_it(two_counties: tuple[County, County], matter: Matter) -> None:
    """The counter-proof: with the same addresses the matter's own station reads everything."""
    ours = two_counties[0]
    seen = set()
    for page in out.addresses(matter, STEPS):
        answer = client_of(ours.staff["desk"]).get(page.path)
        seen |= set(out.leaked(answer))
    assert {out.TEXT, out.PLACE, out.ANSWER} <= seen


def test_the_policy_office_reads_its_own_run(matter: Matter) -> None:
    officer = actor_of_account(Account.objects.get(login="ys.policy").pk)
    seen = set()
    for page in out.addresses(matter, STEPS):
        if "policy" in page.name:
            seen |= set(out.leaked(client_of(officer).get(page.path)))
    assert str(out.EMPLOYER) in seen


def test_runs_are_closed_to_everybody_outside(matter: Matter, everybody: dict[str, Actor | None]) -> None:
    run = PolicyRun.objects.get(pk=matter.run_id)
    before = out.state_of(matter)
    for who, given in everybody.items():
        actor = given or visitor_actor()
        for ask in (
            lambda a: decisions.run_of(a, run.pk),
            lambda a: decisions.list_subjects(a, run.pk, purpose="看"),
            lambda a: decisions.list_changes(a, run.pk, purpose="看"),
            lambda a: decisions.explain_decision(a, run.pk, matter.subject, purpose="看"),
            lambda a: list(decisions.every_subject(a, run.pk, purpose="看")),
            lambda a: decisions.snapshot_of(a, run.snapshot_id),
            lambda a: decisions.profile_of(a, run.snapshot_id),
            lambda a: decisions.rejects_file(a, run.snapshot_id, purpose="看"),
            lambda a: decision_services.order_run(
                a, order=Order(run.snapshot_id, run.law_on, {"layoff_limit": "9%"})
            ),
            lambda a: decision_services.stop_run(a, run_id=run.pk),
            lambda a: decision_services.note_export(a, run_id=run.pk, kind="csv"),
        ):
            with pytest.raises(Refusal):
                ask(actor)
                pytest.fail(f"{who} reached a run of the other county")
        assert not decisions.list_runs(actor).items, who
    assert out.state_of(matter) == before


def test_the_api_shows_and_changes_nothing_of_another_matter(
    matter: Matter, everybody: dict[str, Actor | None]
) -> None:
    operations = list(api_operations(matter))
    assert len(operations) >= 5
    for who, actor in everybody.items():
        before = out.state_of(matter)
        client = client_of(actor)
        for method, path in operations:
            answer = client.generic(method.upper(), path, intake_body(matter), content_type="application/json",
                                    HTTP_IDEMPOTENCY_KEY=uuid4().hex)  # fmt: skip
            assert answer.status_code < 500, f"{who}: {method} {path}"
            assert not out.leaked(answer), f"{who}: {method} {path} shows {out.leaked(answer)}"
        assert out.state_of(matter) == before, who
        assert_still_signed_in(client, actor)


def api_operations(matter: Matter) -> Iterator[tuple[str, str]]:
    document = json.loads(Client().get("/api/v1/openapi.json").content)
    for path, methods in document["paths"].items():
        filled = path.replace("{number}", matter.number).replace("{area}", matter.area)
        assert "{" not in filled, f"{path}: name a sample for its parameter here"
        for method in methods:
            yield method, filled
            if method == "get":
                yield method, filled + "?tail=0000&standing=open&size=200"


def intake_body(matter: Matter) -> str:
    contact = {"name": "外人", "phone": "13800000999"}
    body = {
        "kind": "appeal",
        "programme": STRAIGHT,
        "office": matter.office_code,
        "text": "外人的话",
        "contact": contact,
    }
    return json.dumps(body)


def services_about_a_case() -> dict[str, Callable[..., Any]]:
    """Every action of the tree that takes the id of a matter."""
    found = {}
    for module in pkgutil.walk_packages(gongyou.__path__, "gongyou."):
        if ".services" not in module.name or ".tests" in module.name:
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if hasattr(value, "action_name") and "case_id" in inspect.signature(value).parameters:
                found[name] = value
    return found


def samples(matter: Matter) -> dict[str, Any]:
    finding = Finding(moment.today(), "甲", True, "乙", "丙", "丁")
    return {
        "case_id": matter.case_id, "version": out.version(matter.case_id), "office_id": matter.office_id,
        "reason": "外人", "matter_class": "complex", "reason_id": "evidence", "note": "外人", "result": "solved",
        "text": "外人", "call": Call("answered", is_solved=True, is_satisfied=False), "finding": finding,
        "clock_id": "settle", "quantity": 1, "name": "外人", "partner_id": matter.partner_id,
        "resource_id": out.ELSEWHERE, "purchase_id": matter.purchase_id, "title": "外人", "spot": "外人",
        "earlier_id": matter.beside_id, "has_new_facts": True, "lead_id": matter.beside_id, "applies": True,
        "help_id": out.ELSEWHERE, "report": "外人", "incident_id": matter.incident_id,
        "checking": Checking(category="goods", need=1, unit="个", wall_text="外人写的墙上的话"),
        "given": None, "proxy_name": "外人", "proxy_phone": "", "involved": Involved("unit", office_id=matter.office_id),
        "conflict_id": matter.case_id, "organisation_id": out.ELSEWHERE,
        "request_id": matter.case_id, "is_granted": True, "kind": "retaliation",
        "route_id": "arbitration", "started_on": moment.today(), "is_still_employed": False, "outcome": "filed",
        "filed_on": None, "grounds": "duty_list", "way": "phone", "ground": "malicious", "is_approved": True,
    }  # fmt: skip


def test_services_refuse_everybody_outside(matter: Matter, everybody: dict[str, Actor | None]) -> None:
    found = services_about_a_case()
    assert len(found) >= 12
    given = samples(matter)
    for who, actor in everybody.items():
        before = out.state_of(matter)
        for name, service in found.items():
            wanted = [p for p in inspect.signature(service).parameters if p not in {"act", "actor"}]
            assert set(wanted) <= set(given), f"{name}: give a sample for {set(wanted) - set(given)}"
            # What does not hang on the wall, and nobody's purchase, are not there for anybody.
            with pytest.raises((NotAllowed, NotFound)):
                service(actor or visitor_actor(), **{key: given[key] for key in wanted})
        assert out.state_of(matter) == before, who


def test_queries_answer_nobody_outside(matter: Matter, everybody: dict[str, Actor | None]) -> None:
    subject = f"case:{matter.case_id}"
    for who, given in everybody.items():
        actor = given or visitor_actor()
        for ask in (
            lambda a: reading.access_case(a, matter.case_id, "看"),
            lambda a: reading.open_parties(a, matter.case_id, "看"),
            lambda a: files.open_file(a, matter.file_id, "看"),
            lambda a: proof.prove_own(a, matter.number, "", "192.0.2.7"),
            lambda a: proof.prove_own(a, matter.number, "0000", ""),
        ):
            with pytest.raises(Refusal):
                ask(actor)
        assert not files.files_of(actor, subject), who
        assert matter.case_id not in desk.call_states(actor, [matter.case_id]), who
        assert matter.case_id not in {line.id for line in queries.list_cases(actor, size=200).items}, who
        assert matter.office_id not in {load.office_id for load in lists.late_by_office(actor)}, who
        assert not queries.own_cases(actor), who
        for ask_all in (
            lambda a: {line.id for line in queries.find_cases(a, out.TEXT[:2])},
            lambda a: {m.subject for m in messages.messages_of(a, subject)},
            lambda a: {m.subject for m in messages.list_messages(a).items},
            lambda a: {todo.subject_id for todo in worklist.list_todos(a).items},
        ):
            assert not ask_all_or_nothing(ask_all, actor) & {matter.case_id, subject}, who


def ask_all_or_nothing(ask: Callable[[Actor], set[Any]], actor: Actor) -> set[Any]:
    try:
        return ask(actor)
    except NotAllowed:
        return set()


def test_staff_file_within_their_reach_only(
    two_counties: tuple[County, County], everybody: dict[str, Actor | None]
) -> None:
    ours = two_counties[0]
    filing = Filing(programme=STRAIGHT, type_id="appeal", text="越界登记", channel="desk", office_id=ours.station.id,
                    name="外人", phone="13800000999")  # fmt: skip
    for who, actor in everybody.items():
        if actor is None or actor.kind == "worker":
            continue  # the public speaks wherever it wants
        with pytest.raises(NotAllowed):
            file_case(actor, filing=filing)
            pytest.fail(f"{who} filed at a station of the other county")


def test_what_no_rule_names_is_denied(two_counties: tuple[County, County]) -> None:
    @action("tests.unnamed", right="tests.unnamed")
    def unnamed(act: Act) -> None:
        raise AssertionError("reached")

    @needs("tests.unnamed")
    def unnamed_page(request: HttpRequest) -> HttpResponse:
        raise AssertionError("reached")

    ours, other = two_counties
    known = [*ours.staff.values(), *other.staff.values()]
    made_up = Actor(id=new_id(), kind="staff", holdings=(Holding("mayor", None, ""),))
    for actor in (*known, made_up):
        assert not actor.may("tests.unnamed")
        assert not actor.scope("tests.unnamed")
        with pytest.raises(NotAllowed):
            unnamed(actor)
        request = RequestFactory().get("/desk/")
        request.actor = actor  # type: ignore[attr-defined]
        with pytest.raises(NotAllowed):
            unnamed_page(request)
    assert not any(made_up.may(right) for role in ROLES.values() for right in role.rights)


def test_a_lost_role_ends_the_reach_at_once(two_counties: tuple[County, County], matter: Matter) -> None:
    """Scopes are read from the roles in force now, not from when somebody signed in."""
    ours = two_counties[0]
    client = client_of(ours.staff["desk"])
    address = f"/desk/cases/{matter.case_id}/"
    assert client.get(address).status_code == 200
    end_role(ours.staff["security_admin"], holding_id=matter.holding_id)
    assert client.get(address).status_code in {302, 403}
