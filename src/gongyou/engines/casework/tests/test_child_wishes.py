"""Wishes of and about children: who reads them, what the wall says, who may fulfil them, how long they are kept."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from gongyou.basics.refusal import Refusal
from gongyou.config.roles import ROLES
from gongyou.connectors.exchange.exporting import export_file
from gongyou.engines.casework.models import Case, CaseText, Wish
from gongyou.engines.casework.queries import access_case, find_cases, list_cases, open_parties, version_of
from gongyou.engines.casework.queries.wishes import wall, wish_view
from gongyou.engines.casework.services import answering, calling, claiming, handling, wishes
from gongyou.engines.casework.services.wishes import Checking
from gongyou.engines.casework.tests.histories import moment_of
from gongyou.engines.casework.tests.stories import at, run_jobs
from gongyou.engines.casework.tests.wish_county import (
    active_partner,
    checked_wish,
    child_wish,
    resource,
    vetted,
    volunteer,
)
from gongyou.kernel import moment, retention
from gongyou.kernel.access import Actor, system_actor
from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.installation import install, installed
from gongyou.kernel.roles import Role
from gongyou.registry.models import Person
from gongyou.registry.services import withdraw_consent
from tests.yunshan.county import County

MORNING = "2026-11-02 10:00"
SECRETS = ("小雨", "二年级", "松溪小学", "赵平", "13800000117")
NARROW = {"station_master", "dispatcher", "caller", "leader", "system"}


@contextmanager
def as_role(actor: Actor, role: Role) -> Iterator[Actor]:
    """Inside, the actor's role is this one."""
    known = installed().roles
    install(replace(installed(), roles={**known, role.id: role}))
    try:
        yield Actor(actor.id, actor.kind, actor.name, actor.holdings)
    finally:
        install(replace(installed(), roles=known))


def test_the_right_is_one_of_its_own() -> None:
    assert {name for name, role in ROLES.items() if "casework.children" in role.rights} == NARROW


def test_the_wall_says_what_and_how_much_and_nothing_else(county: County) -> None:
    with at(MORNING):
        child_wish(county)
        [shown] = wall(county.area)
        assert (shown.text, shown.station, shown.wanted_by, shown.is_for_vetted) == ("", None, None, True)
        assert not any(secret in str(astuple(shown)) for secret in SECRETS)
        page = Client().get("/wishes/").content.decode()
        assert "孩子的学习用品" in page and "关于孩子" in page
        assert not any(secret in page for secret in (*SECRETS, county.station.name))


def test_staff_without_the_right_find_it_nowhere(county: County) -> None:
    with at(MORNING):
        case_id = child_wish(county)
        desk, master = county.staff["desk"], county.staff["master"]
        with pytest.raises(NotAllowed):
            access_case(desk, case_id, "看看")
        with pytest.raises(NotAllowed):
            wish_view(desk, case_id)
        with pytest.raises(NotAllowed):
            open_parties(desk, case_id, "看看")
        number = Case.objects.get(pk=case_id).number
        assert list_cases(desk).items == () and find_cases(desk, number) == ()
        assert [line.number for line in list_cases(master).items] == [number]
        # Its words are found by nobody, its number by who may read it.
        assert find_cases(master, "松溪小学") == ()
        assert [line.number for line in find_cases(master, number)] == [number]


def test_it_stands_in_no_export_of_theirs(county: County, tmp_path: Path) -> None:
    with at(MORNING):
        case_id = child_wish(county)
        number = Case.objects.get(pk=case_id).number
        found = {}
        narrowed = replace(ROLES["dispatcher"], rights=dict(ROLES["dispatcher"].rights))
        narrowed.rights.pop("casework.children")  # type: ignore[attr-defined]
        for name, role in (("with", ROLES["dispatcher"]), ("without", narrowed)):
            out = tmp_path / f"{name}.xlsx"
            with as_role(county.staff["dispatcher"], role) as actor:
                export_file(actor, "cases", out)
            with zipfile.ZipFile(io.BytesIO(out.read_bytes())) as parts:
                found[name] = "".join(parts.read(n).decode(errors="replace") for n in parts.namelist())
        assert number in found["with"] and number not in found["without"]
        assert not any(secret in found["with"] for secret in SECRETS)


