"""Posts: proposed by the employer or the office, checked, made public by another person, ended."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.engines.employment.definitions import PostState, employer_path
from gongyou.engines.employment.models import Post
from gongyou.engines.employment.steps import posts
from gongyou.engines.employment.steps.happening import note_post
from gongyou.engines.employment.steps.intentions import work_due
from gongyou.engines.employment.steps.posts import PostWords
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, Stale
from gongyou.kernel.worklist import drop_todos, put_todo
from gongyou.offices import queries as offices
from gongyou.registry.partner_steps import today_of
from gongyou.registry.queries.organisations import public_organisation
from gongyou.registry.steps import note_organisation

POSTS, PUBLISH, EMPLOYER = "employment.posts", "employment.publish", "employment.employer"
CHECK_TODO = "employment.check_post"


@dataclass(frozen=True)
class PostStanding:
    post_id: UUID
    state: str
    version: int


@dataclass(frozen=True)
class EmployerWords:
    """An employer as a shortage survey names it."""

    name: str
    credit_code: str
    kind: str = "enterprise"


@action("employment.propose_post", right=None, answers=PostStanding)
def propose_post(
    act: Act, *, office_id: UUID, organisation_id: UUID, words: PostWords, channel: str = "desk"
) -> PostStanding:
    """By whoever acts for the employer (`employment.employer`) or by the office (`employment.posts`).

    Raises NotAllowed, Refusal naming field, word and article.
    """
    office = offices.office(office_id)
    _require(act, POSTS, office.path, organisation_id)
    source = "employer" if act.actor.kind == "employer" else "office"
    row = posts.new_post(act, office, organisation_id, words, source=source, channel=channel)
    _wait(act, row)
    return _standing(row)


@action("employment.answer_shortage", right=POSTS, answers=PostStanding)
def answer_shortage(
    act: Act, *, office_id: UUID, employer: EmployerWords, words: PostWords, channel: str
) -> PostStanding:
    """A shortage survey's line: the employer by its credit code, and one post that waits. Raises NotAllowed, Refusal."""
    office = offices.office(office_id)
    act.require(POSTS, office.path)
    organisation_id = note_organisation(
        act,
        name=employer.name,
        kind=employer.kind or "enterprise",
        division=office.area,
        controller=f"union:{office.area}",
        source=channel,
        credit_code=employer.credit_code,
    )
    row = posts.new_post(act, office, organisation_id, words, source="survey", channel=channel)
    _wait(act, row)
    return _standing(row)


@action("employment.change_post", right=None, answers=PostStanding)
def change_post(act: Act, *, post_id: UUID, version: int, words: PostWords) -> PostStanding:
    """Anything may change; a public post waits for another's look again. Raises NotAllowed, Stale, Refusal."""
    row = posts.locked_post(post_id)
    _require(act, POSTS, row.office_path, row.organisation_id)
    _fresh(row, version)
    was_public = row.state == PostState.PUBLIC
    posts.write_post(act, row, words)
    row.proposed_by, row.proposed_at = act.actor.id, act.now
    row.published_by = row.published_at = None
    row.refusal = {}
    note_post(act, row, PostState.WAITING, "changed")
    _wait(act, row)
    if was_public:
        posts.changed(act, row)
    return _standing(row)


@action("employment.publish_post", right=PUBLISH, answers=PostStanding)
def publish_post(act: Act, *, post_id: UUID, version: int) -> PostStanding:
    """Another person than proposed it, where the rule says so; the employer is verified, no fee, no refused word.

    Raises NotAllowed, Stale, DomainError.
    """
    row = posts.locked_post(post_id)
    act.require(PUBLISH, row.office_path)
    _fresh(row, version)
    _waits(row)
    if row.needs_second and row.proposed_by == act.actor.id:
        raise DomainError(
            "same_person",
            says("提出岗位和审核发布不能是同一个人。"),
            says("请由另一位同志审核。"),
            status=409,
        )
    posts.refuse_unlawful(row)
    posts.refuse_unverified(row)
    row.published_by, row.published_at = act.actor.id, act.now
    note_post(act, row, PostState.PUBLIC, "published")
    drop_todos(act, subject_id=row.pk)
    posts.changed(act, row)
    return _standing(row)


@action("employment.refuse_post", right=PUBLISH, answers=PostStanding)
def refuse_post(act: Act, *, post_id: UUID, version: int, reason: str) -> PostStanding:
    """Not public, and the employer reads why. Raises NotAllowed, Stale, Refusal."""
    row = posts.locked_post(post_id)
    act.require(PUBLISH, row.office_path)
    _fresh(row, version)
    _waits(row)
    row.refusal = {"reason": read_text(reason, field="reason", longest=200, is_needed=True)}
    note_post(act, row, PostState.REFUSED, "refused", row.refusal["reason"])
    drop_todos(act, subject_id=row.pk)
    return _standing(row)


@action("employment.end_post", right=None, answers=PostStanding)
def end_post(act: Act, *, post_id: UUID, version: int, reason: str = "") -> PostStanding:
    """Filled otherwise, or withdrawn: nobody is sent there any more; interests under way go on."""
    row = posts.locked_post(post_id)
    _require(act, POSTS, row.office_path, row.organisation_id)
    _fresh(row, version)
    if row.state not in (PostState.WAITING, PostState.PUBLIC):
        raise DomainError("post_over", says("这个岗位已经结束。"), status=409)
    row.ended_on = today_of(act)
    note_post(act, row, PostState.CLOSED, "ended", read_text(reason, field="reason", longest=200))
    drop_todos(act, subject_id=row.pk)
    posts.changed(act, row)
    return _standing(row)


def _wait(act: Act, row: Post) -> None:
    office = offices.office_at(row.office_path)
    put_todo(act, kind=CHECK_TODO, subject_id=row.pk, office_id=office.id, office_path=office.path,
             number="", title=says("审核岗位"), due_at=work_due(act, row.area))  # fmt: skip


def _require(act: Act, right: str, office_path: str, organisation_id: UUID) -> None:
    if act.actor.kind == "employer":
        act.require(EMPLOYER, employer_path(public_organisation(organisation_id).credit_code))
    else:
        act.require(right, office_path)


def _fresh(row: Post, version: int) -> None:
    if row.version != version:
        raise Stale


def _waits(row: Post) -> None:
    if row.state != PostState.WAITING:
        raise DomainError("post_decided", says("这个岗位已经处理过了。"), status=409)


def _standing(row: Post) -> PostStanding:
    return PostStanding(row.pk, row.state, row.version)
