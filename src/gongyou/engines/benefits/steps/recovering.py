"""Money that comes back for a claim."""

from __future__ import annotations

from gongyou.engines.benefits.definitions import RecoveryState
from gongyou.engines.benefits.models import Recovery, Round
from gongyou.engines.benefits.steps.booking import Posting, book, number_of
from gongyou.kernel.actions import Act


def take_back_money(act: Act, row: Recovery, amount_fen: int) -> None:
    """Raises DomainError as the ledger does: prepared and posted by one person."""
    row.recovered_fen += amount_fen
    row.part += 1
    if row.recovered_fen == row.amount_fen:
        row.state = RecoveryState.RECOVERED
    row.save(update_fields=["recovered_fen", "part", "state"])
    of = Round.objects.get(pk=row.round_id)
    if of.book_id is None:
        raise RuntimeError(f"round {of.pk} has no book")
    what = Posting(
        of.book_id, f"r{of.number}", f"{of.programme} {of.period}", (of.prepared_by, of.committed_by)
    )
    book(act, what, "recover", [(number_of(row.pk), row.part, amount_fen)])
    act.about(f"entitlement:{row.entitlement_id}", row.entitlement.office_path)
