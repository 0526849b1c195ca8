"""What an office does with its figures: issues the week's bulletin, sets the month's theme, takes topics up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.casework.queries.figures import Extent
from gongyou.engines.casework.queries.topics import TopicKey, topics_in
from gongyou.insight.bulletins import compose
from gongyou.insight.models import Bulletin, MonthlyTheme, ProactiveTopic
from gongyou.insight.themes import month_of
from gongyou.insight.topics import WEEK, HotTopic, hot_topics, monday_of
from gongyou.kernel.actions import Act, action
from gongyou.kernel.canonical import canonical, plain
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView

WRITE = "supervise.write"


@dataclass(frozen=True)
class Issued:
    office_id: UUID
    week_on: date
    digest: str


@action("insight.issue_bulletin", right=WRITE, answers=Issued)
def issue_bulletin(act: Act, *, office_id: UUID, week_on: date) -> Issued:
    """Freeze a week that is over as it stands now. Issued once; what it says never changes."""
    office = _office(act, office_id, "bulletin")
    if week_on != monday_of(week_on):
        raise DomainError("week", says("周报从星期一算起。"), says("请选择一个星期一。"), field="week")
    if week_on + WEEK > act.now.date():
        raise DomainError("week_runs", says("这一周还没有过完。"), says("请在下星期一以后发布。"), status=409)
    if Bulletin.objects.filter(office_id=office.id, week_on=week_on).exists():
        raise DomainError("issued_before", says("这一周的周报已经发布，不能再改。"), status=409)
    content = compose(act.actor, office, week_on)
    digest = sha256(canonical(content)).hexdigest()
    Bulletin.objects.create(
        area=office.area,
        office_id=office.id,
        office_path=office.path,
        week_on=week_on,
        content=plain(content),
        digest=digest,
        issued_by=act.actor.id,
        issued_name=act.actor.name,
        issued_at=act.now,
    )
    return Issued(office.id, week_on, digest)


def _office(act: Act, office_id: UUID, noun: str) -> OfficeView:
    office = offices.office(office_id)
    act.require(WRITE, office.path)
    act.about(f"{noun}:{office.id}", office.path)
    return office


@dataclass(frozen=True)
class ThemeSet:
    office_id: UUID
    month: date
    topic: str


@action("insight.set_theme", right=WRITE, answers=ThemeSet)
def set_theme(act: Act, *, office_id: UUID, month: date, topic: str, text: str) -> ThemeSet:
    """What the office looks at in a month, in words for workers. Another theme supersedes the one before."""
    office = _office(act, office_id, "theme")
    key = _key(office, topic)
    words = _words(text, 200)
    if month < month_of(act.now.date()):
        raise DomainError(
            "past_month", says("过去的月份不能再定主题。"), says("请选择本月或以后的月份。"), field="month"
        )
    standing = MonthlyTheme.objects.filter(office_id=office.id, month=month_of(month))
    standing.filter(superseded_at__isnull=True).update(superseded_at=act.now)
    MonthlyTheme.objects.create(
        area=office.area,
        office_id=office.id,
        office_path=office.path,
        month=month_of(month),
        programme=key.programme,
        type_id=key.type_id,
        topic=key.topic,
        text=words,
        set_by=act.actor.id,
        set_name=act.actor.name,
        set_at=act.now,
    )
    return ThemeSet(office.id, month_of(month), key.text)


def _key(office: OfficeView, topic: str) -> TopicKey:
    """Raises DomainError for a topic no programme of the area has."""
    key = TopicKey.read(topic)
    if key is None or key not in {choice.key for choice in topics_in(office.area)}:
        raise DomainError("topic", says("本地的服务里没有这个类别。"), field="topic")
    return key


def _words(text: str, most: int) -> str:
    clean = text.replace("\x00", "").strip()
    if not clean:
        raise DomainError("empty_text", says("这里还没有写内容。"), says("请写清楚后再提交。"), field="text")
    if len(clean) > most:
        raise DomainError(
            "long_text",
            says("内容有{length}个字，最多{most}个字。"),
            field="text",
            length=len(clean),
            most=most,
        )
    return clean


@dataclass(frozen=True)
class TopicTaken:
    topic_id: UUID
    office_id: UUID


@action("insight.open_topic", right=WRITE, answers=TopicTaken)
def open_topic(act: Act, *, office_id: UUID, topic: str, plan: str, due_on: date) -> TopicTaken:
    """Take a topic up that rose or is said again and again, without waiting for the next complaint."""
    office = _office(act, office_id, "topic")
    key, words = _key(office, topic), _words(plan, 400)
    if due_on < act.now.date():
        raise DomainError("due_on", says("完成日期已经过去。"), says("请核对年月日。"), field="due_on")
    hot = _hot(act, office, key)
    if hot.taken_up is not None:
        raise DomainError("taken_up", says("这个类别已经在主动治理。"), status=409)
    row = ProactiveTopic.objects.create(
        area=office.area,
        office_id=office.id,
        office_path=office.path,
        programme=key.programme,
        type_id=key.type_id,
        topic=key.topic,
        reason=ProactiveTopic.Reason.REPEATS if hot.is_repeated else ProactiveTopic.Reason.ROSE,
        matters=hot.count,
        repeats=hot.repeats,
        plan=words,
        opened_by=act.actor.id,
        opened_name=act.actor.name,
        opened_at=act.now,
        due_on=due_on,
    )
    return TopicTaken(row.pk, office.id)


def _hot(act: Act, office: OfficeView, key: TopicKey) -> HotTopic:
    """The topic as this week or the last shows it. Raises DomainError where neither does."""
    today = act.now.date()
    extent = Extent(today, today, office.area, office.path)
    for week_on in (monday_of(today), monday_of(today) - WEEK):
        found = next((t for t in hot_topics(act.actor, extent, week_on) if t.key == key), None)
        if found is not None:
            return found
    raise DomainError(
        "not_hot",
        says("这个类别近两周没有明显上升，也没有反复反映。"),
        says("请从热点列表里选择。"),
        field="topic",
        status=409,
    )


@action("insight.close_topic", right=WRITE, answers=TopicTaken)
def close_topic(act: Act, *, topic_id: UUID, result: str) -> TopicTaken:
    """What came of it; the matters after the opening stay countable."""
    row = ProactiveTopic.objects.select_for_update().filter(pk=topic_id).first()
    if row is None:
        raise NotFound
    _office(act, row.office_id, "topic")
    if row.closed_at is not None:
        raise DomainError("closed", says("这个类别的主动治理已经结束。"), status=409)
    row.result, row.closed_by, row.closed_at = _words(result, 400), act.actor.id, act.now
    row.save(update_fields=["result", "closed_by", "closed_at"])
    return TopicTaken(row.pk, row.office_id)
