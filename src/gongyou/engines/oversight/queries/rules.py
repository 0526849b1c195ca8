"""Which rules hold in an area: the nearest published `routes.yaml` and `sanctions.yaml`, or the pinned one."""

from __future__ import annotations

from collections.abc import Mapping

from gongyou.basics.refusal import says
from gongyou.engines.oversight.definitions.routes import RouteTable
from gongyou.engines.oversight.definitions.sanctions import SanctionRules
from gongyou.kernel import catalogue
from gongyou.kernel.errors import NotFound

KIND = "running"
ROUTES, SANCTIONS = "routes", "sanctions"


def areas_with(part: str) -> tuple[tuple[str, str], ...]:
    """(area, programme) of everything published of a part."""
    found = (name.split("/") for name in catalogue.names(KIND) if name.endswith(f"/{part}"))
    return tuple((area, programme) for area, programme, _part in found)


def programme_in(area: str, part: str) -> str:
    """The programme that runs a part in an area, or in the area above it. Raises NotFound."""
    running = areas_with(part)
    for code in dict.fromkeys((area, f"{area[:4]}00", f"{area[:2]}0000")):
        for known, programme in running:
            if known == code:
                return programme
    raise NotFound(says("{area}没有开通两个基金的守护。"), area=area[:6])


def routes_of(area: str, programme: str) -> RouteTable:
    """Raises NotFound."""
    return catalogue.read_as(_hash(area, programme, ROUTES), RouteTable)


def sanctions_hash(area: str, programme: str) -> str:
    """What a new matter is pinned to. Raises NotFound."""
    return _hash(area, programme, SANCTIONS)


def reason_titles(area: str, programme: str) -> Mapping[str, str]:
    """Words for the reasons a screen names by id; empty where none is published."""
    for code in dict.fromkeys((area, f"{area[:4]}00", f"{area[:2]}0000")):
        found = catalogue.current_hash(KIND, f"{code}/{programme}/reasons")
        if found is not None:
            return catalogue.content(found)
    return {}


def rules_at(hash: str) -> SanctionRules:
    """The rules a matter was opened under. Raises NotFound."""
    return catalogue.read_as(hash, SanctionRules)


def _hash(area: str, programme: str, part: str) -> str:
    for code in dict.fromkeys((area, f"{area[:4]}00", f"{area[:2]}0000")):
        found = catalogue.current_hash(KIND, f"{code}/{programme}/{part}")
        if found is not None:
            return found
    raise NotFound(says("{area}没有开通两个基金的守护。"), area=area[:6])
