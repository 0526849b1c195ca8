"""`@action`: the only place that opens a transaction. Actor, right, idempotency, events, audit, one commit."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from uuid import UUID

from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from pydantic import TypeAdapter

from gongyou.kernel import audit, moment, prepared
from gongyou.kernel.access import Actor
from gongyou.kernel.canonical import canonical, plain
from gongyou.kernel.errors import IntentReused
from gongyou.kernel.ids import new_id
from gongyou.kernel.inserting import insert, new_row, together
from gongyou.kernel.installation import installed
from gongyou.kernel.models.events import Event, Intent, Job
from gongyou.kernel.plain_reads import (
    AskedInVain,
    Question,
    asking_ahead,
    one,
    refuse_what_was_taken_in_vain,
)
from gongyou.kernel.writing import writing

P = ParamSpec("P")
R = TypeVar("R")

TRIES_ON_DEADLOCK = 4
JOBS_AT_ONCE = 500
_open: ContextVar[Act | None] = ContextVar("open_action", default=None)


@dataclass
class Act:
    """The token of the open action. Steps take it; nothing writes without it."""

    name: str
    actor: Actor
    now: datetime
    id: UUID = field(default_factory=new_id)
    subject: str = ""
    office_path: str = ""
    _events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _jobs: list[Job] = field(default_factory=list)
    _noted: list[tuple[str, str, Any]] = field(default_factory=list)

    def require(self, right: str, office_path: str | None = None) -> None:
        """Raises NotAllowed."""
        self.actor.require(right, office_path)

    def about(self, subject: str, office_path: str = "") -> None:
        """What the audit record points at: 'case:<id>' and the office it lies with."""
        self.subject = subject
        self.office_path = office_path

    def note(self, subject: str, office_path: str, inputs: Any) -> None:
        """One more record for the chain: an action that does the same to many matters has one for each of them."""
        self._noted.append((subject, office_path, inputs))

    def publish(self, event: object) -> None:
        """Append an event (a frozen dataclass with a class attribute `name`); its hearers become jobs."""
        self._events.append((str(event.name), plain(event)))  # type: ignore[attr-defined]

    def enqueue(
        self,
        kind: str,
        payload: Mapping[str, Any],
        *,
        due_at: datetime | None = None,
        unique_key: str | None = None,
    ) -> None:
        """A job that exists if and only if this action commits."""
        self._jobs.append(
            new_row(
                Job, kind=kind, payload=plain(dict(payload)), due_at=due_at or self.now, unique_key=unique_key
            )
        )

    def _flush(self) -> None:
        handlers = installed().handlers
        events = []
        for name, payload in self._events:
            event = new_row(Event, id=new_id(), name=name, at=self.now, action_id=self.id, payload=payload)
            events.append(event)
            for kind in handlers.get(name, ()):
                self.enqueue(kind, {"event_id": str(event.pk), **payload})
        insert(*events)
        plain_jobs = [job for job in self._jobs if job.unique_key is None]
        keyed_jobs = [job for job in self._jobs if job.unique_key is not None]
        insert(*plain_jobs)
        for start in range(0, len(keyed_jobs), JOBS_AT_ONCE):
            insert(*keyed_jobs[start : start + JOBS_AT_ONCE], or_ignore=True)


Ahead = Callable[..., list[Question]]
"""Called as the service is; what it can't guess it leaves out."""


@dataclass(frozen=True, slots=True)
class _Service:
    """What `@action` knows of the function under it."""

    name: str
    function: Callable[..., Any]
    answers: Any
    ahead: Ahead | None


def action(
    name: str, *, right: str | None, answers: Any = None, ahead: Ahead | None = None
) -> Callable[[Callable[Concatenate[Act, P], R]], Callable[Concatenate[Actor, P], R]]:
    """Make a service of a function that takes the open action's token first.

    `right` must be held somewhere (the service checks where); None: anybody, the service checks itself.
    `answers` is the type of the result; with it the service answers repeated intents from the record.
    `ahead` guesses from the inputs what the service will ask first: on PostgreSQL that is one round trip.
    Called as `service(actor, name=value, …)`. Raises NotAllowed, IntentReused and what the service raises.
    """

    def decorate(function: Callable[Concatenate[Act, P], R]) -> Callable[Concatenate[Actor, P], R]:
        service = _Service(name, function, answers, ahead)

        @functools.wraps(function)
        def run(actor: Actor, *args: P.args, **kwargs: P.kwargs) -> R:
            if _open.get() is not None:
                raise RuntimeError(f"action {name} was called inside another action; make a step of it")
            if right is not None:
                actor.require(right)
            return cast(R, _perform(service, actor, args, kwargs))

        run.action_name = name  # type: ignore[attr-defined]
        run.right = right  # type: ignore[attr-defined]
        return cast(Callable[Concatenate[Actor, P], R], run)

    return decorate


