"""The language somebody signed in wants to read."""

from __future__ import annotations

from uuid import UUID

from gongyou.kernel.actions import Act, action
from gongyou.kernel.models.accounts import Account


@action("accounts.choose_language", right=None)
def choose_language(act: Act, *, language: str) -> None:
    """Keep it with the actor's own account; a visitor has only the cookie."""
    if Account.objects.filter(pk=act.actor.id).update(language=language[:8]):
        act.about(f"account:{act.actor.id}")


def language_of(account_id: UUID) -> str:
    """The language kept with an account; empty: none chosen."""
    return Account.objects.filter(pk=account_id).values_list("language", flat=True).first() or ""
