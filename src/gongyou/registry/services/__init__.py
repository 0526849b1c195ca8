"""Actions on the registry."""

from gongyou.registry.services.organisations import (
    Saved,
    add_organisation,
    add_place,
    change_organisation,
    note_headcount,
)
from gongyou.registry.services.people import (
    Erased,
    Noted,
    Withdrawn,
    add_person,
    correct_person,
    erase_person,
    withdraw_consent,
)

__all__ = [
    "Erased",
    "Noted",
    "Saved",
    "Withdrawn",
    "add_organisation",
    "add_person",
    "add_place",
    "change_organisation",
    "correct_person",
    "erase_person",
    "note_headcount",
    "withdraw_consent",
]
