"""Accounts of subjects: taken from the run's own table, put forward, confirmed, given up."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from gongyou.engines.benefits.definitions import own_path
from gongyou.engines.benefits.models import Round, SubjectAccount
from gongyou.kernel.actions import Act
from gongyou.kernel.bulk import insert_many
from gongyou.kernel.ids import new_id
from gongyou.kernel.sealed_fields import blind_index, sealed_value

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
    return "".join(c for c in text if c.isalnum())[:LONGEST].upper()


def take_accounts(act: Act, row: Round, found: Sequence[tuple[str, str, str]]) -> None:
    """Accounts from a run (subject, name, number) for subjects that have none. One that failed before is not taken."""
    known = _known(row.area, [subject for subject, _, _ in found])
    rows = []
    for subject, name, typed in found:
        number = plain_number(typed)
        index = blind_index(SubjectAccount, "account_no", number) if number else b""
        if not number or (subject in known and known[subject] & {None, index}):
            continue
        row_id = new_id()
        sealed = sealed_value(SubjectAccount, "account_no", row_id, number)
        rows.append(
            (row_id, row.office_path, row.area, subject, name[:200], number[-4:], "", "run", "active",
             row.prepared_by, act.now, False, index, sealed)
        )  # fmt: skip
    insert_many(SubjectAccount, COLUMNS, rows)


def _known(area: str, subjects: Sequence[str]) -> dict[str, set[bytes | None]]:
    """Of each subject: the accounts that failed; None among them: there is one in use."""
    found: dict[str, set[bytes | None]] = {}
    for start in range(0, len(subjects), AT_ONCE):
        rows = SubjectAccount.objects.filter(area=area, subject__in=subjects[start : start + AT_ONCE])
        for subject, state, index in rows.values_list("subject", "state", "account_index"):
            if state in {"active", "failed"}:
                found.setdefault(subject, set()).add(None if state == "active" else bytes(index or b""))
    return found


def activate(act: Act, row: SubjectAccount, *, confirmed_by: UUID | None) -> None:
    """This is the account from now on; the one before is kept as replaced."""
    SubjectAccount.objects.filter(area=row.area, subject=row.subject, state="active").update(state="replaced")
    row.state, row.confirmed_by = "active", confirmed_by
    row.confirmed_at = act.now if confirmed_by else None
    row.save(update_fields=["state", "confirmed_by", "confirmed_at"])
