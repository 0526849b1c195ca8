"""The number a worker proved by SMS code, and which registry row is theirs."""

from __future__ import annotations

from uuid import UUID

from gongyou.kernel.access import Actor
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.models.accounts import Account
from gongyou.kernel.personal_data import record_read


def own_phone(actor: Actor, purpose: str) -> str:
    """The signed-in worker's own number; the read is recorded. Raises NotAllowed for anybody else."""
    account = Account.objects.filter(pk=actor.id, kind=Account.Kind.WORKER).first()
    if account is None or account.phone is None:
        raise NotAllowed("own_phone")
    text: str = account.phone.open(record_read(actor, "account", [account.pk], purpose))
    return text


def link_person(act: Act, person_id: UUID) -> None:
    """The worker acting is this person of the registry from now on (step); an older link stays."""
    Account.objects.filter(pk=act.actor.id, kind=Account.Kind.WORKER, person_id=None).update(
        person_id=person_id
    )
