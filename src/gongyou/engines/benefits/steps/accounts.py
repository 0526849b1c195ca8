"""Accounts of subjects: taken from the run's own table, put forward, confirmed, given up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from gongyou.engines.benefits.definitions import own_path
from gongyou.engines.benefits.models import Round, SubjectAccount
from gongyou.kernel.actions import Act
from gongyou.kernel.bulk import insert_many
from gongyou.kernel.ids import new_hexes
from gongyou.kernel.sealed_fields import seal_many

COLUMNS = (
    "id", "office_path", "area", "subject", "account_name", "account_tail", "bank_name", "source", "state",
    "proposed_by", "proposed_at", "needs_second", "account_index", "account_no",
)  # fmt: skip
AT_ONCE = 500
OWN = "benefits.own"
LONGEST = 40


def require_for(act: Act, right: str, office_path: str, subject: str) -> None:
    """Staff hold the right at the office; an employer holds `benefits.own` at itself. Raises NotAllowed."""
    if act.actor.kind == "staff":
        act.require(right, office_path)
    else:
        act.require(OWN, own_path(subject))


def plain_number(text: str) -> str:
    """An account's number as it is kept: without blanks and dashes."""
    plain = text if text.isalnum() else "".join(c for c in text if c.isalnum())
    return plain[:LONGEST].upper()


Sealed = tuple[str, str, str, str, bytes, bytes]
"""An account ready to be kept: subject, name, its row's id, the last four digits, sealed number, blind index."""


def seal_accounts(found: Sequence[tuple[str, str, str]]) -> list[Sealed]:
    """Accounts of a run (subject, name, number as typed), sealed without asking the database."""
    numbers = [(subject, name, plain_number(typed)) for subject, name, typed in found]
    there = [one for one in numbers if one[2]]
    ids = new_hexes(len(there))
    sealed = seal_many(
        SubjectAccount, "account_no", [(i, n) for i, (_, _, n) in zip(ids, there, strict=True)]
    )
    return [
        (subject, name[:200], row_id, number[-4:], value, index)
        for row_id, (subject, name, number), (value, index) in zip(ids, there, sealed, strict=True)
    ]


def take_accounts(act: Act, row: Round, found: Sequence[Sealed]) -> None:
    """Accounts from a run for subjects that have none. One that failed before is not taken."""
    known = _known(row.area, [one[0] for one in found])
    maker = row.prepared_by.hex
    rows = [
        (row_id, row.office_path, row.area, subject, name, tail, "", "run", "active", maker, act.now, False, index,
         value)
        for subject, name, row_id, tail, value, index in found
        if not (subject in known and known[subject] & {None, index})
    ]  # fmt: skip
    insert_many(SubjectAccount, COLUMNS, rows)


def _known(area: str, subjects: Sequence[str]) -> dict[str, set[bytes | None]]:
    """Of each subject: the accounts that failed; None among them: there is one in use."""
    found: dict[str, set[bytes | None]] = {}
    rows = SubjectAccount.objects.filter(area=area, state__in=["active", "failed"])
    for subject, state, index in of_subjects(rows, subjects, ("subject", "state", "account_index")):
        found.setdefault(subject, set()).add(None if state == "active" else bytes(index or b""))
    return found


def of_subjects(
    rows: QuerySet[Any], subjects: Sequence[str], columns: tuple[str, ...]
) -> Iterator[tuple[Any, ...]]:
    """Columns of those rows whose `subject` is one of these: one question on PostgreSQL, pieces on SQLite."""
    if connection.vendor == "postgresql":
        among = rows.annotate(is_among=RawSQL("subject = ANY(%s)", [list(subjects)], BooleanField()))
        yield from among.filter(is_among=True).values_list(*columns)
        return
    for start in range(0, len(subjects), AT_ONCE):
        yield from rows.filter(subject__in=subjects[start : start + AT_ONCE]).values_list(*columns)


def activate(act: Act, row: SubjectAccount, *, confirmed_by: UUID | None) -> None:
    """This is the account from now on; the one before is kept as replaced."""
    SubjectAccount.objects.filter(area=row.area, subject=row.subject, state="active").update(state="replaced")
    row.state, row.confirmed_by = "active", confirmed_by
    row.confirmed_at = act.now if confirmed_by else None
    row.save(update_fields=["state", "confirmed_by", "confirmed_at"])
