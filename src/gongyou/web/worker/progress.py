"""How far a matter is, as four words a person can see at a glance."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from gongyou.engines.casework.queries import TrackView

_MOVED = {
    "accepted",
    "reclassified",
    "paused",
    "resumed",
    "settled",
    "called_satisfied",
    "called_dissatisfied",
    "reopened",
}


@dataclass(frozen=True)
class Stage:
    title: str
    is_done: bool
    is_now: bool


def stages(matter: TrackView) -> list[Stage]:
    """Received, taken up, answered, asked back. Empty for a matter that ended without an answer."""
    if matter.is_closed and not matter.answer:
        return []
    kinds = {step.kind for step in matter.steps}
    is_answered = bool(matter.answer) and matter.may_rate | matter.is_closed
    done = [True, bool(kinds & _MOVED) or is_answered, is_answered, matter.is_closed]
    titles = [_("已收到"), _("办理中"), _("已答复"), _("已回访")]
    last = max(i for i, is_done in enumerate(done) if is_done)
    return [
        Stage(title, is_done, i == last) for i, (title, is_done) in enumerate(zip(titles, done, strict=True))
    ]
