"""The form for paper and phones: CBOR claims in COSE_Sign1 (RFC 9052), deflated, Base45, small enough for a QR code that
a worn phone reads off a card (version 12 at most)."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import cbor2
import segno

from gongyou.basics.workdays import SHANGHAI
from gongyou.credentials.documents import base45
from gongyou.credentials.documents.claims import PAPER_HASH_BYTES, Claims
from gongyou.credentials.documents.keys import PublicKey, SigningKey, by_cose_number, cose_number

PREFIX = "GY1:"
LARGEST_QR = 12
LARGEST_ENVELOPE = 4_096
"""Bytes after inflating; a bomb of zeros ends here."""
_COSE_SIGN1 = 18
_ALG, _KID = 1, 4
_ISS, _EXP, _IAT, _CTI, _OURS = 1, 4, 6, 7, -65537
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Envelope:
    """A paper certificate taken apart; nothing is believed before `verified_by`."""

    protected: bytes
    payload: bytes
    signature: bytes
    kid: str
    alg: object
    claims: Claims

    def verified_by(self, key: PublicKey) -> bool:
        """The key's own algorithm counts; a header that names another is refused."""
        message = cbor2.dumps(["Signature1", self.protected, b"", self.payload])
        return by_cose_number(self.alg) is key.algorithm and key.verifies(self.signature, message)


def write(claims: Claims, key: SigningKey) -> str:
    """The text of the QR code."""
    protected = cbor2.dumps({_ALG: cose_number(key.public.algorithm), _KID: bytes.fromhex(key.public.kid)})
    payload = cbor2.dumps(_packed(claims))
    signature = key.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    envelope = cbor2.dumps(cbor2.CBORTag(_COSE_SIGN1, [protected, {}, payload, signature]))
    return PREFIX + base45.encode(zlib.compress(envelope, 9))


def read(text: str) -> Envelope:
    """Raises ValueError for what is no paper certificate, or not all of one."""
    text = text.strip("\r\n\t")
    if not text.startswith(PREFIX) or len(text) > LARGEST_ENVELOPE:
        raise ValueError("prefix")
    try:
        tag = _loads(_inflate(base45.decode(text[len(PREFIX) :])))
        protected, _unprotected, payload, signature = tag.value
        header = _loads(protected)
        claims = _unpacked(_loads(payload))
        kid = bytes(header[_KID]).hex()
        return Envelope(protected, payload, bytes(signature), kid, header.get(_ALG), claims)
    except ValueError:
        raise
    except Exception as error:  # whatever bytes from outside do to a parser, they are no certificate
        raise ValueError("envelope") from error


def qr_svg(text: str, *, title: str) -> str:
    """The QR code as SVG for print and screen. Raises ValueError beyond version 12."""
    code = segno.make(text, error="m", micro=False, boost_error=False)
    if not isinstance(code.version, int) or code.version > LARGEST_QR:
        raise ValueError(f"QR version {code.version}")
    out = io.BytesIO()
    code.save(out, kind="svg", xmldecl=False, svgns=True, title=title, border=4, scale=4, nl=False)
    return out.getvalue().decode()


def qr_version(text: str) -> int:
    return int(segno.make(text, error="m", micro=False, boost_error=False).version)


def _packed(claims: Claims) -> dict[int, Any]:
    ours = [
        claims.name_masked,
        claims.holder_hash[:PAPER_HASH_BYTES],
        claims.salt,
        claims.kind,
        claims.level,
        claims.number,
        _days(claims.issued_on),
        _days(claims.review_on),
        claims.place,
    ]
    packed: dict[int, Any] = {
        _ISS: claims.issuer,
        _IAT: int(claims.signed_at.timestamp()),
        _CTI: bytes.fromhex(claims.serial),
        _OURS: ours,
    }
    if claims.valid_until is not None:
        # The first moment it holds no more: midnight after the last day.
        after = claims.valid_until + timedelta(days=1)
        packed[_EXP] = int(datetime(after.year, after.month, after.day, tzinfo=SHANGHAI).timestamp())
    return packed


def _unpacked(packed: dict[int, Any]) -> Claims:
    name, digest, salt, kind, level, number, issued, review, place = packed[_OURS]
    issued_on = _day(issued)
    if issued_on is None:
        raise ValueError("no day of issue")
    until = packed.get(_EXP)
    return Claims(
        serial=bytes(packed[_CTI]).hex(),
        issuer=str(packed[_ISS]),
        kind=str(kind),
        level=str(level),
        number=str(number),
        name_masked=str(name),
        holder_hash=bytes(digest),
        salt=bytes(salt),
        issued_on=issued_on,
        valid_until=None if until is None else _moment(until).date() - timedelta(days=1),
        review_on=_day(review),
        signed_at=_moment(packed[_IAT]),
        place=int(place),
    )


def _days(day: date | None) -> int | None:
    return None if day is None else (day - _EPOCH).days


def _day(days: int | None) -> date | None:
    return None if days is None else _EPOCH + timedelta(days=days)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, SHANGHAI)


def _loads(raw: bytes) -> Any:
    """One CBOR item and nothing after it."""
    stream = io.BytesIO(raw)
    item = cbor2.load(stream)
    if stream.read(1):
        raise ValueError("more than one item")
    return item


def _inflate(raw: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(raw, LARGEST_ENVELOPE)
    except zlib.error as error:
        raise ValueError("deflate") from error
    if not unpacking.eof or unpacking.unused_data:
        raise ValueError("deflate")
    return found
