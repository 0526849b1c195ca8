"""What a programme may declare about partners and services: kinds of resources, the service catalogue."""

from __future__ import annotations

from typing import Literal

from gongyou.basics.definition import definition


@definition
class ResourceKind:
    """Something partners can offer. `serves` names topics of wishes it can fulfil."""

    id: str
    title: str
    unit: str
    serves: tuple[str, ...] = ()
    for_children: bool = False
    """Offered only by partners whose vetting is on record."""
    has_sessions: bool = False
    """Used by booking a place in a session (a child-care class, a tutor's hour)."""


@definition
class PartnerProgramme:
    """`partners.yaml`: the catalogue of what partners can offer."""

    resource_kinds: tuple[ResourceKind, ...]


@definition
class Service:
    """One service: who gives it, where, and how to ask for it (a type and topic of the programme's casework)."""

    id: str
    title: str
    text: str
    owner: str
    place: str
    asks_type: str = ""
    asks_topic: str = ""
    page: Literal["", "care", "wishes"] = ""
    """A page of its own where it is used without filing."""


@definition
class ServiceArea:
    """A field of services. One the source leaves open has no title of its own and says so."""

    id: str
    title: str
    source: str
    confidence: Literal["law", "notice", "article", "assumed"]
    is_open: bool = False
    services: tuple[Service, ...] = ()


@definition
class ServiceCatalogue:
    """`services.yaml`: one leading service, the areas of the basic list, special services."""

    leading: ServiceArea
    areas: tuple[ServiceArea, ...]
    special: ServiceArea
