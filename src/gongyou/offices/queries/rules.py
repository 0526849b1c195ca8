"""What the packs an area runs say about its stations."""

from __future__ import annotations

from gongyou.basics.refusal import says
from gongyou.kernel import catalogue
from gongyou.kernel.errors import DomainError
from gongyou.offices.definitions import StationRules, Theme

KIND, PART = "running", "stations"


def station_rules(area: str) -> StationRules | None:
    """The rules in force in an area; those of several programmes are joined, the first decides on numbers.

    None where no programme of the area says anything about stations.
    """
    found: list[StationRules] = []
    for name in sorted(catalogue.names(KIND)):
        if name.startswith(f"{area}/") and name.endswith(f"/{PART}"):
            published = catalogue.current_hash(KIND, name)
            if published:
                found.append(catalogue.read_as(published, StationRules))
    return _joined(found) if found else None


def needed_rules(area: str) -> StationRules:
    """Raises DomainError where the area runs no programme with stations."""
    rules = station_rules(area)
    if rules is None:
        raise DomainError(
            "no_station_rules",
            says("这个地区还没有开通驿站管理的规则包。"),
            says("请系统管理员发布含驿站规则的规则包。"),
            status=409,
        )
    return rules


def areas_with_stations() -> frozenset[str]:
    """Areas that run rules for stations."""
    return frozenset(n.split("/")[0] for n in catalogue.names(KIND) if n.endswith(f"/{PART}"))


def theme_of(rules: StationRules, month: str, station: str) -> Theme | None:
    """The month's theme for a station: one made for it before one for all."""
    of_month = [t for t in rules.themes if t.month == month]
    own = next((t for t in of_month if station in t.stations), None)
    return own or next((t for t in of_month if not t.stations), None)


def _joined(found: list[StationRules]) -> StationRules:
    first = found[0]
    facilities = {kind.id: kind for rules in reversed(found) for kind in rules.facilities}
    items = {item.id: item for rules in reversed(found) for item in rules.items}
    checks = {point.id: point for rules in reversed(found) for point in rules.checks}
    return StationRules(
        facilities=tuple(facilities.values()),
        items=tuple(items.values()),
        checks=tuple(checks.values()),
        themes=tuple(theme for rules in found for theme in rules.themes),
        warn_days=first.warn_days,
        refill_days=first.refill_days,
        repair_days=first.repair_days,
        inspect_every_days=first.inspect_every_days,
        publish_days=first.publish_days,
        overload_hours=first.overload_hours,
        assumed=first.assumed,
    )
