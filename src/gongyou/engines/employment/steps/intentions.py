"""Writes about answers and intentions inside an open action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from gongyou.basics.identity import read_resident_id
from gongyou.basics.inputs import read_day, read_text
from gongyou.basics.refusal import Refusal, says
from gongyou.engines.employment.definitions import (
    REFERRAL_OVER,
    Channel,
    IntentionState,
    ReferralState,
    SurveyKind,
)
from gongyou.engines.employment.events import IntentionChanged, TrainingWanted
from gongyou.engines.employment.models import HumanAsk, Intention, Listing, Referral, SurveyAnswer
from gongyou.engines.employment.queries.rules import employment_rules, rulebook_of
from gongyou.engines.employment.steps import inputs
from gongyou.engines.employment.steps.happening import note_referral
from gongyou.institutions.procedures.steps import due_in
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.offices.queries import OfficeView
from gongyou.registry.inputs import read_point
from gongyou.registry.partner_steps import today_of, volunteer_of
from gongyou.registry.steps import end_consents, note_person, record_consent, tie_person

PURPOSE = "employment.matching"
MESSAGES = "employment.messages"
MESSAGE_CLASS = "employment"


@dataclass(frozen=True)
class WillingnessWords:
    """What somebody answered, as it was typed. `sex` and `township` serve the report on fairness alone."""

    name: str
    phone: str
    division: str
    wants_job: bool
    wants_training: bool = False
    training: tuple[str, ...] = ()
    agrees_matching: bool = False
    agrees_messages: bool = False
    birth_on: str = ""
    id_number: str = ""
    sex: str = ""
    township: str = ""
    lon: str = ""
    lat: str = ""
    occupations: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    wage_min_yuan: str = ""
    willing: tuple[str, ...] = ()
    max_km: str = ""
    shifts: tuple[str, ...] = ()
    wants_gig: bool = False
    until_on: str = ""


@dataclass(frozen=True)
class Read:
    """The same, read."""

    division: str
    township: str
    point: tuple[float, float] | None
    birth_on: date | None
    sex: str
    occupations: list[str]
    certificates: list[str]
    training: list[str]
    wage_min_fen: int | None
    willing: list[str]
    max_km: int | None
    shifts: list[str]
    until_on: date


def read_words(act: Act, area: str, words: WillingnessWords) -> Read:
    """Raises Refusal naming the field."""
    today = today_of(act)
    rules = rulebook_of(area, today)
    division = inputs.read_county(words.division)
    birth_on, sex = _born(act, words)
    occupations = inputs.read_occupations(rules, words.occupations)
    if words.wants_job and not occupations:
        raise Refusal(
            "occupation_empty", says("没有填想做什么工作。"), says("请至少选一个职业。"), field="occupations"
        )
    point = read_point(words.lon, words.lat)
    return Read(
        division=division,
        township=inputs.read_township(words.township, division),
        # A hundredth of a degree: enough to match, too rough to find the house.
        point=(round(float(point[0]), 2), round(float(point[1]), 2)) if point else None,
        birth_on=inputs.read_birth(rules, birth_on, today) if birth_on else None,
        sex=sex,
        occupations=occupations,
        certificates=inputs.read_certificates(rules, words.certificates),
        training=[read_text(t, field="training", longest=60) for t in words.training],
        wage_min_fen=inputs.read_wage(rules, words.wage_min_yuan, "wage_min_yuan"),
        willing=inputs.read_prefixes(words.willing),
        max_km=inputs.read_km(words.max_km),
        shifts=inputs.read_shifts(words.shifts),
        until_on=inputs.read_until(
            words.until_on,
            today=today,
            field="until_on",
            default=today + timedelta(days=employment_rules().intention_days),
        ),
    )


def _born(act: Act, words: WillingnessWords) -> tuple[date | None, str]:
    sex = inputs.read_sex(words.sex)
    if words.id_number.strip():
        found = read_resident_id(words.id_number, today=today_of(act))
        return found.birth_on, str(found.sex.value)
    text = words.birth_on.strip().replace("/", "-")
    return (read_day(text, field="birth_on") if text else None), sex


def note_seeker(act: Act, office: OfficeView, words: WillingnessWords, channel: str) -> UUID:
    """The registry's row of who answered; a worker on the phone is themself. Raises Refusal."""
    if channel not in set(Channel):
        raise Refusal("channel", says("调查方式“{channel}”不认识。"), field="channel", channel=channel[:20])
    if act.actor.kind == "worker":
        return volunteer_of(act, area=office.area, name=words.name, purpose=PURPOSE)
    name = read_text(words.name, field="name", longest=40, is_needed=True)
    if not words.phone.strip():
        raise Refusal(
            "phone_missing", says("没有填手机号。"), says("推荐和面试都要能联系到本人。"), field="phone"
        )
    return note_person(
        act,
        name=name,
        phone=words.phone,
        id_number=words.id_number,
        controller=f"union:{office.area}",
        area=office.area,
        source=channel,
        purpose=PURPOSE,
    )


