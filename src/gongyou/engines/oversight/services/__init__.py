"""Actions of the guard. None of them decides by itself: a clue is a question, a sanction takes two persons."""

from gongyou.engines.oversight.services.clues import (
    ByHand,
    ClueIn,
    MatterRef,
    TakenIn,
    add_clue,
    take_in_clues,
)
from gongyou.engines.oversight.services.inquiring import (
    PersonFacts,
    Said,
    ask_extension,
    begin_inquiry,
    close_without_finding,
    file_matter,
    hear,
    note_facts,
    tell_intended,
)
from gongyou.engines.oversight.services.objecting import answer_objection, object_to_own
from gongyou.engines.oversight.services.preventing import (
    FormRef,
    Patient,
    count_route,
    register_injury,
)
from gongyou.engines.oversight.services.sanctioning import (
    PaymentRef,
    Proposal,
    confirm_payment,
    note_delivery,
    note_payment,
    propose_decision,
    refer_to_police,
    take_back_proposal,
)

__all__ = [
    "ByHand",
    "ClueIn",
    "FormRef",
    "MatterRef",
    "Patient",
    "PaymentRef",
    "PersonFacts",
    "Proposal",
    "Said",
    "TakenIn",
    "add_clue",
    "answer_objection",
    "ask_extension",
    "begin_inquiry",
    "close_without_finding",
    "confirm_payment",
    "count_route",
    "file_matter",
    "hear",
    "note_delivery",
    "note_facts",
    "note_payment",
    "object_to_own",
    "propose_decision",
    "refer_to_police",
    "register_injury",
    "take_back_proposal",
    "take_in_clues",
    "tell_intended",
]
