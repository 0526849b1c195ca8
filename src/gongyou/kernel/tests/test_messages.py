"""Messages: leave with the action, never at night, never to who refused; failures are visible and can be resent."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection

from gongyou.basics.refusal import Refusal
from gongyou.kernel.access import worker_actor
from gongyou.kernel.actions import action
from gongyou.kernel.errors import NotAllowed, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.jobs import MAX_TRIES, run_due
from gongyou.kernel.messages import (
    CODES,
    CarrierRefused,
    allow_messages,
    earliest_sending,
    fill,
    list_messages,
    messages_of,
    refuse_messages,
    resend_message,
    send_message,
)
from gongyou.kernel.models import Account, Event, Job, Message, ReadRecord
from gongyou.kernel.moment import SHANGHAI, standing_at
from gongyou.kernel.tests.conftest import NOON, staff

pytestmark = pytest.mark.django_db

PHONE = "13800138000"


@action("test.tell", right=None)
def tell(
    act, *, text="您的诉求已受理", phone=PHONE, subject="case:1", office_path="37/1/", fails=False, **more
):
    message_id = send_message(
        act, template="receipt", text=text, phone=phone, subject=subject, office_path=office_path, **more
    )
    if fails:
        raise ValueError("no")
    return message_id


def state_of(message_id):
    return Message.objects.get(pk=message_id).state


def at(hour, minute=0, day=4):
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


def test_a_message_is_sent_once_with_its_id_as_key(at_noon, carrier):
    message_id = tell(staff())
    assert carrier.sent == []
    assert run_due() == 1
    assert carrier.sent == [(str(message_id), PHONE, "您的诉求已受理")]
    message = Message.objects.get()
    assert (message.state, message.sent_at, message.carrier_reference) == ("sent", NOON, "ref-1")
    event = Event.objects.get(name="kernel.message_sent")
    assert event.payload == {"message_id": str(message_id), "subject": "case:1", "template": "receipt"}
    assert ReadRecord.objects.get().purpose == "发送短信"
    assert run_due() == 0


def test_a_failed_action_sends_nothing(at_noon, carrier):
    with pytest.raises(ValueError, match="no"):
        tell(staff(), fails=True)
    run_due()
    assert (carrier.sent, Message.objects.count()) == ([], 0)


def test_phone_and_text_are_unreadable_in_the_row(at_noon):
    tell(staff())
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM kernel_message")
        row = cursor.fetchone()
    raw = b"|".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row)
    assert PHONE.encode() not in raw
    assert "诉求".encode() not in raw
    assert b"138****8000" in raw


def test_a_phone_that_is_none_is_refused(at_noon):
    with pytest.raises(Refusal):
        tell(staff(), phone="12")
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("queued", "leaves"),
    [
        (at(20, 59), at(20, 59)), (at(21, 0), at(8, day=5)), (at(23, 30), at(8, day=5)),
        (at(0, 0), at(8)), (at(7, 59), at(8)), (at(8, 0), at(8, 0)), (at(12, 0), at(12, 0)),
    ],
)  # fmt: skip
def test_quiet_hours(queued, leaves):
    assert earliest_sending(queued) == leaves


def test_a_message_of_the_night_leaves_in_the_morning(carrier):
    with standing_at(at(22)):
        tell(staff())
        assert run_due() == 0
    with standing_at(at(7, 59, day=5)):
        assert run_due() == 0
    with standing_at(at(8, day=5)):
        assert run_due() == 1
    assert len(carrier.sent) == 1


def test_an_urgent_message_leaves_at_night(carrier):
    with standing_at(at(22)):
        tell(staff(), is_urgent=True)
        run_due()
    assert len(carrier.sent) == 1


def test_a_worker_that_comes_late_into_the_night_does_not_wake_anybody(carrier):
    with standing_at(at(20, 59)):
        message_id = tell(staff())
    with standing_at(at(23)):
        assert run_due() == 1
        assert (carrier.sent, state_of(message_id)) == ([], "queued")
        assert Message.objects.get().not_before == at(8, day=5)
    with standing_at(at(8, day=5)):
        run_due()
    assert state_of(message_id) == "sent"


def test_a_passing_failure_is_tried_again_with_the_same_key(at_noon, carrier):
    carrier.errors = [ConnectionError("down")]
    message_id = tell(staff())
    assert run_due() == 0
    assert state_of(message_id) == "queued"
    with standing_at(NOON + timedelta(minutes=1)):
        assert run_due() == 1
    assert [key for key, _, _ in carrier.sent] == [str(message_id)]


def test_after_the_last_try_the_message_is_failed_and_can_be_resent(carrier):
    carrier.errors = [ConnectionError("down")] * MAX_TRIES
    now = NOON
    with standing_at(now):
        message_id = tell(staff())
    while state_of(message_id) == "queued":
        with standing_at(now):
            run_due()
        now = Job.objects.latest("due_at").due_at
    message = Message.objects.get()
    assert (message.state, message.failure) == ("failed", "ConnectionError: down")
    assert carrier.errors == []
    with standing_at(now):
        assert list_messages(staff(), state="failed").items[0].failure == "ConnectionError: down"
        assert resend_message(staff(), message_id=message_id) == "queued"
        assert run_due() == 1
    assert state_of(message_id) == "sent"
    assert Message.objects.get().failure == ""


def test_a_final_no_of_the_carrier_is_not_repeated(at_noon, carrier):
    carrier.errors = [CarrierRefused("HTTP 422")]
    message_id = tell(staff())
    assert run_due() == 1
    assert (state_of(message_id), Message.objects.get().failure) == ("failed", "HTTP 422")


def test_without_a_carrier_the_message_fails_visibly(at_noon, reinstall):
    reinstall(sms=None)
    message_id = tell(staff())
    run_due()
    assert (state_of(message_id), Message.objects.get().failure) == ("failed", "本系统没有配置短信通道。")


def test_only_failed_messages_of_ones_own_office_are_resent(at_noon, carrier):
    message_id = tell(staff())
    with pytest.raises(Refusal, match="发送失败"):
        resend_message(staff(), message_id=message_id)
    with pytest.raises(NotAllowed):
        resend_message(staff("37/10/"), message_id=message_id)
    with pytest.raises(NotFound):
        resend_message(staff(), message_id=new_id())


def test_who_refused_a_class_gets_none_of_it(at_noon, carrier):
    assert refuse_messages(staff(), phone="138 0013 8000", message_class="casework")
    assert refuse_messages(staff(), phone=PHONE, message_class="casework") is False
    withheld, sent = tell(staff()), tell(staff(), message_class=CODES)
    run_due()
    assert (state_of(withheld), state_of(sent)) == ("withheld", "sent")
    assert allow_messages(staff(), phone=PHONE, message_class="casework")
    assert allow_messages(staff(), phone=PHONE, message_class="casework") is False
    again = tell(staff())
    run_due()
    assert state_of(again) == "sent"


def test_a_refusal_between_queueing_and_sending_counts(at_noon, carrier):
    message_id = tell(staff())
    refuse_messages(staff(), phone=PHONE, message_class="casework")
    run_due()
    assert (carrier.sent, state_of(message_id)) == ([], "withheld")


def test_a_worker_decides_about_the_own_phone_only(at_noon):
    account = Account(id=new_id(), login="w:1", kind="worker", phone=PHONE, created_at=NOON)
    account.save(force_insert=True)
    worker = worker_actor(account.id, None)
    assert refuse_messages(worker, phone=PHONE, message_class="casework")
    with pytest.raises(NotAllowed):
        refuse_messages(worker, phone="13900139000", message_class="casework")
    with pytest.raises(NotAllowed):
        allow_messages(worker_actor(new_id(), None), phone=PHONE, message_class="casework")


def test_the_desk_reads_the_messages_of_a_matter_with_one_access_record(at_noon):
    tell(staff(), text="一")
    tell(staff(), text="二")
    tell(staff(), text="别处", office_path="37/10/")
    tell(staff(), text="另案", subject="case:2")
    reader = staff("37/1/")
    views = messages_of(reader, "case:1")
    assert [view.text for view in views] == ["一", "二"]
    [record] = ReadRecord.objects.filter(actor_id=reader.id)
    assert set(record.ids) == {str(view.id) for view in views}
    with pytest.raises(NotAllowed):
        messages_of(staff(role="nobody"), "case:1")


def test_nobody_reads_a_one_time_code(at_noon):
    tell(staff(), text="验证码 123456", message_class=CODES, is_urgent=True)
    assert messages_of(staff(), "case:1") == ()
    assert all(view.text == "" for view in list_messages(staff()).items)


def test_the_list_pages_newest_first_within_scope():
    for number in range(7):
        with standing_at(NOON + timedelta(minutes=number // 3)):
            tell(staff(), subject=f"case:{number}")
            tell(staff(), office_path="38/")
    seen, cursor = [], ""
    while True:
        page = list_messages(staff(), cursor, size=3)
        seen += [view.subject for view in page.items]
        cursor = page.next
        if not cursor:
            break
    assert seen == [f"case:{number}" for number in reversed(range(7))]
    assert ReadRecord.objects.count() == 0, "a list without texts opens nothing"
    with pytest.raises(NotAllowed):
        list_messages(staff(role="nobody"))


def test_fill_puts_values_in():
    assert (
        fill("诉求{number}将于{due}前办结。", number="370828-26-1", due="3月9日")
        == "诉求370828-26-1将于3月9日前办结。"
    )
    assert fill("没有占位") == "没有占位"
    assert fill("{a}{a}", a="{b}") == "{b}{b}", "a value is never filled again"


@pytest.mark.parametrize(
    ("template", "params", "code"),
    [
        ("{number}", {}, "message_value_missing"), ("诉求", {"number": 1}, "message_value_unused"),
        ("{number.__class__}", {"number": 1}, "message_placeholder"), ("{0}", {}, "message_placeholder"),
        ("{}", {}, "message_placeholder"), ("{number!r}", {"number": 1}, "message_placeholder"),
        ("{number:>9}", {"number": 1}, "message_placeholder"), ("{number", {"number": 1}, "message_braces"),
        ("number}", {"number": 1}, "message_braces"), ("{a[0]}", {"a": "x"}, "message_placeholder"),
    ],
)  # fmt: skip
def test_fill_refuses(template, params, code):
    with pytest.raises(Refusal) as refusal:
        fill(template, **params)
    assert refusal.value.code == code
    assert refusal.value.sentence()
