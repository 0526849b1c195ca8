"""Tables of casework."""

from gongyou.engines.casework.models.beside import HelpRequest, Incident, IncidentEntry, RepeatLink, Rise
from gongyou.engines.casework.models.books import VoiceBook, VoidPage
from gongyou.engines.casework.models.legal import LegalLimit, Referral
from gongyou.engines.casework.models.matters import (
    CallAttempt,
    Case,
    CaseDetail,
    CaseEvent,
    CaseParty,
    CaseText,
    Clock,
    ClockComputation,
    Exclusion,
    PaperEntry,
    Review,
    RoundFact,
    Settlement,
)
from gongyou.engines.casework.models.people import (
    Conflict,
    IdentityRequest,
    Mandate,
    Protection,
    StaffTie,
)
from gongyou.engines.casework.models.rewards import PointsEntry
from gongyou.engines.casework.models.wishes import Purchase, PurchaseAsk, Wish, WishClaim

__all__ = [
    "CallAttempt",
    "Case",
    "CaseDetail",
    "CaseEvent",
    "CaseParty",
    "CaseText",
    "Clock",
    "ClockComputation",
    "Conflict",
    "Exclusion",
    "HelpRequest",
    "IdentityRequest",
    "Incident",
    "IncidentEntry",
    "LegalLimit",
    "Mandate",
    "PaperEntry",
    "PointsEntry",
    "Protection",
    "Purchase",
    "PurchaseAsk",
    "Referral",
    "RepeatLink",
    "Review",
    "Rise",
    "RoundFact",
    "Settlement",
    "StaffTie",
    "VoiceBook",
    "VoidPage",
    "Wish",
    "WishClaim",
]
