"""What a period came to, each figure with the rows behind it; counted within the reader's reach."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Avg, QuerySet, Sum

from gongyou.engines.employment.definitions import (
    FollowUpOutcome,
    IntentionState,
    PostState,
    RunState,
    SurveyKind,
)
from gongyou.engines.employment.models import (
    FollowUp,
    Intention,
    Listing,
    MatchRun,
    Placement,
    Post,
    SurveyAnswer,
)
from gongyou.engines.employment.queries.rules import rulebook_of
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.registry.queries import MaskedPerson, show_people

READ = "employment.read"
LAST_CALL = 90
ROWS = 500


@dataclass(frozen=True)
class Figures:
    """Counts of people and posts; wages are means in fen a month of those who told both."""

    surveyed: int
    plan_people: int
    employers: int
    plan_employers: int
    wants_training: int
    seekers: int
    listed: int
    posts: int
    seats: int
    placed: int
    asked_at_end: int
    retained: int
    wage_before_fen: int | None
    wage_after_fen: int | None


@dataclass(frozen=True)
class RunView:
    id: UUID
    area: str
    kind: str
    state: str
    progress: str
    ordered_by_name: str
    finished_at: Any
    on: date
    workers: int
    posts: int
    recommended: int
    changed: int
    placed: int
    rulebook_hash: str
    fingerprint: str
    fairness: tuple[dict[str, str], ...]
    refusal: dict[str, Any]

    @property
    def is_open(self) -> bool:
        return self.state in ("queued", "running")


@dataclass(frozen=True)
class FigureRow:
    """One row behind a figure: whom or what, where, when, and which page shows it."""

    person: MaskedPerson | None
    title: str
    detail: str
    at: date
    subject_id: UUID


def _reach(actor: Actor, model: Any) -> QuerySet[Any]:
    actor.require(READ)
    rows: QuerySet[Any] = model.objects.filter(actor.scope(READ).filter())
    return rows


def _answers(actor: Actor, kind: SurveyKind, since: date, until: date) -> QuerySet[SurveyAnswer]:
    return _reach(actor, SurveyAnswer).filter(kind=kind, answered_on__range=(since, until))


def _placements(actor: Actor, since: date, until: date) -> QuerySet[Placement]:
    return _reach(actor, Placement).filter(started_on__range=(since, until))


def _last_calls(actor: Actor, since: date, until: date) -> QuerySet[FollowUp]:
    rows = FollowUp.objects.filter(actor.scope(READ).filter("placement__office_path"), days=LAST_CALL)
    return rows.filter(done_at__isnull=False, placement__started_on__range=(since, until)).exclude(
        outcome=FollowUpOutcome.UNREACHED
    )


def figures(actor: Actor, since: date, until: date) -> Figures:
    """Surveys and placements of the days given, intentions and posts as they stand. Raises NotAllowed."""
    people = _answers(actor, SurveyKind.WILLINGNESS, since, until)
    employers = _answers(actor, SurveyKind.SHORTAGE, since, until)
    seekers = _reach(actor, Intention).filter(state=IntentionState.ACTIVE, until_on__gte=moment.today())
    posts = _reach(actor, Post).filter(state=PostState.PUBLIC, expires_on__gte=moment.today())
    placed = _placements(actor, since, until)
    both = placed.filter(wage_before_fen__isnull=False).aggregate(
        a=Avg("wage_before_fen"), b=Avg("wage_after_fen")
    )
    ends = _last_calls(actor, since, until)
    plans = _plans(actor)
    return Figures(
        surveyed=people.values("person_id").distinct().count(),
        plan_people=plans["plan_people"],
        employers=employers.values("organisation_id").distinct().count(),
        plan_employers=plans["plan_employers"],
        wants_training=people.filter(wants_training=True).values("person_id").distinct().count(),
        seekers=seekers.count(),
        listed=Listing.objects.filter(intention__in=seekers).exclude(posts=[]).count(),
        posts=posts.count(),
        seats=int(posts.aggregate(n=Sum("headcount"))["n"] or 0),
        placed=placed.count(),
        asked_at_end=ends.count(),
        retained=ends.filter(outcome=FollowUpOutcome.STILL).count(),
        wage_before_fen=_fen(both["a"]),
        wage_after_fen=_fen(both["b"]),
    )


def _fen(mean: Any) -> int | None:
    return None if mean is None else int(mean)


def _plans(actor: Actor) -> Counter[str]:
    """What the areas in reach were told to survey; an area without a plan adds nothing."""
    areas = {path.partition("/")[0] for path in (*actor.scope(READ).own, *actor.scope(READ).subtree) if path}
    found: Counter[str] = Counter({"plan_people": 0, "plan_employers": 0})
    for area in areas:
        numbers = rulebook_of(area, moment.today()).numbers
        for name in ("plan_people", "plan_employers"):
            found[name] += numbers.count(name)
    return found


def course_demand(actor: Actor, since: date, until: date) -> tuple[tuple[str, int], ...]:
    """What people would learn, most wanted first; '' where they named nothing."""
    counted: Counter[str] = Counter()
    rows = _answers(actor, SurveyKind.WILLINGNESS, since, until).filter(wants_training=True)
    for wanted in rows.values_list("training", flat=True):
        counted.update(wanted or [""])
    return tuple(counted.most_common(20))


def latest_runs(actor: Actor, size: int = 5) -> tuple[RunView, ...]:
    """Raises NotAllowed."""
    return tuple(map(_run, _reach(actor, MatchRun).order_by("-ordered_at", "-id")[:size]))


def latest_fairness(actor: Actor) -> RunView | None:
    """The last run in reach that ended, with its counts by sex, age band and township."""
    row = _reach(actor, MatchRun).filter(state=RunState.DONE).order_by("-finished_at", "-id").first()
    return _run(row) if row is not None else None


def _run(row: MatchRun) -> RunView:
    return RunView(
        row.pk, row.area, row.kind, row.state, row.progress, row.ordered_by_name, row.finished_at, row.on,
        row.workers, row.posts, row.recommended, row.changed, int(row.summary.get("placed", 0)), row.rulebook_hash,
        row.fingerprint, tuple(row.fairness), dict(row.refusal),
    )  # fmt: skip


FIGURES = (
    "surveyed",
    "employers",
    "wants_training",
    "seekers",
    "listed",
    "posts",
    "placed",
    "asked_at_end",
    "retained",
)


def figure_rows(actor: Actor, figure: str, since: date, until: date) -> tuple[FigureRow, ...]:
    """The rows one figure counts, newest first, people masked. Raises NotAllowed, KeyError for no figure."""
    found: tuple[FigureRow, ...] = _ROWS[figure](actor, figure, since, until)
    return found


def _people_rows(actor: Actor, figure: str, since: date, until: date) -> tuple[FigureRow, ...]:
    rows = _answers(actor, SurveyKind.WILLINGNESS, since, until)
    rows = rows.filter(wants_training=True) if figure == "wants_training" else rows
    found = list(rows.order_by("-answered_on", "id")[:ROWS])
    people = show_people(actor, [row.person_id for row in found if row.person_id]) if found else {}
    return tuple(
        FigureRow(people.get(row.person_id) if row.person_id else None, "、".join(row.training), row.channel,
                  row.answered_on, row.pk)
        for row in found
    )  # fmt: skip


def _employer_rows(actor: Actor, _figure: str, since: date, until: date) -> tuple[FigureRow, ...]:
    rows = _answers(actor, SurveyKind.SHORTAGE, since, until).select_related("organisation")
    return tuple(
        FigureRow(
            None, row.organisation.name if row.organisation else "", row.channel, row.answered_on, row.pk
        )
        for row in rows.order_by("-answered_on", "id")[:ROWS]
    )


def _seeker_rows(actor: Actor, figure: str, _since: date, _until: date) -> tuple[FigureRow, ...]:
    rows = _reach(actor, Intention).filter(state=IntentionState.ACTIVE, until_on__gte=moment.today())
    if figure == "listed":
        rows = rows.filter(pk__in=Listing.objects.exclude(posts=[]).values("intention_id"))
    found = list(rows.order_by("-changed_at", "id")[:ROWS])
    people = show_people(actor, [row.person_id for row in found]) if found else {}
    return tuple(
        FigureRow(
            people.get(row.person_id), _titles(row.area, row.occupations), "", row.changed_at.date(), row.pk
        )
        for row in found
    )


def _titles(area: str, codes: list[str]) -> str:
    return "、".join(_titles_of(area, codes))


def _titles_of(area: str, codes: list[str]) -> tuple[str, ...]:
    rules = rulebook_of(area, moment.today())
    return tuple(rules.occupation_title(code) for code in codes)


def _post_rows(actor: Actor, _figure: str, _since: date, _until: date) -> tuple[FigureRow, ...]:
    rows = _reach(actor, Post).filter(state=PostState.PUBLIC, expires_on__gte=moment.today())
    return tuple(
        FigureRow(None, f"{row.organisation.name} {row.title}", str(row.headcount), row.expires_on, row.pk)
        for row in rows.select_related("organisation").order_by("expires_on", "id")[:ROWS]
    )


def _placed_rows(actor: Actor, figure: str, since: date, until: date) -> tuple[FigureRow, ...]:
    rows = _placements(actor, since, until).select_related(
        "referral__intention", "organisation", "referral__post"
    )
    if figure != "placed":
        calls = _last_calls(actor, since, until)
        calls = calls.filter(outcome=FollowUpOutcome.STILL) if figure == "retained" else calls
        rows = rows.filter(pk__in=calls.values("placement_id"))
    found = list(rows.order_by("-started_on", "id")[:ROWS])
    people = show_people(actor, [row.referral.intention.person_id for row in found]) if found else {}
    return tuple(
        FigureRow(people.get(row.referral.intention.person_id), f"{row.organisation.name} {row.referral.post.title}",
                  "", row.started_on, row.pk)
        for row in found
    )  # fmt: skip


_ROWS: dict[str, Any] = {
    **dict.fromkeys(("surveyed", "wants_training"), _people_rows),
    **dict.fromkeys(("seekers", "listed"), _seeker_rows),
    **dict.fromkeys(("placed", "asked_at_end", "retained"), _placed_rows),
    "employers": _employer_rows,
    "posts": _post_rows,
}


@dataclass(frozen=True)
class SeekerLine:
    """One intention in the office's list."""

    id: UUID
    person: MaskedPerson | None
    occupations: tuple[str, ...]
    state: str
    is_plain: bool
    until_on: date


def seekers(actor: Actor, *, size: int = 200) -> tuple[SeekerLine, ...]:
    """Intentions of the actor's offices, latest change first, people masked. Raises NotAllowed."""
    found = list(_reach(actor, Intention).order_by("-changed_at", "id")[:size])
    people = show_people(actor, [row.person_id for row in found]) if found else {}
    return tuple(
        SeekerLine(row.pk, people.get(row.person_id), _titles_of(row.area, row.occupations), row.state, row.is_plain,
                   row.until_on)
        for row in found
    )  # fmt: skip
