"""Shifts: written with their record, one person in one place at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from gongyou.basics.refusal import says
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.moment import SHANGHAI
from gongyou.offices.models import DutyLeave, DutyShift, OutVisit, ShiftRecord


def holder_key(account_id: UUID | None, name: str, office_id: UUID) -> str:
    """What tells one holder from another: the account, else the name within an office."""
    return str(account_id) if account_id else f"{office_id}:{name}"


def take_turns(keys: Iterable[str]) -> None:
    """Whoever writes shifts of these people now does so alone until commit. Always in the same order."""
    # SQLite has one writer at a time already.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for key in sorted(set(keys)):
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))", [f"duty:{key}"])


def locked_shift(shift_id: UUID) -> DutyShift:
    """Raises NotFound."""
    row = (
        DutyShift.objects.select_for_update(of=("self",)).select_related("office").filter(pk=shift_id).first()
    )
    if row is None:
        raise NotFound(says("没有找到这一班。"))
    return row


def write_shift(act: Act, row: DutyShift, reason: str) -> None:
    """Store a shift whose holder is free, with its record. Raises DomainError for a second place or a leave."""
    take_turns([holder_key(row.holder_account_id, row.holder_name, row.office_id)])
    refuse_double(row)
    refuse_on_leave(row)
    row.save()
    keep_record(act, row, reason)


def keep_record(act: Act, row: DutyShift, reason: str, *, is_dropped: bool = False) -> None:
    """Append the shift as it stands now to the history."""
    ShiftRecord.objects.create(
        id=new_id(),
        shift_id=row.pk,
        office_id=row.office_id,
        holder_account_id=row.holder_account_id,
        holder_name=row.holder_name,
        from_at=row.from_at,
        until_at=row.until_at,
        is_dropped=is_dropped,
        reason=reason,
        written_at=act.now,
        written_by=act.actor.id,
    )


def end_shift(act: Act, row: DutyShift, reason: str) -> None:
    """Take a shift off the rota; one under way ends now."""
    if row.from_at >= act.now:
        keep_record(act, row, reason, is_dropped=True)
        row.delete()
        return
    row.until_at = act.now
    row.save(update_fields=["until_at"])
    keep_record(act, row, reason)


def refuse_double(row: DutyShift) -> None:
    """Raises DomainError where the holder stands elsewhere or is out at the time."""
    clash = shifts_of(row.holder_account_id, row.holder_name, row.office_id, row.from_at, row.until_at)
    found = clash.exclude(pk=row.pk).select_related("office").first()
    if found is not None:
        raise DomainError(
            "shift_double",
            says("{name}在这段时间已经排在“{office}”值班。"),
            says("请换人或调整时间。"),
            field="holder_name",
            name=row.holder_name,
            office=found.office.name,
            status=409,
        )
    visit = visits_of(
        row.holder_account_id, row.holder_name, row.office_id, row.from_at, row.until_at
    ).first()
    if visit is not None:
        raise DomainError(
            "shift_double",
            says("{name}在这段时间要去“{place}”出诊。"),
            says("请换人或调整时间。"),
            field="holder_name",
            name=row.holder_name,
            place=visit.place,
            status=409,
        )


def refuse_on_leave(row: DutyShift) -> None:
    """Raises DomainError."""
    first = row.from_at.astimezone(SHANGHAI).date()
    last = row.until_at.astimezone(SHANGHAI).date()
    leaves = leaves_of(row.holder_account_id, row.holder_name, row.office_id)
    if leaves.filter(from_on__lte=last, until_on__gte=first).exists():
        raise DomainError(
            "on_leave",
            says("{name}这几天请了假。"),
            says("请换人，或先撤销请假。"),
            field="holder_name",
            name=row.holder_name,
            status=409,
        )


def shifts_of(
    account_id: UUID | None, name: str, office_id: UUID, since: datetime, until: datetime
) -> QuerySet[DutyShift]:
    """The shifts of one holder that touch a stretch: everywhere by account, at the office by name."""
    rows = DutyShift.objects.filter(from_at__lt=until, until_at__gt=since)
    if account_id is not None:
        return rows.filter(holder_account_id=account_id)
    return rows.filter(holder_account_id=None, holder_name=name, office_id=office_id)


def visits_of(
    account_id: UUID | None, name: str, office_id: UUID, since: datetime, until: datetime
) -> QuerySet[OutVisit]:
    rows = OutVisit.objects.filter(from_at__lt=until, until_at__gt=since, state=OutVisit.State.PLANNED)
    if account_id is not None:
        return rows.filter(holder_account_id=account_id)
    return rows.filter(holder_account_id=None, holder_name=name, office_id=office_id)


def leaves_of(account_id: UUID | None, name: str, office_id: UUID) -> QuerySet[DutyLeave]:
    rows = DutyLeave.objects.filter(cancelled_at=None)
    if account_id is not None:
        return rows.filter(holder_account_id=account_id)
    return rows.filter(holder_account_id=None, holder_name=name, office_id=office_id)
