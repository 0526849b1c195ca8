"""Filing: a person said something at a station, by QR, phone, desk, paper or another system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from gongyou.basics import numbering
from gongyou.basics.identity import read_phone
from gongyou.basics.refusal import says
from gongyou.basics.workdays import working_days_between
from gongyou.engines.casework.definitions import CaseType, Happens
from gongyou.engines.casework.events import CaseFiled
from gongyou.engines.casework.loop import Projection
from gongyou.engines.casework.models import Case, CaseParty, PaperEntry, VoiceBook
from gongyou.engines.casework.steps import round_facts, running, telling
from gongyou.engines.casework.steps.asking import asked_ahead
from gongyou.engines.casework.steps.barring import protect_child
from gongyou.engines.casework.steps.caring import begin_care, check_details
from gongyou.engines.casework.steps.mandates import MandateGiven
from gongyou.engines.casework.steps.matter import Matter, happen, write_text
from gongyou.engines.casework.steps.numbering import take_number
from gongyou.kernel import files, search
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError
from gongyou.kernel.ids import new_id
from gongyou.kernel.inserting import insert, new_row
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView
from gongyou.registry import steps as registry

CHANNELS = ("qr", "web", "phone", "desk", "paper", "api", "import")
PUBLIC_KINDS = ("visitor", "worker")
EARLIEST = timedelta(days=3660)
LAST_PAGE = 9999


@dataclass(frozen=True)
class Filing:
    """What a person says. `point` (the QR code's), `office` (its code) or `office_id` says where.

    `type_id` is a type of the programme, or a kind: then its first type of that kind.
    """

    programme: str
    type_id: str
    text: str
    channel: str
    point: str = ""
    office: str = ""
    office_id: UUID | None = None
    topic: str = ""
    occurred_on: date | None = None
    place: str = ""
    name: str = ""
    phone: str = ""
    proxy_name: str = ""
    proxy_phone: str = ""
    """Who speaks for the person, where somebody does; the call-back goes to the person."""
    is_anonymous: bool = False
    files: tuple[UUID, ...] = ()
    is_about_child: bool = False
    """It concerns a child: read by a right of its own, kept shorter. Some topics say so by themselves."""
    written_on: date | None = None
    """Paper: the date on the page; the promise counts from there."""
    book: str = ""
    page: int | None = None
    page_number: str = ""
    """The number printed on a page of a voice book: then that is the matter's number."""
    mandate: MandateGiven | None = None
    """By which right the proxy speaks; without it, asking for it becomes work."""
    details: Mapping[str, str] = field(default_factory=dict)
    """Answers to the type's own questions, by their ids."""
    known_on: date | None = None
    """Since when the person knew of it, where that is not the day it happened: legal routes count from there."""


@dataclass(frozen=True)
class Receipt:
    """What the person takes away."""

    case_id: UUID
    number: str
    kind: str
    state: str
    due_at: datetime | None
    provisional: bool
    office: str
    office_phone: str


@action("casework.file_case", right="casework.file", answers=Receipt, ahead=asked_ahead)
def file_case(act: Act, *, filing: Filing) -> Receipt:
    """Store a matter with its number, promise and receipt in one durable transaction.

    Raises DomainError naming the field that can't be read.
    """
    office, point_id = _place_of(act, filing)
    if act.actor.kind not in PUBLIC_KINDS:
        act.require("casework.file", office.path)
    definition, case_type = running.type_for(office.area, filing.programme, filing.type_id)
    phone, proxy_phone = _check(act, filing, case_type)
    number, book = take_number(act, office, filing.page_number)
    people = _note_people(act, filing, office, phone, proxy_phone)
    matter = _open(act, filing, case_type, definition, office, point_id, number, phone or proxy_phone)
    _add_content(act, matter, filing, people, book)
    begin_care(act, matter, office, filing, people)
    receipt_to = phone or proxy_phone
    template = telling.template_of(case_type, "receipt")
    if receipt_to and template:
        telling.send(act, matter, "receipt", template, receipt_to)
    else:
        happen(act, matter, Happens.RECEIPT_SENT, {"by": "shown"})
    act.publish(CaseFiled(matter.row.pk, filing.programme, case_type.id, office.id))
    return _receipt(matter, office)


def _place_of(act: Act, filing: Filing) -> tuple[OfficeView, UUID | None]:
    if filing.point:
        point = offices.point(filing.point)
        if point is None or not point.is_active:
            raise DomainError(
                "unknown_point",
                says("二维码“{point}”不在使用中。"),
                says("请扫描站点现在张贴的二维码，或拨打站点电话。"),
                field="point",
                point=filing.point,
            )
        return offices.office(point.office_id), point.id
    if filing.office:
        return offices.office_by_code(filing.office), None
    if filing.office_id is None:
        raise DomainError("no_place", says("没有说明是哪个站点。"), says("请选择站点。"), field="office")
    return offices.office(filing.office_id), None


def _check(act: Act, filing: Filing, case_type: CaseType) -> tuple[str, str]:
    """The subject's and the proxy's phone as digits ('' for none). Raises DomainError."""
    if filing.channel not in CHANNELS:
        raise DomainError("channel", says("来源“{channel}”不认识。"), field="channel", channel=filing.channel)
    _check_who(act, filing, case_type)
    if filing.topic and filing.topic not in {topic.id for topic in case_type.topics}:
        raise DomainError("topic", says("类别“{topic}”不在清单里。"), field="topic", topic=filing.topic)
    _check_day(act, filing.occurred_on, "occurred_on")
    _check_day(act, filing.known_on, "known_on")
    _check_day(act, filing.written_on, "written_on")
    if filing.channel == "paper" and filing.written_on is None:
        raise DomainError(
            "written_on", says("纸质登记没有填写日期。"), says("请按心声簿上的日期填写。"), field="written_on"
        )
    if filing.page is not None and not 1 <= filing.page <= LAST_PAGE:
        raise DomainError("page", says("页码应在1至{last}之间。"), field="page", last=LAST_PAGE)
    check_details(case_type, filing.details)
    if filing.is_anonymous:
        return "", ""
    return _digits(filing.phone), _digits(filing.proxy_phone)


def _check_who(act: Act, filing: Filing, case_type: CaseType) -> None:
    if filing.is_anonymous and not case_type.may_be_anonymous:
        raise DomainError(
            "anonymous", says("这类事项需要联系方式，才能给您回话。"), says("请留下电话。"), field="phone"
        )
    if case_type.filed_by_staff and act.actor.kind in PUBLIC_KINDS:
        raise DomainError(
            "staff_only",
            says("“{title}”由工作人员登记。"),
            says("请联系站点。"),
            field="kind",
            title=case_type.title,
        )
    if filing.is_anonymous and act.actor.kind == "worker":
        # Its record would carry the account: pages and the API file it as a visitor.
        raise DomainError(
            "known_account", says("匿名的事情不能记到您的账号上。"), says("请退出登录后再提交。")
        )


def _digits(phone: str) -> str:
    return read_phone(phone) if phone.strip() else ""


def _check_day(act: Act, day: date | None, field: str) -> None:
    today = act.now.date()
    if day is not None and day > today:
        raise DomainError(
            "future_date",
            says("日期{day}还没有到。"),
            says("请核对年月日。"),
            field=field,
            day=day.isoformat(),
        )
    if day is not None and day < today - EARLIEST:
        raise DomainError(
            "old_date", says("日期{day}超过十年。"), says("请核对年份。"), field=field, day=day.isoformat()
        )


def _open(
    act: Act,
    filing: Filing,
    case_type: CaseType,
    definition: str,
    office: OfficeView,
    point_id: UUID | None,
    number: str,
    phone: str,
) -> Matter:
    topic = next((t for t in case_type.topics if t.id == filing.topic), None)
    matter_class = topic.first_class if topic and topic.first_class else case_type.classes[0].id
    is_about_child = filing.is_about_child or bool(topic and topic.about_children)
    received_at = _received_at(act, filing)
    row = new_row(
        Case,
        id=new_id(),
        number=number,
        area=office.area,
        programme=filing.programme,
        type_id=case_type.id,
        definition=definition,
        kind=case_type.kind,
        topic=filing.topic,
        received_at=received_at,
        recorded_at=act.now,
        occurred_on=filing.occurred_on,
        channel=filing.channel,
        point_id=point_id,
        place=_line(filing.place, 120),
        office_id=office.id,
        office_path=office.path,
        filed_office_id=office.id,
        filed_office_path=office.path,
        is_anonymous=filing.is_anonymous,
        is_about_child=is_about_child,
        phone_tail=phone[-4:],
    )
    key, calendar = offices.calendar_of(office.area)
    matter = Matter(row, case_type, Projection(), key, calendar, office)
    act.about(matter.subject, office.path)
    data = {"class": matter_class, "channel": filing.channel}
    if received_at != act.now:
        data["counts_from"] = received_at.isoformat()
    happen(act, matter, Happens.RECEIVED, data)
    if is_about_child:
        protect_child(act, row.pk)
    return matter


def _line(text: str, longest: int) -> str:
    """One line as PostgreSQL takes it: it has no zero character."""
    return text.replace("\x00", "").strip()[:longest]


def _received_at(act: Act, filing: Filing) -> datetime:
    if filing.written_on is None or filing.written_on >= act.now.date():
        return act.now
    return datetime.combine(filing.written_on, time(12), tzinfo=act.now.tzinfo)


def _add_content(
    act: Act, matter: Matter, filing: Filing, people: Mapping[str, UUID], book: VoiceBook | None
) -> None:
    row = matter.row
    text = write_text(act, matter, "demand", filing.text)
    search.index_text(
        act,
        kind="case",
        subject_id=row.pk,
        office_path=row.office_path,
        # Words about a child are not to be found by searching: the number alone is.
        text=row.number if row.is_about_child else f"{row.number} {text.text} {row.place}",
    )
    if filing.files:
        files.bind_files(act, ids=filing.files, subject=matter.subject, office_path=row.office_path)
    for role, person_id in people.items():
        registry.tie_person(
            act, person_id=person_id, subject=matter.subject, role=role, office_path=row.office_path
        )
        insert(new_row(CaseParty, case_id=row.pk, role=role, person_id=person_id))
    if "proxy" in people:
        round_facts.note_proxy(row)
    if filing.channel == "paper" and filing.written_on is not None:
        _add_paper(act, matter, filing, filing.written_on, book)


def _note_people(
    act: Act, filing: Filing, office: OfficeView, phone: str, proxy_phone: str
) -> dict[str, UUID]:
    """Who takes part, by role: the person whose matter it is, and who speaks for them."""
    if filing.is_anonymous:
        return {}
    people: dict[str, UUID] = {}
    if act.actor.person_id:
        people["subject"] = act.actor.person_id
    elif phone or filing.name.strip():
        people["subject"] = _note_person(act, filing, office, filing.name, phone)
    if proxy_phone or filing.proxy_name.strip():
        people["proxy"] = _note_person(act, filing, office, filing.proxy_name, proxy_phone)
    return people


def _note_person(act: Act, filing: Filing, office: OfficeView, name: str, phone: str) -> UUID:
    return registry.note_person(
        act,
        name=name.strip(),
        phone=phone,
        controller=f"union:{office.area}",
        area=office.area,
        source=filing.channel,
        purpose=f"casework:{filing.programme}",
    )


def _add_paper(act: Act, matter: Matter, filing: Filing, written_on: date, book: VoiceBook | None) -> None:
    waited = working_days_between(written_on, act.now.date(), matter.calendar)
    PaperEntry.objects.create(
        case=matter.row,
        written_on=written_on,
        keyed_at=act.now,
        keyed_by=act.actor.id,
        book=book.code if book else _line(filing.book, 40),
        page=numbering.read_number(matter.row.number).serial - book.first + 1 if book else filing.page,
        voice_book=book,
        photo_id=filing.files[0] if filing.files else None,
        is_late_keyed=waited > 1,
    )


def _receipt(matter: Matter, office: OfficeView) -> Receipt:
    return Receipt(
        case_id=matter.row.pk,
        number=matter.row.number,
        kind=matter.row.kind,
        state=matter.row.state,
        due_at=matter.row.due_at,
        provisional=matter.row.is_provisional,
        office=office.name,
        office_phone=office.phone,
    )
