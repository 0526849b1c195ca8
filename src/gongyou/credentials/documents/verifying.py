"""Checks by name. Without network the answer to "revoked?" is "unknown", never "valid"."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from gongyou.basics.refusal import says
from gongyou.credentials.documents import badges, jws, paper
from gongyou.credentials.documents.badges import list_address
from gongyou.credentials.documents.claims import Claims
from gongyou.credentials.documents.issuers import Issuer, Register
from gongyou.credentials.documents.keys import PublicKey
from gongyou.credentials.documents.status import StatusList
from gongyou.credentials.sentences import Sentence

Answer = Literal["pass", "fail", "unknown"]
NAMES = ("format", "signature", "issuer", "key", "scope", "validity", "review", "status", "holder")


@dataclass(frozen=True)
class Check:
    """One check: format, signature, issuer, key, scope, validity, review, status or holder."""

    name: str
    result: Answer
    because: Sentence


@dataclass(frozen=True)
class Verified:
    """`is_valid` None: nothing failed, and something could not be asked. `claims` are shown only where the
    signature passed: unsigned words are nobody's."""

    is_valid: bool | None
    checks: tuple[Check, ...]
    claims: Claims | None

    def result(self, name: str) -> Answer | None:
        return next((check.result for check in self.checks if check.name == name), None)


@dataclass(frozen=True)
class Asked:
    """What a verifier brings: the day, the lists of revocations at hand, and whose certificate it should be."""

    at: datetime
    lists: Sequence[StatusList] = ()
    id_number: str = ""
    is_register_vouched: bool = True
    """False: the register came along with the certificate and nobody said whose it is."""


def verify(text: str, register: Register, asked: Asked) -> Verified:
    """A certificate in any form: the paper's text, a VC-JWT, or a JSON file that holds either."""
    try:
        opened = _open(text)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        reason = Sentence(says("读不出证书：不是本系统的证书，或者内容残缺、被改动过。"))
        return _summed([Check("format", "fail", reason)], None)
    checks = [Check("format", "pass", Sentence(says("格式正确。")))]
    issuer = register.issuer_of_key(opened.kid)
    key = issuer.key(opened.kid) if issuer else None
    if issuer is None or key is None:
        checks.append(Check("signature", "unknown", Sentence(says("没有这个密钥，签名核对不了。"))))
        text_ = says("签发机构“{issuer}”不在登记册里。")
        checks.append(Check("issuer", "fail", Sentence(text_, {"issuer": opened.claims.issuer[:80]})))
        return _summed(checks, None)
    if not opened.verified_by(key):
        checks.append(
            Check("signature", "fail", Sentence(says("签名不对：证书内容被改动过，或者不是这家签发的。")))
        )
        return _summed(checks, None)
    checks.append(Check("signature", "pass", Sentence(says("签名正确，内容没有被改动。"))))
    checks += _of_content(opened.claims, issuer, key, register, asked)
    return _summed(checks, opened.claims)


@dataclass(frozen=True)
class _Opened:
    kid: str
    claims: Claims
    token: jws.Token | paper.Envelope

    def verified_by(self, key: PublicKey) -> bool:
        return self.token.verified_by(key)


def _open(text: str) -> _Opened:
    text = text.lstrip("\ufeff")
    if text.lstrip().startswith("{"):
        document = json.loads(text)
        text = document.get("credential") or document["paper"]
    if text.lstrip().startswith('"'):
        text = json.loads(text)
    if text.strip("\r\n\t ").startswith(paper.PREFIX):
        envelope = paper.read(text.lstrip())
        return _Opened(envelope.kid, envelope.claims, envelope)
    token = jws.read(text)
    claims = badges.claims_of(token.payload)
    if token.payload.get("iss") != claims.issuer or token.payload.get("jti") != token.payload["id"]:
        raise ValueError("claims disagree")
    return _Opened(token.kid, claims, token)


