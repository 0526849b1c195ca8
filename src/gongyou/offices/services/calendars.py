"""Holiday notices: imported as they are, never edited; promises are dated anew by whoever hears the event."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from gongyou.basics.refusal import says
from gongyou.basics.workdays import Calendar, Edition, read_edition
from gongyou.kernel.actions import Act, action
from gongyou.kernel.canonical import canonical
from gongyou.kernel.errors import NotFound
from gongyou.kernel.ids import new_id
from gongyou.offices.events import CalendarImported
from gongyou.offices.inputs import read_label
from gongyou.offices.models import CalendarEdition, CalendarSet
from gongyou.offices.queries.calendars import EditionView, edition_view, forget_keys

IMPORT = "calendar.import"


@action("offices.import_calendar", right=IMPORT, answers=EditionView)
def import_calendar(act: Act, *, name: str, content: str, source: str) -> EditionView:
    """Bring one edition (YAML) into force; `name` is the file's, for sentences. An edition of the same id gives way.

    The same text again changes nothing. Raises NotAllowed, Refusal naming file, line and key.
    """
    edition = read_edition(content, name=name)
    source = read_label(source or edition.source, "source", 200)
    digest = hashlib.sha256(content.encode()).hexdigest()
    row = CalendarEdition.objects.select_for_update().filter(hash=digest).first()
    if row is not None and row.is_active:
        return edition_view(row)
    others = CalendarEdition.objects.filter(is_active=True).exclude(name=edition.id)
    _check_together(edition, others)
    CalendarEdition.objects.filter(is_active=True, name=edition.id).update(is_active=False)
    if row is None:
        row = CalendarEdition(
            id=new_id(),
            name=edition.id,
            hash=digest,
            content=content,
            source=source,
            covered_from=edition.covered_from,
            covered_to=edition.covered_to,
        )
    row.imported_at, row.imported_by, row.is_active = act.now, act.actor.id, True
    row.save()
    _change_set(act, row)
    return edition_view(row)


@action("offices.retire_calendar", right=IMPORT, answers=EditionView)
def retire_calendar(act: Act, *, edition_id: UUID) -> EditionView:
    """Take an edition out of force; dates promised under it stay explainable. Raises NotAllowed, NotFound."""
    row = CalendarEdition.objects.select_for_update().filter(pk=edition_id).first()
    if row is None:
        raise NotFound(says("没有找到这份工作日历。"))
    if row.is_active:
        row.is_active = False
        row.save(update_fields=["is_active"])
        _change_set(act, row)
    return edition_view(row)


def _check_together(edition: Edition, others: Iterable[CalendarEdition]) -> None:
    """Two notices that contradict each other are refused now, not when a date is asked for."""
    Calendar((*(read_edition(other.content, name=other.name) for other in others), edition))


def _change_set(act: Act, row: CalendarEdition) -> None:
    active = CalendarEdition.objects.filter(is_active=True).order_by("covered_from", "name")
    hashes = list(active.values_list("hash", flat=True))
    digest = hashlib.sha256(canonical(hashes)).hexdigest()
    CalendarSet.objects.filter(is_current=True).update(is_current=False)
    CalendarSet.objects.update_or_create(
        hash=digest, defaults={"is_current": True}, create_defaults={"editions": hashes, "made_at": act.now}
    )
    # Now for this transaction, and again once others can see it: a reader in between may have kept the old key.
    forget_keys()
    transaction.on_commit(forget_keys)
    act.about(f"calendar:{row.pk}")
    act.publish(CalendarImported(row.pk, row.hash))
