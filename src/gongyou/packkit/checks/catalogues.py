"""What partners may offer and which services there are: ids once, topics that exist, ways to ask that lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from gongyou.basics.refusal import says
from gongyou.packkit.checks.cases import content_of
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Document, Keys, Packs, ProgrammePack
from gongyou.registry.definitions import Service, ServiceArea


def check(packs: Packs) -> Iterator[Finding]:
    for pack in packs.programmes:
        asks = _ways_to_ask(packs, pack)
        yield from _resources(pack, asks)
        yield from _services(pack, asks)


def _ways_to_ask(packs: Packs, pack: ProgrammePack) -> dict[str, frozenset[str]]:
    """Topics by type."""
    content, _ = content_of(packs, pack)
    types = content.types if content else ()
    return {t.id: frozenset(topic.id for topic in t.topics) for t in types}


def _resources(pack: ProgrammePack, asks: dict[str, frozenset[str]]) -> Iterator[Finding]:
    if pack.partners is None:
        return
    document, seen = pack.documents["partners"], set[str]()
    topics = frozenset[str]().union(*asks.values()) if asks else frozenset()
    for number, kind in enumerate(pack.partners.resource_kinds):
        keys: Keys = ("resource_kinds", number)
        if kind.id in seen:
            yield document.finding("ids.twice", says("“{name}”用了两次。"), (*keys, "id"), name=kind.id)
        seen.add(kind.id)
        if len(kind.unit) > 10:
            yield document.finding("partners.unit", says("单位最多10个字。"), (*keys, "unit"))
        for place, topic in enumerate(kind.serves):
            if topic not in topics:
                message = says("办件规则里没有“{name}”这个类别。")
                yield document.finding("partners.topic", message, (*keys, "serves", place), name=topic)


def _services(pack: ProgrammePack, asks: dict[str, frozenset[str]]) -> Iterator[Finding]:
    if pack.services is None:
        return
    document = pack.documents["services"]
    fields: list[tuple[Keys, ServiceArea]] = [
        (("leading",), pack.services.leading),
        *((("areas", n), area) for n, area in enumerate(pack.services.areas)),
        (("special",), pack.services.special),
    ]
    known = {source.id for source in pack.sources.sources}
    seen = set[str]()
    for keys, area in fields:
        if area.source not in known:
            message = says("sources.yaml 里没有“{name}”这个来源。")
            yield document.finding("services.source", message, (*keys, "source"), name=area.source)
        if area.is_open and area.services:
            message = says("来源没有写明的领域不能列服务项目。")
            yield document.finding("services.open", message, (*keys, "services"))
        for number, service in enumerate(area.services):
            yield from _service(document, (*keys, "services", number), service, asks, seen)


def _service(
    document: Document, at: Keys, service: Service, asks: dict[str, frozenset[str]], seen: set[str]
) -> Iterator[Finding]:
    if service.id in seen:
        yield document.finding("ids.twice", says("“{name}”用了两次。"), (*at, "id"), name=service.id)
    seen.add(service.id)
    is_way = not service.asks_type or service.asks_type in asks
    is_topic = not service.asks_topic or service.asks_topic in asks.get(service.asks_type, ())
    if not (is_way and is_topic):
        message = says("“{name}”的办理入口在办件规则里没有。")
        yield document.finding("services.ask", message, (*at, "asks_type"), name=service.title)
