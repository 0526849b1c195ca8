"""Approvals, public lists and objections in a browser: axe, both languages, 360 and 1280 px."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from gongyou.institutions.procedures import services
from gongyou.institutions.procedures.steps import Words
from gongyou.institutions.procedures.tests.office import open_desk, some_lines
from tests.browser import PageAt
from tests.journeys.faces import Check, enter
from tests.journeys.outsiders import appoint
from tests.yunshan.county import County

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("KEEP_PICTURES_IN", "")
"""A folder to keep pictures of every page in, for people to look at."""


def test_the_pages_of_procedures_are_accessible_in_both_languages(
    county: County, page_at: PageAt, live_server: Any, accessible: Check
) -> None:
    root = county.root
    office = open_desk(county)
    maker = appoint("ys.maker", "policy_officer", root.id, root.path)
    reviewer = appoint("ys.reviewer", "policy_reviewer", root.id, root.path)
    asked, public = office.ask(), office.sealed(some_lines(55))
    services.publish_publicity(reviewer, list_id=public.id)
    words = Words("organisation", "第1制造有限公司", "amount", "少算了两个月。", "王小山", "13800005678")
    raised = services.raise_objection(maker, list_id=public.id, subject_key="subject-1", words=words)
    desk = (
        "/desk/approvals/", f"/desk/approvals/{asked.id}/", "/desk/publicity/", f"/desk/publicity/{public.id}/",
        f"/desk/publicity/{public.id}/objection/?line=1", "/desk/objections/", f"/desk/objections/{raised.id}/",
    )  # fmt: skip
    anybody = ("/publicity/", f"/publicity/{public.id}/", f"/publicity/{public.id}/print/")
    for width, lang in ((1280, "zh-CN"), (360, "en")):
        page = page_at(width, 900, lang=lang)
        for number, address in enumerate(anybody):
            page.goto(address)
            accessible(page)
            _keep(page, f"public{number}-{width}")
        enter(page.context, live_server.url, maker if width == 360 else reviewer)
        for number, address in enumerate(desk):
            if width == 1280 and "objection/?" in address:
                continue  # whoever reviews takes nothing in
            page.goto(address)
            accessible(page)
            _keep(page, f"desk{number}-{width}")


def _keep(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
