"""Posts: what anybody may read, what an employer reads of its own, what the office works on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from gongyou.basics.identity.divisions import division_name
from gongyou.engines.employment.definitions import PostState, employer_path
from gongyou.engines.employment.models import Post
from gongyou.engines.employment.queries.rules import rulebook_of
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound

READ, EMPLOYER = "employment.read", "employment.employer"


@dataclass(frozen=True)
class PostView:
    """A post as pages show it; wages in fen (a day's where `is_daily`), titles in the source language."""

    id: UUID
    organisation_id: UUID
    employer: str
    credit_code: str
    area: str
    office_path: str
    title: str
    occupation: str
    occupation_title: str
    division: str
    division_name: str
    place: str
    headcount: int
    certificates: tuple[str, ...]
    certificate_ids: tuple[str, ...]
    wage_low_fen: int | None
    wage_high_fen: int | None
    is_daily: bool
    shift: str
    age_min: int | None
    age_max: int | None
    is_gig: bool
    text: str
    expires_on: date
    state: str
    reason: str
    proposed_by: UUID
    published_at: datetime | None
    version: int
    push_state: str = ""
    push_reference: str = ""

    @property
    def is_open(self) -> bool:
        return self.state == PostState.PUBLIC and self.expires_on >= moment.today()


@dataclass(frozen=True)
class PostPage:
    items: tuple[PostView, ...]
    next: str


@dataclass(frozen=True)
class PostFilter:
    """What a visitor looks for; empty: everything."""

    text: str = ""
    division: str = ""
    is_gig: bool | None = None


def search_posts(*, given: PostFilter, cursor: str = "", size: int = 20) -> PostPage:
    """Public posts, newest first; anybody may read them. A cursor that is none counts as the first page."""
    rows = _public()
    for word in given.text.split()[:5]:
        rows = rows.filter(
            Q(title__contains=word) | Q(text__contains=word) | Q(organisation__name__contains=word)
        )
    if given.division:
        bare = given.division.rstrip("0") if len(given.division) == 6 else given.division
        rows = rows.filter(division__startswith=bare if len(bare) % 2 == 0 else bare + "0")
    if given.is_gig is not None:
        rows = rows.filter(is_gig=given.is_gig)
    return _page(rows, "published_at", cursor, size)


def public_post(post_id: UUID) -> PostView:
    """Raises NotFound for one that is not public, or over."""
    row = _public().filter(pk=post_id).first()
    if row is None:
        raise NotFound
    return view(row)


def _public() -> QuerySet[Post]:
    rows = Post.objects.select_related("organisation")
    return rows.filter(state=PostState.PUBLIC, expires_on__gte=moment.today())


def _page(rows: QuerySet[Post], column: str, cursor: str, size: int) -> PostPage:
    stamp, _, row_id = cursor.partition("~")
    try:
        at, after = datetime.fromisoformat(stamp), UUID(row_id)
        rows = rows.filter(Q(**{f"{column}__lt": at}) | Q(**{column: at, "id__lt": after}))
    except ValueError:
        pass  # the first page
    found = list(rows.order_by(f"-{column}", "-id")[: size + 1])
    items = tuple(view(row) for row in found[:size])
    last: Any = found[size - 1] if len(found) > size else None
    return PostPage(items, f"{getattr(last, column).isoformat()}~{last.pk}" if last else "")


def list_posts(actor: Actor, *, state: str = "", cursor: str = "", size: int = 30) -> PostPage:
    """Posts of the actor's offices, latest change first. Raises NotAllowed."""
    actor.require(READ)
    rows = Post.objects.select_related("organisation").filter(actor.scope(READ).filter())
    return _page(rows.filter(state=state) if state else rows, "changed_at", cursor, size)


def post_of(actor: Actor, post_id: UUID) -> PostView:
    """By the office, or by whoever acts for its employer. Raises NotFound, NotAllowed."""
    row = Post.objects.select_related("organisation").prefetch_related("pushes").filter(pk=post_id).first()
    if row is None:
        raise NotFound
    if actor.kind == "employer":
        actor.require(EMPLOYER, employer_path(row.organisation.credit_code or ""))
    else:
        actor.require(READ, row.office_path)
    return view(row, with_push=True)


def own_posts(actor: Actor, organisation_id: UUID) -> tuple[PostView, ...]:
    """An employer's own, newest first. Raises NotAllowed."""
    rows = Post.objects.select_related("organisation").filter(organisation_id=organisation_id)
    found = list(rows.order_by("-changed_at", "id")[:200])
    for row in found[:1]:
        actor.require(EMPLOYER, employer_path(row.organisation.credit_code or ""))
    return tuple(map(view, found))


def posts_by_id(ids: Iterable[UUID]) -> dict[UUID, PostView]:
    """Unguarded: for lists the caller has checked."""
    rows = Post.objects.select_related("organisation").filter(pk__in=set(ids))
    return {row.pk: view(row) for row in rows}


def view(row: Post, *, with_push: bool = False) -> PostView:
    rules = rulebook_of(row.area, moment.today())
    pushes = sorted(row.pushes.all(), key=lambda p: -p.version) if with_push else []
    return PostView(
        id=row.pk,
        organisation_id=row.organisation_id,
        employer=row.organisation.name,
        credit_code=row.organisation.credit_code or "",
        area=row.area,
        office_path=row.office_path,
        title=row.title,
        occupation=row.occupation,
        occupation_title=rules.occupation_title(row.occupation),
        division=row.division,
        division_name=division_name(row.division) or row.division,
        place=row.place,
        headcount=row.headcount,
        certificates=tuple(rules.certificate(c)[0] for c in row.certificates),
        certificate_ids=tuple(row.certificates),
        wage_low_fen=row.wage_low_fen,
        wage_high_fen=row.wage_high_fen,
        is_daily=row.is_daily,
        shift=row.shift,
        age_min=row.age_min,
        age_max=row.age_max,
        is_gig=row.is_gig,
        text=row.text,
        expires_on=row.expires_on,
        state=row.state,
        reason=str(row.refusal.get("reason", "")),
        proposed_by=row.proposed_by,
        published_at=row.published_at,
        version=row.version,
        push_state=pushes[0].state if pushes else "",
        push_reference=(pushes[0].reference or pushes[0].reason) if pushes else "",
    )
