"""A sealed list goes public by a second person, and is closed or taken back."""

from __future__ import annotations

from uuid import UUID

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.institutions.procedures.queries.lists import publicity_lists
from gongyou.institutions.procedures.queries.views import ListView
from gongyou.institutions.procedures.steps.lists import close_list, publish_list, withdraw_list
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import NotFound

PUBLISH = "procedures.publish"


@action("procedures.publish_list", right=PUBLISH, answers=ListView)
def publish_publicity(act: Act, *, list_id: UUID) -> ListView:
    """By another person than prepared it. Raises NotAllowed, NotFound, DomainError."""
    _within_reach(act, list_id)
    return publish_list(act, list_id=list_id)


@action("procedures.close_list", right=PUBLISH, answers=ListView)
def close_publicity(act: Act, *, list_id: UUID) -> ListView:
    """Once the days are over and no objection is open. Raises NotAllowed, NotFound, DomainError."""
    _within_reach(act, list_id)
    return close_list(act, list_id=list_id)


@action("procedures.withdraw_list", right=PUBLISH, answers=ListView)
def withdraw_publicity(act: Act, *, list_id: UUID, reason: str) -> ListView:
    """A list that is wrong leaves the public page at once. Raises NotAllowed, NotFound, DomainError."""
    _within_reach(act, list_id)
    why = read_text(reason, field="reason", longest=200, is_needed=True)
    return withdraw_list(act, list_id=list_id, reason=why)


def _within_reach(act: Act, list_id: UUID) -> None:
    found = publicity_lists([list_id]).get(list_id)
    if found is None:
        raise NotFound(says("没有找到这份名单。"))
    act.require(PUBLISH, found.office_path)
