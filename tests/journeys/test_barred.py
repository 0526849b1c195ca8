"""Retaliation and children: a named employer's people, the handler's relatives and the unit complained about can't
read; tried through page, API and search, with export, files and messages.

So is a child's wish by staff without the right for children, and a joined matter by the other complainant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from gongyou.basics.refusal import Refusal
from gongyou.config.roles import ROLES
from gongyou.engines.casework.models import Case
from gongyou.engines.casework.services import handling, joining, protecting, wishes
from gongyou.engines.casework.services.protecting import Involved
from gongyou.engines.casework.tests.wish_county import known, volunteer
from gongyou.kernel import files, jobs, messages
from gongyou.kernel.access import Actor
from gongyou.registry import services as organisations
from tests.journeys import outsiders as out
from tests.journeys.faces import client_of, photo
from tests.journeys.outsiders import STAFF_ROLES, Matter
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
    is_walked_in_full: bool = True
    """Also every form sent; once for each way of barring an office or an account is enough."""


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


def _employer(county: County, case_id: UUID) -> None:
    """One says it before the firm is named, the other after."""
    firm = organisations.add_organisation(
        county.staff["dispatcher"],
        name="独角兽制造厂",
        kind="enterprise",
        division=county.area,
        area=county.area,
    ).id
    protecting.declare_staff_tie(county.staff["master"], organisation_id=firm)
    _declare(county, case_id, Involved("employer", organisation_id=firm))
    protecting.declare_staff_tie(county.staff["leader"], organisation_id=firm)


BARS = (
    Bar(
        "the unit complained about", _unit, ("desk", "master", "town_dispatcher", "town_leader"), "dispatcher"
    ),
    Bar("the handler and relatives", _handler, ("desk", "caller", "town_leader"), "master"),
    Bar("the named employer's people", _employer, ("master", "leader"), "desk", is_walked_in_full=False),
)


@pytest.fixture
def matter(county: County) -> Matter:
    return out.settle_matter(county)


def leaked(answer: HttpResponse, secrets: tuple[str, ...] = out.OF_THE_MATTER) -> set[str]:
    """Of this one matter: others around it stay readable."""
    said = out.whole_content(answer)
    return {secret for secret in secrets if secret in said}


def pages(matter: Matter) -> list[out.Address]:
    return [page for page in out.addresses(matter, STEPS) if page.path.startswith(OF_STAFF)]


def reads(actor: Actor, matter: Matter) -> bool:
    return out.TEXT in leaked(client_of(actor).get(f"/desk/cases/{matter.case_id}/"))


def shown(
    client: Client,
    matter: Matter,
    secrets: tuple[str, ...] = out.OF_THE_MATTER,
    where: Callable[[Matter], list[out.Address]] = pages,
    actor: Actor | None = None,
) -> dict[str, set[str]]:
    """What every page shows of the matter, by address; its number too where the address did not bring it.

    A page that takes no GET, or whose right `actor` has not, is tried once, whatever its step.
    """
    found: dict[str, set[str]] = {}
    closed: set[str] = set()
    for page in where(matter):
        if page.route in closed:
            continue
        answer = client.get(page.path, {"q": secrets[0][:2]})
        is_refused = actor is not None and bool(page.right) and not actor.may(page.right)
        assert not is_refused or answer.status_code in {403, 405}, page.path
        if is_refused or answer.status_code == 405:
            closed.add(page.route)
        assert answer.status_code < 500, page.path
        found[page.path] = leaked(answer, secrets)
        if matter.number not in page.path and matter.number in out.whole_content(answer):
            found[page.path].add(matter.number)
    for method, path in api_operations(matter):
        if method == "get":
            found[path] = leaked(client.get(path), secrets)
    for word in (*secrets, matter.number):
        said = out.whole_content(client.get("/desk/search/", {"q": word}))
        found[f"search {word}"] = {
            secret for secret in (*secrets, str(matter.case_id)) if secret in said and secret != word
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
        assert shown(client_of(county.staff[who]), matter, actor=county.staff[who]) == {}, who
    assert reads(county.staff[bar.reader], matter)
    if bar.is_walked_in_full:
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


# --- people of the employer, signed in as workers -------------------------------------------------------


def of_the_public(matter: Matter) -> list[out.Address]:
    return [
        p for p in out.addresses(matter, STEPS) if not p.path.startswith(OF_STAFF) and p.name != "sign_out"
    ]


def test_a_colleague_of_the_same_employer_learns_nothing_even_from_a_joined_matter(
    county: County, matter: Matter
) -> None:
    """Signed in as a worker, with an own matter about the same firm, joined to the first: each sees their own only.

    Through every page of the public, the API, the tracking page and the files; and the other way round.
    """
    worker = known(volunteer(phone="13911112222"))
    said = county.file("独自一人的狮鹫事", actor=worker, channel="web", name="", phone="13911112222")
    worker = known(worker)
    tail = {"number": said.number, "tail": "2222"}
    handling.accept_case(county.staff["desk"], case_id=said.case_id, version=out.version(said.case_id))
    joining.join_case(
        county.staff["desk"],
        case_id=said.case_id,
        version=out.version(said.case_id),
        lead_id=matter.beside_id,
        reason="同一家单位。",
    )
    secrets = (out.BESIDE, "旁人", "13966554433", numbers_of(matter.beside_id))
    client = client_of(worker)
    assert client.post("/track", tail).status_code == 302
    assert "正在办理" in out.whole_content(client.get(f"/track/{said.number}")), "the own matter is read"
    lead = replace(matter, case_id=matter.beside_id, number=secrets[-1])
    assert shown(client, lead, secrets[:-1], of_the_public) == {}
    own_pages = (f"/track/{said.number}", "/me/", "/me/messages/", f"/track?number={said.number}")
    for path in own_pages:
        assert leaked(client.get(path), secrets) == set(), path
    visitor = Client()
    visitor.post("/track", {"number": secrets[-1], "tail": "4433"})
    seen = out.whole_content(visitor.get(f"/track/{secrets[-1]}"))
    assert secrets[-1] in seen and "正在办理" in seen, "the visitor does read the own matter"
    assert said.number not in seen and "狮鹫" not in seen and "2222" not in seen


def numbers_of(case_id: UUID) -> str:
    return Case.objects.get(pk=case_id).number


# --- a child's wish -------------------------------------------------------------------------------------

CHILD = ("白鹿书包八四六", "白鹿娃", "13955667788", "白鹿小学")


@pytest.fixture
def wish(county: County, matter: Matter) -> Matter:
    """A child's wish with a photo, on the wall, beside the other matter."""
    picture = photo("画.jpg")
    stored = files.receive_file(county.visitor, name=picture["name"], content=picture["buffer"])
    case_id = county.file(
        f"{CHILD[0]}，在{CHILD[3]}读二年级。",
        type_id="wish", topic="child_goods", name=CHILD[1], phone=CHILD[2], place=CHILD[3], files=(stored.id,),
    ).case_id  # fmt: skip
    master = county.staff["master"]
    handling.accept_case(master, case_id=case_id, version=out.version(case_id))
    wishes.check_wish(
        master,
        case_id=case_id,
        version=out.version(case_id),
        checking=wishes.Checking(category="child_goods", need=1, unit="个", guardian_consent="妈妈签字"),
    )
    wishes.put_up_wish(county.staff["leader"], case_id=case_id, version=out.version(case_id))
    jobs.run_due()
    return replace(matter, case_id=case_id, number=numbers_of(case_id), file_id=stored.id)


