"""Scheduled and event-driven work of casework: receipts, silent acceptance, new calendars, erasure."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.loop import Happening, apply
from gongyou.engines.casework.models import Case, CaseText, Clock
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.engines.casework.services.keeping import end_silence, erase_case_content
from gongyou.engines.casework.steps.matter import happen, load
from gongyou.engines.casework.steps.telling import tell_worker
from gongyou.kernel import moment
from gongyou.kernel.access import system_actor
from gongyou.kernel.actions import Act
from gongyou.kernel.jobs import Payload, job
from gongyou.kernel.personal_data import Declaration, declare

CHUNK = 200
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


def run_night(limit: int = 100_000) -> dict[str, int]:
    """What the night (or any hour) has to do: end silences, oldest first. Idempotent; returns counts."""
    ended = 0
    while ended < limit:
        batch = silent_ends()
        done = sum(end_silence(system_actor("night"), case_id=case, clock_id=clock) for case, clock in batch)
        ended += done
        if not done:
            break
    return {"silences_ended": ended}


def silent_ends(limit: int = CHUNK) -> list[tuple[UUID, str]]:
    """Matters whose clock with a stated end (`at_end`) ran out: (case, clock), oldest first."""
    late = Clock.objects.filter(met_at__isnull=True, due_at__lte=moment.now(), clock_id="accept")
    return list(late.order_by("due_at", "id").values_list("case_id", "clock_id")[:limit])


def erase_expired(limit: int) -> int:
    """Erase the words of matters closed longer than their programme keeps them."""
    now = moment.now()
    oldest_first = Case.objects.filter(closed_at__isnull=False, texts__erased_at__isnull=True)
    erased = 0
    for row in oldest_first.order_by("closed_at").distinct()[: limit * 4]:
        if (
            row.closed_at is None
            or row.closed_at + timedelta(days=type_of(row.definition, row.type_id).keeps_days) > now
        ):
            continue
        erase_case_content(system_actor("retention"), case_id=row.pk)
        erased += 1
        if erased == limit:
            break
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
