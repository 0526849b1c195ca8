"""Keys that sign certificates: made, kept as PEM, named by their thumbprint, used for a year."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

KID_BYTES = 8
HALF = 32
"""Bytes of each half of a P-256 signature and coordinate."""


class Algorithm(StrEnum):
    """By their JOSE names. A new one (SM2) is a new line here and in `_COSE`."""

    EDDSA = "EdDSA"
    ES256 = "ES256"


_COSE = {Algorithm.EDDSA: -8, Algorithm.ES256: -7}
_BY_COSE = {number: name for name, number in _COSE.items()}


def cose_number(algorithm: Algorithm) -> int:
    """The algorithm's number in COSE headers (RFC 9053)."""
    return _COSE[algorithm]


def by_cose_number(number: object) -> Algorithm | None:
    return _BY_COSE.get(number) if isinstance(number, int) else None


@dataclass(frozen=True)
class PublicKey:
    """What everybody may know of a key. It signs from `from_on` until `until_on` (both included, None: still);
    what it signed then stays good. `is_compromised`: nothing signed by it is believed, whatever its date."""

    kid: str
    algorithm: Algorithm
    raw: bytes
    from_on: date
    until_on: date | None = None
    is_compromised: bool = False

    def signs_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether this key made the signature (64 bytes, both halves in a row for ES256)."""
        try:
            if self.algorithm is Algorithm.EDDSA:
                _ed25519(self.raw).verify(signature, message)
            elif len(signature) == 2 * HALF:
                pair = (int.from_bytes(signature[:HALF], "big"), int.from_bytes(signature[HALF:], "big"))
                _p256(self.raw).verify(encode_dss_signature(*pair), message, ec.ECDSA(hashes.SHA256()))
            else:
                return False
        except (InvalidSignature, ValueError):
            return False
        return True

    def pem(self) -> bytes:
        key = _ed25519(self.raw) if self.algorithm is Algorithm.EDDSA else _p256(self.raw)
        return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def jwk(self) -> dict[str, str]:
        """RFC 7517, RFC 8037."""
        if self.algorithm is Algorithm.EDDSA:
            return {"kty": "OKP", "crv": "Ed25519", "kid": self.kid, "alg": "EdDSA", "x": b64(self.raw)}
        x, y = self.raw[1 : 1 + HALF], self.raw[1 + HALF :]
        return {"kty": "EC", "crv": "P-256", "kid": self.kid, "alg": "ES256", "x": b64(x), "y": b64(y)}


@dataclass(frozen=True)
class SigningKey:
    """A private key with its public half."""

    public: PublicKey
    secret: bytes
    """PKCS#8 DER."""

    def sign(self, message: bytes) -> bytes:
        key = _private(self.secret)
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return key.sign(message)
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(HALF, "big") + s.to_bytes(HALF, "big")


def make_key(from_on: date, algorithm: Algorithm = Algorithm.EDDSA) -> SigningKey:
    """A fresh key that signs from a day on."""
    if algorithm is Algorithm.EDDSA:
        private: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey = ed25519.Ed25519PrivateKey.generate()
    else:
        private = ec.generate_private_key(ec.SECP256R1())
    secret = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    raw = _raw(private)
    return SigningKey(PublicKey(kid_of(raw), algorithm, raw, from_on), secret)


def _raw(private: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    form = serialization.PublicFormat.UncompressedPoint
    return private.public_key().public_bytes(serialization.Encoding.X962, form)


def kid_of(raw: bytes) -> str:
    """The first eight bytes of the key's SHA-256, in hex."""
    return hashlib.sha256(raw).hexdigest()[: 2 * KID_BYTES]


def public_from_jwk(jwk: dict[str, str], from_on: date) -> PublicKey:
    """Raises KeyError or ValueError for what is no key of ours."""
    if jwk["kty"] == "OKP" and jwk.get("crv") == "Ed25519":
        raw = unb64(jwk["x"])
        return PublicKey(kid_of(raw), Algorithm.EDDSA, raw, from_on)
    if jwk["kty"] == "EC" and jwk.get("crv") == "P-256":
        raw = b"\x04" + unb64(jwk["x"]) + unb64(jwk["y"])
        return PublicKey(kid_of(raw), Algorithm.ES256, raw, from_on)
    raise ValueError(jwk["kty"])


@lru_cache(maxsize=64)
def _private(secret: bytes) -> ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey:
    key = serialization.load_der_private_key(secret, None)
    if not isinstance(key, ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey):
        raise TypeError(type(key).__name__)
    return key


@lru_cache(maxsize=256)
def _ed25519(raw: bytes) -> ed25519.Ed25519PublicKey:
    return ed25519.Ed25519PublicKey.from_public_bytes(raw)


@lru_cache(maxsize=256)
def _p256(raw: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)


def b64(raw: bytes) -> str:
    """base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unb64(text: str) -> bytes:
    """Raises ValueError, also for letters outside the alphabet and for spare bits: one text, one content."""
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if b64(raw) != text:
        raise ValueError("not canonical")
    return raw
