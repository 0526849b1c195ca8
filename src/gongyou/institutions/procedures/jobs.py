"""Scheduled work: the days of a list end, and what served its purpose is erased."""

from __future__ import annotations

from uuid import UUID

from gongyou.institutions.procedures.events import ListPeriodOver
from gongyou.institutions.procedures.models import Objection, PublicityList
from gongyou.institutions.procedures.queries.declared import pinned_rule
from gongyou.institutions.procedures.steps.dates import due_in
from gongyou.institutions.procedures.steps.lists import END, put_closing
from gongyou.kernel import moment
from gongyou.kernel.actions import Act, open_action
from gongyou.kernel.files import erase_files
from gongyou.kernel.jobs import Payload, job
from gongyou.kernel.personal_data import Declaration, declare


@job(END)
def end_publicity(act: Act, payload: Payload) -> None:
    """The period is computed again from the day of publication: a holiday notice may have moved its end."""
    row = PublicityList.objects.select_for_update().filter(pk=UUID(payload["list_id"])).first()
    if row is None or row.state != "published" or row.published_at is None or row.over_at is not None:
        return
    rule = pinned_rule(row.rule_hash)
    row.until_at, row.is_provisional = due_in(row.area, row.published_at, rule.days, rule.unit)
    if row.until_at > act.now:
        row.save(update_fields=["until_at", "is_provisional"])
        act.enqueue(END, {"list_id": row.pk}, due_at=row.until_at)
        return
    row.over_at = act.now
    row.save(update_fields=["until_at", "is_provisional", "over_at"])
    put_closing(act, row)
    act.about(f"list:{row.pk}", row.office_path)
    act.publish(ListPeriodOver(row.pk, row.programme, row.period, row.run_ref))


def erase_objections(limit: int) -> int:
    """Words, contact and evidence of objections whose keep time is over; that there was one, and how it ended, stays.

    Runs inside the action of `kernel.retention`. Raises RuntimeError outside one.
    """
    late = Objection.objects.filter(keep_until__lt=moment.today()).exclude(text=None)
    keys = list(late.values_list("pk", flat=True)[:limit])
    act = open_action()
    if act is None:
        raise RuntimeError("objections are erased inside the action of retention")
    for key in keys:
        erase_files(act, subject=f"objection:{key}")
    return Objection.objects.filter(pk__in=keys).update(text=None, contact_name=None, contact_phone=None)


declare(
    Declaration(Objection, "objection", "ordinary", "objection", "statutory_duty", None, erase_objections)
)
