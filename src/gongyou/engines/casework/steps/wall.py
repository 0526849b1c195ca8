"""The wall's own books: what is taken of a wish, and how claims end."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import F

from gongyou.engines.casework.models import Case, Wish, WishClaim
from gongyou.kernel.actions import Act
from gongyou.registry import partner_steps as partners
from gongyou.registry import steps as registry

KEPT_AFTER = timedelta(days=30)
"""Whoever took a wish and did not keep it may be erased this long afterwards."""


CHILD_WISH = "child_wish:"


def consent_purpose(case_id: UUID) -> str:
    """What a guardian's consent to a child's wish is for: this one wish."""
    return f"{CHILD_WISH}{case_id}"


def end_claim(act: Act, claim: WishClaim, state: str) -> None:
    """A held claim ends without being fulfilled: its units are free again, the wish needs them again."""
    WishClaim.objects.filter(pk=claim.pk).update(state=state, ended_at=act.now)
    Wish.objects.filter(case_id=claim.case_id).update(taken=F("taken") - claim.quantity)
    if claim.resource_id is not None:
        partners.release_units(act, resource_id=claim.resource_id, quantity=claim.quantity)
    keep_until = (act.now + KEPT_AFTER).date()
    registry.close_ties(act, subject=f"case:{claim.case_id}", role=role_of(claim), keep_until=keep_until)


def role_of(claim: WishClaim) -> str:
    """The claimant's part in the matter; each claim has its own, so that one's end ends nobody else's."""
    return f"claim:{str(claim.pk)[-12:]}"


def release_claims(act: Act, row: Case) -> None:
    """Off the wall; whoever still holds a part is free. Does nothing to a matter that never hung there."""
    if row.kind != "wish":
        return
    Wish.objects.filter(case=row, is_on_wall=True).update(is_on_wall=False)
    for claim in WishClaim.objects.filter(case=row, state=WishClaim.State.HELD).order_by("id"):
        end_claim(act, claim, WishClaim.State.RELEASED)