def note_answer(
    act: Act, office: OfficeView, channel: str, person_id: UUID, words: WillingnessWords, read: Read,
    answered_on: date | None,
) -> SurveyAnswer:  # fmt: skip
    """One row for ever; who would learn is demand for courses."""
    answer = SurveyAnswer.objects.create(
        id=new_id(),
        kind=SurveyKind.WILLINGNESS,
        channel=channel,
        area=office.area,
        office_path=office.path,
        township=read.township,
        person_id=person_id,
        wants_job=words.wants_job,
        wants_training=words.wants_training,
        training=read.training,
        answered_on=answered_on or today_of(act),
        taken_by=act.actor.id,
        taken_by_name=act.actor.name[:40],
        taken_at=act.now,
    )
    tie_person(act, person_id=person_id, subject=f"answer:{answer.pk}", role="asked", office_path=office.path)
    if words.wants_training:
        act.publish(TrainingWanted(answer.pk, office.area, person_id, tuple(read.training)))
    return answer


def put_intention(
    act: Act, office: OfficeView, answer: SurveyAnswer, words: WillingnessWords, read: Read
) -> Intention | None:
    """The intention as it is from now on; None where no work is sought or matching was not agreed to."""
    person_id = answer.person_id
    assert person_id is not None
    row = Intention.objects.select_for_update().filter(person_id=person_id, area=office.area).first()
    if not (words.wants_job and words.agrees_matching):
        if row is not None:
            withdraw(act, row)
        return None
    record_consent(act, person_id=person_id, purpose=PURPOSE, basis="consent", evidence=answer.channel)
    if words.agrees_messages:
        record_consent(act, person_id=person_id, purpose=MESSAGES, basis="consent", evidence=answer.channel)
    else:
        end_consents(act, person_id=person_id, purposes=(MESSAGES,))
    is_new = row is None
    row = row or Intention(id=new_id(), person_id=person_id, area=office.area, version=0)
    row.office_path, row.answer, row.from_on = office.path, answer, today_of(act)
    for name, value in vars(read).items():
        if name not in ("point", "training"):
            setattr(row, name, value)
    row.lon, row.lat = read.point or (None, None)
    row.wants_gig, row.wants_messages = words.wants_gig, words.agrees_messages
    row.state = IntentionState.ACTIVE
    row.version, row.changed_at = row.version + 1, act.now
    row.save(force_insert=is_new)
    tie_person(
        act, person_id=person_id, subject=f"intention:{row.pk}", role="seeker", office_path=office.path
    )
    act.publish(IntentionChanged(row.pk, row.area))
    return row


def save(act: Act, row: Intention, *columns: str) -> None:
    """Write what changed; lists follow."""
    row.version, row.changed_at = row.version + 1, act.now
    row.save(update_fields=[*columns, "version", "changed_at"])
    act.publish(IntentionChanged(row.pk, row.area))


def withdraw(act: Act, row: Intention) -> None:
    """No list any more, and nobody waits for this person; what is past stays."""
    row.state, row.wants_messages = IntentionState.WITHDRAWN, False
    save(act, row, "state", "wants_messages")
    Listing.objects.filter(intention=row).delete()
    open_ones = Referral.objects.select_for_update().filter(intention=row)
    for one in open_ones.exclude(state__in=[*REFERRAL_OVER, ReferralState.PLACED]):
        note_referral(act, one, ReferralState.WITHDRAWN, "", says("本人撤回了求职意向"))


def choose_order(act: Act, row: Intention, *, is_plain: bool) -> None:
    """Who wants no personal order is in no run either; in again, the next run brings the list."""
    row.is_plain = is_plain
    save(act, row, "is_plain")
    if is_plain:
        Listing.objects.filter(intention=row).delete()


def open_ask(act: Act, row: Intention, text: str) -> HumanAsk:
    """Raises DomainError where one is open."""
    if HumanAsk.objects.filter(intention=row, answered_at=None).exists():
        raise DomainError(
            "ask_open",
            says("您已经请过人工看推荐，还没有答复。"),
            says("请等工作人员答复后再提。"),
            status=409,
        )
    return HumanAsk.objects.create(
        id=new_id(),
        intention=row,
        office_path=row.office_path,
        text=read_text(text, field="text", longest=500),
        asked_at=act.now,
    )


def locked_ask(ask_id: UUID) -> HumanAsk:
    row = (
        HumanAsk.objects.select_for_update(of=("self",)).select_related("intention").filter(pk=ask_id).first()
    )
    if row is None:
        raise NotFound(says("没有找到这个请求。"))
    return row


def close_ask(act: Act, row: HumanAsk, text: str) -> None:
    if row.answered_at is not None:
        raise DomainError("ask_answered", says("已经答复过了。"), status=409)
    row.answer = read_text(text, field="text", longest=500, is_needed=True)
    row.answered_by, row.answered_at = act.actor.id, act.now
    row.save(update_fields=["answer", "answered_by", "answered_at"])


def work_due(act: Act, area: str) -> datetime:
    """Until when the office's own next step is expected."""
    return due_in(area, act.now, employment_rules().work_days, "working_day")[0]
