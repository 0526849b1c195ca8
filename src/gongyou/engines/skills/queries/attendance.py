"""Who came to how much of a class."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Sum

from gongyou.engines.skills.models import Attendance, Session


def percents(class_id: UUID) -> dict[UUID, int]:
    """Enrolment → lessons attended of those held, in whole percent, cut off."""
    total = Session.objects.filter(training_class_id=class_id).aggregate(n=Sum("hours"))["n"] or 0
    if not total:
        return {}
    rows = (
        Attendance.objects.filter(session__training_class_id=class_id)
        .values("enrolment_id")
        .annotate(n=Sum("session__hours"))
    )
    return {row["enrolment_id"]: row["n"] * 100 // total for row in rows}
