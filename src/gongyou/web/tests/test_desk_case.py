"""The worklist, the lists and the case page: what each role sees and may do."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.urls import reverse
from PIL import Image
from python_calamine import CalamineWorkbook

from gongyou.engines.casework.models import Case
from gongyou.engines.casework.services import handling
from gongyou.kernel import files, moment
from gongyou.kernel.models.audit import AuditRecord, ReadRecord
from gongyou.web.tests.desk_county import MONDAY, SignIn, accepted, called, county, settled, sign_in, version
from tests.yunshan.county import County
from tests.yunshan.fixtures import installed_packs

__all__ = ["county", "installed_packs", "sign_in"]

pytestmark = pytest.mark.django_db


def case_url(case_id: object) -> str:
    return reverse("desk:case", args=[case_id])


def step_url(case_id: object, name: str) -> str:
    return reverse("desk:step", args=[case_id, name])


def test_every_page_sends_a_visitor_to_sign_in(client, county: County) -> None:
    case_id = county.file().case_id
    pages = [
        reverse(f"desk:{name}")
        for name in (
            "worklist",
            "cases",
            "search",
            "new",
            "paper",
            "calls",
            "messages",
            "duty",
            "stations",
            "jobs",
        )
    ]
    for page in [
        *pages,
        case_url(case_id),
        reverse("desk:receipt", args=[case_id]),
        reverse("supervise:overview"),
    ]:
        answer = client.get(page)
        assert answer.status_code == 302, page
        assert answer["Location"].startswith(reverse("sign_in:staff")), page


def test_a_role_without_the_right_is_refused(county: County, sign_in: SignIn) -> None:
    desk, admin = sign_in("desk"), sign_in("audit_admin")
    assert desk.get(reverse("desk:jobs")).status_code == 403
    assert desk.get(reverse("supervise:overview")).status_code == 403
    assert desk.get(reverse("desk:calls")).status_code == 403
    case_id = county.file().case_id
    assert admin.get(case_url(case_id)).status_code == 403


def test_the_worklist_shows_the_own_offices_things_overdue_first(county: County, sign_in: SignIn) -> None:
    with moment.standing_at(MONDAY):
        old = county.file().number
    with moment.standing_at(MONDAY + timedelta(days=2)):
        fresh = county.file().number
        elsewhere = county.file(actor=county.staff["other_desk"], office_id=county.other_station.id).number
        page = sign_in("desk").get(reverse("desk:worklist")).content.decode()
    # Numbers are drawn in groups: their serial is enough to tell them apart.
    places = [page.find(f"<span>{number.split('-')[2]}</span>") for number in (old, fresh)]
    assert -1 < places[0] < places[1]
    assert page.find("已超期") < places[0]
    assert elsewhere.split("-")[2] not in page


def test_the_worklist_can_be_narrowed(county: County, sign_in: SignIn) -> None:
    county.file()
    desk = sign_in("desk")
    narrowed = desk.get(reverse("desk:worklist") + "?kind=casework.review").content.decode()
    assert "没有符合条件的事项" in narrowed
    assert "清除筛选" in narrowed
    assert "没有符合条件" not in desk.get(reverse("desk:worklist") + "?kind=casework.accept").content.decode()
    assert desk.get(reverse("desk:worklist") + "?cursor=nonsense&kind=%27&office=1").status_code == 200


def test_an_office_does_not_see_another_offices_matter(county: County, sign_in: SignIn) -> None:
    case_id = county.file().case_id
    other = sign_in("other_desk")
    assert other.get(case_url(case_id)).status_code == 403
    assert "还没有事项" in other.get(reverse("desk:cases")).content.decode()


def test_the_case_page_explains_its_date_and_hides_the_person(county: County, sign_in: SignIn) -> None:
    with moment.standing_at(MONDAY + timedelta(days=2)):
        case_id = county.file().case_id
        page = sign_in("desk").get(case_url(case_id)).content.decode()
    assert "为什么是这一天" in page
    assert "10月1日" in page, "the rest days that explain the date are named"
    assert "赵*" in page
    assert "赵平" not in page
    assert "13800000117" not in page


def test_the_contact_needs_a_stated_purpose_and_leaves_a_record(county: County, sign_in: SignIn) -> None:
    case_id = county.file().case_id
    desk = sign_in("desk")
    url = reverse("desk:contact", args=[case_id])
    refused = desk.post(url, {"why": "", "detail": ""})
    assert refused.status_code == 422
    assert "请先说明" in refused.content.decode()
    assert desk.post(url, {"why": "other", "detail": ""}).status_code == 422
    shown = desk.post(url, {"why": "other", "detail": "约她来站里"}).content.decode()
    assert "赵平" in shown
    assert "138 0000 0117" in shown
    record = ReadRecord.objects.filter(noun="person").latest("at")
    assert record.actor_id == county.staff["desk"].id
    assert record.purpose == "其他事由：约她来站里"
    assert "赵平" not in desk.get(case_url(case_id)).content.decode(), "on that one page only"


def test_only_the_steps_that_are_allowed_are_offered(county: County, sign_in: SignIn) -> None:
    case_id = county.file().case_id
    desk = sign_in("desk").get(case_url(case_id)).content.decode()
    assert step_url(case_id, "accept") in desk
    assert step_url(case_id, "object") in desk
    assert step_url(case_id, "approve") not in desk
    assert step_url(case_id, "offer") not in desk
    assert step_url(case_id, "offer") in sign_in("dispatcher").get(case_url(case_id)).content.decode()


def test_a_matter_goes_from_accepting_to_the_approved_answer(county: County, sign_in: SignIn) -> None:
    case_id = county.file(topic="wages").case_id
    desk, master = sign_in("desk"), sign_in("master")
    form = {"version": version(case_id), "intent": uuid4().hex}
    assert desk.post(step_url(case_id, "accept"), form).status_code == 302
    draft = {"version": version(case_id), "intent": uuid4().hex, "result": "solved", "text": "工资已经补发。"}
    assert desk.post(step_url(case_id, "draft"), draft).status_code == 302
    assert Case.objects.get(pk=case_id).state == "drafted"
    page = master.get(case_url(case_id)).content.decode()
    assert "工资已经补发。" in page
    assert step_url(case_id, "approve") in page
    approve = {"version": version(case_id), "intent": uuid4().hex}
    assert master.post(step_url(case_id, "approve"), approve).status_code == 302
    assert Case.objects.get(pk=case_id).state == "settled"


def test_the_same_form_sent_twice_happens_once(county: County, sign_in: SignIn) -> None:
    case_id = county.file().case_id
    desk = sign_in("desk")
    form = {"version": version(case_id), "intent": uuid4().hex}
    assert desk.post(step_url(case_id, "accept"), form).status_code == 302
    after = version(case_id)
    assert desk.post(step_url(case_id, "accept"), form).status_code == 302
    assert version(case_id) == after


def test_a_stale_form_says_so_and_keeps_what_was_typed(county: County, sign_in: SignIn) -> None:
    case_id = accepted(county)
    desk = sign_in("desk")
    made_from = version(case_id)
    handling.reclassify_case(
        county.staff["master"],
        case_id=case_id,
        version=made_from,
        matter_class=next(c for c in ("simple", "complex") if c != Case.objects.get(pk=case_id).matter_class),
        reason="需要多方协调",
    )
    form = {"version": made_from, "intent": uuid4().hex, "result": "solved", "text": "写了很久的一段答复"}
    answer = desk.post(step_url(case_id, "draft"), form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "刚刚被别人更新过" in page
    assert "写了很久的一段答复" in page
    assert f'name="version" value="{version(case_id)}"' in page, "the next try carries the latest version"


def test_a_form_without_its_version_is_stale(county: County, sign_in: SignIn) -> None:
    case_id = county.file().case_id
    before = version(case_id)
    assert sign_in("desk").post(step_url(case_id, "accept"), {}).status_code == 409
    assert version(case_id) == before


def test_a_step_the_state_no_longer_allows_keeps_the_text(county: County, sign_in: SignIn) -> None:
    case_id = settled(county)
    form = {"version": version(case_id), "result": "partly", "text": "第二份答复写在这里"}
    answer = sign_in("desk").post(step_url(case_id, "draft"), form)
    assert answer.status_code == 409
    assert "第二份答复写在这里" in answer.content.decode()


def test_an_empty_input_is_named_at_its_field(county: County, sign_in: SignIn) -> None:
    case_id = accepted(county)
    form = {"version": version(case_id), "result": "", "text": ""}
    answer = sign_in("desk").post(step_url(case_id, "draft"), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请选择办理结果" in page
    assert 'id="draft_text-error"' in page


def test_a_pause_and_its_end(county: County, sign_in: SignIn) -> None:
    with moment.standing_at(MONDAY):
        case_id = accepted(county, topic="wages")
        desk = sign_in("desk")
        page = desk.get(case_url(case_id)).content.decode()
        reason = page.split('name="reason_id" value="')[1].split('"')[0]
        form = {"version": version(case_id), "reason_id": reason, "note": "等工资表"}
        assert desk.post(step_url(case_id, "pause"), form).status_code == 302
        paused = desk.get(case_url(case_id)).content.decode()
        assert "计时暂停" in paused
        assert desk.post(step_url(case_id, "resume"), {"version": version(case_id)}).status_code == 302
        assert Case.objects.get(pk=case_id).due_at is not None


def test_the_review_is_the_upper_offices(county: County, sign_in: SignIn) -> None:
    case_id = called(county, is_satisfied=False)
    assert step_url(case_id, "review") not in sign_in("master").get(case_url(case_id)).content.decode()
    leader = sign_in("leader")
    assert step_url(case_id, "review") in leader.get(case_url(case_id)).content.decode()
    form = {
        "version": version(case_id),
        "convened_on": moment.today().isoformat(),
        "members": "陆川、严朗",
        "is_reasonable": "yes",
        "cause": "水管只修了一半",
        "measures": "三天内全部更换",
        "answerable": "严朗",
        "measures_due_on": "",
    }
    assert leader.post(step_url(case_id, "review"), form).status_code == 302
    case = Case.objects.get(pk=case_id)
    assert (case.state, case.round) == ("in_progress", 2)
    assert "三天内全部更换" in leader.get(case_url(case_id)).content.decode()


def test_files_open_for_who_may_and_are_never_run(county: County, sign_in: SignIn) -> None:
    picture = BytesIO()
    Image.new("RGB", (600, 400), (180, 40, 30)).save(picture, "JPEG")
    stored = files.receive_file(county.visitor, name="水管.jpg", content=picture.getvalue())
    case_id = county.file(files=(stored.id,)).case_id
    desk = sign_in("desk")
    assert reverse("desk:thumbnail", args=[stored.id]) in desk.get(case_url(case_id)).content.decode()
    small = desk.get(reverse("desk:thumbnail", args=[stored.id]))
    assert Image.open(BytesIO(small.content)).size == (320, 213)
    saved = desk.get(reverse("desk:file", args=[stored.id]) + "?download=1")
    assert saved["X-Content-Type-Options"] == "nosniff"
    assert saved["Content-Disposition"].startswith("attachment")
    assert saved["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert sign_in("other_desk").get(reverse("desk:file", args=[stored.id])).status_code == 403


def test_search_stays_within_the_offices_reach(county: County, sign_in: SignIn) -> None:
    number = county.file("食堂的热饭柜坏了").number
    mine = sign_in("desk").get(reverse("desk:search"), {"q": "热饭柜"}).content.decode()
    assert f"<span>{number.split('-')[2]}</span>" in mine
    assert "没有找到" in sign_in("other_desk").get(reverse("desk:search"), {"q": "热饭柜"}).content.decode()


def test_the_list_filters(county: County, sign_in: SignIn) -> None:
    open_one = county.file().number
    closed_one = Case.objects.get(pk=called(county, is_satisfied=True)).number
    page = (
        sign_in("desk").get(reverse("desk:cases"), {"standing": "closed", "kind": "appeal"}).content.decode()
    )
    assert f"<span>{closed_one.split('-')[2]}</span>" in page
    assert f"<span>{open_one.split('-')[2]}</span>" not in page


def test_the_export_is_masked_noted_and_stays_within_reach(county: County, sign_in: SignIn) -> None:
    mine = county.file("宿舍的热水器坏了").number
    dispatcher = sign_in("town_dispatcher")
    assert "导出" in dispatcher.get(reverse("desk:cases")).content.decode()
    answer = dispatcher.post(reverse("desk:export"))
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    cells = [str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row]
    assert any(mine in cell for cell in cells)
    assert not any("13800000117" in cell or "赵平" in cell for cell in cells)
    assert AuditRecord.objects.filter(action="exchange.export").exists()
    desk = sign_in("desk")
    assert "导出" not in desk.get(reverse("desk:cases")).content.decode()
    assert desk.post(reverse("desk:export")).status_code == 403
    assert dispatcher.get(reverse("desk:export")).status_code == 405


def test_the_printed_matter_stays_masked(county: County, sign_in: SignIn) -> None:
    case_id = called(county, is_satisfied=True)
    page = sign_in("desk").get(reverse("desk:case_print", args=[case_id])).content.decode()
    assert "水管已经修好" in page
    assert "赵平" not in page
