"""A state changes together with the row that says who changed it, when and why."""

from __future__ import annotations

from gongyou.basics.inputs import read_text
from gongyou.engines.employment.definitions import InterviewState, PostState, ReferralState
from gongyou.engines.employment.models import Interview, Post, PostHappening, Referral, ReferralHappening
from gongyou.kernel.actions import Act
from gongyou.kernel.ids import new_id

OPEN_INTERVIEW = (InterviewState.PLANNED, InterviewState.CONFIRMED)


def note_post(act: Act, row: Post, state: PostState, kind: str, note: str = "") -> None:
    """The post goes on (saved with its next version)."""
    row.state = state
    row.version, row.changed_at = row.version + 1, act.now
    row.save()
    say_of_post(act, row, kind, note)


def say_of_post(act: Act, row: Post, kind: str, note: str = "") -> None:
    PostHappening.objects.create(
        id=new_id(),
        post=row,
        kind=kind,
        at=act.now,
        by=act.actor.id,
        by_kind=act.actor.kind[:10],
        note=note[:300],
        version=row.version,
    )
    act.about(f"post:{row.pk}", row.office_path)


def note_referral(act: Act, row: Referral, state: ReferralState, kind: str = "", note: str = "") -> None:
    """The referral goes on; interviews end with a referral that is over."""
    row.state = state
    row.version, row.changed_at = row.version + 1, act.now
    row.save(update_fields=["state", "version", "changed_at", "shares_contact"])
    if state in (ReferralState.WITHDRAWN, ReferralState.DECLINED):
        Interview.objects.filter(referral=row, state__in=OPEN_INTERVIEW).update(
            state=InterviewState.CANCELLED
        )
    say_of_referral(act, row, kind or str(state), note)


def say_of_referral(act: Act, row: Referral, kind: str, note: str = "") -> None:
    ReferralHappening.objects.create(
        id=new_id(),
        referral=row,
        kind=kind,
        at=act.now,
        by=act.actor.id,
        by_kind=act.actor.kind[:10],
        note=read_text(note, field="note", longest=300),
    )
    act.about(f"referral:{row.pk}", row.office_path)
