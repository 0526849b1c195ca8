"""Objections within reach; words and contact open with an access record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.institutions.procedures.models import Objection
from gongyou.institutions.procedures.queries.approvals import PAGE, READ
from gongyou.institutions.procedures.queries.views import ObjectionView, objection_view
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotAllowed, NotFound
from gongyou.kernel.personal_data import record_read

NOUN = "objection"


@dataclass(frozen=True)
class ObjectionPage:
    items: tuple[ObjectionView, ...]
    next: str


@dataclass(frozen=True)
class ObjectionWords:
    """What the objector said, and whom to call; empty once erased."""

    text: str
    contact_name: str
    contact_phone: str


def objections(actor: Actor, *, state: str = "open", cursor: str = "") -> ObjectionPage:
    """Within reach: open ones by due date's order of coming, decided ones newest first. Raises NotAllowed."""
    actor.require(READ)
    rows = Objection.objects.filter(actor.scope(READ).filter(), state=state)
    if cursor:
        rows = rows.filter(pk__lt=UUID(cursor)) if state != "open" else rows.filter(pk__gt=UUID(cursor))
    found = list(rows.order_by("id" if state == "open" else "-id")[: PAGE + 1])
    more = str(found[PAGE - 1].pk) if len(found) > PAGE else ""
    return ObjectionPage(tuple(map(objection_view, found[:PAGE])), more)


def objections_of(ids: Iterable[UUID]) -> dict[UUID, ObjectionView]:
    """Unguarded: for hearers of `procedures.objection_decided`."""
    return {row.pk: objection_view(row) for row in Objection.objects.filter(pk__in=set(ids))}


def objections_to(subject_key: str, run_ref: str) -> tuple[ObjectionView, ...]:
    """What was raised for a subject of a run, oldest first. Unguarded."""
    rows = Objection.objects.filter(subject_key=subject_key, run_ref=run_ref).order_by("id")
    return tuple(map(objection_view, rows))


def open_count(list_id: UUID) -> int:
    return Objection.objects.filter(list=list_id, state="open").count()


def read_objection(actor: Actor, objection_id: UUID) -> ObjectionView:
    """Raises NotFound, NotAllowed."""
    return objection_view(_row(actor, objection_id))


def access_objection(actor: Actor, objection_id: UUID, purpose: str) -> ObjectionWords:
    """The objector's words and contact, with one access record. Raises NotFound, NotAllowed."""
    row = _row(actor, objection_id)
    grant = record_read(actor, NOUN, [row.pk], purpose)
    opened = (value.open(grant) if value else "" for value in (row.text, row.contact_name, row.contact_phone))
    return ObjectionWords(*opened)


def _row(actor: Actor, objection_id: UUID) -> Objection:
    row = Objection.objects.filter(pk=objection_id).first()
    if row is None:
        raise NotFound(says("没有找到这件异议。"))
    if not actor.may(READ, row.office_path):
        raise NotAllowed(READ)
    return row
