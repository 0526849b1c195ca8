"""The list of one person: by the last run, or plain by day where they opted out; live, whatever ended since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gongyou.engines.employment.definitions import IntentionState
from gongyou.engines.employment.models import HumanAsk, Intention, Listing, Post
from gongyou.engines.employment.ports import course_for
from gongyou.engines.employment.queries.explaining import Why, explain
from gongyou.engines.employment.queries.posts import PostView, posts_by_id
from gongyou.engines.employment.queries.rules import rulebook_of
from gongyou.engines.employment.queries.tables import open_posts
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotAllowed, NotFound
from gongyou.kernel.personal_data import record_read
from gongyou.registry.queries import own_people

READ, OWN = "employment.read", "employment.own"
NOUN = "intention"
PLAIN_SIZE = 50


@dataclass(frozen=True)
class IntentionView:
    """What somebody looks for. Home and birth are not among it: no page needs them."""

    id: UUID
    person_id: UUID
    area: str
    office_path: str
    state: str
    occupations: tuple[str, ...]
    certificates: tuple[str, ...]
    wage_min_fen: int | None
    max_km: int | None
    shifts: tuple[str, ...]
    wants_gig: bool
    wants_messages: bool
    is_plain: bool
    until_on: date
    version: int
    ask_id: UUID | None
    """An open wish that a person looks at the list."""
    asked_text: str
    answer: str

    @property
    def is_active(self) -> bool:
        return self.state == IntentionState.ACTIVE and self.until_on >= moment.today()


@dataclass(frozen=True)
class ListedPost:
    post: PostView
    reasons: tuple[str, ...]
    score: int | None
    """Whole percent; None in the plain list."""


@dataclass(frozen=True)
class NearPost:
    """A post that lacks one certificate: its title, how to get it, the class that gives it."""

    post: PostView
    certificate: str
    how: str
    course: str


@dataclass(frozen=True)
class OwnList:
    """`as_of` None: the plain list, or no run yet."""

    intention: IntentionView
    posts: tuple[ListedPost, ...]
    near: tuple[NearPost, ...]
    as_of: datetime | None
    run_id: UUID | None


def own_intentions(actor: Actor) -> tuple[IntentionView, ...]:
    """The signed-in person's own, newest first. Raises NotAllowed."""
    actor.require(OWN)
    rows = Intention.objects.filter(person_id__in=own_people(actor)).order_by("-changed_at", "id")
    return tuple(map(intention_view, rows))


def list_of(actor: Actor, intention_id: UUID, *, purpose: str) -> OwnList:
    """By the person, or by the office with the read on record. Raises NotFound, NotAllowed."""
    row = reachable(actor, intention_id, purpose=purpose)
    return _plain(row) if row.is_plain else _by_run(row)


def why(
    actor: Actor, intention_id: UUID, post_id: UUID, *, purpose: str
) -> tuple[IntentionView, PostView, Why]:
    """Why this post, why not that one: for any public post. Raises NotFound, NotAllowed."""
    row = reachable(actor, intention_id, purpose=purpose)
    post = Post.objects.select_related("organisation").filter(pk=post_id).exclude(published_at=None).first()
    if post is None:
        raise NotFound
    return intention_view(row), posts_by_id([post_id])[post_id], explain(row, post)


def reachable(actor: Actor, intention_id: UUID, *, purpose: str) -> Intention:
    """The row, if it is the actor's own, or within the office's reach (then the read is recorded)."""
    row = Intention.objects.filter(pk=intention_id).first()
    if row is None:
        raise NotFound
    if actor.kind == "worker":
        if row.person_id not in own_people(actor):
            raise NotAllowed(OWN)
        return row
    actor.require(READ, row.office_path)
    record_read(actor, NOUN, [row.pk], purpose)
    return row


def _by_run(row: Intention) -> OwnList:
    kept = Listing.objects.select_related("run").filter(intention=row).first()
    if kept is None or row.state != IntentionState.ACTIVE:
        return OwnList(intention_view(row), (), (), None, None)
    rules = rulebook_of(row.area, moment.today())
    posts = posts_by_id(UUID(one[0]) for one in (*kept.posts, *kept.near))
    listed = tuple(
        ListedPost(posts[UUID(post)], tuple(reasons), round(score / 10_000))
        for post, score, reasons in kept.posts
        if UUID(post) in posts and posts[UUID(post)].is_open
    )
    near = tuple(
        NearPost(posts[UUID(post)], *rules.certificate(code), course_for(code, row.area))
        for post, code in kept.near
        if UUID(post) in posts and posts[UUID(post)].is_open
    )
    return OwnList(
        intention_view(row), listed, near, kept.run.finished_at or kept.run.started_at, kept.run_id
    )


def _plain(row: Intention) -> OwnList:
    """Everything the area has, same county first, then the newest: the same for everybody who lives there."""
    found = open_posts(row.area, moment.today()).order_by("-published_at", "id")
    ids = list(found.filter(division=row.division).values_list("pk", flat=True)[:PLAIN_SIZE])
    ids += list(found.exclude(division=row.division).values_list("pk", flat=True)[: PLAIN_SIZE - len(ids)])
    posts = posts_by_id(ids)
    listed = tuple(ListedPost(posts[i], (), None) for i in ids)
    return OwnList(intention_view(row), listed, (), None, None)


def intention_view(row: Intention) -> IntentionView:
    rules = rulebook_of(row.area, moment.today())
    ask = HumanAsk.objects.filter(intention=row).order_by("-asked_at").first()
    return IntentionView(
        id=row.pk,
        person_id=row.person_id,
        area=row.area,
        office_path=row.office_path,
        state=row.state,
        occupations=tuple(rules.occupation_title(c) for c in row.occupations),
        certificates=tuple(rules.certificate(c.partition("@")[0])[0] for c in row.certificates),
        wage_min_fen=row.wage_min_fen,
        max_km=row.max_km,
        shifts=tuple(row.shifts),
        wants_gig=row.wants_gig,
        wants_messages=row.wants_messages,
        is_plain=row.is_plain,
        until_on=row.until_on,
        version=row.version,
        ask_id=ask.pk if ask is not None and ask.answered_at is None else None,
        asked_text=ask.text if ask is not None else "",
        answer=ask.answer if ask is not None else "",
    )


def intention_of_ask(actor: Actor, ask_id: UUID) -> UUID:
    """Whose wish it is. Raises NotFound, NotAllowed."""
    row = HumanAsk.objects.filter(pk=ask_id).first()
    if row is None:
        raise NotFound
    actor.require(READ, row.office_path)
    return row.intention_id
