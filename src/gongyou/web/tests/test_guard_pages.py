"""The guard on screen: route test for anybody, an officer's matter, the notice, counters, hospital, leaders."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from gongyou.engines.oversight.models import InjuryForm, Matter, RouteUse
from gongyou.engines.oversight.tests.office import NUMBER, PHONE, Guard, build
from gongyou.kernel import jobs
from gongyou.kernel.models.audit import ReadRecord
from gongyou.web.tests.test_community import worker_client
from tests.journeys.faces import client_of

pytestmark = pytest.mark.django_db
AT_WORK = {"relation": "employer", "doing": "working", "cause": "alone"}


@pytest.fixture
def guard(installed_packs: None) -> Guard:
    return build()


def seen(client: Client, page: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(page, args=args), query)
    assert answer.status_code == 200, (page, answer.status_code)
    return answer.content.decode()


def test_anybody_finds_the_way_with_article_dates_papers_and_a_form(guard: Guard) -> None:
    anybody = Client()
    with guard.on("2024-10-05"):
        assert "说不清" in seen(anybody, "worker:injury")
        sent = anybody.post(reverse("worker:injury"), AT_WORK | {"injured_on": "2024-09-30"})
        page = anybody.get(sent["Location"]).content.decode()
        for text in (
            "走工伤保险",
            "《工伤保险条例》第十四条",
            "2024年10月30日",
            "2025年9月30日",
            "先行支付",
            "工会",
            "诊断证明",
        ):
            assert text in page, text
        assert RouteUse.objects.get().route == "work_injury"
        unsure = anybody.get(anybody.post(reverse("worker:injury"), {})["Location"]).content.decode()
        assert "先问一问，材料先留着" in unsure and "可能是这几条路" in unsure
        wrong = anybody.post(reverse("worker:injury"), AT_WORK | {"injured_on": "2024-13-99"})
        assert wrong.status_code == 422 and "日期没有读懂" in wrong.content.decode()
        late = anybody.post(reverse("worker:injury"), AT_WORK | {"injured_on": "2024-10-06"})
        assert late.status_code == 422
        printed = anybody.post(reverse("worker:injury_form") + "?relation=employer&injured_on=2024-09-30")
        form = anybody.get(printed["Location"]).content.decode()
        assert "2024年9月30日" in form and "给单位干活" in form
        assert RouteUse.objects.filter(is_form_printed=True).count() == 1
        assert (
            anybody.get(reverse("worker:injury_way"), {"injured_on": "x", "relation": "y"}).status_code == 200
        )


def step(client: Client, matter_id: UUID, name: str, **given: Any) -> int:
    return client.post(reverse("desk:guard_step", args=[matter_id, name]), given).status_code


def test_officers_bring_a_clue_to_its_end_on_screen(guard: Guard) -> None:
    officer, second, head, cashier = (
        client_of(guard.staff[n]) for n in ("officer", "second", "head", "cashier")
    )
    with guard.on("2025-03-03"):
        clue = {"name": "王大山", "person_number": NUMBER, "phone": PHONE, "injured_on": "2024-09-30",
                "hospital": "示例市第一医院", "employer_name": "示例生物科技公司", "amount_yuan": "8,600.00",
                "basis": "门诊和住院说的受伤经过不一样"}  # fmt: skip
        assert officer.post(reverse("desk:guard_new"), clue | {"person_number": "1"}).status_code == 422
        assert officer.post(reverse("desk:guard_new"), clue).status_code == 302
        found = Matter.objects.get().pk
        page = seen(officer, "desk:guard_matter", found)
        assert "大山" not in page and "王**" in page and "2025年9月30日" in page
        assert step(officer, found, "begin") == 302
        assert step(second, found, "begin") == 302
        assert step(officer, found, "file", document="1号", reason="x") == 422
        heard = {
            "kind": "explained",
            "on": "2025-03-03",
            "text": "晚上干活时磨光刷崩的。",
            "document": "笔录1号",
        }
        assert step(officer, found, "hear", **heard) == 302
    with guard.on("2025-03-05"):
        assert step(officer, found, "file", document="立案1号", reason="涉嫌骗取医保基金") == 302
    with guard.on("2025-05-20"):
        assert step(officer, found, "tell", document="告知1号", told_on="2025-05-20") == 302
    _decide_on_screen(guard, found, officer, head)
    with guard.on("2025-06-06"):
        notice = seen(officer, "desk:guard_notice", found)
        for text in ("王大山", NUMBER, "2.5倍", "贰万壹仟伍佰元整", "2025年12月4日", "行政复议", "行政诉讼",
                     "作出这个决定时，还可以申请工伤认定，到2025年9月30日", "立案后92天，期限90天", "白梅"):  # fmt: skip
            assert text in notice, text
        assert step(officer, found, "deliver", delivered_on="2025-06-05", document="回证1号") == 302
        assert "2025年8月4日" in seen(officer, "desk:guard_matter", found)
        paid = {"money": "returned", "amount_yuan": "8600", "paid_on": "2025-06-06", "receipt": "A1"}
        assert step(officer, found, "pay", **paid | {"amount_yuan": "8600.001"}) == 422
        assert step(officer, found, "pay", **paid) == 302
        payment = Matter.objects.get().decisions.get().payments.get()
        confirm = reverse("desk:guard_confirm", args=[found, payment.pk])
        assert officer.post(confirm).status_code == 403
        assert "确认入账" in seen(cashier, "desk:guard_matter", found)
        assert cashier.post(confirm).status_code == 302


def _decide_on_screen(guard: Guard, found: UUID, officer: Client, head: Client) -> None:
    with guard.on("2025-06-05"):
        assert "立案已经92天，期限90天" in seen(officer, "desk:guard_matter", found)
        proposal = {"number": "呼医保罚〔2025〕3号", "facts": "工作时受伤，隐瞒经过。", "found_yuan": "8600",
                    "is_first": "yes", "gives_back": "yes", "returned_yuan": "8600", "fine_times": "5.5",
                    "suspension_months": "6", "late_reason": "等待医院调取病历"}  # fmt: skip
        refused = officer.post(reverse("desk:guard_step", args=[found, "propose"]), proposal)
        assert refused.status_code == 422 and "5.5倍不在法律规定的2至5倍之间" in refused.content.decode()
        assert step(officer, found, "propose", **proposal | {"fine_times": "2.5"}) == 302
        decision = Matter.objects.get().decisions.get()
        approve = reverse("desk:decide_approval", args=[decision.approval_id, "approve"])
        assert officer.post(approve, {"digest": decision.digest}).status_code == 403
        assert head.post(approve, {"digest": decision.digest}).status_code == 302
        jobs.run_due()
        assert Matter.objects.get().state == "decided"


def test_the_person_reads_why_and_objects_on_the_phone(guard: Guard) -> None:
    found = guard.filed()
    with guard.on("2025-03-20"):
        own, stranger = worker_client(PHONE), worker_client("13912349999")
        assert Matter.objects.get().number in seen(own, "worker:own_guard")
        page = seen(own, "worker:own_guard_matter", found)
        for text in ("门诊和住院说的受伤经过不一样", "用了哪些数据", "2025年9月30日", "线索只是一个问题"):
            assert text in page
        address = reverse("worker:own_guard_matter", args=[found])
        assert stranger.get(address).status_code == 404
        key = "018f0000-0000-7000-8000-000000000001"
        assert own.post(address, {"text": "", "key": key}).status_code == 422
        assert own.post(address, {"text": "是公司叫我这么说的。", "key": key}).status_code == 302
        assert "本人在手机上提出意见" in seen(client_of(guard.staff["officer"]), "desk:guard_matter", found)


def test_a_purpose_is_chosen_before_the_person_is_opened(guard: Guard) -> None:
    found = guard.filed()
    with guard.on("2025-03-06"):
        officer = client_of(guard.staff["officer"])
        opening = reverse("desk:guard_person", args=[found])
        assert officer.post(opening, {}).status_code == 422
        before = ReadRecord.objects.count()
        page = officer.post(opening, {"why": "identify"}).content.decode()
        assert "王大山" in page and "磨光刷" in page
        assert ReadRecord.objects.count() == before + 1
        assert client_of(guard.staff["cashier"]).post(opening, {"why": "identify"}).status_code == 403


def test_the_hospital_sees_the_route_before_the_pledge(guard: Guard) -> None:
    with guard.on("2024-10-15"):
        clerk = client_of(guard.staff["clerk"])
        asked = seen(clerk, "desk:guard_form_new")
        assert "承诺" not in asked.split("main", 1)[1] and "说不清" in asked
        shown = seen(clerk, "desk:guard_form_new", **AT_WORK)
        assert "走工伤保险" in shown and 'name="patient-pledges"' not in shown
        given = AT_WORK | {"patient-seen_route": "work_injury", "patient-name": "王大山", "patient-number": NUMBER,
                           "patient-admitted_on": "2024-10-15", "patient-cause": "磨光刷崩的"}  # fmt: skip
        new = reverse("desk:guard_form_new")
        assert clerk.post(new, given | {"patient-number": "12"}).status_code == 422
        assert clerk.post(new, given | {"patient-seen_route": "basic_medical"}).status_code == 422
        assert clerk.post(new, given | {"relation": ""}).status_code == 422
        assert clerk.post(new, given).status_code == 302
        form = InjuryForm.objects.get()
        assert "大山" not in seen(clerk, "desk:guard_form", form.pk)
        assert "没有签，指到别处" in seen(clerk, "desk:guard_hospital")
        for who, status in (("other_clerk", 403), ("elsewhere", 403), ("officer", 200)):
            assert (
                client_of(guard.staff[who]).get(reverse("desk:guard_form", args=[form.pk])).status_code
                == status
            )
        assert 'name="patient-pledges"' in seen(
            clerk, "desk:guard_form_new", relation="nobody", doing="other", cause="alone"
        )


def test_counters_see_who_is_suspended_and_leaders_see_counts_without_names(guard: Guard) -> None:
    guard.decided()
    with guard.on("2025-06-06"):
        counter, head = client_of(guard.staff["counter"]), client_of(guard.staff["head"])
        assert "2025年12月4日" in seen(counter, "desk:guard_suspensions")
        asked = counter.post(reverse("desk:guard_suspensions"), {"number": NUMBER}).content.decode()
        assert "不能联网结算" in asked
        page = seen(head, "supervise:guard", year="2025")
        for text in ("示例市第一医院", "示例生物科技公司", "1/1", "8,600.00", "21,500.00"):
            assert text in page, text
        rows = seen(head, "supervise:guard_rows", "hospital", key="示例市第一医院", year="2025")
        assert Matter.objects.get().number in rows
        for text in (page, rows):
            assert "王" not in text.split("<main", 1)[1] and NUMBER not in text
        assert head.get(reverse("supervise:guard_rows", args=["village"])).status_code == 404
        assert client_of(guard.staff["officer"]).get(reverse("supervise:guard")).status_code == 403


def test_another_countys_officer_and_other_desks_see_none_of_it(guard: Guard) -> None:
    found = guard.filed()
    with guard.on("2025-03-06"):
        other = client_of(guard.staff["elsewhere"])
        assert Matter.objects.get().number not in seen(other, "desk:guard")
        for page in ("desk:guard_matter", "desk:guard_notice"):
            assert other.get(reverse(page, args=[found])).status_code == 403
        assert step(other, found, "hear", text="x") == 403
        for who in ("counter", "clerk"):
            assert (
                client_of(guard.staff[who]).get(reverse("desk:guard_matter", args=[found])).status_code == 403
            )
