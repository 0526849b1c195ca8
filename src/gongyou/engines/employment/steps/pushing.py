"""A post as another platform reads it."""

from __future__ import annotations

from gongyou.engines.employment.definitions import PostState
from gongyou.engines.employment.models import Post
from gongyou.engines.employment.ports import Offered
from gongyou.matching.rulebook import Rulebook


def offered(row: Post, rules: Rulebook) -> Offered:
    return Offered(
        post_id=str(row.pk),
        version=row.version,
        is_open=row.state == PostState.PUBLIC,
        employer=row.organisation.name,
        credit_code=row.organisation.credit_code or "",
        title=row.title,
        occupation=row.occupation,
        occupation_title=rules.occupation_title(row.occupation),
        division=row.division,
        place=row.place,
        headcount=row.headcount,
        wage_low_fen=row.wage_low_fen,
        wage_high_fen=row.wage_high_fen,
        is_daily=row.is_daily,
        expires_on=row.expires_on,
        text=row.text,
    )
