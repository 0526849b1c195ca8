"""The sample matters of an area, lived together in the order of their moments, the ladder climbing as time goes by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from gongyou.basics.numbering import Number
from gongyou.engines.casework.jobs import climb
from gongyou.engines.casework.queries import prove_own, version_of
from gongyou.engines.casework.queries.views import IncidentStanding
from gongyou.engines.casework.services import answering, calling, filing, handling, own, reviewing
from gongyou.flows import sample_beside as beside
from gongyou.flows import sample_community as community
from gongyou.flows import sample_figures
from gongyou.flows.sample_times import moment_of
from gongyou.kernel import files, jobs, moment
from gongyou.kernel.access import Actor, visitor_actor
from gongyou.offices import queries as offices

Told = Mapping[str, Any]
Act = Callable[[], None]


@dataclass
class Life:
    """A sample being lived: its file, who acts, and what has a name so far."""

    sample: Told
    actors: Mapping[str, Actor]
    folder: Path
    known: dict[str, UUID] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    books: dict[str, Number] = field(default_factory=dict)
    incidents: dict[str, IncidentStanding] = field(default_factory=dict)

    def moments(self) -> Iterator[tuple[datetime, Act]]:
        for book in self.sample.get("books", ()):
            yield from self._book(book)
        for place, story in enumerate(self.sample.get("matters", ())):
            name = story.get("id", f"#{place}")
            yield moment_of(story["at"]), partial(self._file, story, name)
            for step in story.get("steps", ()):
                yield moment_of(step["at"]), partial(self._step, step, name, story)
        for told in self.sample.get("purchases", ()):
            yield from community.purchase_moments(told, self.actors)
        for told in self.sample.get("incidents", ()):
            yield from self._incident(told)

    def _book(self, told: Told) -> Iterator[tuple[datetime, Act]]:
        actor = self.actors[told["by"]]

        def printed() -> None:
            self.books[told["id"]] = beside.print_book(told, actor)

        yield moment_of(told["at"]), printed
        for void in told.get("void", ()):
            yield moment_of(void["at"]), partial(self._void, void, actor, told["id"])

    def _void(self, void: Told, actor: Actor, book: str) -> None:
        beside.void_page(void, actor, self.books[book])

    def _incident(self, told: Told) -> Iterator[tuple[datetime, Act]]:
        def raised() -> None:
            self.incidents[told["title"]] = beside.raise_incident(told, self.actors[told["by"]], self.known)

        def gone_on(step: Told) -> None:
            before = self.incidents[told["title"]]
            self.incidents[told["title"]] = beside.go_on(step, self.actors[step["by"]], before)

        yield moment_of(told["at"]), raised
        for step in told.get("steps", ()):
            yield moment_of(step["at"]), partial(gone_on, step)

    def _file(self, story: Told, name: str) -> None:
        actor = self.actors[story["by"]] if "by" in story else visitor_actor()
        receipt = filing.file_case(actor, filing=self._filing(story))
        self.known[name] = receipt.case_id
        self.numbers[name] = receipt.number

    def _filing(self, story: Told) -> filing.Filing:
        photos = tuple(self._photo(name) for name in story.get("photos", ()))
        return filing.Filing(
            programme=story.get("programme", self.sample["programme"]),
            type_id=story["type"],
            text=story["text"],
            channel=story.get("channel", "qr"),
            office_id=offices.office_by_code(story["office"]).id,
            topic=story.get("topic", ""),
            name=story.get("name", ""),
            phone=story.get("phone", ""),
            proxy_name=story.get("proxy_name", ""),
            proxy_phone=story.get("proxy_phone", ""),
            is_anonymous=story.get("anonymous", False),
            place=story.get("place", ""),
            files=photos,
            known_on=_days_before(story, "known_days_before"),
            written_on=_days_before(story, "written_days_before"),
            page_number=self._page_number(story),
            book=story.get("book", ""),
            page=story.get("page"),
            details=story.get("details", {}),
        )

    def _photo(self, name: str) -> UUID:
        content = (self.folder / "photos" / name).read_bytes()
        return files.receive_file(visitor_actor(), name=name, content=content).id

    def _page_number(self, story: Told) -> str:
        if "book_page" not in story:
            return ""
        book, page = story["book_page"]
        first = self.books[book]
        return str(first._replace(serial=first.serial + page - 1))

    def _step(self, step: Told, name: str, story: Told) -> None:
        case_id = self.known[name]
        if step["do"] == "rate":
            _rate(self.numbers[name], story["phone"][-4:], step)
        elif step["do"] in beside.TIES:
            beside.take_tie(self.actors[step["by"]], case_id, step, self.known)
        else:
            _STEPS[step["do"]](self.actors[step["by"]], case_id, version_of(case_id), step)


def live_matters(sample: Told, actors: Mapping[str, Actor], folder: Path) -> None:
    """Every filing and step at its own moment; in between, what waits too long rises as it would have."""
    life = Life(sample, actors, folder)
    for at, act in sorted(life.moments(), key=lambda entry: entry[0]):
        with moment.standing_at(at):
            climb()
            act()
            jobs.run_due()
    climb()


def _days_before(story: Told, key: str) -> date | None:
    return moment.today() - timedelta(days=story[key]) if key in story else None


def _rate(number: str, tail: str, step: Told) -> None:
    own.rate_answer(
        visitor_actor(),
        own=prove_own(visitor_actor(), number, tail, "demo"),
        is_solved=step["solved"],
        is_satisfied=step["satisfied"],
        note=step.get("note", ""),
    )


def _call(actor: Actor, case_id: UUID, version: int, step: Mapping[str, Any]) -> object:
    call = calling.Call(
        outcome=step["outcome"],
        channel=step.get("channel", "phone"),
        is_solved=step.get("solved"),
        is_satisfied=step.get("satisfied"),
        note=step.get("note", ""),
    )
    return calling.record_call(actor, case_id=case_id, version=version, call=call)


def _review(actor: Actor, case_id: UUID, version: int, step: Mapping[str, Any]) -> object:
    finding = reviewing.Finding(
        convened_on=moment.today(),
        members=step["members"],
        is_reasonable=step["reasonable"],
        cause=step["cause"],
        measures=step["measures"],
        answerable=step["answerable"],
    )
    return reviewing.record_review(actor, case_id=case_id, version=version, finding=finding)


_STEPS: Mapping[str, Callable[[Actor, UUID, int, Mapping[str, Any]], object]] = {
    "offer": lambda a, c, v, s: handling.offer_case(
        a, case_id=c, version=v, office_id=offices.office_by_code(s["office"]).id
    ),
    "accept": lambda a, c, v, s: handling.accept_case(a, case_id=c, version=v),
    "object": lambda a, c, v, s: handling.object_to_case(
        a, case_id=c, version=v, grounds=s.get("grounds", "duty_list"), reason=s["reason"]
    ),
    "pause": lambda a, c, v, s: handling.pause_case(
        a, case_id=c, version=v, reason_id=s["reason"], note=s["note"]
    ),
    "reclassify": lambda a, c, v, s: handling.reclassify_case(
        a, case_id=c, version=v, matter_class=s["class"], reason=s["reason"]
    ),
    "answer": lambda a, c, v, s: answering.draft_answer(
        a, case_id=c, version=v, result=s["result"], text=s["text"]
    ),
    "approve": lambda a, c, v, s: answering.approve_answer(a, case_id=c, version=v),
    "call": _call,
    "review": _review,
    "resume": lambda a, c, v, s: handling.resume_case(a, case_id=c, version=v),
    **community.STEPS,
    **beside.STEPS,
    **sample_figures.STEPS,
}
