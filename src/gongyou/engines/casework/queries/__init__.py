"""Reads of casework."""

from gongyou.engines.casework.queries.definitions import public_types
from gongyou.engines.casework.queries.lists import (
    CaseFilter,
    OfficeLoad,
    case_by_number,
    find_cases,
    late_by_office,
    list_cases,
    own_cases,
    version_of,
)
from gongyou.engines.casework.queries.proof import Own, pin_of, prove_own
from gongyou.engines.casework.queries.reading import access_case, open_parties
from gongyou.engines.casework.queries.tracking import track
from gongyou.engines.casework.queries.views import CaseLine, CasePage, CaseView, PublicType, TrackView

__all__ = [
    "CaseFilter",
    "CaseLine",
    "CasePage",
    "CaseView",
    "OfficeLoad",
    "Own",
    "PublicType",
    "TrackView",
    "access_case",
    "case_by_number",
    "find_cases",
    "late_by_office",
    "list_cases",
    "open_parties",
    "own_cases",
    "pin_of",
    "prove_own",
    "public_types",
    "track",
    "version_of",
]
