"""Writes about runs inside an open action."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.employment.definitions import RUN_OPEN, RunKind, RunState
from gongyou.engines.employment.models import Intention, Listing, MatchRun
from gongyou.engines.employment.queries.rules import programme_name
from gongyou.engines.employment.queries.tables import within
from gongyou.kernel.actions import Act
from gongyou.kernel.bulk import insert_many
from gongyou.kernel.errors import DomainError
from gongyou.kernel.ids import new_id
from gongyou.matching.updating import SPARE
from gongyou.offices import queries as offices
from gongyou.registry.partner_steps import today_of

MATCH = "employment.match"
SHOWN = 20

ListRow = tuple[UUID, list[Any], list[Any]]
"""Intention, posts, near misses."""


def latest_of(area: str) -> MatchRun | None:
    return MatchRun.objects.filter(area=area, state=RunState.DONE).order_by("-finished_at", "-id").first()


def order(act: Act, area: str, kind: RunKind) -> MatchRun:
    """Queue a run; one at a time in an area. Raises DomainError where one is under way."""
    office = offices.root_of(area)
    if MatchRun.objects.filter(area=area, state__in=RUN_OPEN).exists():
        raise DomainError(
            "match_open", says("这个地区正在匹配，还没有算完。"), says("请等这一次算完。"), status=409
        )
    row = MatchRun.objects.create(
        id=new_id(),
        area=area,
        office_path=office.path,
        programme=programme_name(),
        kind=kind,
        on=today_of(act),
        top=SHOWN + SPARE,
        previous=latest_of(area),
        ordered_by=act.actor.id,
        ordered_by_name=act.actor.name[:40] if act.actor.kind == "staff" else "",
        ordered_at=act.now,
    )
    act.enqueue(MATCH, {"run_id": row.pk}, unique_key=f"{MATCH}:{row.pk}")
    act.about(f"match:{row.pk}", row.office_path)
    return row


def follow(act: Act, area: str) -> MatchRun | None:
    """Posts or intentions changed: the lists follow by a quick run, on a new day by a full one; none where one is
    under way (it looks again at its end) or nothing was ever run here."""
    last = latest_of(area)
    if last is None or MatchRun.objects.filter(area=area, state__in=RUN_OPEN).exists():
        return None
    return order(act, area, RunKind.UPDATE if last.on == today_of(act) else RunKind.FULL)


def keep_lists(run: MatchRun, rows: Sequence[ListRow]) -> None:
    """Replace the lists of these people."""
    Listing.objects.filter(intention_id__in=[row[0] for row in rows]).delete()
    insert_many(
        Listing,
        ("id", "intention_id", "run_id", "posts", "near"),
        [(new_id(), intention, run.pk, posts, near) for intention, posts, near in rows],
    )


def forget_lists(area: str, kept: MatchRun) -> int:
    """After a full run: lists of people who are no longer in it."""
    rows = Listing.objects.filter(intention__in=_intentions(area)).exclude(run=kept)
    return rows.delete()[0]


def _intentions(area: str) -> Any:
    return Intention.objects.filter(within(area)).values("pk")
