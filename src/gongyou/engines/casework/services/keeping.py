"""What the platform itself does with matters: silence that counts, words that are erased."""

from __future__ import annotations

from uuid import UUID

from gongyou.engines.casework.loop import allowed
from gongyou.engines.casework.models import Case
from gongyou.engines.casework.steps.erasing import erase_content
from gongyou.engines.casework.steps.matter import happen, load
from gongyou.kernel.actions import Act, action


@action("casework.end_silence", right="casework.night")
def end_silence(act: Act, *, case_id: UUID, clock_id: str) -> bool:
    """Silence at the end of a clock counts as what the programme says (an offer is accepted)."""
    matter = load(act, case_id)
    definition = next((c for c in matter.type.clocks if c.id == clock_id), None)
    running = matter.projection.clock(clock_id)
    if definition is None or definition.at_end is None or running is None or not running.is_open:
        return False
    if running.due.due_at is None or running.due.due_at > act.now:
        return False
    if definition.at_end not in allowed(matter.type, matter.row.state):
        return False
    happen(act, matter, definition.at_end, {"by": "silence"})
    return True


@action("casework.erase_case_content", right="retention.run")
def erase_case_content(act: Act, *, case_id: UUID) -> None:
    """Erase one matter before its time, where its person asked for it."""
    row = Case.objects.select_for_update().get(pk=case_id)
    act.about(f"case:{row.pk}", row.office_path)
    erase_content(act, row)
