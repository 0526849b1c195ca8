"""The guard of a demo: routes asked, hospital forms, clues looked into by two, one matter carried to its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gongyou.basics.money import yuan_to_fen
from gongyou.engines.oversight import queries, services
from gongyou.engines.oversight.definitions.sanctions import Sanction
from gongyou.engines.oversight.jobs import run_night
from gongyou.engines.oversight.queries import MatterView
from gongyou.flows.sample_times import moment_of
from gongyou.institutions.ledger.services import open_book
from gongyou.institutions.procedures import queries as procedures
from gongyou.institutions.procedures.services import decide_approval
from gongyou.kernel import jobs, moment
from gongyou.kernel.access import Actor, visitor_actor
from gongyou.offices import queries as offices

Told = Mapping[str, Any]
Actors = Mapping[str, Actor]
DAYS = ("injured_on", "on", "told_on", "delivered_on", "paid_on")
Step = Callable[[Actor, MatterView, Told], object]


def live_guard(sample: Told, actors: Actors) -> None:
    """Everything the file says under `guard`, each thing at its own moment, through the services."""
    told = sample.get("guard")
    if told is None:
        return
    area = sample["area"]
    _open_books(area, actors[told["books_by"]])
    for one in told.get("route_tests", ()):
        with moment.standing_at(_at(one["at"])):
            for _number in range(int(one.get("times", 1))):
                services.count_route(
                    visitor_actor(),
                    area=area,
                    answers=one["answers"],
                    is_form_printed=one.get("is_form_printed", False),
                )
    for one in told.get("forms", ()):
        with moment.standing_at(_at(one["at"])):
            _register(one, actors[one["by"]])
    for one in told.get("matters", ()):
        _live(area, one, actors)


def _at(text: str) -> datetime:
    """'2025-03-05 10:00' in a story of its own time, or '-6 09:30' counted from today."""
    if text[:4].isdecimal():
        return datetime.fromisoformat(text).replace(tzinfo=moment.SHANGHAI)
    return moment_of(text)


def _open_books(area: str, chief: Actor) -> None:
    programme = queries.programme_in(area, "sanctions")
    rules = queries.rules_at(queries.sanctions_hash(area, programme))
    for plan in rules.books:
        open_book(chief, plan=plan, office_id=offices.root_of(area).id, controller=rules.controller)


def _days(told: Told) -> dict[str, Any]:
    """Days written '-30' count from the real today, so that the story is as old on every day of a demo."""
    today = moment.today()
    return {
        key: today + timedelta(days=int(value)) if key in DAYS and isinstance(value, str) else value
        for key, value in told.items()
    }


def _register(told: Told, clerk: Actor) -> None:
    patient = services.Patient(admitted_on=moment.today(), **told["patient"])
    services.register_injury(
        clerk,
        office_id=offices.office_by_code(told["office"]).id,
        answers=told["answers"],
        seen_route=told["route"],
        patient=patient,
        pledges=told.get("pledges", False),
    )


def _live(area: str, told: Told, actors: Actors) -> None:
    clue = {
        **_days(told["clue"]),
        "employer_id": "",
        "amount_fen": yuan_to_fen(str(told["clue"]["amount_yuan"])),
    }
    del clue["amount_yuan"]
    officer = actors[told["by"]]
    with moment.standing_at(_at(told["at"])):
        found = services.add_clue(officer, office_id=offices.root_of(area).id, clue=services.ByHand(**clue))
    for step in told.get("steps", ()):
        told_in = _days(step)
        with moment.standing_at(_at(step["at"])):
            actor = actors[step["by"]]
            view = queries.read_matter(officer, found.id)
            given = {k: v for k, v in told_in.items() if k not in ("at", "by", "do")}
            STEPS[step["do"]](actor, view, given)


def _of(service: Callable[..., object], wraps: tuple[str, Callable[..., object]] | None = None) -> Step:
    """A service of a matter; `wraps`: its inputs come as one object under that name."""

    def take(actor: Actor, view: MatterView, given: Told) -> object:
        inputs = {wraps[0]: wraps[1](**given)} if wraps else dict(given)
        return service(actor, matter_id=view.id, version=view.line.version, **inputs)

    return take


def _proposal(**given: Any) -> services.Proposal:
    sanction = Sanction(yuan_to_fen(given.pop("returned_yuan")), given.pop("tenths"), given.pop("months"))
    return services.Proposal(found_fen=yuan_to_fen(given.pop("found_yuan")), sanction=sanction, **given)


def _approve(actor: Actor, view: MatterView, given: Told) -> object:
    """What waits for a yes: the proposal, else the last extension."""
    decision = view.decision
    waiting = (
        decision.approval_id if decision and decision.state == "open" else view.extensions[-1].approval_id
    )
    return _say_yes(actor, waiting)


def _say_yes(actor: Actor, approval_id: UUID) -> object:
    digest = procedures.approval([approval_id])[approval_id].digest
    decide_approval(actor, approval_id=approval_id, digest=digest, verdict="approve")
    return jobs.run_due()


def _pay(actor: Actor, view: MatterView, given: Told) -> object:
    rest = {k: v for k, v in given.items() if k != "amount_yuan"}
    fen = yuan_to_fen(given["amount_yuan"])
    return services.note_payment(actor, matter_id=view.id, version=view.line.version, amount_fen=fen, **rest)


def _confirm(actor: Actor, view: MatterView, given: Told) -> None:
    for paid in view.decision.payments if view.decision else ():
        if paid.confirmed_at is None:
            services.confirm_payment(actor, payment_id=paid.id)


STEPS: dict[str, Step] = {
    "begin": _of(services.begin_inquiry),
    "hear": _of(services.hear, ("said", services.Said)),
    "file": _of(services.file_matter),
    "close": _of(services.close_without_finding),
    "extend": _of(services.ask_extension),
    "tell": _of(services.tell_intended),
    "propose": _of(services.propose_decision, ("proposal", _proposal)),
    "approve": _approve,
    "deliver": _of(services.note_delivery),
    "pay": _pay,
    "confirm": _confirm,
    "refer": _of(services.refer_to_police),
    "night": lambda _actor, _view, _given: run_night(),
}
