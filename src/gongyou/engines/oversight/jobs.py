"""Work that waits: approvals heard, suspensions that end by themselves, what is erased."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from gongyou.engines.oversight.events import SuspensionEnded
from gongyou.engines.oversight.models import Decision, Hearing, InjuryForm, Matter
from gongyou.engines.oversight.steps import deciding
from gongyou.engines.oversight.steps.matters import moved
from gongyou.kernel import moment
from gongyou.kernel.access import system_actor
from gongyou.kernel.actions import Act, in_act
from gongyou.kernel.jobs import Payload, job
from gongyou.kernel.personal_data import Declaration, declare
from gongyou.kernel.writing import writing


@job("oversight.heed_approval")
def _heed_approval(act: Act, payload: Payload) -> None:
    """The yes of another person: a decision is issued, days are granted."""
    about, approval = UUID(payload["about_id"]), UUID(payload["approval_id"])
    if payload["about_kind"] == deciding.DECISION:
        deciding.issue(act, about, approval)
    elif payload["about_kind"] == deciding.EXTENSION:
        deciding.extend(act, about, approval, is_granted=True)


@job("oversight.heed_refusal")
def _heed_refusal(act: Act, payload: Payload) -> None:
    about, approval = UUID(payload["about_id"]), UUID(payload["approval_id"])
    if payload["about_kind"] == deciding.DECISION:
        deciding.refuse(act, about, approval)
    elif payload["about_kind"] == deciding.EXTENSION:
        deciding.extend(act, about, approval, is_granted=False)


def run_night() -> dict[str, int]:
    """Suspensions whose last day is over end, each in an action of its own; a second run finds none."""
    today = moment.today()
    over = Decision.objects.filter(
        state="issued", suspension_ended_at=None, suspended_until__lt=today
    ).values_list("pk", flat=True)
    keys = list(over)
    for key in keys:
        with writing():
            in_act(
                "oversight.end_suspension",
                system_actor("night"),
                partial(_end, decision_id=key),
                {"decision": key},
            )
    return {"suspensions_ended": len(keys)}


def _end(act: Act, decision_id: UUID) -> None:
    row = Decision.objects.select_related("matter").select_for_update(of=("self",)).get(pk=decision_id)
    if row.suspension_ended_at is not None:
        return
    row.suspension_ended_at = act.now
    row.save(update_fields=["suspension_ended_at"])
    matter = Matter.objects.select_for_update().get(pk=row.matter_id)
    moved(act, matter, "suspension_ended", document=row.number)
    act.publish(SuspensionEnded(matter.pk, row.pk))
    deciding.finish_where_all_is_done(act, row)


def _erase_matters(limit: int) -> int:
    """Who it was, and their telephone; that there was a matter, and how it ended, stays."""
    late = Matter.objects.filter(keep_until__lt=moment.today()).exclude(person_ref=None)
    keys = list(late.values_list("pk", flat=True)[:limit])
    empty: dict[str, Any] = dict.fromkeys(
        ("person_name", "person_ref", "person_phone", "name_index", "person_index", "phone_index")
    )
    return Matter.objects.filter(pk__in=keys).update(**empty, name_masked="")


def _erase_words(limit: int) -> int:
    late = Hearing.objects.filter(matter__keep_until__lt=moment.today()).exclude(text=None)
    keys = list(late.values_list("pk", flat=True)[:limit])
    return Hearing.objects.filter(pk__in=keys).update(text=None)


def _erase_forms(limit: int) -> int:
    late = InjuryForm.objects.filter(keep_until__lt=moment.today()).exclude(person_number=None)
    keys = list(late.values_list("pk", flat=True)[:limit])
    return InjuryForm.objects.filter(pk__in=keys).update(
        person_name=None, person_number=None, stated_cause=None, name_masked=""
    )


declare(Declaration(Matter, "guard_matter", "sensitive", "guard", "statutory_duty", None, _erase_matters))
declare(Declaration(Hearing, "guard_matter", "sensitive", "guard", "statutory_duty", None, _erase_words))
declare(Declaration(InjuryForm, "injury_form", "sensitive", "guard", "statutory_duty", None, _erase_forms))
