"""Which resources fit a wish, and why: plain conditions and a plain order, the same every time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.registry.queries.partners import ResourceLine

SERVES = says("类别对口")
ENOUGH = says("数量够")
PART = says("可以解决一部分")
SAME_STATION = says("就在这个站点")
IN_REACH = says("面向这一带")
IN_TIME = says("在希望的日期前可用")
VETTED = says("已经过从业核查")


@dataclass(frozen=True)
class Match:
    """A resource that fits, how many units it could give, and the reasons in the order they count."""

    resource: ResourceLine
    quantity: int
    reasons: tuple[str, ...]


def match(
    *,
    category: str,
    left: int,
    office_path: str,
    wanted_by: date | None,
    is_about_child: bool,
    resources: Iterable[ResourceLine],
    serves: Mapping[str, tuple[str, ...]],
    vetted: Collection[UUID],
    most: int = 10,
) -> tuple[Match, ...]:
    """Category, reach, date and (for a child) vetting must fit; then: enough of it, the nearest, the soonest gone.

    The order is total: two resources alike in everything stand by id.
    """
    found = [
        _match(r, left, office_path, wanted_by, is_about_child)
        for r in resources
        if category in serves.get(r.kind, ())
        and office_path.startswith(r.reaches)
        and r.free > 0
        and (wanted_by is None or r.from_on <= wanted_by)
        and (not is_about_child or r.partner_id in vetted)
    ]
    return tuple(sorted(found, key=lambda m: _order(m, left))[:most])


def _match(
    r: ResourceLine, left: int, office_path: str, wanted_by: date | None, is_about_child: bool
) -> Match:
    quantity = min(left, r.free)
    reasons = [
        SERVES,
        ENOUGH if quantity == left else PART,
        SAME_STATION if r.reaches == office_path else IN_REACH,
    ]
    if wanted_by is not None:
        reasons.append(IN_TIME)
    if is_about_child:
        reasons.append(VETTED)
    return Match(r, quantity, tuple(reasons))


def _order(found: Match, left: int) -> tuple[object, ...]:
    resource = found.resource
    return (
        found.quantity < left,
        -len(resource.reaches),
        resource.until_on or date.max,
        -found.quantity,
        str(resource.id),
    )
