"""Pages of courses: who sees what, wrong rows of a sheet by row and column, the paper that is printed."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongyou.engines.skills import services
from gongyou.engines.skills.models import Attendance, Enrolment, Session
from gongyou.engines.skills.tests.school import found_school
from gongyou.kernel import moment
from gongyou.kernel.access import Actor, system_actor
from gongyou.kernel.accounts import digest_of_key, start_session
from tests.yunshan.county import County
from tests.yunshan.fixtures import county, installed_packs

__all__ = ["county", "installed_packs"]
pytestmark = pytest.mark.django_db


def signed_in(who: Actor) -> Client:
    client = Client()
    session = client.session
    session.save()
    client.cookies["sessionid"] = session.session_key
    key = digest_of_key(session.session_key)
    start_session(system_actor(), account_id=who.id, key_digest=key, source="10.0.0.9")
    return client


def test_staff_of_each_kind_open_their_pages_and_another_school_s_are_refused(county: County) -> None:
    school = found_school(county)
    today = moment.today()
    school.class_id = school.open(enrol_until=today, starts_on=today, ends_on=today, exam_on=today)
    school.enrol(1)
    session = school.session(day=today)
    page = f"/desk/courses/{school.class_id}/"
    opened = {
        "teacher": [
            "/desk/courses/", "/desk/courses/register/", page, f"{page}sheet/", f"{page}attendance/",
            f"/desk/courses/sessions/{session.pk}/poster/",
            *(f"/desk/courses/do/{d}/{school.class_id}/" for d in ("enrol", "session", "capacity", "finish")),
        ],
        "officer": [
            "/desk/courses/", "/desk/courses/agreements/", page,
            *(f"/desk/courses/do/{d}/{school.county.root.id}/" for d in ("provider", "demand", "offer")),
            f"/desk/courses/do/class/{school.provider_id}/", f"/desk/courses/do/site/{school.provider_id}/",
            f"/desk/courses/do/equipment/{school.site_id}/",
        ],
        "authority": ["/desk/courses/numbers/", f"/desk/courses/do/agreement/{school.county.root.id}/"],
        "one": ["/desk/marks/"],
    }  # fmt: skip
    for who, addresses in opened.items():
        client = signed_in(school.staff[who])
        for address in addresses:
            assert client.get(address).status_code == 200, (who, address)
    leader = signed_in(county.staff["leader"])
    for address in ("/supervise/courses/", "/supervise/courses/enrolled/", page):
        assert leader.get(address).status_code == 200
    other = signed_in(school.staff["other_teacher"])
    for address in (page, f"{page}sheet/", f"{page}attendance/", "/desk/courses/numbers/", "/desk/marks/"):
        assert other.get(address).status_code == 403, address
    assert signed_in(school.staff["teacher"]).get("/supervise/courses/").status_code == 403
    refused = other.post(f"/desk/courses/do/finish/{school.class_id}/", {"intent": "a"})
    assert refused.status_code == 403


def test_a_sheet_s_wrong_rows_come_back_by_row_and_column_and_the_good_ones_stay(county: County) -> None:
    school = found_school(county)
    today = moment.today()
    school.class_id = school.open(enrol_until=today, starts_on=today, ends_on=today, exam_on=today)
    school.enrol(1)
    school.session(day=today)
    client = signed_in(school.staff["teacher"])
    rows = "课次,学号\n1,1\n2,1\n1,七\n1,9\n"
    sheet = SimpleUploadedFile("九月签到.csv", rows.encode("gb18030"))
    answer = client.post(f"/desk/courses/{school.class_id}/attendance/", {"file": sheet, "intent": "x"})
    assert answer.status_code == 422
    told = [(r["row"], r["title"], r["value"]) for r in answer.context["rejects"]]
    assert told == [(3, "课次", "2"), (4, "学号", "七"), (5, "学号", "9")]
    assert Attendance.objects.count() == 1
    wrong = SimpleUploadedFile("空.csv", "姓名\n张三\n".encode())
    answer = client.post(f"/desk/courses/{school.class_id}/attendance/", {"file": wrong, "intent": "y"})
    assert answer.status_code == 422
    assert "缺少" in answer.content.decode()
    services.withdraw(school.teacher, enrolment_id=Enrolment.objects.get().pk)
    assert Session.objects.count() == 1
