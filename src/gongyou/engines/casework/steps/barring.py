"""The deny-list of a matter: from why somebody is barred to whom that reaches, and the matter out of their hands."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import Happens, Owner
from gongyou.engines.casework.loop import allowed
from gongyou.engines.casework.models import CaseEvent, Conflict, StaffTie
from gongyou.engines.casework.steps.matter import Matter, happen, move_to_office, office_of, relocate
from gongyou.engines.casework.steps.telling import tell_worker
from gongyou.kernel import bars
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError
from gongyou.offices import queries as offices
from gongyou.registry import steps as registry


def put_bars(act: Act, conflict: Conflict) -> None:
    """Bar everybody a conflict reaches: the unit and all below it, the account and its relatives, an employer's people."""
    keys = [bars.office_key(conflict.office_path)] if conflict.office_path else []
    if conflict.account_id is not None:
        keys += [bars.account_key(i) for i in (conflict.account_id, *_relatives(conflict.account_id))]
    if conflict.organisation_id is not None:
        keys += [bars.account_key(i) for i in _people_of(conflict.organisation_id)]
    bars.bar(act, subject=f"case:{conflict.case_id}", keys=keys, cause_id=conflict.pk)


CHILDREN = "casework.children"


def protect_child(act: Act, case_id: UUID) -> None:
    """A matter about a child: its files, messages and steps are for who holds the right of its own."""
    bars.bar(act, subject=f"case:{case_id}", keys=[bars.lacking_key(CHILDREN)], cause_id=case_id)


def put_bars_for_tie(act: Act, tie: StaffTie) -> None:
    """A tie declared later reaches the conflicts that stand already."""
    standing = Conflict.objects.filter(lifted_at__isnull=True)
    accounts = [i for i in (tie.account_id, tie.other_account_id) if i is not None]
    reached = Q(account_id__in=accounts) if tie.other_account_id else Q(pk__in=[])
    if tie.organisation_id is not None:
        reached |= Q(organisation_id=tie.organisation_id)
    for conflict in standing.filter(reached):
        put_bars(act, conflict)


def _relatives(account_id: UUID) -> Iterable[UUID]:
    ties = StaffTie.objects.filter(
        Q(account_id=account_id) | Q(other_account_id=account_id),
        other_account_id__isnull=False,
        withdrawn_at__isnull=True,
    )
    for one, other in ties.values_list("account_id", "other_account_id"):
        relative = other if one == account_id else one
        if relative is not None:
            yield relative


def _people_of(organisation_id: UUID) -> list[UUID]:
    ties = StaffTie.objects.filter(organisation_id=organisation_id, withdrawn_at__isnull=True)
    return list(ties.values_list("account_id", flat=True))


def take_out_of_barred_hands(act: Act, matter: Matter) -> None:
    """Nobody on the deny-list keeps the matter: it goes to the first office above that is not on it."""
    matter.bars = bars.bars_of(matter.subject)
    if matter.projection.is_closed:
        return
    _end_their_pause(act, matter)
    row = matter.row
    if row.holder_id is not None and bars.account_key(row.holder_id) in matter.bars:
        row.holder_id = None
    if bars.covers_path(matter.bars, row.office_path):
        _move_up(act, matter)
        return
    if row.call_office_id is not None:
        _move_call_back(act, matter)
    relocate(act, matter)


def _end_their_pause(act: Act, matter: Matter) -> None:
    """Who is complained about stops no clock, not even by a pause from before."""
    if not matter.projection.is_paused:
        return
    pause = CaseEvent.objects.filter(case=matter.row, kind=Happens.PAUSED).order_by("-seq").first()
    if pause is None:
        return
    is_theirs = bars.covers_path(matter.bars, pause.office_path)
    if is_theirs or bars.account_key(pause.actor_id) in matter.bars:
        happen(act, matter, Happens.RESUMED, {"by": "conflict"})
        tell_worker(act, matter, "resumed")


def _move_up(act: Act, matter: Matter) -> None:
    upper = offices.upper_of(matter.row.office_id)
    while upper is not None and bars.covers_path(matter.bars, upper.path):
        upper = offices.upper_of(upper.id)
    if upper is None:
        raise DomainError(
            "nobody_left",
            says("这样一来本地没有单位能办这件事。"),
            says("请只写具体的人或下级单位；反映的是县级单位本身时，请转上级工会办理。"),
            field="office",
        )
    move_to_office(act, matter, upper)
    if matter.row.call_office_id is not None:
        _move_call_back(act, matter)
    if Happens.OFFERED in allowed(matter.type, matter.row.state):
        happen(act, matter, Happens.OFFERED, {"office": str(upper.id), "by": "conflict"})
    else:
        relocate(act, matter)


def _move_call_back(act: Act, matter: Matter) -> None:
    caller = office_of(matter, Owner.CALLER)
    matter.row.call_office_id, matter.row.call_office_path = caller.id, caller.path
    registry.move_ties(act, subject=matter.subject, office_path=caller.path, role="call_back")
