"""What `employment.yaml` of a programme may say, and the states things go through. Plain Python."""

from __future__ import annotations

from enum import StrEnum

from gongyou.basics.definition import definition
from gongyou.basics.values import Confidence


class SurveyKind(StrEnum):
    WILLINGNESS = "willingness"
    SHORTAGE = "shortage"


class Channel(StrEnum):
    """How an answer came: the person's own phone page, a call, the counter, the door, a broker, a table."""

    OWN = "own"
    PHONE = "phone"
    DESK = "desk"
    DOOR = "door"
    BROKER = "broker"
    IMPORT = "import"


class IntentionState(StrEnum):
    ACTIVE = "active"
    PLACED = "placed"
    WITHDRAWN = "withdrawn"


class PostState(StrEnum):
    WAITING = "waiting"  # for the look of another person
    PUBLIC = "public"
    REFUSED = "refused"
    FILLED = "filled"
    CLOSED = "closed"
    EXPIRED = "expired"


class PushState(StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"


class RunKind(StrEnum):
    FULL = "full"
    UPDATE = "update"


class RunState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


RUN_OPEN = (RunState.QUEUED, RunState.RUNNING)


class ReferralState(StrEnum):
    INTERESTED = "interested"
    INVITED = "invited"
    OFFERED = "offered"
    PLACED = "placed"
    DECLINED = "declined"  # by the employer
    WITHDRAWN = "withdrawn"  # by the person


REFERRAL_OVER = (ReferralState.DECLINED, ReferralState.WITHDRAWN)


class InterviewState(StrEnum):
    PLANNED = "planned"
    CONFIRMED = "confirmed"
    KEPT = "kept"
    MISSED = "missed"
    CANCELLED = "cancelled"


class FollowUpOutcome(StrEnum):
    STILL = "still"
    LEFT = "left"
    UNREACHED = "unreached"
    ARREARS = "arrears"
    HARM = "harm"


@definition
class RefusedWords:
    """Words a post may not hold, and the article that says so. `unless`: phrases in which they are harmless."""

    id: str
    title: str
    words: tuple[str, ...]
    unless: tuple[str, ...] = ()
    article: str
    source: str
    confidence: Confidence


@definition
class FollowUpTimes:
    days: tuple[int, ...]
    source: str
    confidence: Confidence


@definition
class HarmMatter:
    """Which programme and type of matter harm found in a call becomes, where the area runs it."""

    programme: str
    type: str


@definition
class EmploymentRules:
    """`employment.yaml`."""

    title: str
    refused: tuple[RefusedWords, ...]
    by_another: bool
    post_days: int
    intention_days: int
    work_days: int
    follow_up: FollowUpTimes
    harm: tuple[HarmMatter, ...] = ()
    evidence_kinds: tuple[str, ...] = ("contract", "insurance", "payslip", "statement")


def employer_path(credit_code: str) -> str:
    """Where somebody acting for an employer holds rights: at it alone, never at an office."""
    return f"employer/{credit_code}/"
