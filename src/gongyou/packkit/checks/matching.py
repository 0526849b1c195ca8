"""`match.yaml`: codes once, relations between listed occupations with a share of 0 to 1, the file where it is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gongyou.basics.programme_values import rate_of
from gongyou.basics.refusal import says
from gongyou.matching.definitions import MatchSpec
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Document, Packs, suggestion


def check(packs: Packs) -> Iterator[Finding]:
    for pack in packs.programmes:
        if pack.match is not None:
            document = pack.documents["match"]
            yield from _twice(document, "occupations", "code", [o.code for o in pack.match.occupations])
            yield from _twice(document, "certificates", "id", [c.id for c in pack.match.certificates])
            yield from _written_twice(document, pack.match)
            yield from _related(document, pack.match)
        elif "matching" in pack.head.rooms:
            message = says("用到匹配（matching），却没有 match.yaml。")
            yield pack.documents["programme"].finding("ids.room", message, ("rooms",))


def _twice(document: Document, group: str, key: str, names: list[str]) -> Iterator[Finding]:
    for number, name in enumerate(names):
        if name in names[:number]:
            yield document.finding("ids.twice", says("“{name}”用了两次。"), (group, number, key), name=name)


def _written_twice(document: Document, spec: MatchSpec) -> Iterator[Finding]:
    """A word of a table must not mean two certificates."""
    means = Counter(word for c in spec.certificates for word in {c.id, c.title, *c.aliases})
    for number, one in enumerate(spec.certificates):
        for word in (one.title, *one.aliases):
            if means[word] > 1:
                message = says("“{name}”写在两种证书下面，表里写它就分不清是哪一种。")
                yield document.finding("match.ambiguous", message, ("certificates", number), name=word)


def _related(document: Document, spec: MatchSpec) -> Iterator[Finding]:
    codes = [o.code for o in spec.occupations]
    for number, one in enumerate(spec.related):
        for key, code in (("held", one.held), ("shown", one.shown)):
            if code not in codes:
                message = says("没有“{name}”，您是不是要写“{near}”？")
                near = suggestion(code, codes) or codes[0]
                yield document.finding("ids.unknown", message, ("related", number, key), name=code, near=near)
        if not _is_share(one.share):
            message = says("“{share}”读不懂：写 0% 到 100%。")
            yield document.finding("match.share", message, ("related", number, "share"), share=one.share)


def _is_share(written: str) -> bool:
    try:
        return rate_of(written) <= 1
    except (ValueError, ZeroDivisionError):
        return False
