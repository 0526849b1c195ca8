"""The register of issuers: who may issue which kinds, with which keys; itself signed by the register's own key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from gongyou.basics.refusal import Refusal, says
from gongyou.credentials.documents import jws
from gongyou.credentials.documents.keys import PublicKey, SigningKey, public_from_jwk


@dataclass(frozen=True)
class Issuer:
    """A body that may issue certificates of `kinds`. `url`: where its documents are served."""

    id: str
    title: str
    kinds: tuple[str, ...]
    keys: tuple[PublicKey, ...]
    url: str = ""

    def key(self, kid: str) -> PublicKey | None:
        return next((key for key in self.keys if key.kid == kid), None)


@dataclass(frozen=True)
class Register:
    """Issuers, and the titles of kinds and levels, so that a phone without network can say what it sees."""

    issuers: tuple[Issuer, ...]
    number: int
    issued_on: date
    titles: Mapping[str, str] = field(default_factory=dict, hash=False)

    @cached_property
    def _by_kid(self) -> Mapping[str, Issuer]:
        return {key.kid: issuer for issuer in self.issuers for key in issuer.keys}

    def issuer(self, issuer_id: str) -> Issuer | None:
        return next((issuer for issuer in self.issuers if issuer.id == issuer_id), None)

    def issuer_of_key(self, kid: str) -> Issuer | None:
        return self._by_kid.get(kid)

    def with_issuer(self, issuer: Issuer, on: date) -> Register:
        """The next edition with this issuer in place of its earlier entry."""
        others = tuple(one for one in self.issuers if one.id != issuer.id)
        return replace(self, issuers=(*others, issuer), number=self.number + 1, issued_on=on)


def sign_register(register: Register, key: SigningKey) -> str:
    """The public document: a JSON object with the signed register and the key to read it with."""
    payload = {
        "number": register.number,
        "issued_on": register.issued_on.isoformat(),
        "titles": dict(register.titles),
        "issuers": [written_issuer(issuer) for issuer in register.issuers],
    }
    token = jws.sign(payload, key, typ="gongyou-register+jwt")
    document = {"register": token, "key": key.public.jwk(), "fingerprint": key.public.kid}
    return json.dumps(document, ensure_ascii=False, indent=1)


def read_register(text: str, *, fingerprint: str = "") -> Register:
    """The register of a public document. With a fingerprint (told by another way) only the register of that key.

    Raises Refusal: not a document, changed, or signed by another key.
    """
    try:
        document = json.loads(text)
        key = public_from_jwk(document["key"], date.min)
        token = jws.read(document["register"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal(
            "register_unreadable",
            says("这不是签发机构的公开文件。"),
            says("请向发证单位索取最新的公开文件。"),
            field="issuers",
        ) from error
    if not token.verified_by(key) or (fingerprint and key.kid != fingerprint):
        raise Refusal(
            "register_changed",
            says("签发机构的公开文件签名不对，可能被改动过。"),
            says("请向发证单位索取最新的公开文件。"),
            field="issuers",
        )
    return _read(token.payload)


def fingerprint_of(text: str) -> str:
    """Which key signed a public document (already read)."""
    return public_from_jwk(json.loads(text)["key"], date.min).kid


def written_issuer(issuer: Issuer) -> dict[str, Any]:
    """An issuer as the public document has it."""
    keys = [
        {
            **key.jwk(),
            "from": key.from_on.isoformat(),
            "until": key.until_on.isoformat() if key.until_on else None,
            "compromised": key.is_compromised,
        }
        for key in issuer.keys
    ]
    return {"id": issuer.id, "title": issuer.title, "url": issuer.url, "kinds": issuer.kinds, "keys": keys}


def _read(payload: Mapping[str, Any]) -> Register:
    issuers = tuple(
        Issuer(
            one["id"],
            one["title"],
            tuple(one["kinds"]),
            tuple(_key(k) for k in one["keys"]),
            one.get("url", ""),
        )
        for one in payload["issuers"]
    )
    day = date.fromisoformat(payload["issued_on"])
    return Register(issuers, payload["number"], day, payload.get("titles", {}))


def _key(written: Mapping[str, Any]) -> PublicKey:
    key = public_from_jwk(dict(written), date.fromisoformat(written["from"]))
    until = date.fromisoformat(written["until"]) if written.get("until") else None
    return replace(key, until_on=until, is_compromised=bool(written.get("compromised")))
