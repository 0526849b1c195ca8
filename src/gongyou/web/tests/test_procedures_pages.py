"""Approvals, publicity lists and objections on screen, and the public page nobody signs in for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from gongyou.institutions.procedures.models import Approval, Objection, PublicityList
from gongyou.institutions.procedures.tests.office import DIGEST, Desk, open_desk, some_lines
from gongyou.kernel import jobs, moment
from gongyou.kernel.models.audit import ReadRecord
from tests.journeys.faces import client_of
from tests.journeys.outsiders import appoint
from tests.yunshan.county import County

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 8, 10, tzinfo=moment.SHANGHAI)


@pytest.fixture
def desk(county: County) -> Desk:
    root = county.root
    with moment.standing_at(NOW):
        found = open_desk(county)
        return replace(
            found,
            maker=appoint("ys.maker", "policy_officer", root.id, root.path),
            reviewer=appoint("ys.reviewer", "policy_reviewer", root.id, root.path),
            leader=appoint("ys.chair", "leader", root.id, root.path),
        )


def seen(client: Client, page: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(page, args=args), query)
    assert answer.status_code == 200, (page, answer.status_code)
    return answer.content.decode()


def test_an_approval_shows_what_it_is_about_and_is_decided_by_two(county: County, desk: Desk) -> None:
    with moment.standing_at(NOW):
        view = desk.ask()
        maker, reviewer, leader = map(client_of, (desk.maker, desk.reviewer, desk.leader))
        assert "您经办的，由同事审批" in seen(maker, "desk:approvals")
        assert "等您审批" in seen(reviewer, "desk:approvals")
        page = seen(reviewer, "desk:approval", view.id)
        for text in (DIGEST[:16], "600.00", "暂定"):
            assert text in page
        approve = reverse("desk:decide_approval", args=[view.id, "approve"])
        assert maker.post(approve, {"digest": DIGEST}).status_code == 403
        assert reviewer.post(approve, {"digest": "cd" * 32}).status_code == 422
        refuse = reverse("desk:decide_approval", args=[view.id, "refuse"])
        assert reviewer.post(refuse, {"digest": DIGEST, "reason": ""}).status_code == 422
        assert reviewer.post(approve, {"digest": DIGEST, "reason": "核对无误"}).status_code == 302
        assert reviewer.post(approve, {"digest": DIGEST}).status_code == 403
        assert leader.post(approve, {"digest": DIGEST}).status_code == 302
        assert Approval.objects.get().state == "approved"
        assert "核对无误" in seen(leader, "desk:approval", view.id)


def test_a_list_is_published_by_another_and_anybody_reads_it_masked(county: County, desk: Desk) -> None:
    with moment.standing_at(NOW):
        sealed = desk.sealed(some_lines(60))
        maker, reviewer, anybody = client_of(desk.maker), client_of(desk.reviewer), Client()
        assert anybody.get(reverse("public_list", args=[sealed.id])).status_code == 404
        step = reverse("desk:publicity_step", args=[sealed.id, "publish"])
        assert maker.post(step).status_code == 403
        assert reviewer.post(step).status_code == 302
        answer = anybody.get(reverse("public_list", args=[sealed.id]))
        page = answer.content.decode()
        assert answer["X-Robots-Tag"].startswith("noindex")
        assert 'name="robots" content="noindex' in page
        for text in ("第1制造有限公司", "9137**********BC0X", "欧阳**", "101.00", "暂定"):
            assert (text in page) == (text != "101.00"), text  # 100.01元, not 101元
        for secret in ("subject-1", "欧阳小山", "91370828MA3C1ABC0X", "csv"):
            assert secret not in page
        assert "第60制造有限公司" not in page
        assert "第60制造有限公司" in seen(anybody, "public_list", sealed.id, cursor="50")
        assert "第60制造有限公司" in seen(anybody, "public_list", sealed.id, name="第60")
        assert "第60制造有限公司" in seen(anybody, "public_print", sealed.id)
        assert sealed.title in seen(anybody, "publicity")
    with moment.standing_at(NOW + timedelta(days=9)):
        jobs.run_due()
        page = seen(anybody, "public_list", sealed.id)
        assert "公示已经结束" in page and "第1制造有限公司" not in page
        again = client_of(desk.reviewer)  # nine days later the session is over too
        assert again.post(reverse("desk:publicity_step", args=[sealed.id, "close"])).status_code == 302
        assert PublicityList.objects.get().state == "closed"


def test_an_objection_is_taken_in_at_the_desk_and_answered_by_another(county: County, desk: Desk) -> None:
    with moment.standing_at(NOW):
        sealed = desk.sealed()
        maker, reviewer = client_of(desk.maker), client_of(desk.reviewer)
        reviewer.post(reverse("desk:publicity_step", args=[sealed.id, "publish"]))
        page = seen(maker, "desk:new_objection", sealed.id, line="2")
        assert "subject-2" in page and "第2制造有限公司" in page
        given = {
            "subject_key": "subject-2", "raised_by_kind": "organisation", "raised_by_name": "第2制造有限公司",
            "contact_name": "王小山", "contact_phone": "13800005678", "ground": "missing", "text": "应当返还。",
            "intent": uuid4().hex,
        }  # fmt: skip
        new = reverse("desk:new_objection", args=[sealed.id])
        refused = maker.post(new, given)
        assert refused.status_code == 422 and "证明材料" in refused.content.decode()
        assert maker.post(new, given | {"ground": "amount", "intent": uuid4().hex}).status_code == 302
        row = Objection.objects.get()
        assert row.number in seen(reviewer, "desk:objections")
        before = ReadRecord.objects.filter(noun="objection").count()
        assert "13800005678" in seen(reviewer, "desk:objection", row.pk)
        assert ReadRecord.objects.filter(noun="objection").count() == before + 1
        answer = reverse("desk:answer_objection", args=[row.pk])
        assert maker.post(answer, {"outcome": "rejected", "reason": "没有错"}).status_code == 403
        assert reviewer.post(answer, {"outcome": "upheld", "reason": ""}).status_code == 422
        assert reviewer.post(answer, {"outcome": "upheld", "reason": "补缴到账"}).status_code == 302
        assert "补缴到账" in seen(maker, "desk:objection", row.pk)


def test_whoever_has_no_right_sees_none_of_it(county: County, desk: Desk) -> None:
    with moment.standing_at(NOW):
        view, sealed = desk.ask(), desk.sealed()
        for role in ("desk", "station_master", "dispatcher", "system_admin", "audit_admin"):
            client = client_of(appoint(f"ys.new_{role}", role, county.root.id, county.root.path))
            assert client.get("/desk/stations/").status_code == 200, role
            for name, args in (
                ("desk:approvals", []), ("desk:approval", [view.id]), ("desk:publicity_list", [sealed.id]),
                ("desk:objections", []),
            ):  # fmt: skip
                assert client.get(reverse(name, args=args)).status_code == 403, (role, name)
