"""A closed matter runs again: a new round with a fresh settle clock of the same class."""

from __future__ import annotations

from datetime import timedelta

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import Closing, Happens
from gongyou.engines.casework.loop import allowed
from gongyou.engines.casework.models import CaseText
from gongyou.engines.casework.steps.matter import Matter, happen, write_text
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError

REOPEN_WITHIN = timedelta(days=30)


def reopen(act: Act, matter: Matter, words: str, *, has_new_facts: bool) -> None:
    """Append the re-opening. Raises DomainError where the matter still runs, the pack ends it there, its words are
    erased, or the level above had the last word and nothing is new."""
    if Happens.REOPENED not in allowed(matter.type, matter.row.state):
        raise DomainError(
            "no_reopen",
            says("这件事现在不能重新打开。"),
            says("还在办理的照常办理；已经结束的，有新情况请重新提交。"),
            status=409,
        )
    if matter.row.closed_as == Closing.EXPLAINED and not has_new_facts:
        raise DomainError(
            "explained",
            says("上级已经作过书面说明，有新情况才能重新打开。"),
            says("请勾选“有新情况”，并写明是什么。"),
            field="has_new_facts",
            status=409,
        )
    if CaseText.objects.filter(case=matter.row, erased_at__isnull=False).exists():
        raise DomainError(
            "content_erased",
            says("这件事的内容已按期限删除，不能再打开。"),
            says("请重新提交，并写上原编号。"),
            status=409,
        )
    text = write_text(act, matter, "supplement", words)
    happen(act, matter, Happens.REOPENED, {"text": str(text.pk), "new_facts": has_new_facts})
