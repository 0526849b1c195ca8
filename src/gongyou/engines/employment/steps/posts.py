"""Checks and writes of posts inside an open action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import Refusal, says
from gongyou.engines.employment.definitions import PostState, SurveyKind
from gongyou.engines.employment.events import PostChanged
from gongyou.engines.employment.models import Post, SurveyAnswer
from gongyou.engines.employment.queries.rules import employment_rules, rulebook_of
from gongyou.engines.employment.steps import inputs
from gongyou.engines.employment.steps.happening import say_of_post
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.offices.queries import OfficeView
from gongyou.registry.inputs import read_point
from gongyou.registry.partner_steps import today_of
from gongyou.registry.queries.organisations import public_organisation
from gongyou.registry.queries.representatives import reachable_for


@dataclass(frozen=True)
class PostWords:
    """What an employer offers, as it was typed. `fee_yuan`: what a worker would have to pay."""

    title: str
    occupation: str
    division: str
    headcount: str
    place: str = ""
    lon: str = ""
    lat: str = ""
    certificates: tuple[str, ...] = ()
    wage_low_yuan: str = ""
    wage_high_yuan: str = ""
    is_daily: bool = False
    shift: str = ""
    age_min: str = ""
    age_max: str = ""
    is_gig: bool = False
    text: str = ""
    fee_yuan: str = ""
    expires_on: str = ""


def write_post(act: Act, row: Post, words: PostWords) -> None:
    """Read what was typed into a row (not saved). Raises Refusal naming the field, the word and the article."""
    today = today_of(act)
    rules = rulebook_of(row.area, today)
    row.title = read_text(words.title, field="title", longest=60, is_needed=True)
    if not words.occupation.strip():
        raise Refusal("occupation_empty", says("职业没有填。"), says("请选一个职业。"), field="occupation")
    row.occupation = inputs.read_occupations(rules, (words.occupation,), "occupation")[0]
    row.division = inputs.read_county(words.division)
    row.headcount = inputs.read_headcount(words.headcount)
    row.wage_low_fen, row.wage_high_fen = inputs.read_wages(rules, words.wage_low_yuan, words.wage_high_yuan)
    row.age_min, row.age_max = inputs.read_ages(rules, words.age_min, words.age_max)
    row.certificates = inputs.read_certificates(rules, words.certificates)
    row.shift = next(iter(inputs.read_shifts((words.shift,) if words.shift.strip() else (), "shift")), "")
    row.place = read_text(words.place, field="place", longest=120)
    point = read_point(words.lon, words.lat)
    row.lon, row.lat = (float(point[0]), float(point[1])) if point else (None, None)
    row.text = read_text(words.text, field="text", longest=2000)
    row.is_daily, row.is_gig = words.is_daily, words.is_gig
    row.fee_fen = inputs.read_wage(rules, words.fee_yuan, "fee_yuan") or 0
    row.expires_on = inputs.read_until(
        words.expires_on,
        today=today,
        field="expires_on",
        default=today + timedelta(days=employment_rules().post_days),
    )
    refuse_unlawful(row)


def refuse_unlawful(row: Post) -> None:
    """No fee, no discriminating word. Raises DomainError naming the word and the article."""
    rules = employment_rules()
    if row.fee_fen:
        fee = next((one for one in rules.refused if one.id == "fee"), None)
        raise DomainError(
            "post_fee",
            says("不能向劳动者收费。依据：{article}。"),
            says("请去掉收费再提交。"),
            field="fee_yuan",
            article=fee.article if fee else "",
        )
    for field in ("title", "text", "place"):
        text = getattr(row, field).replace(" ", "")
        for one in rules.refused:
            bare = text
            for harmless in one.unless:
                bare = bare.replace(harmless, "")
            word = next((w for w in one.words if w in bare), None)
            if word is not None:
                raise DomainError(
                    "post_word",
                    says("“{word}”不能写进招聘信息（{title}）。依据：{article}。"),
                    says("请改掉这个说法再提交。"),
                    field=field,
                    word=word,
                    title=one.title,
                    article=one.article,
                )


def new_post(
    act: Act, office: OfficeView, organisation_id: UUID, words: PostWords, *, source: str, channel: str
) -> Post:
    """A post that waits for another's look; the answer to the shortage survey stands beside it."""
    row = Post(
        id=new_id(),
        organisation_id=organisation_id,
        area=office.area,
        office_path=office.path,
        source=source,
        proposed_by=act.actor.id,
        proposed_at=act.now,
        changed_at=act.now,
        needs_second=employment_rules().by_another,
    )
    write_post(act, row, words)
    row.save(force_insert=True)
    say_of_post(act, row, "proposed")
    SurveyAnswer.objects.create(
        id=new_id(),
        kind=SurveyKind.SHORTAGE,
        channel=channel,
        area=office.area,
        office_path=office.path,
        organisation_id=organisation_id,
        wants_job=False,
        answered_on=today_of(act),
        taken_by=act.actor.id,
        taken_by_name=act.actor.name[:40],
        taken_at=act.now,
    )
    return row


def refuse_unverified(row: Post) -> None:
    """The employer stands in the register with its credit code, is alive, and somebody checked acts for it.

    Raises DomainError.
    """
    facts = public_organisation(row.organisation_id)
    is_known = bool(facts.credit_code) and facts.is_active
    if not is_known or not reachable_for(row.area, facts.credit_code):
        raise DomainError(
            "employer_unverified",
            says("“{name}”还没有核实：没有统一社会信用代码，或没有审核过的经办人。"),
            says("请先在“单位经办人”登记并由另一位同事审核。"),
            status=409,
            name=facts.name,
        )


def locked_post(post_id: UUID) -> Post:
    row = Post.objects.select_for_update().filter(pk=post_id).first()
    if row is None:
        raise NotFound(says("没有找到这个岗位。"))
    return row


def changed(act: Act, row: Post) -> None:
    """Lists and the platform follow."""
    act.publish(PostChanged(row.pk, row.area, row.version, row.state == PostState.PUBLIC))


def is_over(row: Post, today: date) -> bool:
    return row.state != PostState.PUBLIC or row.expires_on < today