def test_without_the_guardians_consent_it_goes_nowhere(county: County) -> None:
    with at(MORNING):
        with pytest.raises(Refusal) as missing:
            checked_wish(county, "想要一个书包", "child_goods", wall_text="")
        assert missing.value.code == "guardian_consent"
        with pytest.raises(Refusal) as words:
            checked_wish(county, "想要书包", "child_goods", guardian_consent="当面", wall_text="三年级的小雨")
        assert words.value.code == "child_words"
        case_id = child_wish(county)
        for change in ({"wall_text": "小雨"}, {"consent_id": None}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Wish.objects.filter(case_id=case_id).update(**change)


def test_the_checker_does_not_put_it_up(county: County) -> None:
    with at(MORNING):
        case_id = checked_wish(county, "书包", "child_goods", wall_text="", guardian_consent="妈妈签字")
        with pytest.raises(Refusal) as own:
            wishes.put_up_wish(county.staff["master"], case_id=case_id, version=version_of(case_id))
        assert own.value.code == "own_check"


def test_found_out_while_checking_it_is_protected_from_then_on(county: County) -> None:
    """Filed under a topic of everybody; the checker sees that it is about a child."""
    with at(MORNING):
        case_id = county.file("我家小雨想要一个保温杯", type_id="wish", topic="goods").case_id
        desk, master = county.staff["desk"], county.staff["master"]
        handling.accept_case(desk, case_id=case_id, version=version_of(case_id))
        assert len(find_cases(desk, "小雨")) == 1
        checking = Checking(
            category="goods", need=1, unit="个", is_about_child=True, guardian_consent="电话录音"
        )
        with pytest.raises(NotAllowed):  # who may not read such a wish does not check it either
            wishes.check_wish(desk, case_id=case_id, version=version_of(case_id), checking=checking)
        wishes.check_wish(master, case_id=case_id, version=version_of(case_id), checking=checking)
        assert find_cases(desk, "小雨") == () and find_cases(master, "小雨") == ()
        with pytest.raises(NotAllowed):
            access_case(desk, case_id, "看看")


def test_only_vetted_partners_and_only_at_the_station(county: County) -> None:
    with at(MORNING):
        case_id = child_wish(county)
        with pytest.raises(Refusal) as nobody:
            claiming.claim_wish(volunteer(), case_id=case_id, quantity=1, name="热心人")
        assert nobody.value.code == "only_vetted"
        partner = active_partner(county)
        bags = resource(county, partner, kind="school_things", title="书包")
        master = county.staff["master"]

        def claim() -> claiming.Claimed:
            return claiming.claim_for_partner(
                master, case_id=case_id, partner_id=partner, resource_id=bags, quantity=1
            )

        assert wish_view(master, case_id).matches == ()
        with pytest.raises(Refusal) as unvetted:
            claim()
        assert unvetted.value.code == "not_vetted"
        vetted(county, partner)
        assert [m.reasons[-1] for m in wish_view(master, case_id).matches] == ["已经过从业核查"]
        done = claim()
        with pytest.raises(Refusal) as elsewhere:
            claiming.fulfil_claim(master, claim_id=done.claim_id, proof="送到家里了")
        assert elsewhere.value.code == "met_at_station"
        claiming.fulfil_claim(master, claim_id=done.claim_id, proof="在站点当面交付。", met_at_station=True)
        assert Case.objects.get(pk=case_id).state == "fulfilled"


def test_consent_taken_back_takes_it_down(county: County) -> None:
    with at(MORNING):
        case_id = child_wish(county)
        guardian = Case.objects.get(pk=case_id).parties.get(role="subject").person_id
        withdraw_consent(county.staff["master"], person_id=guardian, purpose=f"child_wish:{case_id}")
        run_jobs()
        assert wall(county.area) == ()
        assert Case.objects.get(pk=case_id).state == "in_progress"


def test_it_is_kept_shorter(county: County) -> None:
    with at(MORNING):
        ids = {}
        for name, case_id in (("child", child_wish(county)), ("other", checked_wish(county))):
            row = Case.objects.get(pk=case_id)
            if name == "other":
                wishes.put_up_wish(county.staff["master"], case_id=case_id, version=row.version)
            wishes.take_down_wish(
                county.staff["master"], case_id=case_id, version=version_of(case_id), reason="另行办理"
            )
            ids[name] = case_id
        for case_id in ids.values():
            handling_settled(county, case_id)
    later = moment_of(MORNING) + timedelta(days=400)
    with moment.standing_at(later):
        retention.run_retention(system_actor("retention"))
    texts = {
        name: set(CaseText.objects.filter(case_id=case_id).values_list("erased_at", flat=True)) - {None}
        for name, case_id in ids.items()
    }
    assert texts["child"] and not texts["other"]
    assert Person.objects.filter(erased_at__isnull=True).exists()


def handling_settled(county: County, case_id: UUID) -> None:
    answering.draft_answer(
        county.staff["master"], case_id=case_id, version=version_of(case_id), result="solved", text="办好了。"
    )
    calling.record_call(
        county.staff["caller"],
        case_id=case_id,
        version=version_of(case_id),
        call=calling.Call("answered", is_solved=True, is_satisfied=True),
    )
