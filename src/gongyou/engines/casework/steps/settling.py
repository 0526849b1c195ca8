"""The answer is given; the call-back begins."""

from __future__ import annotations

from gongyou.engines.casework.definitions import Happens, Owner
from gongyou.engines.casework.events import CaseSettled
from gongyou.engines.casework.models import CaseText, Settlement
from gongyou.engines.casework.steps.matter import Matter, happen, office_of
from gongyou.engines.casework.steps.rewarding import thank
from gongyou.engines.casework.steps.telling import tell_worker
from gongyou.kernel.actions import Act
from gongyou.registry import steps as registry


def settle(act: Act, matter: Matter, settlement: Settlement) -> None:
    """The answer is given: the call-back begins with an office that did not handle the matter."""
    prepare_call_back(act, matter)
    happen(act, matter, Happens.SETTLED, {"settlement": str(settlement.pk), "result": settlement.result})
    answer = CaseText.objects.get(pk=settlement.text_id).text
    tell_worker(act, matter, "settled", answer=answer[:300])
    thank(act, matter, settlement.result)
    act.publish(CaseSettled(matter.row.pk, matter.projection.round, settlement.result))


def prepare_call_back(act: Act, matter: Matter) -> None:
    """Who calls is fixed with the answer, and may see the person from then on."""
    if matter.type.call_back is None:
        return
    caller = office_of(matter, Owner.CALLER)
    matter.row.call_office_id, matter.row.call_office_path = caller.id, caller.path
    for party in matter.row.parties.filter(role="subject"):
        registry.tie_person(
            act, person_id=party.person_id, subject=matter.subject, role="call_back", office_path=caller.path
        )
