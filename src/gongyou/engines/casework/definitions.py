"""What a programme may declare about its matters: kinds, states, transitions, clocks, call-back, texts."""

from __future__ import annotations

from enum import StrEnum

from gongyou.basics.definition import definition
from gongyou.basics.values import Confidence
from gongyou.basics.workdays import Unit


class Kind(StrEnum):
    """The kinds of matter on the one spine."""

    APPEAL = "appeal"
    WISH = "wish"
    CLUE = "clue"
    APPLICATION = "application"
    SUGGESTION = "suggestion"
    PROPOSAL = "proposal"


class Happens(StrEnum):
    """What can happen to a matter. Programmes choose which of these move which state; clocks start and end at them."""

    RECEIVED = "received"
    RECEIPT_SENT = "receipt_sent"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    OBJECTED = "objected"
    RECLASSIFIED = "reclassified"
    NOT_ACCEPTED = "not_accepted"
    PAUSED = "paused"
    RESUMED = "resumed"
    ANSWER_DRAFTED = "answer_drafted"
    ANSWER_RETURNED = "answer_returned"
    SETTLED = "settled"
    CALL_TRIED = "call_tried"
    CALLED_SATISFIED = "called_satisfied"
    CALLED_DISSATISFIED = "called_dissatisfied"
    CALLS_EXHAUSTED = "calls_exhausted"
    REVIEWED = "reviewed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    EXPLAINED = "explained"
    CALENDAR_CHANGED = "calendar_changed"
    ESCALATED = "escalated"
    CONFIRMED = "confirmed"
    HELP_ASKED = "help_asked"
    HELP_REPORTED = "help_reported"
    JOINED = "joined"
    PARTED = "parted"
    CHILD_JOINED = "child_joined"
    CHILD_MOVED = "child_moved"
    CHILD_PARTED = "child_parted"
    REPEAT_TOLD = "repeat_told"
    REPEATED = "repeated"
    INCIDENT_ENTERED = "incident_entered"
    INCIDENT_LEFT = "incident_left"
    CONTACTED = "contacted"  # somebody of the office spoke with the person
    EXCLUSION_ASKED = "exclusion_asked"
    EXCLUSION_DECIDED = "exclusion_decided"
    # Wishes: checked, put up on the wall, taken by claimants, fulfilled.
    CHECKED = "checked"
    PUT_UP = "put_up"
    CLAIM_TAKEN = "claim_taken"
    CLAIMED = "claimed"  # the whole need is taken
    CLAIM_ENDED = "claim_ended"
    BACK_ON_WALL = "back_on_wall"
    UNCLAIMED = "unclaimed"
    UPPER_HELPED = "upper_helped"
    TAKEN_DOWN = "taken_down"
    FULFILLED = "fulfilled"


BESIDE = frozenset(
    {
        Happens.ESCALATED,
        Happens.CONFIRMED,
        Happens.HELP_ASKED,
        Happens.HELP_REPORTED,
        Happens.JOINED,
        Happens.PARTED,
        Happens.CHILD_JOINED,
        Happens.CHILD_MOVED,
        Happens.CHILD_PARTED,
        Happens.REPEATED,
        Happens.INCIDENT_ENTERED,
        Happens.INCIDENT_LEFT,
        Happens.CONTACTED,
        Happens.EXCLUSION_ASKED,
        Happens.EXCLUSION_DECIDED,
    }
)
"""What happens beside the states: it moves no state, ends no pause and starts no clock, so no pack declares it."""


class Owner(StrEnum):
    """Which office a clock's work falls to."""

    HANDLER = "handler"  # the office the matter lies with
    UPPER = "upper"  # the next office up (dispatching, objections, reviews)
    CALLER = "caller"  # the call-back office: never the handler's


class Closing(StrEnum):
    """How a matter ended. Only `satisfied`, `explained` and `unreached` follow a call-back."""

    SATISFIED = "satisfied"
    UNREACHED = "unreached"
    EXPLAINED = "explained"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"
    ANSWERED = "answered"  # anonymous: the answer is posted to the receipt code
    REPEATED = "repeated"  # nothing new: the person was told how the earlier matter stands


CLOSED_WITHOUT_CALL = frozenset({Closing.NOT_ACCEPTED, Closing.WITHDRAWN, Closing.ANSWERED, Closing.REPEATED})


class Rises(StrEnum):
    """What a rung of a ladder does. Only `lead` moves responsibility."""

    REMIND = "remind"  # the holder is reminded
    MASTER = "master"  # whoever is in charge of the office is told
    HELP = "help"  # the office above helps; responsibility stays
    LEAD = "lead"  # that office leads from now on, unless it confirmed the one that has it
    TELL = "tell"  # the offices of `to` are told


@definition
class State:
    """A state: its name for staff, the sentence the worker reads, and, where it ends the matter, how."""

    title: str
    public: str
    closes_as: Closing | None = None


@definition
class Transition:
    """In one of `at` (empty: before the first state), `on` moves the matter to `to`."""

    on: Happens
    to: str
    at: tuple[str, ...] = ()


@definition
class Clock:
    """A promise with a date. `budget` by class of the matter; `any` where the class does not matter."""

    id: str
    title: str
    starts: tuple[Happens, ...]
    ends: tuple[Happens, ...]
    budget: dict[str, int]
    unit: Unit
    owner: Owner
    source: str
    confidence: Confidence
    may_pause: bool = False
    counts_from_page: bool = False
    """A paper demand counts from the day it was written; what the office does after keying counts from then."""
    at_end: Happens | None = None
    """What happens by itself when the time is up (silence after an offer is acceptance)."""


