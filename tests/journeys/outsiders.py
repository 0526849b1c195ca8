"""A matter with unmistakable content in one county, and everybody who must neither see nor touch it.

Outsiders are generated: every role of `config.roles.ROLES`, held at the root of the other county, the
administrators also over the whole installation, the staff of another station, a visitor, a worker.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from gongyou.config.roles import ROLES
from gongyou.engines.casework import models as casework
from gongyou.engines.casework.services import answering, books, calling, handling, incidents, purchasing
from gongyou.engines.casework.tests.wish_county import active_partner
from gongyou.insight.models import Bulletin, MonthlyTheme, ProactiveTopic
from gongyou.insight.topics import WEEK, monday_of
from gongyou.institutions.decisions import models as decisions
from gongyou.institutions.decisions.definitions import Order
from gongyou.institutions.decisions.tests import office as policy_office
from gongyou.kernel import files, jobs, moment
from gongyou.kernel.access import Actor, system_actor, visitor_actor, worker_actor
from gongyou.kernel.accounts import actor_of_account, request_reset, seed_demo_account
from gongyou.kernel.accounts.separation import ADMIN_ROLES, NOT_FOR_STAFF
from gongyou.kernel.ids import new_id
from gongyou.kernel.models.accounts import Account, KnownSession, RoleHolding
from gongyou.kernel.models.events import Job
from gongyou.kernel.models.files import StoredFile
from gongyou.kernel.models.messages import Message
from gongyou.kernel.models.worklist import WorkItem
from gongyou.offices import models as offices
from gongyou.offices import services as office_services
from gongyou.registry.models import Person, PersonTie
from tests.journeys.faces import photo
from tests.yunshan.county import PASSWORD, County

TEXT, NAME, PHONE, PLACE, ANSWER = (
    "独角兽厂欠薪七九三",
    "欧阳独秀",
    "13977665544",
    "独角兽路793号",
    "已补发独角兽款",
)
BESIDE, CHAIR, INCIDENT, PARTNER = "旁边的麒麟事", "麒麟按摩椅", "麒麟厂聚集七九三", "13766655544"
EMPLOYER = policy_office.EMPLOYERS[0]["name"]
OF_THE_MATTER = (TEXT, NAME, PHONE, "139 7766 5544", PLACE, ANSWER)
SECRETS = (*OF_THE_MATTER, str(EMPLOYER), BESIDE, CHAIR, INCIDENT, PARTNER)
"""None of these may stand in any answer to an outsider."""

STAFF_ROLES = tuple(role for role in ROLES if role not in NOT_FOR_STAFF)


TOPIC = "chair-as-station-master.appeal.rest_facilities"
ELSEWHERE = UUID(int=7)  # what an address names beside the matter: nobody's


@dataclass(frozen=True)
class Matter:
    """The matter of 云山县 and the things around it an address can name."""

    case_id: UUID
    number: str
    file_id: UUID
    message_id: UUID
    point: str
    point_id: UUID
    shift_id: UUID
    job_id: UUID
    account_id: UUID
    holding_id: UUID
    request_id: UUID
    office_id: UUID
    office_code: str
    area: str
    run_id: UUID
    beside_id: UUID
    incident_id: UUID
    book_id: UUID
    partner_id: UUID
    purchase_id: UUID
    programme: str = policy_office.PROGRAMME
    subject: str = policy_office.CUTTING


def settle_matter(county: County) -> Matter:
    """Said with a photo, answered, waiting for its call-back; with a shift, a reset asked for and a failed job around."""
    picture = photo()
    stored = files.receive_file(visitor_actor(), name=picture["name"], content=picture["buffer"])
    case_id = county.file(
        TEXT, name=NAME, phone=PHONE, place=PLACE, topic="other", files=(stored.id,)
    ).case_id
    handling.accept_case(county.staff["desk"], case_id=case_id, version=version(case_id))
    answering.draft_answer(
        county.staff["desk"], case_id=case_id, version=version(case_id), result="solved", text=ANSWER
    )
    calling.record_call(
        county.staff["caller"], case_id=case_id, version=version(case_id), call=calling.Call("no_answer")
    )
    jobs.run_due()
    now = moment.now()
    shift = office_services.put_shift(
        county.staff["master"],
        office_id=county.station.id,
        holder_name="严朗",
        from_at=now,
        until_at=now + timedelta(hours=4),
    )
    failed = Job.objects.create(kind="messages.send", payload={}, due_at=now, state=Job.State.FAILED, tries=8)
    desk = county.staff["desk"]
    return Matter(
        case_id=case_id,
        number=casework.Case.objects.get(pk=case_id).number,
        file_id=stored.id,
        message_id=Message.objects.filter(subject=f"case:{case_id}").latest("queued_at").pk,
        point=county.points[county.station.code][0].code,
        point_id=county.points[county.station.code][0].id,
        shift_id=shift.id,
        job_id=failed.pk,
        account_id=desk.id,
        holding_id=RoleHolding.objects.get(account_id=desk.id).pk,
        request_id=request_reset(county.staff["system_admin"], account_id=desk.id, kind="password"),
        office_id=county.station.id,
        office_code=county.station.code,
        area=county.area,
        run_id=_policy_run(county),
        **_beside(county),
    )


def _beside(county: County) -> dict[str, UUID]:
    """What stands around a matter at its station, each with a word nobody outside may read."""
    desk = county.staff["desk"]
    beside = county.file(BESIDE, name="旁人", phone="13966554433", topic="rest_facilities").case_id
    asked = purchasing.ask_purchase(desk, case_id=beside, title=CHAIR, spot="休息室")
    member = county.file(BESIDE, name="旁人", phone="13966554422", topic="wages").case_id
    return {
        "beside_id": beside,
        "purchase_id": asked.purchase_id,
        "incident_id": incidents.raise_incident(
            county.staff["leader"], title=INCIDENT, case_ids=[member], cause="staff"
        ).incident_id,
        "book_id": books.print_book(desk, office_id=county.station.id, pages=2).book_id,
        "partner_id": active_partner(county, phone=PARTNER),
    }


def _policy_run(county: County) -> UUID:
    """A finished run over employers with unmistakable names."""
    policy_office.publish_policy(county)
    officer = appoint("ys.policy", "policy_officer", county.root.id, county.root.path)
    with TemporaryDirectory() as folder:
        files = policy_office.tables(Path(folder))
        order = Order(policy_office.snapshot(officer, county.root.id, files), policy_office.ON)
    return policy_office.finished(officer, order).id


def version(case_id: UUID) -> int:
    return casework.Case.objects.get(pk=case_id).version


def outsiders(ours: County, other: County) -> dict[str, Actor | None]:
    """Everybody without a right to the matter of `ours`, by a name that says who; None is a visitor."""
    found: dict[str, Actor | None] = {"a visitor": None}
    for role in STAFF_ROLES:
        found[f"{role} of the other county"] = appoint(f"jx.x.{role}", role, other.root.id, other.root.path)
    for role in sorted(ADMIN_ROLES):
        found[f"{role} of everything"] = ours.staff[role]
    found["desk of another station"] = ours.staff["other_desk"]
    found["master of another station"] = ours.staff["other_master"]
    found["a worker"] = _worker()
    return found


def appoint(login: str, role: str, office_id: UUID | None, office_path: str) -> Actor:
    account_id = seed_demo_account(
        system_actor("tests"),
        login=login,
        name="外人",
        password=PASSWORD,
        role=role,
        office_id=office_id,
        office_path=office_path,
        is_demo=True,
    )
    return actor_of_account(account_id)


def _worker() -> Actor:
    """A signed-in worker with an own row in the registry, and matters of nobody else."""
    person = Person.objects.create(
        area="370828", controller="union:370828", source="qr", purpose="tests", created_at=moment.now()
    )
    account = Account.objects.create(
        kind=Account.Kind.WORKER, login=f"w-{new_id()}", person_id=person.pk, created_at=moment.now()
    )
    return worker_actor(account.pk, person.pk)


@dataclass(frozen=True)
class Address:
    """A page, filled with the things of the matter; `route` is the pattern it came from."""

    name: str
    route: str
    path: str
    is_public: bool
    right: str
    """What stands before the view; empty: it is public, or decides by itself."""


def addresses(matter: Matter, steps: Mapping[str, Collection[str]]) -> list[Address]:
    """Every page of the resolver (the API is walked by its own document).

    A route that names a step becomes one page per step; `steps` says which it knows, by how the route begins. A route
    it does not name is tried with every step there is.
    """
    found = []
    for route, view, name in _routes(get_resolver()):
        if route.startswith("/api/"):
            continue
        for step in _steps(route, steps):
            path = re.sub(r"<(?:\w+:)?(\w+)>", lambda m, step=step: _value(matter, m.group(1), step), route)
            is_public = getattr(view, "is_public", False)
            right = getattr(view, "right", "")
            found.append(Address(f"{name} {step}".strip(), route, path, is_public, right))
    return found


def _steps(route: str, steps: Mapping[str, Collection[str]]) -> Collection[str]:
    if not re.search(r":name>|:step>", route):
        return ("",)
    known = [names for beginning, names in steps.items() if route.startswith(beginning)]
    return known[0] if known else sorted({name for names in steps.values() for name in names})


def _value(matter: Matter, name: str, step: str) -> str:
    if name in {"name", "step"}:
        return step
    if name == "code":
        return matter.point
    if name == "measure_id":
        return "satisfied"
    if name == "key":
        return TOPIC
    if name == "week":
        return str(monday_of(moment.today()) - WEEK)
    if name in {"deed", "token"}:  # every deed is tried in test_station_permissions
        return "use"
    return str(getattr(matter, name, ELSEWHERE))


def _routes(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, Any, str]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern).lstrip("^")
        if isinstance(entry, URLPattern):
            yield route, entry.callback, entry.name or ""
        else:
            yield from _routes(entry, route)


def form_for(matter: Matter, known_version: int | None = None) -> dict[str, str]:
    """A form with every input any page reads, all of them about the matter and all of them well formed."""
    now = moment.now()
    return {
        "version": str(known_version or version(matter.case_id)), "intent": uuid4().hex, "key": str(uuid4()),
        "reason": "外人写的理由", "text": "外人写的字", "note": "外人", "result": "solved", "channel": "phone",
        "reason_id": "evidence", "matter_class": "complex", "plan": "外人的打算",
        "due_on": f"{now:%Y-%m-%d}", "month": f"{now:%Y-%m}-01", "ground": "malicious", "approved": "yes", "way": "phone",
        "office": str(matter.office_id),
        "outcome": "answered", "is_solved": "yes", "is_satisfied": "no", "why": "verify", "detail": "",
        "convened_on": f"{now:%Y-%m-%d}", "members": "甲", "is_reasonable": "yes", "cause": "乙",
        "measures": "丙", "answerable": "丁", "subject": f"case:{matter.case_id}", "place": "外人的点",
        "holder_name": "外人", "day": f"{now:%Y-%m-%d}", "opens": "09:00", "closes": "17:00",
        "what": "chair-as-station-master/appeal", "topic": "", "name": "外人", "phone": "13800000999",
        "written_on": f"{now:%Y-%m-%d}", "number": matter.number, "tail": "0000", "role": "desk",
        "kind": "password", "do": "erase", "wants": "no", "contact": "phone",
        "on": "2025-09-01", "amount": "6.1%", "fact": "staff_count",
        "q": TEXT[:2],
    }  # fmt: skip


def whole_content(response: HttpResponse) -> str:
    """What an answer says: its body, the parts of a spreadsheet, its headers."""
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    texts = [str(dict(response.items()))]
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            texts += [parts.read(name).decode(errors="replace") for name in parts.namelist()]
    return "\n".join([*texts, body.decode(errors="replace")])


def leaked(response: HttpResponse) -> list[str]:
    said = whole_content(response)
    return [secret for secret in SECRETS if secret in said]


def _rows(query: QuerySet[Any], *without: str) -> list[tuple[Any, ...]]:
    model: type[Model] = query.model
    names = [f.attname for f in model._meta.concrete_fields if f.attname not in without]
    return sorted((repr(row) for row in query.values_list(*names)), key=str)


def state_of(matter: Matter, *, with_offices: bool = True) -> dict[str, object]:
    """Every row an outsider could change: of the matter and, if asked, of its county's offices and staff."""
    subject = f"case:{matter.case_id}"
    people = PersonTie.objects.filter(subject=subject)
    found: dict[str, object] = {
        "case": _rows(casework.Case.objects.filter(pk=matter.case_id)),
        "ties": _rows(people),
        "people": _rows(Person.objects.filter(pk__in=people.values("person_id"))),
        "files": _rows(StoredFile.objects.filter(subject=subject)),
        "messages": _rows(Message.objects.filter(subject=subject)),
        "runs": _rows(decisions.PolicyRun.objects.filter(area=matter.area)),
        "snapshots": _rows(decisions.Snapshot.objects.filter(area=matter.area)),
        "work": _rows(WorkItem.objects.filter(subject_id=matter.case_id)),
        "filed by staff": casework.CaseEvent.objects.filter(
            case__area=matter.area, case__office_id=matter.office_id, kind="received", actor_kind="staff"
        ).count(),
    }
    for model in (casework.CaseEvent, casework.CaseText, casework.CaseParty, casework.Clock, casework.Settlement,
                  casework.CallAttempt, casework.Review, casework.RoundFact, casework.Exclusion):  # fmt: skip
        found[model.__name__] = _rows(model._default_manager.filter(case_id=matter.case_id))
    for weekly in (Bulletin, MonthlyTheme, ProactiveTopic):
        found[weekly.__name__] = _rows(weekly._default_manager.filter(area=matter.area))
    if with_offices:
        found["offices"] = _rows(offices.Office.objects.filter(area=matter.area))
        found["points"] = _rows(offices.IntakePoint.objects.filter(office_id=matter.office_id))
        found["shifts"] = _rows(offices.DutyShift.objects.filter(office_id=matter.office_id))
        found["account"] = _rows(Account.objects.filter(pk=matter.account_id))
        found["holdings"] = _rows(RoleHolding.objects.filter(account_id=matter.account_id))
        found["sessions"] = _rows(KnownSession.objects.filter(account_id=matter.account_id), "seen_at")
    return found
