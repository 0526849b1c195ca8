"""That a matter is somebody's own: by its number and the last four digits, by receipt code, or signed in."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from uuid import UUID

from gongyou.basics.numbering import read_number
from gongyou.basics.refusal import says
from gongyou.engines.casework.models import Case
from gongyou.kernel import throttle
from gongyou.kernel.access import Actor, visitor_actor
from gongyou.kernel.errors import NotFound
from gongyou.kernel.installation import installed
from gongyou.registry import queries as registry

NO_MATCH = says("编号和后四位对不上。")


def pin_of(number: str) -> str:
    """The six-digit receipt code of a number: derived with the installation's key, stored nowhere."""
    digest = installed().keyring.index(number, "casework.receipt_code")
    return f"{int.from_bytes(digest[:6], 'big') % 1_000_000:06d}"


@dataclass(frozen=True)
class Own:
    """A matter proven to be the caller's own. Only `prove_own` makes one.

    `is_proxy`: proven by the telephone of who speaks for the person. `is_anonymous`: nobody may stand on record with
    it, not even an account that is signed in (`acting`).
    """

    case_id: UUID
    is_proxy: bool = False
    is_anonymous: bool = False

    def acting(self, actor: Actor) -> Actor:
        """Who acts on the matter: of an anonymous one nobody known."""
        return visitor_actor() if self.is_anonymous and actor.kind == "worker" else actor


def prove_own(actor: Actor, number: str, tail: str, source: str) -> Own:
    """Prove a matter by number and last four digits or receipt code; a signed-in worker leaves `tail` empty.

    Call it outside an action: wrong guesses must be counted even though nothing else happens.
    An unknown number and wrong digits get the same sentence. Raises NotFound, DomainError (429, too many guesses).
    """
    text = str(read_number(number))
    row = Case.objects.filter(number=text).only("id", "phone_tail", "is_anonymous").first()
    if not tail and row is not None and (own := registry.own_people(actor)):
        roles = set(row.parties.filter(person_id__in=own).values_list("role", flat=True))
        if roles & {"subject", "proxy"}:
            return Own(row.pk, is_proxy="subject" not in roles)
        raise NotFound(NO_MATCH)
    throttle.refuse_after(f"track:{text}", source=source)
    given = tail.strip()
    if row is not None and len(given) >= 4:
        if hmac.compare_digest(given.encode(), pin_of(text).encode()):
            return Own(row.pk, is_anonymous=row.is_anonymous)
        if len(row.phone_tail) == 4 and hmac.compare_digest(given.encode(), row.phone_tail.encode()):
            return Own(row.pk, is_proxy=_is_proxys_phone(row))
    throttle.note_wrong(f"track:{text}", source=source)
    raise NotFound(NO_MATCH)


def _is_proxys_phone(row: Case) -> bool:
    """The last digits kept with a matter are its person's, or, where that one left no phone, the proxy's."""
    if not row.parties.filter(role="proxy").exists():
        return False
    return not row.parties.filter(role="subject").exclude(person__phone_masked="").exists()
