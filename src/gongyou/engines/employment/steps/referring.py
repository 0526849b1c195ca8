"""Writes about interests and interviews inside an open action."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.employment.definitions import REFERRAL_OVER, IntentionState, ReferralState
from gongyou.engines.employment.models import Intention, Interview, Referral
from gongyou.engines.employment.queries.explaining import explain
from gongyou.engines.employment.steps.happening import OPEN_INTERVIEW
from gongyou.engines.employment.steps.intentions import MESSAGE_CLASS
from gongyou.engines.employment.steps.posts import is_over, locked_post
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError, NotFound, Stale
from gongyou.kernel.ids import new_id
from gongyou.kernel.installation import installed
from gongyou.kernel.messages import send_message
from gongyou.kernel.moment import SHANGHAI
from gongyou.registry.partner_steps import today_of
from gongyou.registry.queries.representatives import reachable_for
from gongyou.registry.steps import open_for_work

INVITED = says("{employer}请您面试“{title}”：{at}，{place}。去不去请登录回复：{link}")
OFFERED = says("{employer}愿意录用您做“{title}”。详情登录查看：{link}")
INTEREST = says("有人对贵单位的岗位“{title}”感兴趣，请登录安排面试：{link}")
LONGEST_MINUTES = 480


def locked_intention(intention_id: UUID) -> Intention:
    """Raises NotFound."""
    row = Intention.objects.select_for_update().filter(pk=intention_id).first()
    if row is None:
        raise NotFound(says("没有找到这份求职意向。"))
    return row


def new_referral(act: Act, intention: Intention, post_id: UUID, *, shares_contact: bool) -> Referral:
    """The caller has checked that the actor may speak for this person. Raises NotFound, DomainError: withdrawn, over,
    not eligible, interested already."""
    post = locked_post(post_id)
    today = today_of(act)
    if intention.state != IntentionState.ACTIVE or intention.until_on < today:
        raise DomainError(
            "no_intention", says("没有有效的求职意向。"), says("请先填写求职意向并同意推荐。"), status=409
        )
    if is_over(post, today):
        raise DomainError(
            "post_over", says("这个岗位已经结束或没有公开。"), says("请看看别的岗位。"), status=409
        )
    open_ones = Referral.objects.filter(intention=intention, post=post).exclude(state__in=REFERRAL_OVER)
    if open_ones.exists():
        raise DomainError("interested_already", says("您已经对这个岗位表示过兴趣。"), status=409)
    told = explain(intention, post)
    if not told.eligible:
        raise DomainError(
            "not_eligible",
            says("这个岗位现在不合条件：{why}"),
            says("差证书的先取得证书；意向变了的请改意向。"),
            status=409,
            why="".join(told.sentences),
        )
    return Referral.objects.create(
        id=new_id(),
        intention=intention,
        post=post,
        area=intention.area,
        office_path=post.office_path,
        shares_contact=shares_contact,
        reasons=list(told.reasons),
        opened_at=act.now,
        changed_at=act.now,
    )


def locked(referral_id: UUID, version: int) -> Referral:
    """Raises NotFound, Stale."""
    rows = Referral.objects.select_for_update(of=("self",)).select_related("intention", "post__organisation")
    row = rows.filter(pk=referral_id).first()
    if row is None:
        raise NotFound
    if row.version != version:
        raise Stale
    return row


def refuse_unless(row: Referral, *states: ReferralState) -> None:
    if row.state not in states:
        raise DomainError("not_now", says("这一步现在不能做。"), says("请刷新页面看最新进展。"), status=409)


def plan_interview(act: Act, row: Referral, starts_at: datetime, minutes: int, place: str) -> None:
    """A new time replaces the old one. Raises DomainError: past, too long, the person or the employer is elsewhere."""
    if starts_at <= act.now:
        raise DomainError("past", says("面试时间已经过去。"), says("请写以后的时间。"), field="starts_at")
    if not 5 <= minutes <= LONGEST_MINUTES:
        raise DomainError("minutes", says("面试时长应是5到480分钟。"), field="minutes")
    ends_at = starts_at + timedelta(minutes=minutes)
    Interview.objects.filter(referral=row, state__in=OPEN_INTERVIEW).update(state="cancelled")
    meets = Interview.objects.filter(state__in=OPEN_INTERVIEW, starts_at__lt=ends_at, ends_at__gt=starts_at)
    # Whoever plans for this person or this employer at the same moment waits here for the first to commit.
    list(Intention.objects.select_for_update().filter(pk=row.intention_id))
    if meets.filter(referral__intention__person_id=row.intention.person_id).exists():
        raise DomainError(
            "person_busy",
            says("这个人那时已经有别的面试。"),
            says("请换一个时间。"),
            field="starts_at",
            status=409,
        )
    if meets.filter(referral__post__organisation_id=row.post.organisation_id, place=place).exists():
        raise DomainError(
            "place_busy",
            says("那时那里已经约了别人面试。"),
            says("请换时间或地点。"),
            field="starts_at",
            status=409,
        )
    Interview.objects.create(
        id=new_id(), referral=row, starts_at=starts_at, ends_at=ends_at, place=place, made_at=act.now
    )


def tell_person(act: Act, row: Referral, text: str) -> None:
    """Only who agreed to messages about this gets one; the page says the same."""
    if not row.intention.wants_messages:
        return
    opened = open_for_work(act, [row.intention.person_id], purpose=says("告知求职进展"))
    person = opened.get(row.intention.person_id)
    if person is not None and person.phone:
        send_message(act, template="employment.progress", text=text, phone=person.phone, subject=f"referral:{row.pk}",
                     office_path=row.office_path, message_class=MESSAGE_CLASS)  # fmt: skip


def tell_employer(act: Act, row: Referral) -> None:
    """Whoever acts for the employer learns that somebody is interested, without a name."""
    for one in reachable_for(row.area, row.post.organisation.credit_code or "")[:1]:
        people = open_for_work(act, [one.person_id], purpose=says("告知单位有人应聘"))
        send_message(act, template="employment.interest", text=INTEREST.format(
            title=row.post.title, link=f"{installed().public_url}/me/organisations/"),
            phone=people[one.person_id].phone, subject=f"referral:{row.pk}", office_path=row.office_path,
            message_class=MESSAGE_CLASS)  # fmt: skip


def link(row: Referral) -> str:
    return f"{installed().public_url}/me/employment/"


def shown(at: datetime) -> str:
    local = at.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日{local:%H:%M}"
