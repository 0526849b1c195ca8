"""Speaking with the person: the first time counts as the office's response."""

from __future__ import annotations

from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.queries.views import Standing
from gongyou.engines.casework.steps.matter import happen, load, write_text
from gongyou.engines.casework.steps.standing import standing
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError

WAYS = {"phone": says("电话"), "visit": says("上门"), "desk": says("当面")}


@action("casework.record_contact", right="casework.handle", answers=Standing)
def record_contact(act: Act, *, case_id: UUID, version: int, way: str, note: str) -> Standing:
    """The office spoke with the person. A try that reached nobody, or a text message, is no contact."""
    if way not in WAYS:
        raise DomainError("way", says("请选择怎样联系的。"), field="way")
    matter = load(act, case_id, version)
    act.require("casework.handle", matter.row.office_path)
    if matter.row.is_anonymous:
        raise DomainError("nobody_known", says("这件事是匿名的，没有人可以联系。"), status=409)
    if matter.projection.is_closed:
        raise DomainError("closed", says("这件事已经办结。"), status=409)
    text = write_text(act, matter, "call", note)
    happen(act, matter, Happens.CONTACTED, {"way": way, "text": str(text.pk)})
    return standing(matter)
