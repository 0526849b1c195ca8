"""A schematic of points for SVG: no tiles, no areas, nothing asked of another server. The list beside it says the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, hypot, radians

WIDTH, HEIGHT, MARGIN = 1000, 560, 60
APART = 46.0  # numbers of neighbours stay readable
ROUNDS = 60


@dataclass(frozen=True)
class Pin:
    """A place with the number it has in the list. `tone`: ok, warn, bad, plain."""

    number: int
    name: str
    href: str
    tone: str
    lon: Decimal | None
    lat: Decimal | None


@dataclass(frozen=True)
class Dot:
    """A pin where it is drawn."""

    pin: Pin
    x: int
    y: int


@dataclass(frozen=True)
class PointMap:
    """Dots on a canvas; `missing`: places whose position nobody has written down."""

    dots: tuple[Dot, ...]
    missing: int
    width: int = WIDTH
    height: int = HEIGHT


def draw(pins: Iterable[Pin]) -> PointMap:
    """North is up and both directions have one scale; neighbours are pushed apart until their numbers can be read."""
    given = tuple(pins)
    placed = [pin for pin in given if pin.lon is not None and pin.lat is not None]
    if not placed:
        return PointMap((), len(given))
    spots = _spread(_scaled([(float(p.lon or 0), float(p.lat or 0)) for p in placed]))
    dots = tuple(Dot(pin, round(x), round(y)) for pin, (x, y) in zip(placed, spots, strict=True))
    return PointMap(dots, len(given) - len(placed))


def _scaled(places: Sequence[tuple[float, float]]) -> list[list[float]]:
    middle = sum(lat for _lon, lat in places) / len(places)
    flat = [(lon * cos(radians(middle)), lat) for lon, lat in places]
    left, right = min(x for x, _ in flat), max(x for x, _ in flat)
    low, high = min(y for _, y in flat), max(y for _, y in flat)
    scale = min(
        (WIDTH - 2 * MARGIN) / ((right - left) or 1e-9), (HEIGHT - 2 * MARGIN) / ((high - low) or 1e-9), 1e6
    )
    return [
        [WIDTH / 2 + (x - (left + right) / 2) * scale, HEIGHT / 2 - (y - (low + high) / 2) * scale]
        for x, y in flat
    ]


def _spread(spots: list[list[float]]) -> list[list[float]]:
    for _round in range(ROUNDS):
        if not _push_apart(spots):
            break
    return spots


def _push_apart(spots: list[list[float]]) -> bool:
    """One round over all pairs; whether anything moved."""
    has_moved = False
    for first, one in enumerate(spots):
        for second, other in enumerate(spots[first + 1 :], start=first + 1):
            dx, dy = other[0] - one[0], other[1] - one[1]
            apart = hypot(dx, dy)
            if apart >= APART:
                continue
            if apart < 1:  # on one spot: each pair leaves in a direction of its own
                dx, dy, apart = 1.0, ((first * 7 + second * 3) % 11 - 5) / 5, 1.0
            push = (APART - min(apart, APART)) / 2 + 0.5
            for spot, sign in ((one, -1), (other, 1)):
                spot[0] = min(max(spot[0] + sign * push * dx / apart, MARGIN / 2), WIDTH - MARGIN / 2)
                spot[1] = min(max(spot[1] + sign * push * dy / apart, MARGIN / 2), HEIGHT - MARGIN / 2)
            has_moved = True
    return has_moved
