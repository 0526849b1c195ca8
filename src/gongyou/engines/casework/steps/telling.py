"""What is sent to the person a matter belongs to.

Messages are written in the source language whatever language the sender's page is in: who receives them chose none.
"""

from __future__ import annotations

import re
from functools import lru_cache
from string import Formatter
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import CaseType
from gongyou.engines.casework.steps.matter import Matter
from gongyou.kernel import messages
from gongyou.kernel.actions import Act
from gongyou.kernel.installation import installed
from gongyou.offices.queries import OfficeView
from gongyou.registry import steps as registry

MOBILE = re.compile(r"1\d{10}")  # a text message reaches no landline


def template_of(case_type: CaseType, template: str) -> str:
    """The programme's text for an occasion; empty where it sends none."""
    return next((m.text for m in case_type.messages if m.id == template), "")


def tell_worker(act: Act, matter: Matter, template: str, **params: str) -> UUID | None:
    """Send the subject a message by the programme's template; None where there is no template or no phone."""
    text = template_of(matter.type, template)
    party = matter.row.parties.filter(role="subject").first()
    if not text or party is None:
        return None
    person = registry.open_for_work(act, [party.person_id], purpose=says("告知办理进展")).get(party.person_id)
    if person is None or not person.phone:
        return None
    return send(act, matter, template, text, person.phone, **params)


def thank(act: Act, matter: Matter, person_id: UUID) -> UUID | None:
    """Thanks to somebody who fulfilled a wish; the wisher is not named."""
    text = template_of(matter.type, "thanks")
    person = registry.open_for_work(act, [person_id], purpose=says("向认领人致谢")).get(person_id)
    if not text or person is None or not person.phone:
        return None
    return send(act, matter, "thanks", text, person.phone)


@lru_cache(maxsize=256)
def _names_in(text: str) -> frozenset[str]:
    """The placeholders of a programme's text."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def send(act: Act, matter: Matter, template: str, text: str, phone: str, **params: str) -> UUID:
    """Queue one message about a matter to a phone already at hand."""
    settle = matter.projection.clock("settle")
    due_at = settle.due.due_at if settle else None
    known = {
        "number": matter.row.number,
        "office": matter.office.name,
        "due": f"{due_at.month}月{due_at.day}日" if due_at else "",
        "answer": "",
        "reason": "",
        "link": f"{installed().public_url}/track",
        **{name: _before_stop(text, name, value) for name, value in params.items()},
    }
    wanted = _names_in(text)
    filled = messages.fill(text, **{name: known[name] for name in wanted if name in known})
    return messages.send_message(
        act,
        template=template,
        text=filled,
        phone=phone,
        subject=matter.subject,
        office_path=matter.row.office_path,
    )


def _before_stop(text: str, name: str, value: str) -> str:
    """A value without its own full stop where the programme's sentence brings one right after it."""
    return value.rstrip().removesuffix("。") if f"{{{name}}}。" in text else value


def tell_office(
    act: Act,
    case_type: CaseType,
    *,
    phone: str,
    office: OfficeView,
    number: str,
    count: int,
    is_urgent: bool = False,
) -> UUID | None:
    """A text to an office's duty telephone that matters have risen to it; None where the programme sends none."""
    text = template_of(case_type, "risen")
    if not text or not MOBILE.fullmatch(phone):
        return None
    known = {"number": number, "office": office.name, "count": str(count)}
    wanted = _names_in(text)
    filled = messages.fill(text, **{name: value for name, value in known.items() if name in wanted})
    return messages.send_message(
        act,
        template="risen",
        text=filled,
        phone=phone,
        subject=f"office:{office.id}",
        office_path=office.path,
    )
