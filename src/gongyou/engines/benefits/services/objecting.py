"""The employer objects to its own decision, or to its absence from the list, while the list is public."""

from __future__ import annotations

from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.benefits.definitions import own_path
from gongyou.engines.benefits.models import Round
from gongyou.institutions.procedures import queries as procedures
from gongyou.institutions.procedures.queries import ObjectionView
from gongyou.institutions.procedures.steps import Target, Words, open_objection
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound

OWN = "benefits.own"


@action("benefits.raise_own_objection", right=None, answers=ObjectionView)
def raise_own_objection(act: Act, *, round_id: UUID, subject: str, words: Words) -> ObjectionView:
    """Raises NotAllowed, NotFound, DomainError when nothing is public or one is open already, Refusal."""
    act.require(OWN, own_path(subject))
    row = Round.objects.filter(pk=round_id).first()
    if row is None:
        raise NotFound(says("没有找到这一轮发放。"))
    public = next((one for one in procedures.lists_of_run(str(row.pk)) if one.state == "published"), None)
    if public is None:
        raise DomainError(
            "not_public",
            says("这一轮现在不在公示期，不能提异议。"),
            says("仍有不同意见的，请联系经办机构。"),
            status=409,
        )
    return open_objection(
        act,
        target=Target(row.office_path, row.programme, str(row.pk), subject, public.id),
        words=words,
        rule=procedures.objection_rule(row.area, row.programme),
    )
