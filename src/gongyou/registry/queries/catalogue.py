"""What the programmes of an area declare about partners and services."""

from __future__ import annotations

from gongyou.kernel import catalogue
from gongyou.registry.definitions import PartnerProgramme, ResourceKind, ServiceCatalogue


def resource_kinds(area: str) -> tuple[ResourceKind, ...]:
    """Every kind of resource partners of an area may offer, in the order the programmes declare them."""
    found: dict[str, ResourceKind] = {}
    for name in catalogue.names("partners"):
        digest = catalogue.current_hash("partners", name) if name.startswith(f"{area}/") else None
        if digest:
            for kind in catalogue.read_as(digest, PartnerProgramme).resource_kinds:
                found.setdefault(kind.id, kind)
    return tuple(found.values())


def service_catalogues(area: str) -> tuple[tuple[str, ServiceCatalogue], ...]:
    """(programme, catalogue) of the area."""
    found = []
    for name in catalogue.names("services"):
        digest = catalogue.current_hash("services", name) if name.startswith(f"{area}/") else None
        if digest:
            found.append((name.partition("/")[2], catalogue.read_as(digest, ServiceCatalogue)))
    return tuple(found)
