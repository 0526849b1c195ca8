"""Pages of partners, wishes, services and child care: what they show, what they refuse, whom they never name."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from gongyou.engines.casework.models import Case, Purchase, WishClaim
from gongyou.engines.casework.tests.wish_county import (
    active_partner,
    checked_wish,
    child_wish,
    put_up,
    resource,
    vetted,
    volunteer,
)
from gongyou.kernel import moment
from gongyou.kernel.access import system_actor
from gongyou.kernel.accounts import digest_of_key, start_session
from gongyou.registry.models import CareEnrolment, CareSession, Partner
from gongyou.registry.services import care
from gongyou.web.tests.desk_county import MONDAY, SignIn, county, sign_in
from tests.yunshan.county import County

__all__ = ["county", "sign_in"]

SECRETS = ("小雨", "二年级", "松溪小学", "13800000117")


@pytest.fixture(autouse=True)
def on_monday() -> object:
    with moment.standing_at(MONDAY):
        yield


def worker_client(phone: str = "13900000001") -> Client:
    client = Client()
    session = client.session
    session.save()
    client.cookies["sessionid"] = session.session_key
    start_session(
        system_actor(),
        account_id=volunteer(phone).id,
        key_digest=digest_of_key(session.session_key),
        source="10.0.0.8",
    )
    return client


def care_session(county: County) -> CareSession:
    partner = vetted(county, active_partner(county, "松溪书院", "school", "13700000002"))
    some = resource(county, partner, kind="child_care", title="放学托管", quantity=50)
    done = care.open_session(
        county.staff["master"],
        resource_id=some,
        office_id=county.station.id,
        office_path=county.station.path,
        day=date(2026, 9, 29),
        slot="afternoon",
        capacity=1,
    )
    return CareSession.objects.get(pk=done.session_id)


def test_public_pages_say_nobodys_name(county: County) -> None:
    put_up(county, checked_wish(county))
    child_wish(county)
    care_session(county)
    for address, wanted in (
        ("/wishes/", "环卫工想要几个保温杯"),
        ("/partners/", "我要当合伙人"),
        ("/services/", "报道没有写明是哪个领域"),
        ("/care/", "放学托管"),
    ):
        page = Client().get(address)
        assert page.status_code == 200 and wanted in page.content.decode(), address
        assert not any(secret in page.content.decode() for secret in SECRETS), address


def test_the_catalogue_shows_three_areas_open(county: County) -> None:
    page = Client().get("/services/").content.decode()
    assert page.count("报道没有写明是哪个领域") == 3
    assert all(named in page for named in ("健康安全", "帮扶救助", "权益维护", "思想政治引领", "子女托管"))


def test_joining_needs_a_proven_number(county: County) -> None:
    assert "/me/sign-in/" in Client().get("/me/partner/")["Location"]
    client = worker_client()
    given = {
        "key": str(uuid4()),
        "kind": "resident",
        "contact": "孙热心",
        "offers": "两个书包",
        "area": county.area,
    }
    assert client.post("/me/partner/", {**given, "contact": ""}).status_code == 422
    assert client.post("/me/partner/", given).status_code == 302
    assert Partner.objects.get().name == "孙**"
    assert "等审核" in client.get("/me/partner/").content.decode()


def test_claiming_a_wish_on_the_page(county: County) -> None:
    case_id = put_up(county, checked_wish(county))
    address = f"/me/wishes/{case_id}/"
    assert Client().get(address).status_code == 302
    client = worker_client()
    assert "环卫工想要几个保温杯" in client.get(address).content.decode()
    too_many = client.post(address, {"key": str(uuid4()), "quantity": 9, "name": "孙热心"})
    assert too_many.status_code == 422 and "还差1个" in too_many.content.decode()
    assert client.post(address, {"key": str(uuid4()), "quantity": 1, "name": "孙热心"}).status_code == 302
    assert "已认领，待交付" in client.get("/me/claims/").content.decode()
    assert client.get(address).status_code == 404
    claim = WishClaim.objects.get()
    assert client.post(f"/me/claims/{claim.pk}/give-up/").status_code == 302
    assert WishClaim.objects.get().state == "given_up"


def test_a_childs_wish_on_page_api_and_search(county: County, sign_in: SignIn) -> None:
    case_id = child_wish(county)
    number = Case.objects.get(pk=case_id).number
    desk, master = sign_in("desk"), sign_in("master")
    for address in (f"/desk/wishes/{case_id}/", f"/desk/cases/{case_id}/", f"/desk/cases/{case_id}/print/"):
        assert desk.get(address).status_code == 403, address
        assert master.get(address).status_code == 200, address
    for address in (
        "/desk/wishes/",
        "/desk/cases/",
        f"/desk/search/?q={number}",
        "/desk/search/?q=松溪小学",
        "/api/v1/cases",
    ):
        assert number not in desk.get(address).content.decode().replace("?q=" + number, "").replace(
            f'value="{number}"', ""
        ), address
    assert number in master.get("/api/v1/cases").content.decode()
    claimed = worker_client().post(
        f"/me/wishes/{case_id}/", {"key": str(uuid4()), "quantity": 1, "name": "孙热心"}
    )
    assert claimed.status_code in {403, 422} and not WishClaim.objects.exists()


def test_the_desk_checks_puts_up_and_hands_over(county: County, sign_in: SignIn) -> None:
    case_id = county.file("想要一个保温杯", type_id="wish", topic="goods").case_id
    desk = sign_in("desk")
    desk.post(f"/desk/cases/{case_id}/steps/accept/", {"version": Case.objects.get(pk=case_id).version})
    base = f"/desk/wishes/{case_id}/"
    assert "核实心愿" in desk.get(base).content.decode()
    given = {"category": "goods", "need": 1, "unit": "个", "wall_text": "赵平的杯子"}
    wrong = desk.post(f"{base}check/", given)
    assert wrong.status_code == 422 and "墙上的话里有姓名" in wrong.content.decode()
    assert desk.post(f"{base}check/", {**given, "wall_text": "环卫工想要一个杯子"}).status_code == 302
    assert desk.post(f"{base}put_up/", {}).status_code == 302
    partner = active_partner(county)
    some = resource(county, partner)
    assert "类别对口" in desk.get(base).content.decode()
    claimed = desk.post(f"{base}claim/", {"source": f"{partner}/{some}", "quantity": 1})
    assert claimed.status_code == 302
    claim = WishClaim.objects.get()
    done = desk.post(f"{base}fulfil/", {"claim": str(claim.pk), "proof": "在站点交给了本人。"})
    assert done.status_code == 302
    assert Case.objects.get(pk=case_id).state == "fulfilled"


def test_partners_on_the_desk(county: County, sign_in: SignIn) -> None:
    master, leader = sign_in("master"), sign_in("leader")
    assert "登记合伙人" in master.get("/desk/partners/").content.decode()
    given = {
        "way": "roadshow", "office": str(county.station.id), "kind": "shop", "organisation": "松溪书店",
        "contact": "钱掌柜", "phone": "13700000001",
    }  # fmt: skip
    assert master.post("/desk/partners/new/", {**given, "contact": ""}).status_code == 422
    assert master.post("/desk/partners/new/", given).status_code == 302
    partner = Partner.objects.get()
    base = f"/desk/partners/{partner.pk}/"
    assert "step-accept" not in master.get(base).content.decode()  # nobody checks their own
    assert leader.post(f"{base}accept/", {}).status_code == 302
    offer = {"kind": "books", "title": "图书", "quantity": 20, "from_on": "2026-09-01"}
    assert master.post(f"{base}offer/", offer).status_code == 302
    children = master.post(f"{base}offer/", {**offer, "kind": "tutoring"})
    assert children.status_code == 422 and "从业核查" in children.content.decode()
    shown = master.post(f"{base}contact/", {"why": "tell"}).content.decode()
    assert "钱掌柜" in shown and "137 0000 0001" in shown
    assert sign_in("caller").get("/desk/partners/").status_code == 403


def test_child_care_on_both_sides(county: County, sign_in: SignIn) -> None:
    session = care_session(county)
    client, other = worker_client(), worker_client("13900000002")
    address = f"/me/care/{session.pk}/"
    given = {"guardian": "李妈妈", "child": "小满", "age_band": "7-9"}
    assert client.post(address, {**given, "key": str(uuid4())}).status_code == 422  # no consent
    agreed = {**given, "consents": "on"}
    assert client.post(address, {**agreed, "key": str(uuid4())}).status_code == 302
    assert other.post(address, {**agreed, "key": str(uuid4()), "guardian": "王妈妈"}).status_code == 302
    assert "前面还有0个孩子" in other.get("/me/care/").content.decode()
    assert "小满" in sign_in("master").get(f"/desk/child-care/{session.pk}/").content.decode()
    assert sign_in("desk").get(f"/desk/child-care/{session.pk}/").status_code == 403
    mine = CareEnrolment.objects.get(state="placed")
    assert other.post(f"/me/care/{mine.pk}/withdraw/").status_code == 403
    assert client.post(f"/me/care/{mine.pk}/withdraw/").status_code == 302
    assert CareEnrolment.objects.filter(state="placed").count() == 1
    assert "放学托管" in sign_in("master").get("/desk/child-care/").content.decode()


def test_a_purchase_on_the_desk(county: County, sign_in: SignIn) -> None:
    case_id = county.file("想要按摩椅", topic="rest_facilities").case_id
    desk, master = sign_in("desk"), sign_in("master")
    assert "要求添置设施" in desk.get("/desk/purchases/").content.decode()
    assert desk.post("/desk/purchases/", {"case": str(case_id), "title": "按摩椅"}).status_code == 302
    base = f"/desk/purchases/{Purchase.objects.get().pk}/"
    assert master.post(f"{base}decide/", {"is_approved": "yes", "reason": "大家都要"}).status_code == 302
    assert desk.post(f"{base}order/", {"supplier": "家电店", "amount": "2999.00"}).status_code == 302
    assert Purchase.objects.get().amount_fen == 299_900
    assert desk.post(f"{base}install/", {"answer": "放在休息室。"}).status_code == 302
    assert "已装好" in desk.get(base).content.decode()
    assert Case.objects.get(pk=case_id).state == "settled"


def test_leaders_see_the_rate_with_what_it_is_made_of(county: County, sign_in: SignIn) -> None:
    put_up(county, checked_wish(county))
    resource(county, active_partner(county))
    page = sign_in("leader").get("/supervise/wishes/").content.decode()
    assert "圆梦率" in page and "样本太少" in page and "生活用品" in page
    assert "环卫工" not in page
