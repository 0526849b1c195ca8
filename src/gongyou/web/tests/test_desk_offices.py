"""Messages, duty, stations with posters, failed jobs."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from gongyou.kernel import moment
from gongyou.kernel.jobs import run_due
from gongyou.kernel.models.audit import AuditRecord, ReadRecord
from gongyou.kernel.models.events import Job
from gongyou.kernel.models.messages import Message
from gongyou.offices import queries as offices
from gongyou.offices.models import DutyShift
from gongyou.web.tests.desk_county import MONDAY, SignIn, county, sign_in
from tests.yunshan.county import County
from tests.yunshan.fixtures import installed_packs

__all__ = ["county", "installed_packs", "sign_in"]

pytestmark = pytest.mark.django_db


def test_messages_are_masked_and_opened_one_at_a_time_with_a_record(county: County, sign_in: SignIn) -> None:
    with moment.standing_at(MONDAY):
        receipt = county.file()
        run_due()
        desk = sign_in("desk")
        listed = desk.get(reverse("desk:messages")).content.decode()
        message = Message.objects.get()
        url = reverse("desk:message_text", args=[message.pk])
        opened = desk.post(url, {"subject": message.subject}).content.decode()
    assert "138 **** 0117" in listed
    assert receipt.number not in listed
    assert receipt.number in opened
    assert ReadRecord.objects.filter(noun="message", actor_id=county.staff["desk"].id).exists()


def test_a_failed_message_is_sent_again_and_a_sent_one_is_not(county: County, sign_in: SignIn) -> None:
    county.file()
    Message.objects.update(state="failed", failure="号码停机")
    message, desk = Message.objects.get(), sign_in("desk")
    assert "号码停机" in desk.get(reverse("desk:messages")).content.decode()
    assert desk.post(reverse("desk:resend", args=[message.pk])).status_code == 302
    assert Message.objects.get().state == "queued"
    Message.objects.update(state="sent")
    desk.post(reverse("desk:resend", args=[message.pk]))
    assert "只有发送失败的短信才能重发" in desk.get(reverse("desk:messages")).content.decode()


def test_another_offices_messages_stay_closed(county: County, sign_in: SignIn) -> None:
    county.file()
    message, other = Message.objects.get(), sign_in("other_desk")
    assert "没有短信" in other.get(reverse("desk:messages")).content.decode()
    assert (
        other.post(reverse("desk:message_text", args=[message.pk]), {"subject": message.subject}).status_code
        == 404
    )
    assert other.post(reverse("desk:resend", args=[message.pk])).status_code in (302, 403)
    assert Message.objects.get().state == "queued"


def shift(county: County, **changes: str) -> dict[str, str]:
    return {
        "intent": uuid4().hex,
        "office": str(county.station.id),
        "holder_name": "方圆",
        "phone": "",
        "day": "2026-09-29",
        "opens": "08:30",
        "closes": "12:00",
        **changes,
    }


def test_a_shift_is_put_and_the_rest_of_the_day_shows_as_a_gap(county: County, sign_in: SignIn) -> None:
    with moment.standing_at(MONDAY):
        master = sign_in("master")
        week = f"{reverse('desk:duty')}?office={county.station.id}&week=2026-09-29"
        assert "没人" in master.get(week).content.decode()
        answer = master.post(reverse("desk:put_shift"), shift(county))
        assert answer.status_code == 302
        page = master.get(answer["Location"]).content.decode()
        assert "方圆" in page
        assert "12:00–17:00" in page
        at_ten = MONDAY + timedelta(days=1, minutes=30)
        duty = offices.on_duty(county.station.id, at_ten)
        assert duty is not None
        assert duty.holder_name == "方圆"


def test_a_shift_over_midnight_ends_the_next_morning(county: County, sign_in: SignIn) -> None:
    with moment.standing_at(MONDAY):
        sign_in("master").post(reverse("desk:put_shift"), shift(county, opens="20:00", closes="06:00"))
    found = DutyShift.objects.get()
    assert found.until_at - found.from_at == timedelta(hours=10)


def test_the_same_person_twice_is_refused_and_the_form_stays(county: County, sign_in: SignIn) -> None:
    with moment.standing_at(MONDAY):
        master = sign_in("master")
        master.post(reverse("desk:put_shift"), shift(county))
        answer = master.post(reverse("desk:put_shift"), shift(county, opens="11:00"))
    assert answer.status_code == 422
    assert "已经排在" in answer.content.decode()
    assert 'value="方圆"' in answer.content.decode()


def test_a_shift_is_dropped(county: County, sign_in: SignIn) -> None:
    with moment.standing_at(MONDAY):
        master = sign_in("master")
        master.post(reverse("desk:put_shift"), shift(county))
        form = {"office": str(county.station.id), "week": "2026-09-29"}
        assert (
            master.post(reverse("desk:drop_shift", args=[DutyShift.objects.get().pk]), form).status_code
            == 302
        )
    assert DutyShift.objects.count() == 0


def test_a_desk_reads_the_rota_but_does_not_write_it(county: County, sign_in: SignIn) -> None:
    desk = sign_in("desk")
    assert "排一班" not in desk.get(reverse("desk:duty")).content.decode()
    assert desk.post(reverse("desk:put_shift"), shift(county)).status_code == 403
    foreign = shift(county, office=str(county.other_station.id))
    assert sign_in("master").post(reverse("desk:put_shift"), foreign).status_code == 403


def test_the_poster_carries_the_code_in_both_languages(county: County, sign_in: SignIn) -> None:
    point = county.points[county.station.code][0]
    desk = sign_in("desk")
    listed = desk.get(reverse("desk:stations")).content.decode()
    poster_url = reverse("desk:poster", args=[point.code])
    assert poster_url in listed
    page = desk.get(poster_url).content.decode()
    assert f"/q/{point.code}" in page
    assert "<svg" in page
    assert 'lang="en"' in page
    assert desk.get(reverse("desk:poster", args=["ZZZZZZ"])).status_code == 404


def test_an_administrator_adds_a_point(county: County, sign_in: SignIn) -> None:
    admin = sign_in("system_admin")
    form = {"intent": uuid4().hex, "office": str(county.station.id), "place": "东门岗亭"}
    assert admin.post(reverse("desk:add_point"), form).status_code == 302
    assert "东门岗亭" in admin.get(reverse("desk:stations")).content.decode()
    assert sign_in("desk").post(reverse("desk:add_point"), form).status_code == 403


def test_a_failed_job_is_seen_and_tried_again(county: County, sign_in: SignIn) -> None:
    job = Job.objects.create(
        kind="casework.redate",
        payload={},
        state="failed",
        tries=8,
        due_at=moment.now(),
        last_error="OSError: 断网",
    )
    admin = sign_in("system_admin")
    page = admin.get(reverse("desk:jobs")).content.decode()
    assert "OSError: 断网" in page
    assert admin.post(reverse("desk:retry_job", args=[job.pk]), {"intent": uuid4().hex}).status_code == 302
    job.refresh_from_db()
    assert (job.state, job.tries) == ("ready", 0)
    assert AuditRecord.objects.filter(action="jobs.retry_job", subject=f"job:{job.pk}").exists()
    admin.post(reverse("desk:retry_job", args=[job.pk]), {"intent": uuid4().hex})
    assert "已经不在失败清单里" in admin.get(reverse("desk:jobs")).content.decode()
