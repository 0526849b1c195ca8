"""Filing through every channel: number, promise, receipt, who is told, what is refused and why."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from gongyou.basics.numbering import read_number
from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.models import Case, CaseParty, CaseText, Clock, PaperEntry, RoundFact
from gongyou.engines.casework.queries import own_cases, pin_of, prove_own, track
from gongyou.engines.casework.services.filing import Filing, Receipt, file_case
from gongyou.engines.casework.tests.histories import moment_of
from gongyou.engines.casework.tests.recount import check_everything
from gongyou.engines.casework.tests.stories import Story, at, run_jobs
from gongyou.kernel.access import system_actor, worker_actor
from gongyou.kernel.errors import IntentReused, NotAllowed, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.messages import messages_of
from gongyou.kernel.models.messages import Message
from gongyou.kernel.models.numbers import NumberBlock
from gongyou.offices.services import retire_point
from gongyou.registry import queries as registry
from tests.yunshan.county import STRAIGHT, County

MORNING = "2026-11-02 10:00"


@pytest.mark.parametrize("channel", ["qr", "phone", "desk", "paper", "api", "import"])
def test_every_channel(county: County, channel: str) -> None:
    actor = None if channel in {"qr", "api"} else county.staff["desk"]
    if channel == "import":
        actor = system_actor("import")
    with at(MORNING):
        extra = {"written_on": date(2026, 11, 2)} if channel == "paper" else {}
        receipt = county.file(channel=channel, actor=actor, topic="rest_facilities", **extra)
        row = Case.objects.get(pk=receipt.case_id)
        assert read_number(receipt.number).division == county.area
        assert (row.channel, row.state, row.round, row.version) == (channel, "offered", 1, 1)
        assert (receipt.state, receipt.office) == ("offered", "松溪集镇站")
        assert receipt.due_at == moment_of("2026-11-05 17:30")
        assert Clock.objects.get(case=row, clock_id="receipt").met_at is None
        assert Message.objects.get(subject=f"case:{row.pk}").state == "queued"
        run_jobs()
    assert Clock.objects.get(case=row, clock_id="receipt").met_at == moment_of(MORNING)
    assert RoundFact.objects.get(case=row).receipt_in_time is True
    desk = county.staff["desk"]
    (message,) = messages_of(desk, f"case:{row.pk}")
    assert message.state == "sent"
    assert receipt.number in message.text and "11月5日" in message.text and "松溪集镇站" in message.text
    check_everything(row.pk)


def test_a_receipt_waits_for_the_morning_and_is_still_in_time(county: County) -> None:
    with at("2026-11-02 22:15"):
        receipt = county.file(topic="rest_facilities")
        run_jobs()
    assert Message.objects.get(subject=f"case:{receipt.case_id}").state == "queued"
    with at("2026-11-03 08:00"):
        run_jobs()
    assert Message.objects.get(subject=f"case:{receipt.case_id}").state == "sent"
    assert RoundFact.objects.get(case_id=receipt.case_id).receipt_in_time is True


def test_the_same_form_twice_is_one_matter(county: County) -> None:
    point = county.points[county.station.code][0].code
    filing = Filing(STRAIGHT, "appeal", "断水了。", "qr", point=point, name="赵平", phone="13800000117")
    first = file_case(county.visitor.intending("form-1"), filing=filing)
    again = file_case(county.visitor.intending("form-1"), filing=filing)
    assert first == again
    assert isinstance(again, Receipt)
    assert Case.objects.count() == 1
    other = Filing(STRAIGHT, "appeal", "断电了。", "qr", point=point, name="赵平", phone="13800000117")
    with pytest.raises(IntentReused):
        file_case(county.visitor.intending("form-1"), filing=other)
    assert file_case(county.visitor.intending("form-2"), filing=filing).number != first.number


def test_numbers_come_from_the_offices_own_block(county: County) -> None:
    here = [county.file() for _ in range(3)]
    there = county.file(office_id=county.other_station.id)
    serials = [read_number(r.number).serial for r in here]
    assert serials == [serials[0], serials[0] + 1, serials[0] + 2]
    block = NumberBlock.objects.get(holder=f"office:{county.other_station.id}")
    assert read_number(there.number).serial == block.first
    # The block runs out: the next number comes from a new one, none is given twice.
    NumberBlock.objects.filter(holder=f"office:{county.station.id}").update(next=200)
    last, first = county.file(), county.file()
    assert read_number(last.number).serial == 200
    assert read_number(first.number).serial == block.last + 1
    assert len(set(Case.objects.values_list("number", flat=True))) == 6


def test_an_anonymous_clue_keeps_nobody(county: County) -> None:
    with at(MORNING):
        point = county.points[county.station.code][0].code
        made = Filing(
            STRAIGHT,
            "anonymous_clue",
            "工地夜里没有灯。",
            "qr",
            point=point,
            name="不该留下",
            phone="13800000117",
            proxy_name="也不该",
            proxy_phone="13800000118",
            is_anonymous=True,
        )
        receipt = file_case(county.visitor, filing=made)
        run_jobs()
    row = Case.objects.get(pk=receipt.case_id)
    assert not CaseParty.objects.filter(case=row).exists()
    assert not Message.objects.filter(subject=f"case:{row.pk}").exists()
    assert row.phone_tail == ""
    # The receipt was shown on the page: its clock is met.
    assert Clock.objects.get(case=row, clock_id="receipt").met_at == moment_of(MORNING)
    seen = track(county.visitor, prove_own(county.visitor, receipt.number, pin_of(receipt.number), "test"))
    assert seen.state == "offered"
    with pytest.raises(NotFound):
        prove_own(county.visitor, receipt.number, "0117", "test")
    check_everything(row.pk)


def test_an_anonymous_clue_is_answered_to_its_code(county: County) -> None:
    story = Story.begun(county, MORNING, type_id="anonymous_clue", topic="facilities", is_anonymous=True)
    story.accept("2026-11-02 11:00").draft("2026-11-03 10:00")
    assert (story.row.state, story.row.closed_as) == ("answered", "answered")
    seen = track(county.visitor, prove_own(county.visitor, story.number, pin_of(story.number), "test"))
    assert seen.answer == "水管已经修好。" and seen.may_reopen and not seen.may_rate


def test_a_proxy_speaks_the_person_is_called(county: County) -> None:
    with at(MORNING):
        receipt = county.file(
            name="钱秀英", phone="13800000119", proxy_name="网格员小李", proxy_phone="13800000118"
        )
    roles = {p.role: p.person_id for p in CaseParty.objects.filter(case_id=receipt.case_id)}
    assert set(roles) == {"subject", "proxy"}
    people = registry.show_people(county.staff["desk"], roles.values())
    assert people[roles["subject"]].phone_masked.endswith("119")
    assert Message.objects.get(subject=f"case:{receipt.case_id}").phone_masked.endswith("119")
    story = Story(county, receipt.case_id, receipt.number)
    story.accept("2026-11-02 11:00").draft("2026-11-03 10:00")
    # The call-back office reaches the person, not the proxy.
    tied = registry.show_people(county.staff["caller"], [roles["subject"]])
    assert set(tied) == {roles["subject"]}


def test_a_proxy_alone_gets_the_receipt(county: County) -> None:
    receipt = county.file(name="钱秀英", phone="", proxy_name="网格员小李", proxy_phone="13800000118")
    assert Message.objects.get(subject=f"case:{receipt.case_id}").phone_masked.endswith("118")
    assert prove_own(county.visitor, receipt.number, "0118", "test").case_id == receipt.case_id


@pytest.mark.parametrize(
    ("written_on", "keyed", "promised", "is_late_keyed"),
    [
        ("2026-11-02", "2026-11-02 16:00", "2026-11-05 17:30", False),
        ("2026-10-30", "2026-11-02 09:10", "2026-11-02 17:30", False),  # Friday's page keyed on Monday
        (
            "2026-10-30",
            "2026-11-03 09:10",
            "2026-11-02 17:30",
            True,
        ),  # promised before it was keyed: the station's delay
        ("2026-09-30", "2026-10-08 09:10", "2026-10-08 17:30", False),  # over the holiday: one working day
    ],
)
def test_paper_has_two_dates(
    county: County, written_on: str, keyed: str, promised: str, is_late_keyed: bool
) -> None:
    with at(keyed):
        receipt = county.file(
            actor=county.staff["desk"],
            channel="paper",
            topic="rest_facilities",
            written_on=date.fromisoformat(written_on),
            book="松溪1号簿",
            page=7,
        )
    row, entry = Case.objects.get(pk=receipt.case_id), PaperEntry.objects.get(case_id=receipt.case_id)
    assert row.received_at.astimezone(moment_of(keyed).tzinfo).date() == date.fromisoformat(written_on)
    assert (row.recorded_at, entry.keyed_at) == (moment_of(keyed), moment_of(keyed))
    assert receipt.due_at == moment_of(promised)
    assert (entry.written_on.isoformat(), entry.is_late_keyed) == (written_on, is_late_keyed)
    assert (entry.book, entry.page, entry.keyed_by) == ("松溪1号簿", 7, county.staff["desk"].id)
    # What the office has to do after keying counts from then.
    for clock in Clock.objects.filter(case=row, clock_id__in=["accept", "receipt"]):
        assert clock.started_at == moment_of(keyed)
    check_everything(row.pk)


def test_a_worker_who_signed_in_owns_the_matter(county: County) -> None:
    person = CaseParty.objects.get(case_id=county.file().case_id).person_id
    worker = worker_actor(new_id(), person)
    stranger = worker_actor(new_id(), new_id())
    receipt = county.file(actor=worker, channel="qr", name="", phone="")
    assert CaseParty.objects.get(case_id=receipt.case_id).person_id == person
    assert receipt.number in {line.number for line in own_cases(worker)}
    assert own_cases(stranger) == ()
    assert prove_own(worker, receipt.number, "", "test").case_id == receipt.case_id
    with pytest.raises(NotFound):
        prove_own(stranger, receipt.number, "", "test")


REFUSED = [
    ("channel", {"channel": "fax"}),
    ("topic", {"topic": "weather"}),
    ("kind", {"type_id": "complaint"}),
    ("programme", {"programme": "nothing-here"}),
    ("point", {"point": "NOPE99"}),
    ("phone", {"is_anonymous": True}),
    ("phone", {"phone": "123"}),
    ("text", {"text": "  \n"}),
    ("text", {"text": "水" * 4001}),
    ("occurred_on", {"occurred_on": date(2026, 11, 3)}),
    ("occurred_on", {"occurred_on": date(2016, 1, 1)}),
    ("written_on", {"channel": "paper"}),
    ("written_on", {"channel": "paper", "written_on": date(2026, 11, 3)}),
    ("page", {"channel": "paper", "written_on": date(2026, 11, 2), "page": 100_000}),
    ("page", {"channel": "paper", "written_on": date(2026, 11, 2), "page": -1}),
]


@pytest.mark.parametrize(("field", "wrong"), REFUSED)
def test_what_can_not_be_read_is_refused_by_name(
    county: County, field: str, wrong: dict[str, object]
) -> None:
    with at(MORNING), pytest.raises(Refusal) as refusal:
        county.file(**wrong)  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert refusal.value.sentence()
    assert not Case.objects.exists()


def test_a_place_has_to_be_said(county: County) -> None:
    with pytest.raises(Refusal) as refusal:
        file_case(county.visitor, filing=Filing(STRAIGHT, "appeal", "断水了。", "qr", phone="13800000117"))
    assert refusal.value.field == "office"


def test_a_retired_poster_says_so(county: County) -> None:
    point = county.points[county.station.code][0]
    retire_point(system_actor("tests"), point_id=point.id)
    with pytest.raises(Refusal) as refusal:
        county.file()
    assert refusal.value.field == "point"


def test_staff_file_only_within_their_reach(county: County) -> None:
    with pytest.raises(NotAllowed):
        county.file(actor=county.staff["desk"], office_id=county.other_station.id)
    assert county.file(actor=county.staff["dispatcher"], office_id=county.other_station.id).number
    for name in ("caller", "system_admin", "security_admin", "audit_admin"):
        with pytest.raises(NotAllowed):
            county.file(actor=county.staff[name])


def test_markup_and_control_characters_stay_harmless_text(county: County) -> None:
    receipt = county.file(text="<script>alert(1)</script>\x00水", place="3楼\x00东", name="赵\x00平")
    text = CaseText.objects.get(case_id=receipt.case_id, kind="demand")
    assert text.text == "<script>alert(1)</script>水"
    assert Case.objects.get(pk=receipt.case_id).place == "3楼东"


def test_the_class_comes_from_the_topic(county: County) -> None:
    with at(MORNING):
        simple, hard = county.file(topic="child_care"), county.file(topic="wages")
    days = [(r.due_at - moment_of(MORNING)).days for r in (simple, hard) if isinstance(r.due_at, datetime)]
    assert days == [3, 7]
    assert hard.due_at == moment_of(MORNING) + timedelta(days=7, hours=7, minutes=30)
