"""Private calendar addresses: whoever knows one sees its owner's shifts, so only a digest is stored."""

from __future__ import annotations

import secrets

from gongyou.kernel.actions import Act, action
from gongyou.kernel.ids import new_id
from gongyou.offices.models import Feed
from gongyou.offices.queries.feeds import digest_of

OWN = "duty.own"


@action("offices.make_feed", right=OWN)
def make_feed(act: Act) -> str:
    """A new address for one's own shifts; the one before stops working. Told once. Raises NotAllowed."""
    token = secrets.token_urlsafe(24)
    Feed.objects.filter(account_id=act.actor.id, revoked_at=None).update(revoked_at=act.now)
    Feed.objects.create(id=new_id(), account_id=act.actor.id, digest=digest_of(token), made_at=act.now)
    act.about(f"account:{act.actor.id}")
    return token


@action("offices.revoke_feed", right=OWN)
def revoke_feed(act: Act) -> None:
    """The address stops working. Raises NotAllowed."""
    Feed.objects.filter(account_id=act.actor.id, revoked_at=None).update(revoked_at=act.now)
    act.about(f"account:{act.actor.id}")
