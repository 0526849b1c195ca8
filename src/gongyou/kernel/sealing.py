"""Authenticated encryption at rest and keyed digests; the first byte of a sealed value names key and algorithm."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
TAG_BYTES = 16
_HMAC_BLOCK = 64  # of SHA-256


class Algorithm(StrEnum):
    AES_GCM = "AES-256-GCM"
    SM4_GCM = "SM4-GCM"  # GB/T 32907, for installations under 密评


@dataclass(frozen=True)
class SealKey:
    version: int  # 1..255: the first byte of every value sealed with it
    algorithm: Algorithm
    secret: bytes


@dataclass(frozen=True)
class KeyRing:
    """All keys of an installation: old versions stay to open old values, `current` seals new ones."""

    keys: Mapping[int, SealKey]
    current: int
    index_secret: bytes  # blind index and audit digests; separate from every sealing key

    def seal(self, plain: bytes, context: str) -> bytes:
        """Version byte + nonce + ciphertext + tag; `context` (table.column.row) is authenticated with it."""
        key = self.keys[self.current]
        nonce = os.urandom(NONCE_BYTES)
        body = _encrypt(key, nonce, plain, context.encode())
        return bytes([key.version]) + nonce + body

    def open(self, sealed: bytes, context: str) -> bytes:
        """Raises ValueError when the key is unknown, the value was altered or stands in another row."""
        key = self.keys.get(sealed[0]) if sealed else None
        if key is None:
            raise ValueError("sealed with a key this installation does not have")
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        return _decrypt(key, nonce, body, context.encode())

    def index(self, value: str, column: str) -> bytes:
        """A blind index: equal values of one column have equal digests, and nobody without the key can enumerate."""
        return hmac.digest(self.index_secret, f"{column}\0{value}".encode(), "sha256")

    def indexer(self, column: str) -> Callable[[str], bytes]:
        """`index` for many values of one column: what the key costs is paid once (HMAC, RFC 2104)."""
        key = self.index_secret.ljust(_HMAC_BLOCK, b"\0")
        if len(key) != _HMAC_BLOCK:
            return lambda value: self.index(value, column)
        begun = hashlib.sha256(bytes(b ^ 0x36 for b in key) + f"{column}\0".encode())
        outer = hashlib.sha256(bytes(b ^ 0x5C for b in key))

        def index(value: str) -> bytes:
            inner, whole = begun.copy(), outer.copy()
            inner.update(value.encode())
            whole.update(inner.digest())
            return whole.digest()

        return index

    def digest(self, content: bytes) -> bytes:
        """A keyed digest of content for chains and content addresses."""
        return hmac.digest(self.index_secret, b"digest\0" + content, "sha256")


@lru_cache(maxsize=16)
def _aes(secret: bytes) -> AESGCM:
    return AESGCM(secret)  # setting the key up costs more than sealing a name


def _encrypt(key: SealKey, nonce: bytes, plain: bytes, context: bytes) -> bytes:
    if key.algorithm is Algorithm.AES_GCM:
        return _aes(key.secret).encrypt(nonce, plain, context)
    encryptor = Cipher(algorithms.SM4(key.secret), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(context)
    return encryptor.update(plain) + encryptor.finalize() + encryptor.tag


def _decrypt(key: SealKey, nonce: bytes, body: bytes, context: bytes) -> bytes:
    try:
        if key.algorithm is Algorithm.AES_GCM:
            return _aes(key.secret).decrypt(nonce, body, context)
        tag, text = body[-TAG_BYTES:], body[:-TAG_BYTES]
        decryptor = Cipher(algorithms.SM4(key.secret), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(context)
        return decryptor.update(text) + decryptor.finalize()
    except Exception as error:
        raise ValueError("the sealed value was altered or belongs to another row") from error


def make_keyring(algorithm: Algorithm = Algorithm.AES_GCM) -> KeyRing:
    """A fresh ring with one key."""
    key = SealKey(1, algorithm, os.urandom(32 if algorithm is Algorithm.AES_GCM else 16))
    return KeyRing(keys={1: key}, current=1, index_secret=os.urandom(32))


def rotate(ring: KeyRing, algorithm: Algorithm = Algorithm.AES_GCM) -> KeyRing:
    """The same ring with a new current key; the blind index keeps its secret."""
    version = max(ring.keys) + 1
    key = SealKey(version, algorithm, os.urandom(32 if algorithm is Algorithm.AES_GCM else 16))
    return KeyRing(keys={**ring.keys, version: key}, current=version, index_secret=ring.index_secret)


def dump_keyring(ring: KeyRing) -> str:
    return json.dumps(
        {
            "current": ring.current,
            "index": base64.b64encode(ring.index_secret).decode(),
            "keys": [
                {
                    "version": k.version,
                    "algorithm": k.algorithm,
                    "secret": base64.b64encode(k.secret).decode(),
                }
                for k in ring.keys.values()
            ],
        },
        indent=1,
    )


def read_keyring(text: str) -> KeyRing:
    data = json.loads(text)
    keys = [
        SealKey(k["version"], Algorithm(k["algorithm"]), base64.b64decode(k["secret"])) for k in data["keys"]
    ]
    return KeyRing({k.version: k for k in keys}, data["current"], base64.b64decode(data["index"]))


def keyring_at(path: Path) -> KeyRing:
    """The ring stored at `path` (mode 0600); a new installation gets a new one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return read_keyring(path.read_text(encoding="utf-8"))
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(dump_keyring(make_keyring()))
    return read_keyring(path.read_text(encoding="utf-8"))