@definition
class Rung:
    """One step of a ladder: when a clock is at `share` per cent of its time, or `late` units behind its date.

    `to`: `above`, `top`, or a kind of office (the nearest of that kind). What no such office answers goes up.
    """

    id: str
    title: str
    does: Rises
    clock: str = "settle"
    share: int = 0
    late: int = 0
    late_unit: Unit = Unit.WORKING_DAY
    to: tuple[str, ...] = ("above",)
    source: str = ""
    confidence: Confidence = Confidence.ASSUMED


@definition
class RepeatRules:
    """So many repeats of one matter within so many days go to the upper level."""

    most: int = 3
    days: int = 183


@definition
class IncidentRules:
    """When many matters look like one: people within hours, a share of an employer's workers, or a word."""

    persons: int = 10
    hours: int = 72
    share: int = 5
    tell_hours: int = 1
    """Within so many hours the report line must be filled."""
    words: tuple[str, ...] = ()


@definition
class FirstContact:
    """Within what time of dispatch the office speaks with the person; what is declared nowhere is not judged."""

    within: int
    unit: Unit = Unit.BUSINESS_HOUR
    source: str = ""
    confidence: Confidence = Confidence.ASSUMED


@definition
class PauseReason:
    id: str
    title: str


@definition
class PauseRules:
    """How a clock may be stopped. Limits hold without the upper level's word."""

    reasons: tuple[PauseReason, ...]
    most_per_round: int = 2
    most_working_days: int = 10


@definition
class CallBack:
    """Call-back as work: how many tries, on how many days, how many outside working hours, before `unreached`."""

    attempts: int = 3
    days: int = 2
    outside_hours: int = 1
    rounds_before_upper: int = 2
    """After so many dissatisfied rounds the answer is explained by the upper level and signed there."""


@definition
class Topic:
    id: str
    title: str
    first_class: str = ""
    about_children: bool = False
    """Whatever is said under it concerns a child: protected from the first moment."""
    facility: bool = False
    """It asks for something to be bought and installed: a purchase task answers all who asked."""


@definition
class MatterClass:
    id: str
    title: str


@definition
class MessageText:
    """A template; `{number}`, `{office}`, `{due}`, `{state}`, `{answer}`, `{link}` are filled."""

    id: str
    text: str


@definition
class CaseType:
    """One kind of matter as a programme runs it. A running matter keeps the version it began with."""

    id: str
    kind: Kind
    title: str
    invitation: str  # the question a worker reads above the text field
    classes: tuple[MatterClass, ...]
    states: dict[str, State]
    transitions: tuple[Transition, ...]
    clocks: tuple[Clock, ...]
    topics: tuple[Topic, ...] = ()
    dispatch: str = "straight"  # straight: offered to the office of intake | triage: a dispatcher offers it
    needs_approval: tuple[str, ...] = ()  # classes whose answer a second person approves
    may_be_anonymous: bool = False
    call_back: CallBack | None = CallBack()
    pauses: PauseRules | None = None
    ladder: tuple[Rung, ...] = ()
    repeats: RepeatRules = RepeatRules()
    incidents: IncidentRules = IncidentRules()
    contact: FirstContact | None = None
    messages: tuple[MessageText, ...] = ()
    keeps_days: int = 1095
    keeps_source: str = ""
    keeps_confidence: Confidence = Confidence.ASSUMED
    keeps_child_days: int = 0
    """Content about children goes earlier (0: as everything else)."""
    details: tuple[Detail, ...] = ()
    results: tuple[Result, ...] = ()  # empty: the engine's own (solved, partly, explained_cannot, referred)
    filed_by_staff: bool = False  # not offered to the public: a proposal comes through its congress
    protects_reporter: bool = False
    proxies: Proxies | None = None
    legal_routes: tuple[LegalRoute, ...] = ()
    follow_up_days: int = 0
    rewards: Rewards | None = None


@definition
class CaseProgramme:
    """`case.yaml`: what a programme declares for casework."""

    types: tuple[CaseType, ...]


@definition
class DetailChoice:
    id: str
    title: str


@definition
class Detail:
    """A question of its own that a type asks: a text, or one of `choices`."""

    id: str
    title: str
    choices: tuple[DetailChoice, ...] = ()
    is_required: bool = False


@definition
class Result:
    """How an answer may end. `earns`: the person is thanked with the type's points."""

    id: str
    title: str
    earns: bool = False


@definition
class Proxies:
    """Somebody may speak for the person; without a mandate one is asked for within so many working days."""

    ask_within: int
    source: str = ""
    confidence: Confidence = Confidence.ASSUMED


@definition
class LegalRoute:
    """A way to a competent body that ends on a day; `owner` is that body, `summary` what the person must know."""

    id: str
    title: str
    owner: str
    summary: str
    topics: tuple[str, ...]
    within: int
    unit: str = ""
    source: str = ""
    confidence: Confidence = Confidence.LAW
    warn_days: int = 60
    stands_still_while_employed: bool = False
    """It does not run while the employment goes on (wages owed); it begins with the last day of it."""


@definition
class Gift:
    id: str
    title: str
    points: int


@definition
class Rewards:
    """Thanks for what helped: points for people who chose to be known, and what they may be exchanged for."""

    points: int
    gifts: tuple[Gift, ...] = ()
