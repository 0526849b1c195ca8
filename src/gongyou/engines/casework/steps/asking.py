"""What a filing is going to ask, guessed from what was handed in: asked in the round trip that opens the transaction."""

from __future__ import annotations

from typing import Protocol

from gongyou.basics import numbering
from gongyou.basics.identity import read_phone
from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.queries.definitions import running_name
from gongyou.kernel import catalogue, messages, moment, numbers
from gongyou.kernel.access import Actor
from gongyou.kernel.plain_reads import Question
from gongyou.offices import queries as offices
from gongyou.registry import steps as registry


class Handed(Protocol):
    """The parts of a filing that matter here."""

    @property
    def programme(self) -> str: ...
    @property
    def office(self) -> str: ...
    @property
    def point(self) -> str: ...
    @property
    def page_number(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def proxy_phone(self) -> str: ...
    @property
    def is_anonymous(self) -> bool: ...


def asked_ahead(actor: Actor, *, filing: Handed) -> list[Question]:
    """Only where an office is named; what follows from the office is guessed from how it was seen last."""
    if not filing.office or filing.point:
        return []
    questions = [offices.asking_office(filing.office)]
    office = offices.seen_with(filing.office)
    if office is None:
        return questions
    questions.append(catalogue.asking_current("running", running_name(office.area, filing.programme)))
    questions += _about_person(actor, filing, office.area)
    if not filing.page_number.strip():
        series = numbering.series(office.area, moment.now().year)
        questions.append(numbers.asking_serial(series=series, holder=f"office:{office.id}"))
    return questions


def _about_person(actor: Actor, filing: Handed, area: str) -> list[Question]:
    # With a proxy two people are looked for: each waits for its turn in the order of the filing, never ahead of it.
    if filing.is_anonymous or filing.proxy_phone.strip() or not filing.phone.strip():
        return []
    try:
        phone = read_phone(filing.phone)
    except Refusal:
        return []  # the filing will say so
    known = [] if actor.person_id else registry.asking_known_person(controller=f"union:{area}", phone=phone)
    return [*known, messages.asking_refused(phone, "casework")]
