"""Whose certificates end soon, by expiry or a missed review: found by day columns, judged by the recognition map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from gongyou.credentials.admitting import Facts, standing
from gongyou.credentials.ages import add_months
from gongyou.credentials.definitions import Terms
from gongyou.kernel import catalogue
from gongyou.registry.models import CredentialWarning, HeldCredential
from gongyou.registry.queries.credentials import holding_of, recognition_in

SLACK = timedelta(days=4)
"""Months end on different days; what lies beside the window is dropped by the judgement itself."""


@dataclass(frozen=True)
class Ending:
    credential_id: UUID
    person_id: UUID
    office_path: str
    title: str
    ends_on: date
    ends_by: str


def areas_with_recognition() -> tuple[str, ...]:
    return catalogue.names("recognition")


def endings(area: str, *, on: date) -> Iterator[Ending]:
    """Held certificates of an area that end from `on` to as many days later as the map warns before, and of which
    nobody was told yet. Unguarded: for the night."""
    recognition = recognition_in(area)
    last = on + timedelta(days=recognition.declared.warn_days)
    for kind in recognition.declared.kinds:
        near = _near(kind.terms, on, last)
        rows = HeldCredential.objects.filter(near, area=area, kind=kind.id, state=HeldCredential.State.HELD)
        told = set(
            CredentialWarning.objects.filter(
                credential__area=area, credential__kind=kind.id, ends_on__range=(on, last)
            ).values_list("credential_id", "ends_on")
        )
        for row in rows.defer("number").order_by("id").iterator(chunk_size=500):
            stands = standing(recognition, holding_of(row), on, Facts())
            if not stands.is_in_force or stands.ends_on is None or stands.ends_on > last:
                continue
            if (row.pk, stands.ends_on) not in told:
                yield Ending(
                    row.pk, row.person_id, row.office_path, kind.title, stands.ends_on, stands.ends_by
                )


def _near(terms: tuple[Terms, ...], on: date, last: date) -> Q:
    near = Q(valid_until__range=(on, last)) | Q(review_on__range=(on, last))
    for term in terms:
        if term.valid_months is not None:
            near |= Q(valid_until=None, issued_on__range=_begun(on, last, term.valid_months))
        if term.review_months is not None:
            begun = _begun(on, last, term.review_months)
            near |= Q(review_on=None, issued_on__range=begun) | Q(review_on=None, reviewed_on__range=begun)
    return near


def _begun(on: date, last: date, months: int) -> tuple[date, date]:
    """Days a term of so many months began on, if it ends from `on` to `last`."""
    return add_months(on, -months) - SLACK, add_months(last, -months) + SLACK
