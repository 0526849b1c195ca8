"""What a checked folder of packs publishes: the catalogue's contents, each by kind and name.

Kinds: `programme` (as written, with values and sources) · `policy` (every file that decides one in an area) ·
`examples` (the worked examples of a policy with all they need) ·
`area` (hours, own days, contacts, inherited from the areas above) · `running` (a programme as one area runs it
today: numbers filled in) · `partners`, `services` (what partners may offer, which services there are) ·
`courses` (fused courses with their standards and question banks) ·
`recognition` (which certificate counts for what, with all an
area adds) · `match` (occupations and words of certificates) · `procedures` (who approves, how a list is made public,
how one objects) · `texts` (English of both).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from gongyou.kernel.canonical import plain
from gongyou.packkit.benefits import running_benefits
from gongyou.packkit.calendars import hours_of, overlay_days_of
from gongyou.packkit.findings import PacksRefused
from gongyou.packkit.loader import AreaPack, Packs, ProgrammePack
from gongyou.packkit.oversight import reason_titles, running_routes, running_sanctions
from gongyou.packkit.policies import example_files, files_of, policies_run_by
from gongyou.packkit.procedures import running_procedures
from gongyou.packkit.recognition import recognition_of, titled_courses
from gongyou.packkit.reporting import check_and_load
from gongyou.packkit.resolving import SOURCE_SEPARATOR, Resolved, chain_of, resolve
from gongyou.packkit.stations import running_stations

ENGLISH = "en"
ENGLISH_SEPARATOR = "; "


@dataclass(frozen=True)
class Release:
    """One content for the catalogue."""

    kind: str
    name: str
    content: Mapping[str, Any] = field(hash=False)


def running_programmes_of(packs: Packs, code: str) -> tuple[str, ...]:
    """What an area runs: its own list, or, where it has none, that of the nearest area above."""
    return next((a.head.programmes for a in chain_of(packs, code) if a.head.programmes), ())


def checked(root: Path) -> Packs:
    """The packs below `root`, all checks passed. Raises PacksRefused with all findings."""
    report, packs = check_and_load(root)
    if report.findings:
        raise PacksRefused(report.findings)
    return packs


def releases_of(packs: Packs, on: date, only_area: str = "") -> tuple[Release, ...]:
    """What checked packs publish on a day; with `only_area` that area alone."""
    found: list[Release] = []
    if not only_area:
        for pack in packs.programmes:
            found += [_programme(pack), Release("texts", pack.id, {ENGLISH: dict(pack.english)})]
            if pack.match is not None:
                found.append(Release("match", pack.id, plain(pack.match)))
            if pack.policy is not None:
                files = example_files(packs, pack.id)
                found.append(Release("examples", pack.id, {"programme": pack.id, "files": files}))
    for area in packs.areas:
        if only_area in {"", area.code}:
            found += _area(packs, area, on)
    return tuple(found)


def _programme(pack: ProgrammePack) -> Release:
    content = {
        "programme": plain(pack.head),
        "sources": plain(pack.sources)["sources"],
        "values": plain(pack.values)["values"],
        "case": pack.case.data if pack.case else None,
    }
    return Release("programme", pack.id, content)


def _area(packs: Packs, area: AreaPack, on: date) -> Iterator[Release]:
    programmes = running_programmes_of(packs, area.code)
    resolved = [resolve(packs, name, area.code, on) for name in programmes if _has_casework(packs, name)]
    yield Release("area", area.code, _area_content(packs, area, programmes, resolved))
    yield Release("texts", area.code, {ENGLISH: {**area.english, **_joined_sources(packs, resolved)}})
    for running in resolved:
        yield Release("running", f"{area.code}/{running.programme}/case", plain(running.content))
    for name in programmes:
        named = packs.programme(name)
        rules = running_stations(packs, named, area.code, on) if named else None
        if rules is not None:
            yield Release("running", f"{area.code}/{name}/stations", plain(rules))
        paid = running_benefits(packs, named, area.code, on) if named else None
        if paid is not None:
            yield Release("running", f"{area.code}/{name}/benefits", plain(paid))
        yield from _oversight(packs, area.code, name, on)
        yield from _catalogues(packs, area.code, name, on)
    recognised = recognition_of(packs, area.code, programmes)
    if recognised is not None:
        yield Release("recognition", area.code, plain(recognised))
    for pack in policies_run_by(packs, area.code, programmes):
        yield policy_release(packs, pack.id, area.code)


def _oversight(packs: Packs, code: str, name: str, on: date) -> Iterator[Release]:
    """The route test and the rules of sanctions."""
    pack = packs.programme(name)
    for part, running in (("routes", running_routes), ("sanctions", running_sanctions)):
        content = running(packs, pack, code, on) if pack is not None else None
        if content is not None:
            yield Release("running", f"{code}/{name}/{part}", plain(content))
    titles = reason_titles(pack) if pack is not None else {}
    if titles:
        yield Release("running", f"{code}/{name}/reasons", titles)


def _catalogues(packs: Packs, code: str, name: str, on: date) -> Iterator[Release]:
    """What partners may offer and which services there are, as the programme says it."""
    pack = packs.programme(name)
    if pack is not None and pack.partners is not None:
        yield Release("partners", f"{code}/{name}", plain(pack.partners))
    if pack is not None and pack.services is not None:
        yield Release("services", f"{code}/{name}", plain(pack.services))
    if pack is not None and pack.courses is not None:
        yield Release("courses", f"{code}/{name}", plain(titled_courses(pack.courses, pack)))
    procedures = running_procedures(packs, pack, code, on) if pack is not None else None
    if procedures is not None:
        yield Release("procedures", f"{code}/{name}", plain(procedures))


def policy_release(packs: Packs, programme: str, code: str) -> Release:
    """A policy as one area runs it: rules, values, sources, overlays and examples, pinned together by their hash."""
    pack = packs.programme(programme)
    content = {
        "programme": programme,
        "area": code,
        "title": pack.policy.title if pack and pack.policy else programme,
        "open_points": list(pack.head.open_points) if pack else [],
        "files": files_of(packs, programme, code),
    }
    return Release("policy", f"{code}/{programme}", content)


def _has_casework(packs: Packs, name: str) -> bool:
    pack = packs.programme(name)
    return pack is not None and pack.case is not None


def _area_content(
    packs: Packs, area: AreaPack, programmes: tuple[str, ...], resolved: list[Resolved]
) -> dict[str, Any]:
    hours = hours_of(packs, area.code)
    days = overlay_days_of(packs, area.code)
    return {
        "code": area.code,
        "title": area.head.title,
        "programmes": list(programmes),
        "opens": hours.opens.strftime("%H:%M"),
        "closes": hours.closes.strftime("%H:%M"),
        "hours_confidence": area.head.hours_confidence.value,
        "contacts": [{**plain(contact), "is_open": not contact.phone} for contact in area.head.contacts],
        "overlay_days": [{"day": d.day.isoformat(), "kind": d.kind, "reason": d.reason} for d in days],
        "call_back_office": area.head.call_back_office,
        "switches": dict(area.head.switches),
        "open_points": list(area.head.open_points),
        "values": {running.programme: [plain(value) for value in running.values] for running in resolved},
    }


def _joined_sources(packs: Packs, resolved: list[Resolved]) -> dict[str, str]:
    """A clock that rests on two documents names both; so does its English."""
    joined = {}
    for running in resolved:
        pack = packs.programme(running.programme)
        english = {text: en for p in (pack, *packs.areas) if p for text, en in p.english.items()}
        for clock in (clock for case_type in running.content.types for clock in case_type.clocks):
            parts = clock.source.split(SOURCE_SEPARATOR)
            if len(parts) > 1:
                joined[clock.source] = ENGLISH_SEPARATOR.join(english.get(part, part) for part in parts)
    return joined
