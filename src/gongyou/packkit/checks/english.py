"""The English of a pack is complete, has the same placeholders, says nothing twice in two ways and keeps no leftovers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gongyou.basics.refusal import says
from gongyou.packkit.checks.messages import names_in
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import AreaPack, Document, Keys, Packs, ProgrammePack
from gongyou.packkit.policies import texts_of_rules
from gongyou.packkit.shown_texts import HAN, texts_in


def check(packs: Packs) -> Iterator[Finding]:
    said: dict[str, str] = {}
    every: list[ProgrammePack | AreaPack] = [*packs.programmes, *packs.areas]
    for pack in every:
        english = pack.english
        texts = _texts(packs, pack)
        yield from _missing(texts, english)
        yield from _written(pack, texts, english)
        for text, translated in english.items():
            if said.setdefault(text, translated) != translated:
                message = says("“{text}”在另一个规则包里译作“{other}”，请用同一种说法。")
                yield _where(pack, text).finding("english.two", message, (text,), text=text, other=said[text])


def _where(pack: ProgrammePack | AreaPack, text: str) -> Document:
    """The file that holds the English of a text."""
    english = pack.documents["en"]
    return english if text in english.data else pack.documents.get("rules_en", english)


def _texts(packs: Packs, pack: ProgrammePack | AreaPack) -> dict[str, tuple[Document, Keys]]:
    documents = [document for name, document in pack.documents.items() if name not in {"en", "rules_en"}]
    if isinstance(pack, AreaPack):
        documents += [overlay.document for overlay in pack.overlays]
        documents += [local.document for local in pack.procedures]
    found: dict[str, tuple[Document, Keys]] = {}
    for document in documents:
        for keys, text in texts_in(document):
            found.setdefault(text, (document, keys))
    if isinstance(pack, ProgrammePack) and pack.policy is not None:
        for text, document in texts_of_rules(packs.root, pack):
            found.setdefault(text, (document, ()))
    return found


def _missing(texts: Mapping[str, tuple[Document, Keys]], english: Mapping[str, str]) -> Iterator[Finding]:
    for text, (document, keys) in texts.items():
        if not english.get(text, "").strip():
            message = says("i18n/en.yaml 里还没有“{text}”的英文。")
            yield document.finding("english.missing", message, keys, text=text)


def _written(
    pack: ProgrammePack | AreaPack,
    texts: Mapping[str, tuple[Document, Keys]],
    english: Mapping[str, str],
) -> Iterator[Finding]:
    for text, translated in english.items():
        document = _where(pack, text)
        if text not in texts:
            message = says("规则包里已经没有“{text}”，请删去它的英文。")
            yield document.finding("english.unused", message, (text,), text=text)
        elif HAN.search(translated):
            yield document.finding("english.han", says("英文里还有汉字。"), (text,))
        elif _names(text) != _names(translated):
            message = says("英文的花括号和中文不一样。")
            yield document.finding("english.placeholders", message, (text,))


def _names(text: str) -> list[str]:
    try:
        return sorted(set(names_in(text)))
    except ValueError:
        return []
