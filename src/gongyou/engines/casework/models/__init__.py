"""Tables of casework."""

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
    "IdentityRequest",
    "LegalLimit",
    "Mandate",
    "PaperEntry",
    "PointsEntry",
    "Protection",
    "Referral",
    "Review",
    "RoundFact",
    "Settlement",
    "StaffTie",
    "VoiceBook",
    "VoidPage",
]
