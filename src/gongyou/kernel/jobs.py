"""Leased jobs. A job's effect and its completion commit in one transaction fenced by the lease's owner."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from gongyou.kernel import moment
from gongyou.kernel.access import system_actor
from gongyou.kernel.actions import Act, in_act
from gongyou.kernel.ids import new_id
from gongyou.kernel.models.events import Job
from gongyou.kernel.writing import writing

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
BEAT_SECONDS = 20
MAX_TRIES = 8
BATCH = 20

Payload = dict[str, Any]


@dataclass(frozen=True)
class Handler:
    """`prepare` reaches outside the database (SMS, files) with an idempotency key; `effect` writes."""

    effect: Callable[[Act, Payload, Any], None]
    prepare: Callable[[Payload], Any] | None = None


_handlers: dict[str, Handler] = {}
_held: ContextVar[tuple[UUID, UUID] | None] = ContextVar("held_job", default=None)
"""Job and owner of the errand under way in this thread."""


def job(kind: str) -> Callable[[Callable[[Act, Payload], None]], Callable[[Act, Payload], None]]:
    """Register a function whose whole effect lies in the database."""

    def register(function: Callable[[Act, Payload], None]) -> Callable[[Act, Payload], None]:
        _handlers[kind] = Handler(effect=lambda act, payload, _outcome: function(act, payload))
        return function

    return register


def errand(
    kind: str, *, prepare: Callable[[Payload], Any]
) -> Callable[[Callable[[Act, Payload, Any], None]], Callable[[Act, Payload, Any], None]]:
    """Register work with an outside effect: `prepare` runs outside any transaction and may run twice
    (it carries an idempotency key), its outcome is stored by the decorated function together with completion."""

    def register(function: Callable[[Act, Payload, Any], None]) -> Callable[[Act, Payload, Any], None]:
        _handlers[kind] = Handler(effect=function, prepare=prepare)
        return function

    return register


def kinds() -> frozenset[str]:
    return frozenset(_handlers)


def claim(owner: UUID, limit: int = BATCH) -> list[Job]:
    """Lease due jobs, oldest first; leases that ran out count as due. One short transaction."""
    now = moment.now()
    with writing():
        due = Q(state=Job.State.READY, due_at__lte=now) | Q(state=Job.State.RUNNING, leased_until__lt=now)
        waiting = Job.objects.filter(due).order_by("due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True)
        jobs = list(waiting[:limit])
        Job.objects.filter(pk__in=[j.pk for j in jobs]).update(
            state=Job.State.RUNNING, owner=owner, leased_until=now + LEASE, tries=F("tries") + 1
        )
    return jobs


def keep_lease() -> bool:
    """A long errand says that it is still at work, more often than once a `LEASE`. False: it holds no lease."""
    held = _held.get()
    if held is None:
        return False
    with writing():
        mine = Job.objects.filter(pk=held[0], owner=held[1], state=Job.State.RUNNING)
        return bool(mine.update(leased_until=moment.now() + LEASE))


@contextmanager
def beating() -> Iterator[None]:
    """Keep the errand's lease while a long piece of work runs that says nothing."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(BEAT_SECONDS):
            keep_lease()
        connection.close()

    thread = threading.Thread(target=copy_context().run, args=(beat,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def run_claimed(claimed: Job, owner: UUID) -> bool:
    """Run one leased job. False: it failed, or somebody else holds the lease by now."""
    handler = _handlers.get(claimed.kind)
    try:
        if handler is None:
            raise LookupError(f"no handler for job kind {claimed.kind}")
        outcome = _prepared(handler, claimed, owner)
        with writing():
            held = Job.objects.select_for_update().filter(pk=claimed.pk, owner=owner, state=Job.State.RUNNING)
            if not held.exists():
                return False
            effect = handler.effect
            in_act(
                f"job:{claimed.kind}",
                system_actor(claimed.kind),
                lambda act: effect(act, claimed.payload, outcome),
                {"job": claimed.pk},
            )
            Job.objects.filter(pk=claimed.pk).update(
                state=Job.State.DONE, done_at=moment.now(), owner=None, leased_until=None, last_error=""
            )
    except Exception as error:
        log.exception("job %s %s failed", claimed.kind, claimed.pk)
        _put_back(claimed, owner, error)
        return False
    return True


def _prepared(handler: Handler, claimed: Job, owner: UUID) -> Any:
    if handler.prepare is None:
        return None
    token = _held.set((claimed.pk, owner))
    try:
        return handler.prepare(claimed.payload)
    finally:
        _held.reset(token)


def _put_back(claimed: Job, owner: UUID, error: Exception) -> None:
    tries = claimed.tries + 1
    state = Job.State.FAILED if tries >= MAX_TRIES else Job.State.READY
    with writing():
        Job.objects.filter(pk=claimed.pk, owner=owner).update(
            state=state,
            owner=None,
            leased_until=None,
            due_at=moment.now() + timedelta(seconds=5 * 2 ** min(tries, 8)),
            last_error=f"{type(error).__name__}: {error}"[:1000],
        )


def run_due(limit: int | None = None) -> int:
    """Claim and run until nothing is due (or `limit` jobs ran); returns how many completed."""
    owner = new_id()
    done = 0
    while limit is None or done < limit:
        batch = claim(owner, BATCH if limit is None else min(BATCH, limit - done))
        if not batch:
            break
        done += sum(run_claimed(one, owner) for one in batch)
    return done


def forget_done(before: datetime, limit: int = 5000) -> int:
    """Delete completed jobs older than `before`; failed ones stay until a person decided."""
    old = list(
        Job.objects.filter(state=Job.State.DONE, done_at__lt=before).values_list("pk", flat=True)[:limit]
    )
    with writing():
        return Job.objects.filter(pk__in=old).delete()[0]


def retry_failed(job_id: UUID) -> bool:
    """Give a failed job a fresh start."""
    with writing():
        return bool(
            Job.objects.filter(pk=job_id, state=Job.State.FAILED).update(
                state=Job.State.READY, tries=0, due_at=moment.now()
            )
        )