def test_a_childs_wish_through_every_page_export_file_and_search(county: County, wish: Matter) -> None:
    """Who has no right for children finds it nowhere, though everything else of the station is theirs."""
    assert leaked(client_of(county.staff["master"]).get(f"/desk/cases/{wish.case_id}/"), CHILD), (
        "counter-proof"
    )
    without = {"desk": county.staff["desk"]} | {
        role: out.appoint(f"ys.c.{role}", role, county.root.id, county.root.path)
        for role in STAFF_ROLES
        if "casework.children" not in ROLES[role].rights and role != "desk"
    }
    for who, actor in without.items():
        assert shown(client_of(actor), wish, CHILD, actor=actor) == {}, who
        assert not files.files_of(actor, f"case:{wish.case_id}"), who
        with pytest.raises(Refusal):
            files.open_file(actor, wish.file_id, "看")
        if actor.may("messages.read"):
            assert f"case:{wish.case_id}" not in {m.subject for m in messages.list_messages(actor).items}, who
            with pytest.raises(Refusal):
                messages.messages_of(actor, f"case:{wish.case_id}")
    assert files.open_file(county.staff["leader"], wish.file_id, "看").content, "who has the right opens it"
    told = messages.list_messages(county.staff["master"]).items
    assert f"case:{wish.case_id}" in {m.subject for m in told}
    changes_nothing(without["desk"], wish)
    assert shown(Client(), wish, CHILD, of_the_public) == {}, "the wall says what and how much, nothing else"
