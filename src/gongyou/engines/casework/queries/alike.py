"""What was said before that a matter being written down may repeat or join: a hint to staff, never a block."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from gongyou.basics.refusal import Refusal, says
from gongyou.engines.casework.models import Case
from gongyou.engines.casework.queries.beside import (
    ALIKE,
    CANDIDATES,
    LOOK_BACK,
    MOST_SHOWN,
    Likely,
    pairs_in,
    pairs_of,
)
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.engines.casework.queries.lists import in_scope
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.personal_data import record_read
from gongyou.offices import queries as offices
from gongyou.registry import queries as registry


@dataclass(frozen=True)
class Written:
    """What stands on the form so far; whatever is empty says nothing."""

    office_id: UUID
    text: str = ""
    topic: str = ""
    place: str = ""
    phone: str = ""


def alike_while_filing(actor: Actor, written: Written) -> tuple[Likely, ...]:
    """Matters within the actor's reach, of the last half year: of the same person, or of like words about the same
    subject or place. The looking is on record."""
    area = offices.office(written.office_id).area
    person_id = _person(area, written.phone)
    same_person = Q(parties__role="subject", parties__person_id=person_id) if person_id else Q(pk__in=[])
    alike = Q(topic=written.topic) if written.topic else Q(pk__in=[])
    if written.place:
        alike |= Q(place=written.place)
    known = in_scope(actor).filter(area=area, received_at__gte=moment.now() - LOOK_BACK, lead__isnull=True)
    rows = list(known.filter(same_person | alike).distinct().order_by("-received_at")[:CANDIDATES])
    mine = set(known.filter(same_person).values_list("pk", flat=True)) if person_id else set()
    words, own_words = pairs_of([row.pk for row in rows]), pairs_in(written.text)
    found = [_line(row, written, own_words, words.get(row.pk, set()), row.pk in mine) for row in rows]
    worth = [line for line in found if line.is_same_person or line.likeness >= ALIKE]
    shown = tuple(sorted(worth, key=lambda line: (-line.is_same_person, -line.likeness))[:MOST_SHOWN])
    if shown:
        record_read(actor, "case", [line.id for line in shown], says("登记时核对是否说过"))
    return shown


def _person(area: str, phone: str) -> UUID | None:
    try:
        return registry.find_person_by_phone(f"union:{area}", phone) if phone.strip() else None
    except Refusal:
        return None  # not typed to its end yet


def _line(row: Case, written: Written, own: set[str], its: set[str], is_mine: bool) -> Likely:
    return Likely(
        id=row.pk,
        number=row.number,
        received_at=row.received_at,
        state=type_of(row.definition, row.type_id).states[row.state].title,
        is_closed=row.closed_at is not None,
        is_same_person=is_mine,
        is_same_place=bool(written.place) and row.place == written.place,
        likeness=len(own & its) * 100 // max(1, min(len(own), len(its))),
    )
