"""Every number and rule names a document that the pack lists, and is no surer than that document allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from gongyou.basics.refusal import says
from gongyou.basics.values import Confidence, Source
from gongyou.engines.employment.definitions import EmploymentRules
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import AreaPack, Document, Keys, Packs, ProgrammePack, suggestion
from gongyou.packkit.matching import sources_of_matching
from gongyou.packkit.oversight import ROUTES, SANCTIONS
from gongyou.packkit.procedures import KINDS, PROCEDURES
from gongyou.packkit.recognition import bases_of, sources_of

_SUREST = {
    "law": Confidence.LAW,
    "notice": Confidence.NOTICE,
    "article": Confidence.ARTICLE,
    "assumption": Confidence.ASSUMED,
}
_ORDER = (Confidence.LAW, Confidence.NOTICE, Confidence.ARTICLE, Confidence.ASSUMED)


class Sourced(Protocol):
    """Whatever names the document it comes from and how sure that is."""

    @property
    def source(self) -> str: ...
    @property
    def confidence(self) -> Confidence: ...


def check(packs: Packs) -> Iterator[Finding]:
    for pack in packs.programmes:
        known = {source.id: source for source in pack.sources.sources}
        yield from _amounts(pack, known)
        for document, place, entry in _entries(pack):
            yield from _amount(document, place, entry, known)
        yield from _lines(pack, known)
        if pack.head.source not in known:
            yield _unknown(pack.documents["programme"], ("source",), pack.head.source, known)
        yield from _unused(pack)
    for area in packs.areas:
        yield from _area(packs, area)


def _lines(pack: ProgrammePack, known: Mapping[str, Source]) -> Iterator[Finding]:
    """Tables whose every line names its document."""
    for place, basis in bases_of(pack.recognition):
        yield from _amount(pack.documents["recognition"], place, basis, known)
    for place, entry in _employment(pack.employment):
        yield from _amount(pack.documents["employment"], place, entry, known)
    for place, named in sources_of_matching(pack.match):
        if named not in known:
            yield _unknown(pack.documents["match"], (*place, "source"), named, known)


def _area(packs: Packs, area: AreaPack) -> Iterator[Finding]:
    for place, basis in bases_of(area.recognition):
        yield from _amount(area.documents["recognition"], place, basis, sources_of(packs, area))
    for overlay in area.overlays:
        programme = packs.programme(overlay.content.programme)
        listed = overlay.content.sources + (programme.sources.sources if programme else ())
        known = {source.id: source for source in listed}
        for number, value in enumerate(overlay.content.values):
            for at, amount in enumerate(value.amounts):
                keys: Keys = ("values", number, "amounts", at)
                yield from _amount(overlay.document, keys, amount, known)
    for local in area.procedures:
        programme = packs.programme(local.content.programme)
        listed = local.content.sources + (programme.sources.sources if programme else ())
        known = {source.id: source for source in listed}
        for place, entry in _procedures(local.document.data):
            yield from _amount(local.document, place, entry, known)


def _amounts(pack: ProgrammePack, known: Mapping[str, Source]) -> Iterator[Finding]:
    for number, value in enumerate(pack.values.values):
        for place, amount in enumerate(value.amounts):
            keys: Keys = ("values", number, "amounts", place)
            yield from _amount(pack.documents["values"], keys, amount, known)


@dataclass(frozen=True)
class Named:
    """What an entry of a list names, as it is written."""

    source: str
    confidence: Confidence


NAMING = {PROCEDURES: KINDS, ROUTES: ("deadlines", "routes"), SANCTIONS: ("bases",)}
"""Files whose entries name their document, and the lists they stand in."""


def _entries(pack: ProgrammePack) -> Iterator[tuple[Document, Keys, Named]]:
    for name, kinds in NAMING.items():
        if name in pack.documents:
            document = pack.documents[name]
            for place, entry in _procedures(document.data, kinds):
                yield document, place, entry


def _procedures(data: object, kinds: tuple[str, ...] = KINDS) -> Iterator[tuple[Keys, Named]]:
    for kind in kinds if isinstance(data, dict) else ():
        for number, entry in enumerate(data.get(kind) or ()):  # type: ignore[attr-defined]
            said = entry.get("confidence", "assumed") if isinstance(entry, dict) else ""
            if said in set(Confidence):
                yield (kind, number), Named(str(entry.get("source", "")), Confidence(said))


def _employment(rules: EmploymentRules | None) -> Iterator[tuple[Keys, Named]]:
    if rules is not None:
        yield ("follow_up",), Named(rules.follow_up.source, rules.follow_up.confidence)
        for number, entry in enumerate(rules.refused):
            yield ("refused", number), Named(entry.source, entry.confidence)


def _amount(
    document: Document, keys: Keys, amount: Sourced, known: Mapping[str, Source]
) -> Iterator[Finding]:
    source = known.get(amount.source)
    if source is None:
        yield _unknown(document, (*keys, "source"), amount.source, known)
    elif _ORDER.index(amount.confidence) < _ORDER.index(_SUREST[source.kind]):
        message = says("依据“{source}”，最多只能写“{surest}”。")
        surest = _SUREST[source.kind].value
        yield document.finding(
            "sources.confidence", message, (*keys, "confidence"), source=source.title, surest=surest
        )


def _unknown(document: Document, keys: Keys, name: str, known: Mapping[str, Source]) -> Finding:
    near = suggestion(name, known)
    if near:
        message = says("sources.yaml 里没有“{name}”，您是不是要写“{near}”？")
        return document.finding("sources.unknown", message, keys, name=name, near=near)
    return document.finding("sources.unknown", says("sources.yaml 里没有“{name}”。"), keys, name=name)


def _unused(pack: ProgrammePack) -> Iterator[Finding]:
    used = {amount.source for value in pack.values.values for amount in value.amounts} | {pack.head.source}
    used |= {entry.source for _, entry in bases_of(pack.recognition)}
    used |= {entry.source for _, entry in _employment(pack.employment)}
    used |= {name for _, name in sources_of_matching(pack.match)}
    used |= {entry.source for _, _, entry in _entries(pack)}
    for number, source in enumerate(pack.sources.sources):
        if source.id not in used:
            message = says("来源“{name}”没有用到。")
            yield pack.documents["sources"].finding(
                "sources.unused", message, ("sources", number, "id"), name=source.id
            )
