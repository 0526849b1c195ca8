"""A round of a demo: the list made public, objected to, put up for approval, all through the real services."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw

from gongyou.engines.benefits.queries.rules import rules_of
from gongyou.engines.benefits.services.rounds import ask_round_approval, list_round, take_in_run
from gongyou.flows.sample_times import moment_of
from gongyou.institutions.decisions import queries as decisions
from gongyou.institutions.decisions.queries import RunView
from gongyou.institutions.ledger.services import open_book
from gongyou.institutions.procedures import queries as procedures
from gongyou.institutions.procedures.services import close_publicity, publish_publicity, raise_objection
from gongyou.institutions.procedures.steps import Words
from gongyou.kernel import jobs, moment
from gongyou.kernel.access import Actor
from gongyou.kernel.files import receive_file
from gongyou.offices import queries as offices

Recipe = Mapping[str, Any]


def live_round(recipe: Recipe, run_id: UUID, actors: Mapping[str, Actor]) -> None:
    """From a finished run to what the recipe comes to: public, objected to, closed, waiting for its yes."""
    with moment.standing_at(moment_of(recipe["at"])):
        officer = actors[recipe["listed_by"]]
        _open_book(actors[recipe["book_by"]], decisions.run_of(officer, run_id))
        taken = take_in_run(officer, run_id=run_id)
        jobs.run_due()
        listed = list_round(officer, round_id=taken.id)
    if listed.list_id is None:
        return
    reviewer = actors[recipe["published_by"]]
    with moment.standing_at(moment_of(recipe["published_at"])):
        publish_publicity(reviewer, list_id=listed.list_id)
    for objection in recipe.get("objections", ()):
        with moment.standing_at(moment_of(objection["at"])):
            _object(objection, listed.list_id, actors[objection["by"]])
    if "closed_at" in recipe:
        with moment.standing_at(moment_of(recipe["closed_at"])):
            jobs.run_due()
            close_publicity(reviewer, list_id=listed.list_id)
    if "asked_at" in recipe:
        with moment.standing_at(moment_of(recipe["asked_at"])):
            ask_round_approval(officer, round_id=taken.id)


def _open_book(chief: Actor, run: RunView) -> None:
    """The same plan again opens nothing twice."""
    rules = rules_of(run.area, run.programme).rules
    office = offices.office_at(run.office_path)
    open_book(chief, plan=rules.book, office_id=office.id, controller=rules.controller)


def _object(recipe: Recipe, list_id: UUID, clerk: Actor) -> None:
    subject = procedures.subject_at(list_id, recipe["line"])
    if subject is None:
        raise ValueError(f"the list has no line {recipe['line']}")
    files = tuple(
        receive_file(clerk, name="voucher.png", content=_sheet(lines)).id
        for lines in [recipe.get("evidence")]
        if lines
    )
    words = Words(
        "organisation",
        subject[1],
        recipe["ground"],
        recipe["text"],
        recipe["contact"],
        recipe["phone"],
        files=files,
    )
    raise_objection(clerk, list_id=list_id, subject_key=subject[0], words=words)


def _sheet(lines: list[str]) -> bytes:
    """A sheet of paper as a scanner gives it."""
    page = Image.new("RGB", (900, 600), "white")
    pen = ImageDraw.Draw(page)
    for number, line in enumerate(lines):
        pen.text((80, 80 + 60 * number), line, fill="black", font_size=32)
    stream = BytesIO()
    page.save(stream, "PNG")
    return stream.getvalue()
