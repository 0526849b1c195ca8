"""A matter locked for a change, its history, and what waits on the office's worklist."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.oversight.definitions.words import EXPLANATIONS, RUNNING, MatterState
from gongyou.engines.oversight.models import Happening, Matter
from gongyou.engines.oversight.queries.dates import decide_by
from gongyou.engines.oversight.queries.rules import rules_at
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError, NotFound, Stale
from gongyou.kernel.moment import SHANGHAI
from gongyou.kernel.numbers import take_serial
from gongyou.kernel.worklist import drop_todos, put_todo

CLUE, DECIDE, OBJECTION = "oversight.clue", "oversight.decide", "oversight.objection"
CLOSE_OF_BUSINESS = time(17)
CLUE_DAYS = 15


def number_for(act: Act, area: str, letter: str) -> str:
    """`123456-26-J00012`: area, year, letter (J 基金, B 备案) and a serial."""
    series = f"guard{letter}-{area}{act.now:%y}"
    return f"{area}-{act.now:%y}-{letter}{take_serial(act, series=series, holder=area):05d}"


def locked(act: Act, matter_id: UUID, version: int, right: str, *states: MatterState) -> Matter:
    """Raises NotFound, NotAllowed, Stale, DomainError where the step doesn't fit the state."""
    row = Matter.objects.select_for_update().filter(pk=matter_id).first()
    if row is None:
        raise NotFound(says("没有找到这件事项。"))
    act.require(right, row.office_path)
    if row.version != version:
        raise Stale
    if states and row.state not in states:
        raise DomainError(
            "not_now",
            says("这一步现在不能办。"),
            says("请刷新页面，看办到哪一步了。"),
            status=409,
        )
    return row


def require_officer(act: Act, row: Matter) -> None:
    """Only the two officers of a matter take its steps. Raises DomainError."""
    if act.actor.id not in (row.first_officer, row.second_officer):
        raise DomainError(
            "not_an_officer",
            says("这件事由{first}、{second}两位同志承办。"),
            says("请由承办人办理这一步。"),
            status=409,
            first=row.first_officer_name or "—",
            second=row.second_officer_name or "—",
        )


def require_heard(row: Matter) -> None:
    """Raises DomainError where nobody asked the person."""
    if not row.hearings.filter(kind__in=EXPLANATIONS).exists():
        raise DomainError(
            "not_heard",
            says("还没有听取本人的说明。"),
            says("请先记下本人怎么说；拒绝说明或找不到人的，要有送达回证等材料。"),
            status=409,
        )


def moved(
    act: Act,
    row: Matter,
    kind: str,
    *,
    note: str = "",
    document: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Save the change with one line of history; the worklist follows."""
    row.version += 1
    row.save()
    told(act, row, kind, note=note, document=document, data=data)
    _wait(act, row)


def told(
    act: Act,
    row: Matter,
    kind: str,
    *,
    note: str = "",
    document: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """One line of history; nothing else changes."""
    Happening.objects.create(
        matter=row,
        kind=kind,
        at=act.now,
        by=act.actor.id,
        by_kind=act.actor.kind,
        by_name=act.actor.name[:40],
        note=note[:200],
        document=document[:80],
        data=data or {},
    )
    act.about(f"guard:{row.pk}", row.office_path)


def count_days_again(row: Matter) -> None:
    """The last day for a decision, from filing, budget and approved extensions."""
    if row.filed_on is None:
        return
    extended = sum(row.extensions.filter(approved_at__isnull=False).values_list("days", flat=True))
    row.due_on = decide_by(row.area, row.filed_on, rules_at(row.rules_hash), extended)


def _wait(act: Act, row: Matter) -> None:
    drop_todos(act, subject_id=row.pk, kinds=[CLUE, DECIDE])
    if row.state in (MatterState.CLUE, MatterState.INQUIRY):
        _put(act, row, CLUE, act.now.date())
    elif row.state in RUNNING and row.due_on is not None:
        _put(act, row, DECIDE, row.due_on)


def _put(act: Act, row: Matter, kind: str, day: date) -> None:
    put_todo(
        act,
        kind=kind,
        subject_id=row.pk,
        office_id=row.office_id,
        office_path=row.office_path,
        number=row.number,
        title=says("核实一条线索") if kind == CLUE else says("作出处理决定"),
        due_at=datetime.combine(day, CLOSE_OF_BUSINESS, SHANGHAI),
    )
