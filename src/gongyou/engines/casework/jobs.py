"""Scheduled and event-driven work of casework: receipts, silent acceptance, new calendars, erasure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.loop import Happening, allowed, apply
from gongyou.engines.casework.models import Case, CaseText, Clock, Wish
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.engines.casework.queries.wishes import late_claims
from gongyou.engines.casework.services.claiming import lapse_claim
from gongyou.engines.casework.services.climbing import climb_ladders
from gongyou.engines.casework.services.keeping import end_silence
from gongyou.engines.casework.steps.erasing import erase_content
from gongyou.engines.casework.steps.joining import follow_child
from gongyou.engines.casework.steps.matter import happen, load
from gongyou.engines.casework.steps.telling import tell_worker
from gongyou.engines.casework.steps.wall import CHILD_WISH, release_claims
from gongyou.kernel import moment
from gongyou.kernel.access import system_actor
from gongyou.kernel.actions import Act, open_action
from gongyou.kernel.jobs import Payload, job
from gongyou.kernel.personal_data import Declaration, declare

CHUNK = 200
PAGE = 500
KEYS_ARE_FRESH = timedelta(
    seconds=10
)  # other processes may remember the old calendar's key for a few seconds


@job("casework.note_receipt")
def note_receipt(act: Act, payload: Payload) -> None:
    """The receipt message went out: its clock is met."""
    kind, _, case_id = str(payload["subject"]).partition(":")
    if kind != "case" or payload["template"] != "receipt":
        return
    matter = load(act, UUID(case_id))
    clock = matter.projection.clock("receipt")
    if clock is not None and clock.is_open:
        happen(act, matter, Happens.RECEIPT_SENT, {"message": payload["message_id"]})


@job("casework.fan_out_calendar")
def fan_out_calendar(act: Act, payload: Payload) -> None:
    """A calendar edition came in: every matter with an open clock is re-dated, one job each."""
    open_cases = Clock.objects.filter(met_at__isnull=True).values_list("case_id", flat=True).distinct()
    for case_id in open_cases.iterator(chunk_size=2000):
        act.enqueue(
            "casework.redate",
            {"case_id": str(case_id)},
            due_at=act.now + KEYS_ARE_FRESH,
            unique_key=f"redate:{payload['hash'][:16]}:{case_id}",
        )


@job("casework.redate")
def redate(act: Act, payload: Payload) -> None:
    """Recompute one matter's open clocks. Where nothing moves nothing is written; a moved promise is told."""
    matter = load(act, UUID(payload["case_id"]))
    if matter.projection.is_closed:
        return
    happening = Happening(Happens.CALENDAR_CHANGED, act.now, {}, matter.calendar_key)
    if apply(matter.type, matter.projection, happening, matter.calendar).clocks == matter.projection.clocks:
        return
    promised = matter.row.due_at
    happen(act, matter, Happens.CALENDAR_CHANGED)
    if promised != matter.row.due_at:
        tell_worker(act, matter, "date_moved")


@job("casework.follow_child")
def follow(act: Act, payload: Payload) -> None:
    """A promise moved: where the matter is joined to a lead, the lead's date follows."""
    if payload["clock_id"] == "settle":
        follow_child(act, load(act, UUID(payload["case_id"])))


@job("casework.heed_withdrawal")
def heed_withdrawal(act: Act, payload: Payload) -> None:
    """A guardian took the consent back: the child's wish comes off the wall at once, held parts are released."""
    mark, _, case_id = str(payload["purpose"]).partition(":")
    if f"{mark}:" != CHILD_WISH:
        return
    matter = load(act, UUID(case_id))
    Wish.objects.filter(case=matter.row).update(consent_id=None, is_on_wall=False)
    release_claims(act, matter.row)
    if Happens.TAKEN_DOWN in allowed(matter.type, matter.row.state):
        happen(act, matter, Happens.TAKEN_DOWN, {"by": "consent"})


def run_night(limit: int = 100_000) -> dict[str, int]:
    """What the night (or any hour) has to do: end silences, oldest first. Idempotent; returns counts."""
    ended = 0
    after: Silence | None = None
    while ended < limit and (batch := silent_ends(after, CHUNK)):
        for silence in batch:
            ended += end_silence(system_actor("night"), case_id=silence.case_id, clock_id=silence.clock_id)
        after = batch[-1]
    return {"silences_ended": ended, "rungs_taken": climb(limit)}


def climb(limit: int = 100_000) -> int:
    """Take every rung that is due, oldest first, a page per transaction; how many were taken.

    A page that another worker holds is left to it; what a killed worker held is free again with its transaction.
    """
    taken = 0
    while taken < limit:
        page = climb_ladders(system_actor("ladder"), limit=min(PAGE, limit - taken))
        if not page.looked_at:
            break
        taken += page.taken
    return taken


def lapse_claims(limit: int = 100_000) -> int:
    """Claims whose own time is up go back to the wall, oldest first."""
    late = late_claims(limit)
    return sum(lapse_claim(system_actor("night"), claim_id=claim_id) for claim_id in late)


@dataclass(frozen=True)
class Silence:
    """An open clock whose time is up; `due_at` and `id` are its place in the order."""

    due_at: datetime
    id: UUID
    case_id: UUID
    clock_id: str


def silent_ends(after: Silence | None = None, limit: int = CHUNK) -> list[Silence]:
    """Clocks that may have a stated end (`at_end`) and ran out, oldest first, behind `after`.

    The caller goes on behind what can't be ended, so that nothing waits behind it for ever.
    """
    late = Clock.objects.filter(
        met_at__isnull=True, due_at__lte=moment.now(), clock_id__in=("accept", "claim_wait")
    )
    if after is not None:
        late = late.filter(Q(due_at__gt=after.due_at) | Q(due_at=after.due_at, id__gt=after.id))
    found = late.order_by("due_at", "id").values_list("due_at", "id", "case_id", "clock_id")
    return [Silence(due, pk, case, clock) for due, pk, case, clock in found[:limit] if due is not None]


def erase_expired(limit: int) -> int:
    """Erase the words of matters closed longer than their programme keeps them, oldest first of each programme.

    Runs inside the action of `kernel.retention`. Raises RuntimeError outside one.
    """
    act = open_action()
    if act is None:
        raise RuntimeError("content is erased inside the action of retention")
    erased = 0
    ended = Case.objects.filter(closed_at__isnull=False, texts__erased_at__isnull=True)
    for definition, type_id in sorted(set(ended.values_list("definition", "type_id"))):
        case_type = type_of(definition, type_id)
        kept = timedelta(days=case_type.keeps_days)
        kept_child = timedelta(days=case_type.keeps_child_days or case_type.keeps_days)
        is_over = Q(closed_at__lte=act.now - kept) | Q(
            is_about_child=True, closed_at__lte=act.now - kept_child
        )
        over = ended.filter(is_over, definition=definition, type_id=type_id)
        for row in over.order_by("closed_at", "id").distinct()[: limit - erased]:
            erase_content(act, row)
            erased += 1
    return erased


declare(
    Declaration(
        model=CaseText,
        noun="case",
        data_class="ordinary",
        purpose="办理职工诉求并回复",
        basis="consent",
        keeps=None,
        erase_expired=erase_expired,
    )
)
