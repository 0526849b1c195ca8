"""Why this post, why not that one: for one person and one post, by the same code that makes the lists."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from gongyou.basics.refusal import Refusal
from gongyou.engines.employment.models import Intention, Post
from gongyou.engines.employment.ports import course_for
from gongyou.engines.employment.queries.rules import rulebook_of
from gongyou.engines.employment.queries.tables import write_pair
from gongyou.kernel import moment
from gongyou.kernel.installation import installed
from gongyou.matching.run import MatchOrder
from gongyou.matching.single import Asked, explain_one


@dataclass(frozen=True)
class MissingView:
    """A certificate that is lacking, how to get it, and the class that gives it ('' where none is known)."""

    title: str
    how: str
    course: str


@dataclass(frozen=True)
class Why:
    """`terms`: parts of the score as whole percents; `sentences`: why not, `reasons`: why; in the source language."""

    eligible: bool
    score: int | None
    terms: tuple[tuple[str, int], ...]
    failed: tuple[str, ...]
    sentences: tuple[str, ...]
    reasons: tuple[str, ...]
    missing: tuple[MissingView, ...]


def explain(intention: Intention, post: Post) -> Why:
    """The caller has checked that the actor may see both. Raises Refusal."""
    on = moment.today()
    rules = rulebook_of(intention.area, on)
    with tempfile.TemporaryDirectory(prefix="why-") as name:
        folder = Path(name)
        write_pair(intention, post, folder)
        order = MatchOrder(rules.programme, intention.area, on, folder, folder, grants=rules.grants)
        try:
            found = explain_one(installed().packs_dir, order, Asked(str(intention.pk), str(post.pk)))
        except Refusal as refusal:
            return Why(False, None, (), ("table",), (refusal.sentence(),), (), ())
    missing = tuple(MissingView(m.title, m.how, course_for(m.id, intention.area)) for m in found.missing)
    return Why(
        eligible=found.eligible,
        score=None if found.score is None else round(found.score * 100),
        terms=tuple((name, round(part * 100)) for name, part in found.terms.items()),
        failed=found.failed,
        sentences=found.sentences,
        reasons=found.reasons,
        missing=missing,
    )
