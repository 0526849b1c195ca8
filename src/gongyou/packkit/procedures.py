"""`procedures.yaml` as one area runs it on one day: the area's own entries over the programme's, values for names,
every source by its title, so that a page can name the document."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from gongyou.basics.refusal import says
from gongyou.institutions.procedures.definitions import Procedures
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Document, Keys, LocalRules, Packs, ProgrammePack, read_as
from gongyou.packkit.resolving import chain_of, refuse_wrong, value_in_force

PROCEDURES = "procedures"
KINDS = ("approvals", "publicity", "objections")


def local_rules(packs: Packs, programme: str, area: str) -> tuple[LocalRules, ...]:
    """What the area and those above it say otherwise, the farthest first: the nearest has the last word."""
    return tuple(
        local
        for pack in reversed(chain_of(packs, area))
        for local in pack.procedures
        if local.content.programme == programme
    )


def merged(data: Mapping[str, Any], local: LocalRules) -> dict[str, Any]:
    """The programme's entries with what an area says of those of the same id."""
    found = copy.deepcopy(dict(data))
    for kind, _number, entry in entries_of(local):
        for own in found.get(kind) or ():
            if isinstance(own, dict) and own.get("id") == entry.get("id"):
                own.update(entry)
    return found


def entries_of(local: LocalRules) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    for kind in KINDS:
        for number, entry in enumerate(getattr(local.content, kind)):
            yield kind, number, entry


def resolve_procedures(
    packs: Packs, pack: ProgrammePack, area: str, on: date
) -> tuple[Procedures | None, list[Finding]]:
    """The procedures with days filled in and titles for ids of sources; None where the pack declares none."""
    document = pack.documents.get(PROCEDURES)
    if document is None or not isinstance(document.data, dict):
        return None, []
    data: dict[str, Any] = document.data
    sources = {source.id: source.title for source in pack.sources.sources}
    for local in local_rules(packs, pack.id, area):
        data = merged(data, local)
        sources |= {source.id: source.title for source in local.content.sources}
    data, findings = filled(packs, pack, area, on, Document(document.file, data, document.lines))
    if findings:
        return None, findings
    for kind in KINDS:
        for entry in data.get(kind) or ():
            if isinstance(entry, dict):
                entry["source"] = sources.get(entry.get("source", ""), entry.get("source", ""))
    return read_as(Document(document.file, data, document.lines), Procedures)


def running_procedures(packs: Packs, pack: ProgrammePack, area: str, on: date) -> Procedures | None:
    """For publishing. Raises Refusal for what `packs check` would have said."""
    content, findings = resolve_procedures(packs, pack, area, on)
    refuse_wrong(findings)
    return content


def filled(
    packs: Packs, pack: ProgrammePack, area: str, on: date, document: Document
) -> tuple[dict[str, Any], list[Finding]]:
    """Numbers for names of values. Where the days of a list or an answer are a value, its document is the source."""
    data = copy.deepcopy(document.data)
    findings = []
    for holder, key, keys in _named(data):
        name = holder[key]
        value = value_in_force(packs, pack, name, area, on)
        if value is None or type(value.amount) is not int:
            message = says("没有“{name}”这个值，或它在这一天不是整数。")
            findings.append(document.finding("values.unknown", message, keys, name=name))
            continue
        holder[key] = value.amount
        if keys[0] != "approvals":
            holder["source"], holder["confidence"] = value.source.title, value.confidence.value
    return data, findings


def _named(data: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], str, Keys]]:
    """Every place that may hold the name of a value."""
    for kind in KINDS:
        for number, entry in enumerate(data.get(kind) or ()):
            if not isinstance(entry, dict):
                continue
            if isinstance(entry.get("days"), str):
                yield entry, "days", (kind, number, "days")
            for place, step in enumerate(entry.get("steps") or ()):
                if isinstance(step, dict) and isinstance(step.get("days"), str):
                    yield step, "days", (kind, number, "steps", place, "days")
