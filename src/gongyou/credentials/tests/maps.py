"""The map the tests ask: that of the packs in this repository, and small ones written here."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from gongyou.basics.values import Confidence
from gongyou.credentials.definitions import Basis, CertificateKind, Nature, Recognition, Satisfies, Terms
from gongyou.credentials.recognition import RecognitionMap
from gongyou.packkit.recognition import recognition_from

ROOT = Path(__file__).parents[4]
LAW = Basis(source="某法", article="1", confidence=Confidence.LAW)
TODAY = date(2026, 11, 24)
AREA = "652300"


@cache
def published() -> RecognitionMap:
    return recognition_from(ROOT / "packs", AREA)


def kind(name: str, nature: Nature, **facts: object) -> CertificateKind:
    terms = facts.pop("terms", (Terms(basis=LAW),))
    return CertificateKind(id=name, title=name, nature=nature, issuer="body", terms=terms, **facts)  # type: ignore[arg-type]


def small(*kinds: CertificateKind, **facts: object) -> Recognition:
    return Recognition(kinds=kinds, issuers={"body": "机构"}, **facts)  # type: ignore[arg-type]


def edge(one: str, other: str) -> Satisfies:
    return Satisfies(kind=one, counts_as=other, basis=LAW, from_on=date(2020, 1, 1))


WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(number: int) -> str:
    """A well-formed identity number of nobody in particular."""
    day = date.fromordinal(date(1970, 1, 1).toordinal() + number % 12000)
    body = f"110105{day:%Y%m%d}{number % 999:03d}"
    rest = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[rest]
