"""Emptying rows about people: the row stays as a mark in history, nothing in it tells who it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from gongyou.kernel import moment
from gongyou.registry.models import Consent, HeldCredential, Person, PersonTie


def empty_people(ids: Sequence[UUID], at: datetime) -> int:
    """Erase content, masks, blind indexes and evidence of these people; returns how many."""
    Consent.objects.filter(person_id__in=ids).update(evidence="")
    HeldCredential.objects.filter(person_id__in=ids).update(number=None, number_index=None, number_masked="")
    return Person.objects.filter(pk__in=ids, erased_at=None).update(
        name=None,
        phone=None,
        phone_index=None,
        id_number=None,
        id_number_index=None,
        name_masked="",
        phone_masked="",
        birth_year=None,
        erased_at=at,
    )


def erase_expired(limit: int) -> int:
    """Erase up to `limit` people who had matters, all of them ended and past their keep time."""
    ties = PersonTie.objects.filter(person=OuterRef("pk"))
    today = moment.today()
    unfinished = ties.filter(is_open=True) | ties.filter(keep_until__gte=today)
    expired = Person.objects.filter(Exists(ties), ~Exists(unfinished), erased_at=None).order_by("id")
    return empty_people(list(expired.values_list("pk", flat=True)[:limit]), moment.now())
