"""Interest → interview → offer → placement → follow-up; withdrawal at any step. Either side acts for itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.engines.employment.definitions import (
    REFERRAL_OVER,
    InterviewState,
    ReferralState,
    employer_path,
)
from gongyou.engines.employment.models import Intention, Interview, Referral
from gongyou.engines.employment.steps import placing, referring
from gongyou.engines.employment.steps.happening import OPEN_INTERVIEW, note_referral, say_of_referral
from gongyou.engines.employment.steps.placing import FollowUpWords, PlacementWords
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotAllowed
from gongyou.registry.queries import own_people
from gongyou.registry.queries.organisations import public_organisation

PLACE, OWN, EMPLOYER = "employment.place", "employment.own", "employment.employer"


@dataclass(frozen=True)
class ReferralStanding:
    referral_id: UUID
    state: str
    version: int


@action("employment.show_interest", right=None, answers=ReferralStanding)
def show_interest(
    act: Act, *, intention_id: UUID, post_id: UUID, shares_contact: bool = False
) -> ReferralStanding:
    """The person (or the office, for somebody at the counter) is interested: from now on the employer sees them masked,
    with name and number where they agree. Raises NotAllowed, DomainError: not eligible, over, interested already."""
    intention = referring.locked_intention(intention_id)
    _require_person(act, intention)
    row = referring.new_referral(act, intention, post_id, shares_contact=shares_contact)
    say_of_referral(act, row, "interested")
    referring.tell_employer(act, row)
    return _standing(row)


@action("employment.invite", right=None, answers=ReferralStanding)
def invite(
    act: Act, *, referral_id: UUID, version: int, starts_at: datetime, minutes: int, place: str
) -> ReferralStanding:
    """The employer or the office sets time and place; nobody is in two interviews at once. Raises DomainError."""
    row = referring.locked(referral_id, version)
    _require_employer(act, row)
    referring.refuse_unless(row, ReferralState.INTERESTED, ReferralState.INVITED)
    referring.plan_interview(
        act, row, starts_at, minutes, read_text(place, field="place", longest=120, is_needed=True)
    )
    note_referral(act, row, ReferralState.INVITED)
    referring.tell_person(act, row, referring.INVITED.format(
        employer=row.post.organisation.name, title=row.post.title, place=place,
        at=referring.shown(starts_at), link=referring.link(row)))  # fmt: skip
    return _standing(row)


@action("employment.confirm_interview", right=None, answers=ReferralStanding)
def confirm_interview(act: Act, *, referral_id: UUID, version: int) -> ReferralStanding:
    """The person will come."""
    row = referring.locked(referral_id, version)
    _require_person(act, row.intention)
    _set_interview(act, row, InterviewState.CONFIRMED, "confirmed")
    return _standing(row)


@action("employment.note_interview", right=None, answers=ReferralStanding)
def note_interview(act: Act, *, referral_id: UUID, version: int, was_kept: bool) -> ReferralStanding:
    """Whether they came. By the employer or the office."""
    row = referring.locked(referral_id, version)
    _require_employer(act, row)
    state = InterviewState.KEPT if was_kept else InterviewState.MISSED
    _set_interview(act, row, state, str(state))
    return _standing(row)


@action("employment.offer", right=None, answers=ReferralStanding)
def offer(act: Act, *, referral_id: UUID, version: int, note: str = "") -> ReferralStanding:
    """The employer would take them."""
    row = referring.locked(referral_id, version)
    _require_employer(act, row)
    referring.refuse_unless(row, ReferralState.INTERESTED, ReferralState.INVITED)
    note_referral(act, row, ReferralState.OFFERED, "", note)
    referring.tell_person(act, row, referring.OFFERED.format(
        employer=row.post.organisation.name, title=row.post.title, link=referring.link(row)))  # fmt: skip
    return _standing(row)


@action("employment.decline", right=None, answers=ReferralStanding)
def decline(act: Act, *, referral_id: UUID, version: int, reason: str) -> ReferralStanding:
    """The employer does not go on, and says why in a word the person reads."""
    row = referring.locked(referral_id, version)
    _require_employer(act, row)
    _refuse_over(row)
    note = read_text(reason, field="reason", longest=300, is_needed=True)
    note_referral(act, row, ReferralState.DECLINED, "", note)
    return _standing(row)


@action("employment.withdraw_referral", right=None, answers=ReferralStanding)
def withdraw_referral(act: Act, *, referral_id: UUID, version: int, reason: str = "") -> ReferralStanding:
    """The person does not go on: at any step before the first day of work, without having to say why."""
    row = referring.locked(referral_id, version)
    _require_person(act, row.intention)
    _refuse_over(row)
    note_referral(act, row, ReferralState.WITHDRAWN, "", reason)
    return _standing(row)


@action("employment.note_placement", right=PLACE, answers=ReferralStanding)
def note_placement(act: Act, *, referral_id: UUID, version: int, words: PlacementWords) -> ReferralStanding:
    """They work there: since when, by which paper, for how much. Follow-ups stand on the worklist from now on.

    Raises NotAllowed, Refusal, DomainError where all seats are taken.
    """
    row = referring.locked(referral_id, version)
    act.require(PLACE, row.office_path)
    referring.refuse_unless(row, ReferralState.INVITED, ReferralState.OFFERED, ReferralState.INTERESTED)
    placing.place(act, row, words)
    note_referral(act, row, ReferralState.PLACED)
    return _standing(row)


@action("employment.note_follow_up", right=PLACE, answers=UUID)
def note_follow_up(act: Act, *, follow_up_id: UUID, words: FollowUpWords) -> UUID:
    """What the call found; arrears or harm become a matter. Answers `follow_up_id`. Raises NotAllowed, DomainError."""
    row = placing.locked_follow_up(follow_up_id)
    act.require(PLACE, row.placement.office_path)
    placing.follow_up(act, row, words)
    act.about(f"referral:{row.placement.referral_id}", row.placement.office_path)
    return follow_up_id


def _require_person(act: Act, intention: Intention) -> None:
    """The person, or an office that keeps this person's intention."""
    if act.actor.kind == "worker":
        if intention.person_id not in own_people(act.actor):
            raise NotAllowed(OWN)
        act.require(OWN)
    else:
        act.require(PLACE, intention.office_path)


def _require_employer(act: Act, row: Referral) -> None:
    if act.actor.kind == "employer":
        act.require(EMPLOYER, employer_path(public_organisation(row.post.organisation_id).credit_code))
    else:
        act.require(PLACE, row.office_path)


def _set_interview(act: Act, row: Referral, state: InterviewState, kind: str) -> None:
    found = Interview.objects.filter(referral=row, state__in=OPEN_INTERVIEW).update(state=state)
    if not found:
        raise DomainError("no_interview", says("现在没有约好的面试。"), status=409)
    note_referral(act, row, ReferralState(row.state), kind)


def _refuse_over(row: Referral) -> None:
    if row.state in (*REFERRAL_OVER, ReferralState.PLACED):
        raise DomainError("referral_over", says("这件事已经结束，不用再处理。"), status=409)


def _standing(row: Referral) -> ReferralStanding:
    return ReferralStanding(row.pk, row.state, row.version)
