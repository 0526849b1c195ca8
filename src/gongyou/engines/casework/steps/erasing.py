"""Emptying a matter of its content when its time is over."""

from __future__ import annotations

from gongyou.engines.casework.models import Case, CaseDetail, CaseText, Referral, Wish
from gongyou.kernel import files, search
from gongyou.kernel.actions import Act


def erase_content(act: Act, row: Case) -> None:
    """Words, files, search grams and place of one matter are gone; number, dates and figures stay."""
    CaseText.objects.filter(case=row).update(text="", erased_at=act.now)
    Case.objects.filter(pk=row.pk).update(place="", phone_tail="")
    Wish.objects.filter(case=row).update(wall_text="")
    CaseDetail.objects.filter(case=row).update(value="")
    Referral.objects.filter(case=row).update(materials="")
    search.drop_entry(act, kind="case", subject_id=row.pk)
    files.erase_files(act, subject=f"case:{row.pk}")
