"""What readers get: frozen views, masked by default."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gongyou.offices.queries import OfficeView


@dataclass(frozen=True)
class Choice:
    id: str
    title: str


@dataclass(frozen=True)
class Question:
    """A question of a type's own: a text, or one of `choices`."""

    id: str
    title: str
    choices: tuple[Choice, ...]
    is_required: bool


@dataclass(frozen=True)
class PublicType:
    """A kind of matter a person may file in an area."""

    programme: str
    type_id: str
    kind: str
    title: str
    invitation: str
    topics: tuple[Choice, ...]
    may_be_anonymous: bool
    details: tuple[Question, ...] = ()
    filed_by_staff: bool = False


@dataclass(frozen=True)
class DueExplained:
    """Why a date is that date."""

    budget: int
    unit: str
    started_at: datetime
    rest_days: tuple[date, ...]
    paused_days: tuple[date, ...]
    edition: str
    source: str
    confidence: str


@dataclass(frozen=True)
class ClockLine:
    id: str
    title: str
    round: int
    due_at: datetime | None
    provisional: bool
    met_at: datetime | None
    is_late: bool
    is_stopped: bool
    explained: DueExplained
    computations: tuple[tuple[datetime, str, datetime | None], ...]


@dataclass(frozen=True)
class PartyLine:
    role: str
    person_id: UUID
    name_masked: str
    phone_masked: str
    is_hidden: bool = False  # a protected name: not even its mask is shown


@dataclass(frozen=True)
class TextLine:
    kind: str
    text: str
    author_id: UUID | None
    at: datetime
    is_erased: bool


@dataclass(frozen=True)
class TimelineLine:
    """One happening; `detail` is the text that belongs to it, if any."""

    seq: int
    kind: str
    at: datetime
    who: str
    who_kind: str
    office_path: str
    detail: str


@dataclass(frozen=True)
class CallLine:
    at: datetime
    channel: str
    outcome: str
    is_outside_hours: bool
    is_solved: bool | None
    is_satisfied: bool | None
    note: str


@dataclass(frozen=True)
class CallProgress:
    """How far the tries are, and what is missing before `unreached` may be said."""

    attempts: int
    attempts_needed: int
    days: int
    days_needed: int
    outside_hours: int
    outside_hours_needed: int


@dataclass(frozen=True)
class ReviewLine:
    round: int
    convened_on: date
    members: str
    is_reasonable: bool
    cause: str
    measures: str
    answerable: str
    measures_due_on: date | None


@dataclass(frozen=True)
class PaperLine:
    written_on: date
    keyed_at: datetime
    book: str
    page: int | None
    photo_id: UUID | None
    is_late_keyed: bool


@dataclass(frozen=True)
class FileLine:
    id: UUID
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class CaseView:
    """Everything the desk shows of one matter."""

    id: UUID
    number: str
    version: int
    area: str
    programme: str
    type_id: str
    title: str
    kind: str
    matter_class: Choice
    classes: tuple[Choice, ...]
    topic: str
    state: Choice
    closed_as: str
    round: int
    channel: str
    received_at: datetime
    recorded_at: datetime
    occurred_on: date | None
    place: str
    office: OfficeView
    filed_office: OfficeView
    call_office: OfficeView | None
    holder_id: UUID | None
    is_anonymous: bool
    due_at: datetime | None
    is_provisional: bool
    parties: tuple[PartyLine, ...]
    texts: tuple[TextLine, ...]
    clocks: tuple[ClockLine, ...]
    timeline: tuple[TimelineLine, ...]
    calls: tuple[CallLine, ...]
    call_progress: CallProgress | None
    reviews: tuple[ReviewLine, ...]
    answer: str
    draft: str
    paper: PaperLine | None
    files: tuple[FileLine, ...]
    next_steps: frozenset[str]
    pause_reasons: tuple[Choice, ...]
    needs_approval: bool
    results: tuple[Choice, ...] = ()  # the programme's own; empty: the usual ones


@dataclass(frozen=True)
class CaseLine:
    """A matter in a list. `due_at`: its nearest open promise; of a closed one, the settle date."""

    id: UUID
    number: str
    title: str
    state: str
    class_title: str
    office_id: UUID
    office: str
    received_at: datetime
    due_at: datetime | None
    provisional: bool
    is_late: bool
    is_closed: bool


@dataclass(frozen=True)
class CasePage:
    items: tuple[CaseLine, ...]
    next: str


@dataclass(frozen=True)
class LimitLine:
    """A right and its last day. `expires_on` None: it does not run now. `is_known`: the beginning was told to us."""

    route_id: str
    title: str
    owner: str
    summary: str
    source: str
    confidence: str
    started_on: date
    is_known: bool
    expires_on: date | None
    days_left: int | None
    is_near: bool
    is_over: bool
    used_on: date | None
    may_stand_still: bool


@dataclass(frozen=True)
class MandateLine:
    """A mandate as pages show it; no name."""

    id: UUID
    basis: str
    proof: str
    scope: tuple[str, ...]
    may_be_called: bool
    subject_cannot: str
    valid_from: date
    valid_until: date | None
    is_in_force: bool
    is_withdrawn: bool


@dataclass(frozen=True)
class PublicStep:
    at: datetime
    kind: str
    sentence: str


@dataclass(frozen=True)
class TrackView:
    """What the person whose matter it is sees: the same number, state and date as the office."""

    number: str
    title: str
    kind: str
    state: str
    public_sentence: str
    round: int
    received_at: datetime
    due_at: datetime | None
    provisional: bool
    is_late: bool
    is_stopped: bool
    due_explained: DueExplained | None
    office: OfficeView
    steps: tuple[PublicStep, ...]
    answer: str
    answer_result: str
    is_closed: bool
    may_rate: bool
    may_supplement: bool
    may_withdraw: bool
    may_reopen: bool
    result_title: str = ""  # the programme's own word for how the answer ends
    limits: tuple[LimitLine, ...] = ()
    mandate: MandateLine | None = None
    has_proxy: bool = False
    is_proxy: bool = False
    is_anonymous: bool = False
    thanks: int = 0  # points given for it


@dataclass(frozen=True)
class Standing:
    """Where a matter stands after an action."""

    case_id: UUID
    number: str
    state: str
    version: int
    due_at: datetime | None


@dataclass(frozen=True)
class IncidentStanding:
    """An incident after an action; `version` is what the next form must carry."""

    incident_id: UUID
    version: int
