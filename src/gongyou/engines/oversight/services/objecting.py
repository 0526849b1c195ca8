"""The person's own voice, from their own page: at any time, in their own words; somebody has to answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.basics.workdays import Unit
from gongyou.engines.oversight.definitions.words import Hearing
from gongyou.engines.oversight.models import Hearing as HearingRow
from gongyou.engines.oversight.models import Matter
from gongyou.engines.oversight.queries.dates import last_day
from gongyou.engines.oversight.queries.matters import INQUIRE, OWN, OWN_PURPOSE, SHOWN_TO_PERSON
from gongyou.engines.oversight.services.clues import MatterRef
from gongyou.engines.oversight.steps.matters import (
    CLOSE_OF_BUSINESS,
    OBJECTION,
    locked,
    moved,
    require_officer,
)
from gongyou.kernel.accounts.own_phone import own_phone
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.moment import SHANGHAI
from gongyou.kernel.sealed_fields import blind_index
from gongyou.kernel.worklist import drop_todos, put_todo

ANSWER_DAYS = 5


@action("oversight.object_to_own", right=OWN, answers=MatterRef)
def object_to_own(act: Act, *, matter_id: UUID, text: str) -> MatterRef:
    """The person doesn't agree, or adds something. Raises NotFound for a matter that is not theirs, Refusal."""
    index = blind_index(Matter, "person_phone", own_phone(act.actor, OWN_PURPOSE))
    row = (
        Matter.objects.select_for_update()
        .filter(pk=matter_id, phone_index=index, state__in=SHOWN_TO_PERSON)
        .first()
    )
    if row is None:
        raise NotFound(says("没有找到这件事项。"))
    HearingRow.objects.create(
        id=new_id(),
        matter=row,
        kind=Hearing.OBJECTION,
        at=act.now,
        on=act.now.date(),
        by=act.actor.id,
        by_name=row.name_masked,
        text=read_text(text, field="text", longest=2000, is_needed=True),
    )
    moved(act, row, Hearing.OBJECTION)
    put_todo(
        act,
        kind=OBJECTION,
        subject_id=row.pk,
        office_id=row.office_id,
        office_path=row.office_path,
        number=row.number,
        title=says("回应本人的意见"),
        due_at=datetime.combine(
            last_day(row.area, act.now.date(), ANSWER_DAYS, Unit.WORKING_DAY), CLOSE_OF_BUSINESS, SHANGHAI
        ),
    )
    return MatterRef(row.pk, row.number, row.version)


@action("oversight.answer_objection", right=INQUIRE, answers=MatterRef)
def answer_objection(act: Act, *, matter_id: UUID, version: int, answer: str) -> MatterRef:
    """An officer's answer, shown to the person. Raises NotFound, NotAllowed, Stale, DomainError, Refusal."""
    row = locked(act, matter_id, version, INQUIRE)
    require_officer(act, row)
    moved(act, row, "answered", note=read_text(answer, field="answer", longest=200, is_needed=True))
    drop_todos(act, subject_id=row.pk, kinds=[OBJECTION])
    return MatterRef(row.pk, row.number, row.version)