def _of_content(
    claims: Claims, issuer: Issuer, key: PublicKey, register: Register, asked: Asked
) -> Iterator[Check]:
    yield _issuer(claims, issuer, asked)
    yield _key(claims, key)
    title = register.titles.get(claims.kind, claims.kind)
    if claims.kind in issuer.kinds:
        yield Check("scope", "pass", Sentence(says("该机构可以签发“{title}”。"), {"title": title}))
    else:
        yield Check("scope", "fail", Sentence(says("该机构不能签发“{title}”。"), {"title": title}))
    day = asked.at.date()
    yield _dated("validity", day, claims.issued_on, claims.valid_until)
    if claims.review_on is not None:
        yield _reviewed(day, claims.review_on)
    yield _status(claims, issuer, asked)
    if asked.id_number:
        yield _holder(claims, asked.id_number)


def _issuer(claims: Claims, issuer: Issuer, asked: Asked) -> Check:
    title = {"issuer": issuer.title}
    if claims.issuer != issuer.id:
        text = says("签名是“{issuer}”的，证书上写的是另一家。")
        return Check("issuer", "fail", Sentence(text, title))
    if not asked.is_register_vouched:
        text = says("公开文件和证书放在一起，没有核对是不是“{issuer}”的；请用另外取得的公开文件。")
        return Check("issuer", "unknown", Sentence(text, title))
    return Check("issuer", "pass", Sentence(says("签发机构：{issuer}。"), title))


def _key(claims: Claims, key: PublicKey) -> Check:
    if key.is_compromised:
        return Check("key", "fail", Sentence(says("这把密钥已经作废，用它签的证书都不算数。")))
    if not key.signs_on(claims.signed_on):
        text = says("签发日{day}不在密钥的使用期内。")
        return Check("key", "fail", Sentence(text, {"day": claims.signed_on.isoformat()}))
    return Check("key", "pass", Sentence(says("签发时密钥在使用期内。")))


def _dated(name: str, day: date, begin: date, end: date | None) -> Check:
    if day < begin:
        return Check(name, "fail", Sentence(says("{day}才生效。"), {"day": begin.isoformat()}))
    if end is None:
        return Check(name, "pass", Sentence(says("长期有效。")))
    if day > end:
        return Check(name, "fail", Sentence(says("已于{day}到期。"), {"day": end.isoformat()}))
    return Check(name, "pass", Sentence(says("有效期至{day}。"), {"day": end.isoformat()}))


def _reviewed(day: date, review_on: date) -> Check:
    params = {"day": review_on.isoformat()}
    if day > review_on:
        return Check("review", "fail", Sentence(says("应在{day}前复审；复审后会换发新证书。"), params))
    return Check("review", "pass", Sentence(says("{day}前要复审。"), params))


def _status(claims: Claims, issuer: Issuer, asked: Asked) -> Check:
    address = list_address(issuer, claims.place)
    found = [one for one in asked.lists if one.issuer == issuer.id and one.address == address]
    if not found:
        return Check("status", "unknown", Sentence(says("没有联网，是否被撤销没有查。")))
    newest = max(found, key=lambda one: one.valid_until)
    if newest.is_revoked(claims.place):
        return Check("status", "fail", Sentence(says("证书已被撤销。")))
    if newest.valid_until < asked.at:
        text = says("撤销名单已经过时（有效至{day}），是否被撤销不能确定。")
        return Check("status", "unknown", Sentence(text, {"day": newest.valid_until.date().isoformat()}))
    return Check("status", "pass", Sentence(says("没有被撤销。")))


def _holder(claims: Claims, id_number: str) -> Check:
    if claims.is_of(id_number):
        return Check("holder", "pass", Sentence(says("身份证号和证书相符。")))
    return Check("holder", "fail", Sentence(says("身份证号和证书不符：不是本人的证书。")))


def _summed(checks: list[Check], claims: Claims | None) -> Verified:
    results = {check.result for check in checks}
    is_valid = False if "fail" in results else (None if "unknown" in results else True)
    return Verified(is_valid, tuple(checks), claims)
