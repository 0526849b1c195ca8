"""Where a matter is said: the areas that run a programme, their stations, the point of a QR code."""

from __future__ import annotations

from dataclasses import dataclass

from gongyou.basics.refusal import says
from gongyou.engines.casework import queries as casework
from gongyou.engines.casework.queries import PublicType
from gongyou.kernel import catalogue
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView

STATION_KINDS = frozenset({"county", "township", "station"})  # where a person can walk in


@dataclass(frozen=True)
class Place:
    """A place to speak: its office, and the QR point if one was scanned."""

    office: OfficeView
    point: str = ""
    spot: str = ""
    """What the point's poster says about where it hangs."""

    @property
    def types(self) -> tuple[PublicType, ...]:
        return casework.public_types(self.office.area)


@dataclass(frozen=True)
class Area:
    """An area where something runs."""

    code: str
    root: OfficeView
    stations: tuple[OfficeView, ...]
    may_speak: bool = True
    """Whether matters can be filed here; some areas have stations only."""


@dataclass(frozen=True)
class Want:
    """A kind of matter as the home page offers it: areas may share it."""

    id: str
    kind: str
    title: str
    invitation: str


def area_codes() -> tuple[str, ...]:
    """Areas that have offices and at least one running case programme."""
    running = {name.split("/")[0] for name in catalogue.names("running") if name.endswith("/case")}
    return tuple(code for code in offices.areas() if code in running)


def wants() -> tuple[Want, ...]:
    """What can be said here, each kind once."""
    found: dict[str, Want] = {}
    for code in area_codes():
        for t in casework.public_types(code):
            name = type_key(t)
            found.setdefault(name, Want(name, t.kind, t.title, t.invitation))
    return tuple(found.values())


def type_key(t: PublicType) -> str:
    """How an address names a kind of matter: programme.type."""
    return f"{t.programme}.{t.type_id}"


def areas(words: str = "", *, with_stations_only: bool = False) -> tuple[Area, ...]:
    """Areas with their open stations, narrowed to those whose name, address or place holds the words.

    `with_stations_only`: also areas where nothing can be filed, but whose stations can be used.
    """
    found = []
    spoken = area_codes()
    silent = offices.areas_with_stations() if with_stations_only else frozenset()
    for code in offices.areas():
        if code not in spoken and code not in silent:
            continue
        stations = tuple(o for o in offices.tree(code) if o.kind in STATION_KINDS)
        root = offices.root_of(code)
        kept = tuple(o for o in stations if _fits(o, root, words))
        if kept:
            found.append(Area(code, root, kept, code in spoken))
    return tuple(found)


def _fits(office: OfficeView, root: OfficeView, words: str) -> bool:
    text = f"{root.name} {root.name_en} {office.name} {office.name_en} {office.address}".lower()
    return all(word in text for word in words.lower().split())


def at_point(code: str, *, is_begun: bool = False) -> Place:
    """Raises NotFound with a sentence for somebody standing before a poster.

    `is_begun`: a form opened before the poster was taken down still reaches its station.
    """
    point = offices.point(code.upper())
    if point is not None and (point.is_active or is_begun):
        return Place(offices.office(point.office_id), point.code if point.is_active else "", point.place)
    raise NotFound(says("二维码“{point}”不在使用中，可能已经换了新的。"), point=code[:12])


def at_office(code: str) -> Place:
    """Raises NotFound."""
    office = offices.office_by_code(code)
    if not office.is_active:
        raise NotFound(says("没有代码为“{station}”的站点。"), station=code[:12])
    return Place(office)
