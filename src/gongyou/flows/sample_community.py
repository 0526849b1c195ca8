"""Sample partners, wishes on the wall, child-care sessions and purchases of an area, all through the real services."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gongyou.engines.casework.queries.purchases import asking_matters
from gongyou.engines.casework.services import claiming, purchasing, wishes
from gongyou.flows.sample_times import moment_of
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.offices import queries as offices
from gongyou.registry.queries.partners import available_resources
from gongyou.registry.services import care
from gongyou.registry.services.partners import SignUp, check_partner, register_partner, vet_partner
from gongyou.registry.services.resources import Offer, add_resource

Actors = Mapping[str, Actor]
Told = Mapping[str, Any]
A_YEAR = timedelta(days=365)


def add_partners(sample: Told, actors: Actors) -> None:
    """Registered, checked by another, vetted, with what they offer; sessions lie ahead of today."""
    for told in sample.get("partners", ()):
        with moment.standing_at(moment_of(told["at"])):
            _add_partner(sample, told, actors)
        for session in told.get("sessions", ()):
            _add_session(sample, session, actors[session["by"]])


def _add_partner(sample: Told, told: Told, actors: Actors) -> None:
    root, today = offices.root_of(sample["area"]), moment.today()
    is_signed = told["way"] == "signing"
    done = register_partner(
        actors[told["by"]],
        sign_up=SignUp(
            kind=told["kind"],
            area=root.area,
            office_path=root.path,
            contact=told["contact"],
            organisation=told["name"],
            phone=told["phone"],
            event=told.get("event", ""),
        ),
        way=told["way"],
        agreed_from=today if is_signed else None,
        agreed_until=today + A_YEAR if is_signed else None,
    )
    if "checked_by" not in told:
        return
    checker = actors[told["checked_by"]]
    check_partner(checker, partner_id=done.partner_id, version=done.version, is_accepted=True)
    if "vetted" in told:
        vet_partner(checker, partner_id=done.partner_id, seen=told["vetted"], valid_until=today + A_YEAR)
    for one in told.get("resources", ()):
        offer = Offer(from_on=today, **one)
        add_resource(actors[told["by"]], partner_id=done.partner_id, offer=offer)


def _add_session(sample: Told, told: Told, actor: Actor) -> None:
    office = offices.office_by_code(told["office"])
    care.open_session(
        actor,
        resource_id=_resource(sample["area"], told["resource"])[1],
        office_id=office.id,
        office_path=office.path,
        day=moment.today() + timedelta(days=told["day"]),
        slot=told["slot"],
        capacity=told["capacity"],
    )


def _resource(area: str, title: str) -> tuple[UUID, UUID]:
    """(partner, resource) by the resource's title."""
    found = next(r for r in available_resources(area, moment.today()) if r.title == title)
    return found.partner_id, found.id


def _check(actor: Actor, case_id: UUID, version: int, told: Told) -> object:
    checking = wishes.Checking(
        category=told["category"],
        need=told["need"],
        unit=told["unit"],
        wall_text=told.get("wall_text", ""),
        guardian_consent=told.get("consent", ""),
    )
    return wishes.check_wish(actor, case_id=case_id, version=version, checking=checking)


def _claim(actor: Actor, case_id: UUID, version: int, told: Told) -> object:
    area = actor.holdings[0].office_path.partition("/")[0]
    partner_id, resource_id = _resource(area, told["resource"])
    return claiming.claim_for_partner(
        actor, case_id=case_id, partner_id=partner_id, resource_id=resource_id, quantity=told["quantity"]
    )


STEPS: Mapping[str, Callable[[Actor, UUID, int, Told], object]] = {
    "check_wish": _check,
    "put_up": lambda a, c, v, _told: wishes.put_up_wish(a, case_id=c, version=v),
    "claim": _claim,
}


def purchase_moments(told: Told, actors: Actors) -> Iterator[tuple[datetime, Callable[[], None]]]:
    """Asked for at the teller's station, decided above, ordered: each at its own moment."""
    actor, done = actors[told["by"]], []

    def asked() -> None:
        asking = asking_matters(actor, actor.offices[0])
        done.append(
            purchasing.ask_purchase(actor, case_id=asking[0].id, title=told["title"], spot=told["spot"])
        )

    def decided() -> None:
        done.append(
            purchasing.decide_purchase(
                actors[told["decided_by"]],
                purchase_id=done[-1].purchase_id,
                version=done[-1].version,
                is_approved=True,
                reason=told["reason"],
            )
        )

    def ordered() -> None:
        purchasing.order_purchase(
            actor,
            purchase_id=done[-1].purchase_id,
            version=done[-1].version,
            supplier=told["supplier"],
            amount_fen=told["amount_yuan"] * 100,
            expected_on=moment.today() + timedelta(days=told["expected"]),
        )

    for key, act in (("at", asked), ("decided_at", decided), ("ordered_at", ordered)):
        yield moment_of(told[key]), act
