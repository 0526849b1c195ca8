"""Filing at the desk, by phone and from paper; the receipt; the call-back console."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from gongyou.engines.casework.models import CallAttempt, Case, PaperEntry
from gongyou.engines.casework.queries.proof import pin_of
from gongyou.kernel import moment
from gongyou.kernel.models.files import StoredFile
from gongyou.web.tests.desk_county import MONDAY, SignIn, county, settled, sign_in, version
from tests.yunshan.county import STRAIGHT, County
from tests.yunshan.fixtures import installed_packs

__all__ = ["county", "installed_packs", "sign_in"]

pytestmark = pytest.mark.django_db


def picture(name: str = "page.jpg") -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (300, 400), (240, 240, 230)).save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def filing(county: County, **changes: object) -> dict[str, object]:
    return {
        "intent": uuid4().hex,
        "channel": "phone",
        "office": str(county.station.id),
        "what": f"{STRAIGHT}/appeal",
        "topic": f"{STRAIGHT}/appeal/wages",
        "text": "八月的工资还没有发。",
        "name": "周兰",
        "phone": "13800000222",
        **changes,
    }


def test_a_call_becomes_a_numbered_matter_with_a_receipt(county: County, sign_in: SignIn) -> None:
    desk = sign_in("desk")
    answer = desk.post(reverse("desk:new"), filing(county))
    case = Case.objects.get()
    assert answer["Location"] == reverse("desk:receipt", args=[case.pk])
    assert (case.channel, case.topic, case.office_id) == ("phone", "wages", county.station.id)
    page = desk.get(answer["Location"]).content.decode()
    assert pin_of(case.number) in page
    assert pin_of(case.number) not in sign_in("master").get(answer["Location"]).content.decode(), (
        "who filed sees it"
    )
    for size in ("slip_80mm", "slip_a4"):
        slip = desk.get(reverse(f"desk:{size}", args=[case.pk]))
        assert slip.status_code == 200
        assert "<svg" in slip.content.decode()


def test_sent_twice_is_filed_once(county: County, sign_in: SignIn) -> None:
    desk, form = sign_in("desk"), filing(county)
    assert (
        desk.post(reverse("desk:new"), form)["Location"] == desk.post(reverse("desk:new"), form)["Location"]
    )
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": ""}, "这里还没有写内容"),
        ({"what": ""}, "请选择是哪一类事情"),
        ({"phone": "12"}, "电话"),
        ({"topic": f"{STRAIGHT}/wish/none"}, "类别"),
        ({"is_anonymous": "on"}, "这类事项需要联系方式"),
        ({"occurred_on": "2999-01-01"}, "还没有到"),
    ],
)
def test_wrong_input_is_said_and_everything_typed_stays(
    county: County, sign_in: SignIn, changes: dict[str, str], sentence: str
) -> None:
    answer = sign_in("desk").post(reverse("desk:new"), filing(county, place="三号宿舍楼") | changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "三号宿舍楼" in page
    assert Case.objects.count() == 0


def test_a_mistake_elsewhere_does_not_cost_the_upload(county: County, sign_in: SignIn) -> None:
    desk = sign_in("desk")
    refused = desk.post(reverse("desk:new"), filing(county, text="", uploads=picture("工资条.jpg")))
    page = refused.content.decode()
    assert "工资条.jpg" in page
    kept = page.split('name="kept" value="')[1].split('"')[0]
    assert desk.post(reverse("desk:new"), filing(county, kept=kept)).status_code == 302
    case = Case.objects.get()
    assert StoredFile.objects.filter(subject=f"case:{case.pk}").count() == 1


def test_a_file_that_is_none_is_refused_with_a_sentence(county: County, sign_in: SignIn) -> None:
    upload = SimpleUploadedFile("a.jpg", b"not a picture at all" * 10, "image/jpeg")
    answer = sign_in("desk").post(reverse("desk:new"), filing(county, uploads=upload))
    assert answer.status_code == 422
    assert "无法识别" in answer.content.decode()
    assert Case.objects.count() == 0


def test_a_desk_files_at_its_own_office_only(county: County, sign_in: SignIn) -> None:
    answer = sign_in("desk").post(reverse("desk:new"), filing(county, office=str(county.other_station.id)))
    assert answer.status_code == 422
    assert Case.objects.count() == 0


def paper(county: County, **changes: object) -> dict[str, object]:
    return filing(county, written_on="2026-09-28", book="东门1号本", page="7") | changes


def test_paper_keeps_the_book_and_turns_the_page(county: County, sign_in: SignIn) -> None:
    with moment.standing_at(MONDAY):
        desk = sign_in("desk")
        assert desk.post(reverse("desk:paper"), paper(county, uploads=picture())).status_code == 302
        entry = PaperEntry.objects.get()
        assert (entry.book, entry.page, entry.is_late_keyed) == ("东门1号本", 7, False)
        assert entry.photo_id is not None
        page = desk.get(reverse("desk:paper")).content.decode()
    assert 'value="东门1号本"' in page
    assert 'name="page" value="8"' in page
    assert "已录入" in page
    assert "今天录了1页" in page


def test_paper_keyed_late_is_said_and_counts_from_the_day_written(county: County, sign_in: SignIn) -> None:
    with moment.standing_at(MONDAY + timedelta(days=2)):
        desk = sign_in("desk")
        desk.post(reverse("desk:paper"), paper(county, written_on="2026-09-24"))
        page = desk.get(reverse("desk:paper")).content.decode()
    assert "已计入录入延误" in page
    assert PaperEntry.objects.get().is_late_keyed
    assert Case.objects.get().received_at.astimezone(moment.SHANGHAI).date().isoformat() == "2026-09-24"


def test_paper_without_its_date_is_refused(county: County, sign_in: SignIn) -> None:
    answer = sign_in("desk").post(reverse("desk:paper"), paper(county, written_on=""))
    assert answer.status_code == 422
    assert "请按心声簿上的日期填写" in answer.content.decode()


# -- the call-back console ---------------------------------------------------------------------------------------


def call_url(case_id: object) -> str:
    return reverse("desk:call", args=[case_id])


def test_the_console_lists_what_is_due_and_what_is_missing(county: County, sign_in: SignIn) -> None:
    case_id = settled(county)
    page = sign_in("caller").get(reverse("desk:calls")).content.decode()
    assert call_url(case_id) in page
    assert "还没有打过" in page
    assert "拨打0/3次" in page


def test_a_try_is_recorded_from_the_list(county: County, sign_in: SignIn) -> None:
    case_id = settled(county)
    caller = sign_in("caller")
    form = {"intent": uuid4().hex, "version": version(case_id), "outcome": "no_answer"}
    assert caller.post(reverse("desk:quick_try", args=[case_id]), form).status_code == 302
    page = caller.get(reverse("desk:calls")).content.decode()
    assert "拨打1/3次" in page
    assert "无人接听" in page
    assert CallAttempt.objects.get().outcome == "no_answer"


def test_a_stale_try_is_not_recorded(county: County, sign_in: SignIn) -> None:
    case_id = settled(county)
    caller = sign_in("caller")
    caller.post(reverse("desk:quick_try", args=[case_id]), {"version": 1, "outcome": "no_answer"})
    assert CallAttempt.objects.count() == 0
    assert "刚刚被别人更新过" in caller.get(reverse("desk:calls")).content.decode()


def test_a_dissatisfied_answer_opens_the_review(county: County, sign_in: SignIn) -> None:
    case_id = settled(county)
    caller = sign_in("caller")
    form = {
        "version": version(case_id),
        "channel": "phone",
        "outcome": "answered",
        "is_solved": "no",
        "is_satisfied": "no",
        "note": "只修了一半",
    }
    assert caller.post(call_url(case_id), form).status_code == 302
    assert Case.objects.get(pk=case_id).state == "reviewing"


def test_an_answered_call_needs_both_answers_and_keeps_the_note(county: County, sign_in: SignIn) -> None:
    case_id = settled(county)
    form = {"version": version(case_id), "channel": "phone", "outcome": "answered", "note": "她说还行"}
    answer = sign_in("caller").post(call_url(case_id), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "接通的回访要记下" in page
    assert "她说还行" in page
    assert CallAttempt.objects.count() == 0


def test_the_phone_is_shown_for_the_call_alone(county: County, sign_in: SignIn) -> None:
    case_id = settled(county)
    caller = sign_in("caller")
    assert "13800000117" not in caller.get(call_url(case_id)).content.decode()
    assert "tel:13800000117" in caller.post(reverse("desk:call_phone", args=[case_id])).content.decode()


def test_the_handlers_office_may_not_call(county: County, sign_in: SignIn) -> None:
    case_id = settled(county)
    master = sign_in("master")
    assert "现在不能回访这件事" in master.get(call_url(case_id)).content.decode()
    form = {"version": version(case_id), "channel": "phone", "outcome": "no_answer"}
    assert master.post(call_url(case_id), form).status_code in (403, 422)
    assert CallAttempt.objects.count() == 0
