"""Erasing what has served its purpose: declared personal data room by room, and the kernel's own leftovers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import connection, models

from gongyou.kernel import jobs, moment
from gongyou.kernel.access import Actor, system_actor
from gongyou.kernel.actions import Act, action
from gongyou.kernel.files import blobs
from gongyou.kernel.files.storing import erase_unbound
from gongyou.kernel.jobs import Payload, errand
from gongyou.kernel.messages import CODES
from gongyou.kernel.models.accounts import KnownSession, OneTimeCode, SignInAttempt
from gongyou.kernel.models.events import Intent
from gongyou.kernel.models.files import StoredFile
from gongyou.kernel.models.messages import Message
from gongyou.kernel.personal_data import Declaration, declarations, declare
from gongyou.kernel.writing import writing

log = logging.getLogger(__name__)

RUN = "retention.run"
CHUNK = 500
MOST_CHUNKS = 20_000
KEEP_JOBS = timedelta(days=30)
KEEP_INTENTS = timedelta(days=30)
KEEP_ATTEMPTS = timedelta(days=180)  # GB/T 22239 and the Cybersecurity Law art. 21: logs ≥ 6 months
KEEP_CODES = timedelta(days=1)
KEEP_SESSIONS = timedelta(days=1)
LONGEST_SESSION = timedelta(days=31)
KEEP_MESSAGES = timedelta(days=730)


def _delete_some(rows: models.QuerySet[models.Model], limit: int) -> int:
    keys = list(rows.values_list("pk", flat=True)[:limit])
    return rows.model._default_manager.filter(pk__in=keys).delete()[0] if keys else 0


def _erase_messages(limit: int) -> int:
    """Empties phone and text; that something was sent stays on the matter's record."""
    now = moment.now()
    late = models.Q(queued_at__lt=now - KEEP_MESSAGES) | models.Q(
        message_class=CODES, queued_at__lt=now - KEEP_CODES
    )
    done = Message.objects.filter(late).exclude(state=Message.State.QUEUED).exclude(phone=None, text=None)
    keys = list(done.values_list("pk", flat=True)[:limit])
    return Message.objects.filter(pk__in=keys).update(
        phone=None, phone_index=None, phone_masked="", text=None
    )


def _erase_attempts(limit: int) -> int:
    return _delete_some(SignInAttempt.objects.filter(at__lt=moment.now() - KEEP_ATTEMPTS), limit)


def _erase_codes(limit: int) -> int:
    return _delete_some(OneTimeCode.objects.filter(expires_at__lt=moment.now() - KEEP_CODES), limit)


def _erase_sessions(limit: int) -> int:
    now = moment.now()
    over = models.Q(ended_at__lt=now - KEEP_SESSIONS) | models.Q(seen_at__lt=now - LONGEST_SESSION)
    return _delete_some(KnownSession.objects.filter(over), limit)


def _erase_intents(limit: int) -> int:
    return _delete_some(Intent.objects.filter(at__lt=moment.now() - KEEP_INTENTS), limit)


def _erase_web_sessions(limit: int) -> int:
    return _delete_some(Session.objects.filter(expire_date__lt=moment.now()), limit)


def _forget_jobs(limit: int) -> int:
    return jobs.forget_done(moment.now() - KEEP_JOBS, limit)


for _declaration in (
    Declaration(Message, "message", "ordinary", "notice", "statutory_duty", KEEP_MESSAGES, _erase_messages),
    Declaration(StoredFile, "file", "sensitive", "evidence", "statutory_duty", None, None),
    Declaration(
        SignInAttempt,
        "sign_in_attempt",
        "ordinary",
        "security",
        "statutory_duty",
        KEEP_ATTEMPTS,
        _erase_attempts,
    ),
    Declaration(OneTimeCode, "one_time_code", "ordinary", "sign_in", "contract", KEEP_CODES, _erase_codes),
    Declaration(KnownSession, "session", "ordinary", "sign_in", "contract", KEEP_SESSIONS, _erase_sessions),
    Declaration(Intent, "intent", "ordinary", "answering_once", "contract", KEEP_INTENTS, _erase_intents),
):
    declare(_declaration)

LEFTOVERS: dict[str, Callable[[Act, int], int]] = {
    "job": lambda act, limit: _forget_jobs(limit),
    "web_session": lambda act, limit: _erase_web_sessions(limit),
    "unbound_file": erase_unbound,
}


@action("retention.erase", right=RUN)
def _erase_chunk(act: Act, *, eraser: str, limit: int) -> int:
    act.about(f"retention:{eraser}")
    return _erasers()[eraser](act, limit)


def _erasers() -> dict[str, Callable[[Act, int], int]]:
    """What erases: by noun for the kernel's leftovers, by noun and model for declared data."""
    found: dict[str, Callable[[Act, int], int]] = dict(LEFTOVERS)
    for declaration in declarations():
        if declaration.erase_expired is not None:
            found[f"{declaration.noun} {declaration.model._meta.label}"] = _outside_act(
                declaration.erase_expired
            )
    return found


def _outside_act(erase: Callable[[int], int]) -> Callable[[Act, int], int]:
    return lambda act, limit: erase(limit)


def run_retention(actor: Actor) -> dict[str, int]:
    """Erase everything that is due, 500 rows to an action; returns how many rows per noun.

    A room whose eraser fails doesn't keep the others from theirs; at the end its error is raised.
    Raises NotAllowed, ExceptionGroup.
    """
    actor.require(RUN)
    _overwrite_deleted()
    counts: dict[str, int] = {}
    errors: list[Exception] = []
    for eraser in sorted(_erasers()):
        noun = eraser.split(" ")[0]
        try:
            counts[noun] = counts.get(noun, 0) + _erase_all(actor, eraser)
        except Exception as error:
            log.exception("retention of %s failed", eraser)
            errors.append(error)
    for noun, remove in sorted(CONTENTS.items()):
        counts[noun] = counts.get(noun, 0) + remove()
    _forget_traces()
    if errors:
        raise ExceptionGroup("retention is incomplete", errors)
    return counts


def _erase_all(actor: Actor, eraser: str) -> int:
    total = 0
    for _ in range(MOST_CHUNKS):
        count = _erase_chunk(actor, eraser=eraser, limit=CHUNK)
        total += count
        if not count:
            return total
    raise RuntimeError(
        f"{eraser}: still something to erase after {total} rows; does it count what it leaves?"
    )


def _remove_blobs() -> int:
    """Contents on disk that no row uses (crashes, erasures whose job came too early)."""
    return blobs.remove_drafts() + sum(blobs.remove_unused(digest) for digest in blobs.stray())


CONTENTS: dict[str, Callable[[], int]] = {"blob": _remove_blobs}
"""Noun → removes contents on disk that no row uses, once all rows that are due are gone; rooms add theirs."""


def _overwrite_deleted() -> None:
    # Without it SQLite leaves deleted rows readable in free pages until they are used again.
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")


def _forget_traces() -> None:
    """SQLite only: grams of dropped search entries leave the index, erased rows leave the write-ahead log."""
    if connection.vendor != "sqlite":
        return
    with writing(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO kernel_search_fts(kernel_search_fts) VALUES('optimize')")
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _run(payload: Payload) -> dict[str, int]:
    return run_retention(system_actor(RUN))


@errand(RUN, prepare=_run)
def _note_run(act: Act, payload: Payload, outcome: dict[str, int]) -> None:
    """Each chunk was an action of its own; the job's record only says that it ran."""
