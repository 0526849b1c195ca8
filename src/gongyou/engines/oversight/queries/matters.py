"""Matters of the guard: lists within reach, one whole, opened for a purpose, and a person's own."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.oversight.definitions.words import MatterState
from gongyou.engines.oversight.models import NOUN, Decision, Matter
from gongyou.engines.oversight.queries.views import MatterLine, MatterView, line_of, masked, matter_view
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.accounts.own_phone import own_phone
from gongyou.kernel.errors import NotAllowed, NotFound
from gongyou.kernel.personal_data import record_read
from gongyou.kernel.sealed_fields import Sealed, blind_index

READ, INQUIRE, OWN, SUSPENSIONS = (
    "oversight.read",
    "oversight.inquire",
    "oversight.own",
    "oversight.suspensions",
)
OWN_PURPOSE = says("本人查看自己的事项")
COUNTER_PURPOSE = says("窗口查询是否暂停联网结算")
PAGE = 40
SHOWN_TO_PERSON = (
    MatterState.INQUIRY,
    MatterState.FILED,
    MatterState.TOLD,
    MatterState.PROPOSED,
    MatterState.DECIDED,
    MatterState.DONE,
    MatterState.CLOSED,
)
"""A person learns of a matter as soon as somebody asks about them, not of a clue nobody has looked at."""


@dataclass(frozen=True)
class MatterPage:
    items: tuple[MatterLine, ...]
    next: str


@dataclass(frozen=True)
class OpenedMatter:
    """What stands sealed in a matter, opened for one purpose."""

    name: str
    reference: str
    phone: str
    words: dict[UUID, str]


@dataclass(frozen=True)
class Suspended:
    """A person whose direct settlement rests: what a counter needs, no reason and no money."""

    name_masked: str
    number: str
    from_on: date
    until_on: date


def list_matters(actor: Actor, *, state: str = "", cursor: str = "") -> MatterPage:
    """Within reach, newest first. Raises NotAllowed, ValueError for a cursor that is none."""
    actor.require(READ)
    rows = Matter.objects.filter(actor.scope(READ).filter())
    rows = rows.filter(state=state) if state else rows
    if cursor:
        rows = rows.filter(pk__lt=UUID(cursor))
    found = list(rows.order_by("-id")[: PAGE + 1])
    items = tuple(line_of(row) for row in found[:PAGE])
    return MatterPage(items, str(items[-1].id) if len(found) > PAGE else "")


def read_matter(actor: Actor, matter_id: UUID) -> MatterView:
    """Masked. Raises NotFound, NotAllowed."""
    return matter_view(_readable(actor, matter_id))


def access_matter(actor: Actor, matter_id: UUID, *, purpose: str) -> OpenedMatter:
    """The person and what was said, opened and recorded. Raises NotFound, NotAllowed; an empty purpose is refused."""
    row = _readable(actor, matter_id)
    if not actor.may(INQUIRE, row.office_path) and not actor.may("procedures.approve", row.office_path):
        raise NotAllowed(INQUIRE)
    return _opened(actor, row, purpose)


def _opened(actor: Actor, row: Matter, purpose: str) -> OpenedMatter:
    hearings = list(row.hearings.all())
    grant = record_read(actor, NOUN, [row.pk, *(h.pk for h in hearings)], purpose)

    def text(sealed: Sealed | None) -> str:
        return sealed.open(grant) if sealed is not None else ""

    words = {h.pk: text(h.text) for h in hearings}
    return OpenedMatter(text(row.person_name), text(row.person_ref), text(row.person_phone), words)


def _readable(actor: Actor, matter_id: UUID) -> Matter:
    row = Matter.objects.filter(pk=matter_id).first()
    if row is None:
        raise NotFound(says("没有找到这件事项。"))
    actor.require(READ, row.office_path)
    return row


def own_matters(actor: Actor) -> tuple[MatterView, ...]:
    """The signed-in worker's own, by the number they proved. Raises NotAllowed."""
    actor.require(OWN)
    rows = Matter.objects.filter(phone_index=_index_of(actor), state__in=SHOWN_TO_PERSON).order_by("-id")
    return tuple(matter_view(row) for row in rows[:20])


def own_matter(actor: Actor, matter_id: UUID) -> tuple[MatterView, OpenedMatter]:
    """One of one's own with the words recorded of oneself. Raises NotFound for another's."""
    actor.require(OWN)
    row = Matter.objects.filter(pk=matter_id, phone_index=_index_of(actor), state__in=SHOWN_TO_PERSON).first()
    if row is None:
        raise NotFound(says("没有找到这件事项。"))
    return matter_view(row), _opened(actor, row, OWN_PURPOSE)


def _index_of(actor: Actor) -> bytes:
    return blind_index(Matter, "person_phone", own_phone(actor, OWN_PURPOSE))


def suspended(actor: Actor, *, on: date | None = None) -> tuple[Suspended, ...]:
    """Whose direct settlement rests on a day, for counters. Raises NotAllowed."""
    actor.require(SUSPENSIONS)
    day = on or moment.today()
    rows = (
        Decision.objects.select_related("matter")
        .filter(actor.scope(SUSPENSIONS).filter("matter__office_path"), state="issued")
        .filter(suspended_from__lte=day, suspended_until__gte=day)
        .order_by("suspended_until")
    )
    return tuple(
        Suspended(d.matter.name_masked, d.matter.number, d.suspended_from, d.suspended_until)
        for d in rows
        if d.suspended_from and d.suspended_until
    )


def is_suspended(actor: Actor, *, reference: str, on: date | None = None) -> Suspended | None:
    """What a counter asks of one person by number; the answer for a stranger is None. A hit is a read on record.

    Raises NotAllowed.
    """
    actor.require(SUSPENSIONS)
    day = on or moment.today()
    number = unicodedata.normalize("NFKC", reference).strip().upper()
    row = (
        Decision.objects.select_related("matter")
        .filter(actor.scope(SUSPENSIONS).filter("matter__office_path"))
        .filter(matter__person_index=blind_index(Matter, "person_ref", number))
        .filter(state="issued", suspended_from__lte=day, suspended_until__gte=day)
        .first()
    )
    if row is None or row.suspended_from is None or row.suspended_until is None:
        return None
    record_read(actor, NOUN, [row.matter_id], COUNTER_PURPOSE)
    return Suspended(row.matter.name_masked, row.matter.number, row.suspended_from, row.suspended_until)


__all__ = [
    "INQUIRE",
    "OWN",
    "READ",
    "SUSPENSIONS",
    "MatterLine",
    "MatterPage",
    "MatterView",
    "OpenedMatter",
    "Suspended",
    "access_matter",
    "is_suspended",
    "list_matters",
    "masked",
    "own_matter",
    "own_matters",
    "read_matter",
    "suspended",
]