def _perform(service: _Service, actor: Actor, args: Any, kwargs: Any) -> Any:
    if actor.intent and service.answers is None:
        raise RuntimeError(f"action {service.name} does not answer intents")
    for attempt in range(TRIES_ON_DEADLOCK):
        try:
            return _try(service, actor, args, kwargs)
        except (IntegrityError, OperationalError) as error:
            if attempt == TRIES_ON_DEADLOCK - 1 or not _is_worth_another_try(error):
                raise
            time.sleep(random.uniform(0.01, 0.05) * (attempt + 1))  # noqa: S311 — jitter, not a secret
    raise AssertionError("unreachable")


def _try(service: _Service, actor: Actor, args: Any, kwargs: Any) -> Any:
    try:
        if prepared.is_spoken():
            with suppress(AskedInVain):
                return _once_looking_ahead(service, actor, args, kwargs)
        return _once(service, actor, args, kwargs)
    except IntegrityError:
        # Another writer may just have answered the same intent; then its answer is ours.
        answered = _answered(service, actor, kwargs)
        if answered is None:
            raise
        return answered


def _once(service: _Service, actor: Actor, args: Any, kwargs: Any) -> Any:
    answered = _answered(service, actor, kwargs)
    if answered is not None:
        return answered
    with writing():
        return _written(service, actor, args, kwargs)


def _once_looking_ahead(service: _Service, actor: Actor, args: Any, kwargs: Any) -> Any:
    """The same with the first questions, the intent among them, in the round trip that opens the transaction."""
    questions = [Question(_INTENT, _intent_of(service, actor))] if actor.intent else []
    if service.ahead is not None:
        questions += service.ahead(actor, *args, **kwargs)
    if not questions:
        return _once(service, actor, args, kwargs)
    with writing(), asking_ahead(questions):
        answered = _answered(service, actor, kwargs)
        if answered is None:
            return _written(service, actor, args, kwargs)
        transaction.set_rollback(True)  # whatever was taken ahead goes back
    return answered


def _written(service: _Service, actor: Actor, args: Any, kwargs: Any) -> Any:
    body = functools.partial(_call, service.function, args, kwargs)
    return in_act(service.name, actor, body, kwargs, service.answers, is_all=True)


def _call(function: Any, args: Any, kwargs: Any, act: Act) -> Any:
    return function(act, *args, **kwargs)


def _is_worth_another_try(error: DatabaseError) -> bool:
    text = str(error).lower()
    return any(sign in text for sign in _PASSING)


_PASSING = ("deadlock", "could not serialize", "database is locked", audit.ONE_PER_PLACE)


def in_act(
    name: str,
    actor: Actor,
    body: Callable[[Act], Any],
    inputs: Any,
    answers: Any = None,
    *,
    is_all: bool = False,
) -> Any:
    """Run `body` with an open token in the caller's transaction; flush events and jobs, chain the audit record.

    `is_all`: the caller writes nothing else in its transaction.
    """
    act = Act(name=name, actor=actor, now=moment.now())
    with together(is_all=is_all):
        token = _open.set(act)
        try:
            result = body(act)
        finally:
            _open.reset(token)
        refuse_what_was_taken_in_vain()
        act._flush()
        given = canonical(inputs)
        answer = plain(result) if answers is not None else None
        if actor.intent and answers is not None:
            insert(_answered_intent(act, given, answer))
        noted = [
            _entry(act, subject, path, audit.digest_of_action(some, None))
            for subject, path, some in act._noted
        ]
        own = _entry(act, act.subject, act.office_path, audit.digest_of_written(given, canonical(answer)))
        if noted:
            audit.append_all([*noted, own])
        else:
            audit.append(own)
    return result


def _entry(act: Act, subject: str, office_path: str, digest: bytes) -> audit.Entry:
    return audit.Entry(
        at=act.now,
        action=act.name,
        action_id=act.id,
        actor_id=act.actor.id,
        actor_kind=act.actor.kind,
        office_path=office_path,
        subject=subject,
        digest=digest,
    )


def _answered_intent(act: Act, given: bytes, answer: Any) -> Intent:
    return new_row(
        Intent,
        scope=f"{act.name}:{act.actor.id}",
        key=act.actor.intent,
        body_digest=installed().keyring.digest(given),
        answer=answer,
        at=act.now,
    )


_INTENT = "SELECT body_digest, answer FROM kernel_intent WHERE scope = %s AND key = %s"


def _intent_of(service: _Service, actor: Actor) -> tuple[str, str]:
    return f"{service.name}:{actor.id}", actor.intent


def _answered(service: _Service, actor: Actor, inputs: Any) -> Any:
    if not actor.intent:
        return None
    intent = one(_INTENT, _intent_of(service, actor))
    if intent is None:
        return None
    if bytes(intent[0]) != installed().keyring.digest(canonical(inputs)):
        raise IntentReused
    return TypeAdapter(service.answers).validate_json(intent[1])


def open_action() -> Act | None:
    """The token of the action under way in this thread, if any (for structure checks)."""
    return _open.get()
