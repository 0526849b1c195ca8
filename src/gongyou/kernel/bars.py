"""The deny-list that beats every right: who is barred from a matter can't read, find, list, open or change it.

A room says why (and keeps that); the kernel only holds the effect, so that lists, search, files and messages of every
room obey it. Workers, visitors and the platform itself are never barred: a matter stays its person's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Q

from gongyou.kernel.access import Actor
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.inserting import insert
from gongyou.kernel.models.bars import Bar

STAFF = "staff"


def account_key(account_id: UUID) -> str:
    return f"account:{account_id}"


def office_key(path: str) -> str:
    """An office and everything below it."""
    return f"path:{path}"


LACKS = "lacks:"


def lacking_key(right: str) -> str:
    """Everybody on the staff who does not hold this right: the matter is for few, whoever else could reach it."""
    return f"{LACKS}{right}"


def keys_of(actor: Actor) -> tuple[str, ...]:
    """Every key by which this actor can be barred: the own account, and each office above every office held."""
    keys = [account_key(actor.id)]
    for holding in actor.holdings:
        keys += _path_keys(holding.office_path)
    return tuple(dict.fromkeys(keys))


def _path_keys(office_path: str) -> list[str]:
    parts = office_path.split("/")[:-1]
    return [office_key("/".join(parts[: depth + 1]) + "/") for depth in range(len(parts))]


def barred_subjects(actor: Actor) -> frozenset[str]:
    """The matters this actor is barred from ('case:<id>'); usually none. One query by key."""
    if actor.kind != STAFF:
        return frozenset()
    return frozenset(Bar.objects.filter(key__in=keys_of(actor)).values_list("subject", flat=True))


def barred_ids(actor: Actor) -> frozenset[UUID]:
    """The same as bare ids, for tables that hold those."""
    return frozenset(UUID(subject.partition(":")[2]) for subject in barred_subjects(actor))


def is_barred(actor: Actor, subject: str, office_path: str | None = None) -> bool:
    """Whether the actor stands on the deny-list of one matter; `office_path` is where a right it asks for must reach."""
    if actor.kind != STAFF or not subject:
        return False
    keys = Bar.objects.filter(Q(key__in=keys_of(actor)) | Q(key__startswith=LACKS), subject=subject)
    return any(_bars(key, actor, office_path) for key in keys.values_list("key", flat=True))


def _bars(key: str, actor: Actor, office_path: str | None) -> bool:
    return not key.startswith(LACKS) or not actor.may(key.removeprefix(LACKS), office_path)


def subjects_for_few(actor: Actor, places: Mapping[str, str]) -> frozenset[str]:
    """Of subjects with their offices' paths, those that ask for a right the actor does not hold there.

    `barred_subjects` does not name them: for most of the staff they are too many to carry.
    """
    if actor.kind != STAFF:
        return frozenset()
    found = Bar.objects.filter(subject__in=places, key__startswith=LACKS).values_list("subject", "key")
    return frozenset(subject for subject, key in found if _bars(key, actor, places[subject]))


def refuse_barred(actor: Actor, subject: str) -> None:
    """Raises NotAllowed: the barred get the same words as those without the right, and learn nothing."""
    if is_barred(actor, subject):
        raise NotAllowed("barred")


def bars_of(subject: str) -> frozenset[str]:
    """Every key on a matter's deny-list."""
    return frozenset(Bar.objects.filter(subject=subject).values_list("key", flat=True))


def covers_actor(keys: frozenset[str], actor: Actor) -> bool:
    """Whether a deny-list already at hand bars this actor."""
    if actor.kind != STAFF or not keys:
        return False
    return not keys.isdisjoint(keys_of(actor)) or any(
        _bars(key, actor, None) for key in keys if key.startswith(LACKS)
    )


def covers_path(keys: frozenset[str], office_path: str) -> bool:
    """Whether an office lies at or below one on a deny-list already at hand."""
    return bool(keys) and not keys.isdisjoint(_path_keys(office_path))


def bar(act: Act, *, subject: str, keys: Iterable[str], cause_id: UUID) -> None:
    """Put keys on a matter's deny-list (step); twice is once."""
    rows = [
        Bar(subject=subject, key=key, since=act.now, cause_id=cause_id)
        for key in dict.fromkeys(keys)
        if not Bar.objects.filter(subject=subject, key=key, cause_id=cause_id).exists()
    ]
    insert(*rows)


def lift(act: Act, *, cause_id: UUID, keys: Iterable[str] | None = None) -> None:
    """Take a cause's keys (None: all of them) off the list (step); what another cause bars stays barred."""
    rows = Bar.objects.filter(cause_id=cause_id)
    (rows if keys is None else rows.filter(key__in=list(keys))).delete()
