"""A passed examination becomes a certificate: a level's number is made here, a permit waits for the authority's."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from gongyou.basics.numbering import format_number
from gongyou.basics.numbering import series as series_of
from gongyou.credentials.definitions import ADMITTING
from gongyou.engines.skills.definitions import Standard, Step
from gongyou.engines.skills.events import CertificateEarned
from gongyou.engines.skills.models import Certificate, Enrolment
from gongyou.engines.skills.queries.rules import recognition_in
from gongyou.engines.skills.steps.learners import PURPOSE
from gongyou.engines.skills.steps.reaching import reach
from gongyou.kernel.actions import Act
from gongyou.kernel.ids import new_id
from gongyou.kernel.moment import SHANGHAI
from gongyou.kernel.numbers import take_serial
from gongyou.registry import credential_steps as held
from gongyou.registry.credential_steps import hold_credential

LETTER = "S"
"""Begins the numbers made here, so that none looks like a matter's."""


def earn(act: Act, enrolment: Enrolment, standard: Standard) -> None:
    """One certificate, by its own examination alone."""
    row = enrolment.training_class
    kind = recognition_in(row.area).kinds[standard.kind]
    today = act.now.astimezone(SHANGHAI).date()
    is_statutory = kind.nature in ADMITTING
    made = Certificate(
        id=new_id(),
        enrolment=enrolment,
        person_id=enrolment.person_id,
        area=row.area,
        office_path=row.office_path,
        standard=standard.id,
        kind=standard.kind,
        level=standard.level,
        issuer=kind.issuer,
        is_statutory=is_statutory,
        state=Certificate.State.PENDING,
        earned_on=row.exam_on,
    )
    number = "" if is_statutory else _own_number(act, row.area, today.year)
    if number:
        made.state, made.issued_on = Certificate.State.ISSUED, today
        made.number = made.number_masked = number
        made.recorded_by, made.recorded_at = act.actor.id, act.now
    made.held_id = _hold(act, made, number, recognition_in(row.area).declared.issuers.get(kind.issuer, ""))
    made.save(force_insert=True)
    if not is_statutory:
        reach(act, enrolment, Step.LEVEL)
    act.publish(
        CertificateEarned(
            made.pk,
            made.person_id,
            made.kind,
            made.level,
            made.area,
            made.office_path,
            made.issued_on or made.earned_on,
            made.state == Certificate.State.PENDING,
        )
    )


def _hold(act: Act, made: Certificate, number: str, issuer: str) -> UUID:
    """The same certificate among what the person holds: pending there, too, it admits to nothing."""
    return hold_credential(
        act,
        person_id=made.person_id,
        office_path=made.office_path,
        certificate=held.Certificate(
            kind=made.kind,
            level=made.level,
            number=number,
            issuer=issuer,
            issued_on=made.issued_on,
            issued_area=made.area,
            is_pending=not number,
        ),
        purpose=PURPOSE,
        subject=f"class:{made.enrolment.training_class_id}",
    )


def _own_number(act: Act, area: str, year: int) -> str:
    serial = take_serial(act, series=f"{LETTER}{series_of(area, year)}", holder=f"skills:{area}")
    return f"{LETTER}{format_number(area, year, serial)}"


def saved_alone(row: Certificate) -> bool:
    """False: this number stands on another certificate of the same authority."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return False
    return True
