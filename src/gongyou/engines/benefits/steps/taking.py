"""Decisions become lines of a round, stretch by stretch, so that a killed one goes on where it stopped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.benefits.definitions import OPEN_ROUND, RoundState
from gongyou.engines.benefits.events import RoundTaken
from gongyou.engines.benefits.models import Entitlement, Line, Round, SubjectAccount
from gongyou.engines.benefits.queries.rules import rules_at
from gongyou.engines.benefits.steps.accounts import Sealed, of_subjects, take_accounts
from gongyou.engines.benefits.steps.dates import work_due
from gongyou.engines.benefits.steps.totals import totals_of_rows
from gongyou.kernel.actions import Act
from gongyou.kernel.bulk import count_rows, insert_many, make_room
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_hexes
from gongyou.kernel.worklist import drop_todos, put_todo

ELIGIBLE, INELIGIBLE = "eligible", "ineligible"
LINE_COLUMNS = ("id", "round_id", "subject", "name", "decided_fen", "before_fen", "run_id", "is_revised")


def locked_round(round_id: UUID) -> Round:
    """Raises NotFound."""
    row = Round.objects.select_for_update().filter(pk=round_id).first()
    if row is None:
        raise NotFound(says("没有找到这一轮发放。"))
    return row


def require_state(row: Round, *states: RoundState) -> None:
    """Raises DomainError: somebody was quicker, or an earlier step is missing."""
    if row.state not in states:
        raise DomainError(
            "round_elsewhere",
            says("这一轮发放现在是“{state}”，不能做这一步。"),
            says("请刷新页面，按页面列出的下一步办理。"),
            status=409,
            state=row.state,
        )


def open_round_of(programme: str, area: str, period: str, instalment: int) -> Round | None:
    return Round.objects.filter(
        programme=programme, area=area, period=period, instalment=instalment, state__in=OPEN_ROUND
    ).first()


def has_entitlements(row: Round) -> bool:
    return Entitlement.objects.filter(
        programme=row.programme, area=row.area, period=row.period, instalment=row.instalment
    ).exists()


def take_stretch(
    act: Act, round_id: UUID, rows: Sequence[tuple[Any, ...]], accounts: Sequence[Sealed] = ()
) -> int:
    """Lines of the subjects whose decision differs from the last valid one, with their accounts. Rows begin with
    subject, outcome, fen, name.

    The same stretch again changes nothing. Returns how many lines were written.
    """
    row = locked_round(round_id)
    if row.state != RoundState.TAKING or rows[0][0] <= row.taken_after:
        return 0
    before = _before(row, [str(r[0]) for r in rows])
    decided = ((subject, fen if outcome == ELIGIBLE else 0, name) for subject, outcome, fen, name, *_ in rows)
    differing = [(s, fen, name) for s, fen, name in decided if fen != before.get(s, 0)]
    ids, of, run = new_hexes(len(differing)), row.pk.hex, row.run_id.hex
    found = [
        (row_id, of, subject, name[:200], fen, before.get(subject, 0), run, False)
        for row_id, (subject, fen, name) in zip(ids, differing, strict=True)
    ]
    insert_many(Line, LINE_COLUMNS, found)
    kept = {line[2] for line in found}
    take_accounts(act, row, [one for one in accounts if one[0] in kept])
    row.taken_after = rows[-1][0]
    row.rows_read += len(rows)
    row.line_count += len(found)
    row.save(update_fields=["taken_after", "rows_read", "line_count"])
    act.about(f"round:{row.pk}", row.office_path)
    return len(found)


def _before(row: Round, subjects: Sequence[str]) -> dict[str, int]:
    """What the last valid decision says of these subjects."""
    if not has_entitlements(row):
        return {}
    same = Entitlement.objects.filter(
        programme=row.programme, period=row.period, instalment=row.instalment, area=row.area
    )
    return dict(of_subjects(same, subjects, ("subject", "decided_fen")))


def finish_taking(act: Act, row: Round) -> None:
    """Everything is read: totals and digest are fixed. A round that changes nothing ends here."""
    make_room()
    count_rows(Line, row.line_count)
    count_rows(SubjectAccount, row.line_count)
    row.line_count, row.sum_fen, row.digest = totals_of(row)
    row.state = RoundState.TAKEN if row.line_count else RoundState.DROPPED
    if not row.line_count:
        row.refusal = {"message": says("没有人的结果有变化，这一轮不用发放。"), "hint": "", "params": {}}
    row.save(update_fields=["line_count", "sum_fen", "digest", "state", "refusal"])
    act.about(f"round:{row.pk}", row.office_path)
    act.publish(RoundTaken(row.pk, row.line_count))
    if row.line_count:
        remind(act, row, "benefits.list", says("核对后公示"))


def totals_of(row: Round) -> tuple[int, int, str]:
    """Lines, fen decided, and the digest over every line."""
    lines = Line.objects.filter(round=row).order_by("subject")
    return totals_of_rows(lines, "decided_fen", ("subject", "decided_fen", "before_fen"))


def remind(act: Act, row: Round, kind: str, title: str) -> None:
    """The office's next step with this round."""
    drop_todos(act, subject_id=row.pk)
    put_todo(act, kind=kind, subject_id=row.pk, office_id=row.office_id, office_path=row.office_path,
             number=f"{row.period}-{row.number}", title=title,
             due_at=work_due(act, row.area, rules_at(row.rules_hash)))  # fmt: skip
