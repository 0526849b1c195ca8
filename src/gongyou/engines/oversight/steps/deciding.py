"""A proposed sanction that another person agreed to becomes a decision; one they did not goes back."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from gongyou.engines.oversight.definitions.sanctions import add_months
from gongyou.engines.oversight.definitions.words import MatterState, Money
from gongyou.engines.oversight.events import SanctionIssued
from gongyou.engines.oversight.models import Decision, Extension, Matter
from gongyou.engines.oversight.queries.rules import rules_at
from gongyou.engines.oversight.steps.booking import book_decision
from gongyou.engines.oversight.steps.matters import count_days_again, moved, told
from gongyou.institutions.procedures import queries as procedures
from gongyou.institutions.procedures.queries import ApprovalView
from gongyou.kernel import moment
from gongyou.kernel.actions import Act

DECISION, EXTENSION = "oversight.decision", "oversight.extension"


def issue(act: Act, decision_id: UUID, approval_id: UUID) -> None:
    """The yes of another person: issued on the day of that yes, both books say what is owed."""
    row = Decision.objects.select_related("matter").select_for_update(of=("self",)).get(pk=decision_id)
    if row.state != "open" or row.approval_id != approval_id:
        return
    matter = Matter.objects.select_for_update().get(pk=row.matter_id)
    rules = rules_at(matter.rules_hash)
    approval = procedures.approval([approval_id])[approval_id]
    last = approval.steps[-1]
    day = _day_of(approval)
    extended = sum(matter.extensions.filter(approved_at__isnull=False).values_list("days", flat=True))
    row.state, row.issued_at, row.issued_on = "issued", approval.ended_at, day
    row.issued_by, row.issued_by_name = last.decided_by, last.decided_by_name
    row.days_used = (day - (matter.filed_on or day)).days
    row.days_allowed = rules.clocks.decide_days + extended
    row.suspended_from = day
    row.suspended_until = add_months(day, row.suspension_months) - timedelta(days=1)
    row.save()
    book_decision(act, row, rules)
    matter.state = MatterState.DECIDED
    data = {"days_used": row.days_used, "days_allowed": row.days_allowed, "returned_fen": row.returned_fen,
            "fine_fen": row.fine_fen, "suspended_until": row.suspended_until.isoformat()}  # fmt: skip
    moved(act, matter, "decided", document=row.number, data=data)
    if row.days_used > row.days_allowed:
        told(act, matter, "decided_late", note=row.late_reason, data=data)
    act.publish(SanctionIssued(matter.pk, row.pk, row.returned_fen, row.fine_fen, row.suspension_months))


def refuse(act: Act, decision_id: UUID, approval_id: UUID) -> None:
    """A no: the matter goes back to its officers, the proposal stays in the record."""
    row = Decision.objects.select_for_update().get(pk=decision_id)
    if row.state != "open" or row.approval_id != approval_id:
        return
    row.state = "refused"
    row.save(update_fields=["state"])
    matter = Matter.objects.select_for_update().get(pk=row.matter_id)
    matter.state = MatterState.TOLD
    approval = procedures.approval([approval_id])[approval_id]
    note = next((s.reason for s in reversed(approval.steps) if s.reason), "")
    moved(act, matter, "proposal_refused", document=row.number, note=note)


def extend(act: Act, extension_id: UUID, approval_id: UUID, *, is_granted: bool) -> None:
    """More days, or none; the last day is counted again from filing."""
    row = Extension.objects.select_for_update().get(pk=extension_id)
    if row.approval_id != approval_id or row.approved_at is not None or row.is_refused:
        return
    row.approved_at = act.now if is_granted else None
    row.is_refused = not is_granted
    row.save(update_fields=["approved_at", "is_refused"])
    matter = Matter.objects.select_for_update().get(pk=row.matter_id)
    count_days_again(matter)
    due = matter.due_on.isoformat() if matter.due_on else ""
    kind = "extended" if is_granted else "extension_refused"
    moved(act, matter, kind, document=row.document, data={"days": row.days, "due_on": due})


def finish_where_all_is_done(act: Act, row: Decision) -> None:
    """Everything paid and the suspension over: the matter is done; its personal data get their last day."""
    paid = {m: _confirmed(row, m) for m in Money}
    is_paid = paid[Money.RETURNED] >= row.returned_fen and paid[Money.FINE] >= row.fine_fen
    matter = Matter.objects.select_for_update().get(pk=row.matter_id)
    if matter.state != MatterState.DECIDED or not is_paid or row.suspension_ended_at is None:
        return
    end(act, matter, MatterState.DONE)
    moved(act, matter, "done")


def _confirmed(row: Decision, money: Money) -> int:
    found = row.payments.filter(money=money.value, confirmed_at__isnull=False)
    return sum(found.values_list("amount_fen", flat=True))


def end(act: Act, matter: Matter, state: MatterState) -> None:
    """The last state, and until when what stands sealed is kept."""
    matter.state, matter.ended_on = state, act.now.date()
    matter.keep_until = matter.ended_on + timedelta(days=rules_at(matter.rules_hash).keeps_days)


def _day_of(approval: ApprovalView) -> date:
    return (approval.ended_at or moment.now()).astimezone(moment.SHANGHAI).date()
