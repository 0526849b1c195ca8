"""Reads of the registry. People are masked; opening them needs a tie in scope and leaves an access record."""

from gongyou.registry.queries.organisations import (
    OrganisationPage,
    OrganisationView,
    PlaceView,
    list_organisations,
    organisations,
    places,
)
from gongyou.registry.queries.people import (
    ConsentView,
    MaskedPerson,
    OpenPerson,
    OwnPerson,
    access_people,
    find_person_by_phone,
    list_people,
    own_people,
    own_person,
    show_people,
)

__all__ = [
    "ConsentView",
    "MaskedPerson",
    "OpenPerson",
    "OrganisationPage",
    "OrganisationView",
    "OwnPerson",
    "PlaceView",
    "access_people",
    "find_person_by_phone",
    "list_organisations",
    "list_people",
    "organisations",
    "own_people",
    "own_person",
    "places",
    "show_people",
]
