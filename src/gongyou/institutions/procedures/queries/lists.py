"""Publicity lists: what anybody may read while a list is public, and the maker's view."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from gongyou.basics.refusal import says
from gongyou.institutions.procedures.models import PublicityLine, PublicityList
from gongyou.institutions.procedures.queries.approvals import READ
from gongyou.institutions.procedures.queries.views import LinePage, LineView, ListView, list_view
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotAllowed, NotFound

PAGE = 50
MOST_LINES = 2000

_LINE = "position || {s} || subject_key || {s} || name || {s} || shown || {s} || amount_fen"
# Our own names alone; both give the same text to hash as the triggers of 0002_held_by_the_database do.
TOTALS = {
    "postgresql": "SELECT count(*), coalesce(sum(amount_fen), 0), encode(sha256(convert_to(string_agg("  # noqa: S608
    + _LINE.format(s="chr(31)")
    + ", chr(10) ORDER BY position), 'UTF8')), 'hex') FROM procedures_publicityline WHERE list_id = %s",
    "sqlite": "SELECT count(*), coalesce(sum(amount_fen), 0), SHA256(group_concat(line, char(10))) FROM"  # noqa: S608
    " (SELECT amount_fen, " + _LINE.format(s="char(31)") + " AS line FROM procedures_publicityline"
    " WHERE list_id = %s ORDER BY position)",
}


@dataclass(frozen=True)
class ListPage:
    items: tuple[ListView, ...]
    next: str


@dataclass(frozen=True)
class Totals:
    """Counted, added up and hashed by the database from the lines as they lie there."""

    count: int
    sum_fen: int
    digest: str


def totals_of(list_id: UUID) -> Totals:
    """Unguarded: for sealing and for whoever checks a sealed list again."""
    with connection.cursor() as cursor:
        key = list_id.hex if connection.vendor == "sqlite" else list_id
        cursor.execute(TOTALS[connection.vendor], [key])
        count, fen, digest = cursor.fetchone()
    return Totals(int(count), int(fen), digest or "")


def publicity_lists(ids: list[UUID]) -> dict[UUID, ListView]:
    """Unguarded: for steps and guarded readers of other rooms."""
    return {row.pk: list_view(row) for row in PublicityList.objects.filter(pk__in=ids)}


def lists_of_run(run_ref: str) -> tuple[ListView, ...]:
    """Every list made from a run, newest first. Unguarded."""
    return tuple(map(list_view, PublicityList.objects.filter(run_ref=run_ref).order_by("-id")))


def published_list(list_id: UUID) -> ListView:
    """A list that is public now or was. Anybody may ask. Raises NotFound."""
    row = PublicityList.objects.filter(pk=list_id, state__in=["published", "closed"]).first()
    if row is None:
        raise NotFound(says("没有找到这份公示。"))
    return list_view(row)


def published_lists(*, area: str = "", cursor: str = "") -> ListPage:
    """What is public now, newest first. Anybody may ask. Raises ValueError for a cursor that is none."""
    rows = PublicityList.objects.filter(state="published", over_at=None)
    return _page(rows.filter(area=area) if area else rows, cursor)


def list_lines(list_id: UUID, *, after: int = 0, size: int = PAGE) -> LinePage:
    """Lines of a list in their order, while it is public: afterwards its totals remain. Raises NotFound."""
    if not PublicityList.objects.filter(pk=list_id, state="published", over_at=None).exists():
        raise NotFound(says("公示已经结束，名单不再展示。"))
    return _lines(list_id, after, size)


def find_line(list_id: UUID, text: str) -> LinePage:
    """Lines whose shown name begins so, while the list is public; at most a page. Raises NotFound."""
    list_lines(list_id, size=0)
    rows = PublicityLine.objects.filter(list=list_id, name__startswith=text[:120]).order_by("position")
    return LinePage(tuple(map(_line, rows[:PAGE])), 0)


def read_list(actor: Actor, list_id: UUID) -> ListView:
    """Raises NotFound, NotAllowed."""
    row = PublicityList.objects.filter(pk=list_id).first()
    if row is None:
        raise NotFound(says("没有找到这份名单。"))
    if not actor.may(READ, row.office_path):
        raise NotAllowed(READ)
    return list_view(row)


def read_lines(actor: Actor, list_id: UUID, *, after: int = 0, size: int = PAGE) -> LinePage:
    """The lines as the public sees them, in any state of the list. Raises NotFound, NotAllowed."""
    read_list(actor, list_id)
    return _lines(list_id, after, size)


def lists(actor: Actor, *, cursor: str = "") -> ListPage:
    """Within reach, newest first. Raises NotAllowed, ValueError for a cursor that is none."""
    actor.require(READ)
    return _page(PublicityList.objects.filter(actor.scope(READ).filter()), cursor)


def has_line(list_id: UUID, subject_key: str) -> bool:
    """Unguarded: whether a subject stands on a list."""
    return PublicityLine.objects.filter(list=list_id, subject_key=subject_key).exists()


def subject_at(list_id: UUID, position: int) -> tuple[str, str] | None:
    """The subject's key and shown name of a line. Unguarded: for a guarded page that names the list."""
    row = PublicityLine.objects.filter(list=list_id, position=position).first()
    return (row.subject_key, row.name) if row else None


def _page(rows: QuerySet[PublicityList], cursor: str) -> ListPage:
    narrowed = rows.filter(pk__lt=UUID(cursor)) if cursor else rows
    found = list(narrowed.order_by("-id")[:31])
    return ListPage(tuple(map(list_view, found[:30])), str(found[29].pk) if len(found) > 30 else "")


def _lines(list_id: UUID, after: int, size: int) -> LinePage:
    size = max(0, min(size, MOST_LINES))
    rows = PublicityLine.objects.filter(list=list_id, position__gt=after).order_by("position")
    found = list(rows[: size + 1])
    return LinePage(tuple(map(_line, found[:size])), found[size - 1].position if len(found) > size > 0 else 0)


def _line(row: PublicityLine) -> LineView:
    return LineView(row.position, row.name, tuple(json.loads(row.shown)), row.amount_fen)
