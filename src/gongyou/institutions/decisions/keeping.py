"""How long tables and decisions are kept: a value of the policy with its source, counted from the end of the last run.

What is over is marked (`SnapshotErased`) and its sealed contents go at night, together with whatever no row names:
parts of runs that ended, tables that were handed in and never noted, leftovers of crashes. Rows stay for ever: counts,
total, fingerprint, who ordered it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from gongyou.basics.areas import local_decisions
from gongyou.basics.values import Amount, Confidence
from gongyou.institutions.decisions import vault
from gongyou.institutions.decisions.definitions import OPEN, RunState
from gongyou.institutions.decisions.models import PolicyRun, RunPart, Snapshot, SnapshotErased
from gongyou.institutions.decisions.pinned import declared, nearest_policy, unpacked
from gongyou.kernel import moment
from gongyou.kernel.actions import open_action
from gongyou.kernel.errors import NotFound
from gongyou.kernel.files import erase_files
from gongyou.policy.values import amount_on

VALUE = "keeps_data_days"
"""The value of a policy that says for how many days; a policy without it keeps everything."""


@dataclass(frozen=True)
class KeepTime:
    """`days` from the end of the last run; `source`: the document's title. An assumed one is shown as assumed."""

    days: int
    source: str
    is_assumed: bool


@dataclass(frozen=True)
class Keeping:
    """Until when a snapshot's contents are kept: None where its policy does not say."""

    until: date | None
    time: KeepTime | None
    erased_on: date | None


@lru_cache(maxsize=256)
def keep_time(content: str, area: str, on: date) -> KeepTime | None:
    """What a published policy says for an area and a day. Raises NotFound for a content that was never published."""
    policy = declared(content)
    value = next((v for v in policy.values if v.id == VALUE), None)
    if value is None:
        return None
    with unpacked(content) as root:
        local = local_decisions(root, area, policy.id)
    layers = [
        (d.area, [a for v in d.content.values if v.id == VALUE for a in v.amounts], d.content.sources)
        for d in local
    ]
    for place, amounts, sources in (*layers, ("", list(value.amounts), ())):
        amount = amount_on(policy, value, amounts, on, place)
        if amount is not None:
            titles = {s.id: s.title for s in (*policy.sources, *sources)}
            return _read(amount, titles.get(amount.source, amount.source))
    return None


def _read(amount: Amount, source: str) -> KeepTime:
    if not isinstance(amount.amount, int) or isinstance(amount.amount, bool):
        raise TypeError(f"{VALUE} is a whole number of days, not {amount.amount!r}")
    return KeepTime(amount.amount, source, amount.confidence is Confidence.ASSUMED)


def keeping_of(snapshot: Snapshot) -> Keeping:
    """Counted from the end of the last run over it, or from the hand-in where there is none; an open run keeps it."""
    erased = SnapshotErased.objects.filter(snapshot=snapshot).values_list("erased_at", flat=True).first()
    until, time = _end_of(snapshot)
    return Keeping(until, time, _day(erased) if erased else None)


def _end_of(snapshot: Snapshot) -> tuple[date | None, KeepTime | None]:
    runs = list(snapshot.runs.all())
    times = [(_time_of(run.content, run.area, run.law_on), run.finished_at or moment.now()) for run in runs]
    if not runs:
        times = [(_now_in_force(snapshot.area, snapshot.programme), snapshot.taken_at)]
    ends = [(_day(at) + timedelta(days=time.days), time) for time, at in times if time]
    if len(ends) < len(times):
        return None, None
    until, time = max(ends, key=lambda pair: pair[0])
    is_open = any(run.state in OPEN for run in runs)
    return None if is_open else until, time


def _day(at: datetime) -> date:
    return at.astimezone(moment.SHANGHAI).date()


def _time_of(content: str, area: str, on: date) -> KeepTime | None:
    """By the policy of the run; one published before there was such a value is kept as the one in force says."""
    programme = declared(content).id
    return keep_time(content, area, on) or _now_in_force(area, programme)


def _now_in_force(area: str, programme: str) -> KeepTime | None:
    try:
        return keep_time(nearest_policy(area, programme).hash, area, moment.today())
    except NotFound:
        return None


def mark_expired(limit: int) -> int:
    """Mark snapshots whose keep time is over, oldest first; from then on nothing opens them.

    Runs inside the action of `kernel.retention`. Raises RuntimeError outside one.
    """
    act = open_action()
    if act is None:
        raise RuntimeError("snapshots are marked inside the action of retention")
    living = Snapshot.objects.filter(erased=None).prefetch_related("runs").order_by("taken_at", "id")
    over: list[Snapshot] = []
    for row in living.iterator(chunk_size=200):
        until, _time = _end_of(row)
        if until is not None and until < moment.today():
            over.append(row)
            if len(over) == limit:
                break
    for row in over:
        SnapshotErased.objects.create(snapshot=row, erased_at=act.now)
        erase_files(act, subject=f"snapshot:{row.pk}")  # the evidence of a correction goes with it
        act.about(f"snapshot:{row.pk}", row.office_path)
    return len(over)


def remove_unnamed() -> int:
    """Contents on disk that no living row names and that rested; returns how many went."""
    return vault.remove_stray({*named(), *vault.kept_by_others()})


def named() -> Iterator[str]:
    """Digests that rows name: tables, profile and rejects, results of their runs, parts of runs that are not done."""
    living = Snapshot.objects.filter(erased=None)
    for files, profile, rejects in living.values_list("files", "profile", "rejects").iterator():
        yield from (*files.values(), profile, rejects)
    runs = PolicyRun.objects.filter(snapshot__erased=None)
    for results in runs.values_list("results", flat=True).iterator():
        yield from results.values()
    parts = RunPart.objects.filter(run__snapshot__erased=None).exclude(run__state=RunState.DONE)
    for files in parts.values_list("files", flat=True).iterator():
        yield from files.values()
