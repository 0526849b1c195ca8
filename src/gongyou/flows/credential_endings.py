"""Certificates that end soon: the holder gets a message and the office a thing to do, once for every end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from gongyou.basics.refusal import says
from gongyou.kernel import messages, worklist
from gongyou.kernel.access import system_actor
from gongyou.kernel.actions import Act, action
from gongyou.kernel.moment import SHANGHAI
from gongyou.offices import queries as offices
from gongyou.registry.credential_steps import ENDING, note_warning
from gongyou.registry.queries.credential_endings import Ending, areas_with_recognition, endings
from gongyou.registry.steps import open_for_work

NIGHT = "credentials.night"
AT_ONCE = 200
TEXTS = {
    "expiry": says("您的“{title}”{day}到期，请提前办理换证。"),
    "review": says("您的“{title}”要在{day}前复审，请提前办理。"),
}


def warn_of_endings(on: date) -> int:
    """Idempotent; returns how many were told."""
    actor, told = system_actor("night"), 0
    for area in areas_with_recognition():
        found = list(endings(area, on=on))
        for start in range(0, len(found), AT_ONCE):
            told += warn_holders(actor, ending=found[start : start + AT_ONCE])
    return told


@action("flows.warn_holders", right=NIGHT)
def warn_holders(act: Act, *, ending: Sequence[Ending]) -> int:
    """Tell each holder and office; somebody without a number is the office's to reach."""
    fresh = [
        one
        for one in ending
        if note_warning(act, credential_id=one.credential_id, ends_on=one.ends_on, ends_by=one.ends_by)
    ]
    people = open_for_work(act, {one.person_id for one in fresh}, purpose=says("提醒证书到期或复审"))
    for one in fresh:
        phone = people[one.person_id].phone
        if phone:
            text = TEXTS[one.ends_by].format(title=one.title, day=one.ends_on.isoformat())
            messages.send_message(
                act,
                template=f"credentials.{one.ends_by}",
                text=text,
                phone=phone,
                subject=f"credential:{one.credential_id}",
                office_path=one.office_path,
                message_class="credentials",
            )
        worklist.put_todo(
            act,
            kind=ENDING,
            subject_id=one.credential_id,
            office_id=offices.office_at(one.office_path).id,
            office_path=one.office_path,
            number="",
            title=one.title,
            due_at=datetime.combine(one.ends_on, time(17), SHANGHAI),
        )
    return len(fresh)
