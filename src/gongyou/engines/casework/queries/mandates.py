"""Who may speak for the person of a matter."""

from __future__ import annotations

from gongyou.engines.casework.models import Case, Mandate
from gongyou.engines.casework.queries.views import MandateLine
from gongyou.kernel import moment


def mandates_of(row: Case) -> tuple[MandateLine, ...]:
    today = moment.today()
    found = Mandate.objects.filter(case=row).select_related("subject_cannot").order_by("-noted_at")
    return tuple(
        MandateLine(
            id=m.pk,
            basis=m.basis,
            proof=m.proof,
            scope=tuple(m.scope),
            may_be_called=m.may_be_called,
            subject_cannot=m.subject_cannot.text if m.subject_cannot else "",
            valid_from=m.valid_from,
            valid_until=m.valid_until,
            is_in_force=m.withdrawn_at is None
            and m.valid_from <= today
            and (m.valid_until is None or today <= m.valid_until),
            is_withdrawn=m.withdrawn_at is not None,
        )
        for m in found
    )
