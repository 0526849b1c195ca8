"""An objection is raised through the desk, and decided once."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.utils import IntegrityError

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.institutions.procedures.definitions import ObjectionRule
from gongyou.institutions.procedures.events import ObjectionDecided
from gongyou.institutions.procedures.models import OUTCOMES, Objection
from gongyou.institutions.procedures.queries.declared import objection_rule
from gongyou.institutions.procedures.queries.lists import publicity_lists
from gongyou.institutions.procedures.queries.views import ObjectionView, objection_view
from gongyou.institutions.procedures.steps.objecting import TODO, Target, Words, open_objection
from gongyou.kernel import catalogue
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.worklist import drop_todos

OBJECT, DECIDE = "procedures.object", "procedures.decide_objection"


@action("procedures.raise_objection", right=OBJECT, answers=ObjectionView)
def raise_objection(act: Act, *, list_id: UUID, subject_key: str, words: Words) -> ObjectionView:
    """For a subject of a public list, or one that should stand on it; taken in at the desk.

    Raises NotAllowed, NotFound, Refusal for what is missing, DomainError for one raised twice or too late.
    """
    found = publicity_lists([list_id]).get(list_id)
    if found is None:
        raise NotFound(says("没有找到这份名单。"))
    act.require(OBJECT, found.office_path)
    if words.raised_by_kind not in ("organisation", "person"):
        raise DomainError("raiser_unknown", says("请选择提出人是单位还是个人。"), field="raised_by_kind")
    return open_objection(
        act,
        target=Target(found.office_path, found.programme, found.run_ref, subject_key, found.id),
        words=words,
        rule=objection_rule(found.area, found.programme),
    )


@action("procedures.decide_objection", right=DECIDE, answers=ObjectionView)
def decide_objection(act: Act, *, objection_id: UUID, outcome: str, reason: str) -> ObjectionView:
    """`outcome` upheld | rejected | taken_back, with the reason the objector reads.

    Raises NotAllowed, NotFound, DomainError: decided already, or by the maker of the list.
    """
    row = Objection.objects.select_for_update().filter(pk=objection_id).first()
    if row is None:
        raise NotFound(says("没有找到这件异议。"))
    act.require(DECIDE, row.office_path)
    _check(act, row, outcome)
    row.state, row.outcome = "decided", outcome
    row.decided_by, row.decided_by_name, row.decided_at = act.actor.id, act.actor.name, act.now
    row.reason = read_text(reason, field="reason", longest=500, is_needed=True)
    row.keep_until = _after(act.now.date(), catalogue.read_as(row.rule_hash, ObjectionRule).kept_months)
    _save(row)
    drop_todos(act, subject_id=row.pk, kinds=[TODO])
    act.about(f"objection:{row.pk}", row.office_path)
    act.publish(ObjectionDecided(row.pk, row.list_id, row.programme, row.subject_key, row.run_ref, outcome))
    return objection_view(row)


def _save(row: Objection) -> None:
    try:
        with transaction.atomic():
            row.save(
                update_fields=[
                    "state", "outcome", "decided_by", "decided_by_name", "decided_at", "reason", "keep_until",
                ]
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError(
            "objection_not_decided", says("这件异议没有办成，可能刚刚有人办过。"), status=409
        ) from error


def _check(act: Act, row: Objection, outcome: str) -> None:
    if row.state != "open":
        raise DomainError(
            "objection_decided", says("这件异议已经答复。"), says("请刷新后查看结果。"), status=409
        )
    if act.actor.id == row.list_maker:
        raise DomainError(
            "same_person",
            says("名单是您制作的，异议要由另一位同志答复。"),
            says("请交给另一位同志。"),
            status=409,
        )
    if outcome not in OUTCOMES:
        raise DomainError("outcome_unknown", says("请选择异议是否成立。"), field="outcome")


def _after(day: date, months: int) -> date:
    """The first day of the month that follows so many months."""
    year, month = divmod(day.year * 12 + day.month + months, 12)
    return date(year, month + 1, 1)
