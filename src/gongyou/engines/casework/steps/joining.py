"""What joins and parts two matters, and keeps the lead's date the earliest of all."""

from __future__ import annotations

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.models import Case
from gongyou.engines.casework.steps.matter import Matter, happen, load, write_text
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError


def settle_date(matter: Matter) -> str:
    """The date a matter's answer is promised for; empty while it is stopped."""
    settle = matter.projection.clock("settle")
    return settle.due.due_at.isoformat() if settle and settle.due.due_at else ""


def part(act: Act, child: Matter, reason: str) -> None:
    """Raises DomainError for a matter that is joined to none."""
    lead_id = child.projection.beside.lead
    if lead_id is None:
        raise DomainError("not_joined", says("这件事没有并入别的事项。"), status=409)
    text = write_text(act, child, "reason", reason)
    happen(act, child, Happens.PARTED, {"lead": str(lead_id), "text": str(text.pk)})
    Case.objects.filter(pk=child.row.pk).update(lead=None)
    child.row.lead = None
    lead = load(act, lead_id)
    happen(act, lead, Happens.CHILD_PARTED, {"child": str(child.row.pk)})
    act.about(child.subject, child.row.office_path)


def follow_child(act: Act, child: Matter) -> bool:
    """A joined matter's date moved: the lead's follows. False where nothing moves."""
    lead_id = child.projection.beside.lead
    if lead_id is None:
        return False
    lead = load(act, lead_id)
    known = dict(lead.projection.beside.children).get(child.row.pk)
    now = settle_date(child)
    if lead.projection.is_closed or (known.isoformat() if known else "") == now:
        return False
    happen(act, lead, Happens.CHILD_MOVED, {"child": str(child.row.pk), "due_at": now})
    return True
