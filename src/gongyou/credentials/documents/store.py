"""Issuers kept in a folder: private keys (mode 0600), the signed register, places of the lists, what was revoked."""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from gongyou.basics.refusal import Refusal, says
from gongyou.credentials.documents import status
from gongyou.credentials.documents.badges import LIST_SIZE
from gongyou.credentials.documents.issuers import Issuer, Register, read_register, sign_register
from gongyou.credentials.documents.keys import Algorithm, SigningKey, make_key, public_from_jwk, unb64
from gongyou.credentials.documents.keys import b64 as to_text

PUBLIC = "register.json"
_SLUG = re.compile(r"[a-z][a-z0-9-]{1,30}")
_PREFIX = "urn:gongyou:"


@dataclass(frozen=True)
class Store:
    """A folder that belongs to whoever issues. Nothing in it is needed to verify, except `register.json`."""

    folder: Path

    @property
    def public_document(self) -> Path:
        return self.folder / PUBLIC

    def register(self) -> Register:
        """Raises Refusal where there is none."""
        if not self.public_document.is_file():
            raise Refusal(
                "no_issuers",
                says("“{folder}”里还没有签发机构。"),
                says("请先运行 gongyou certificates add-issuer。"),
                field="issuer",
                folder=self.folder,
            )
        return read_register(self.public_document.read_text(encoding="utf-8"))

    def issuer(self, name: str) -> Issuer:
        """By its short name or full id. Raises Refusal."""
        register = self.register()
        found = register.issuer(name) or register.issuer(_PREFIX + name)
        if found is None:
            raise Refusal(
                "unknown_issuer",
                says("没有“{name}”这家签发机构。"),
                says("已登记的：{known}；新的请先运行 gongyou certificates add-issuer。"),
                field="issuer",
                name=name,
                known="、".join(one.id for one in register.issuers) or "-",
            )
        return found

    def add_issuer(
        self,
        name: str,
        *,
        title: str,
        kinds: Iterable[str],
        titles: Mapping[str, str],
        on: date,
        url: str = "",
    ) -> Issuer:
        """Register a body with a first key; the register's own key is made with the first body. Raises Refusal."""
        if not _SLUG.fullmatch(name):
            raise Refusal(
                "issuer_name",
                says("“{name}”不能作机构代号。"),
                says("只用小写字母、数字和短横线，2到31个字符。"),
                field="issuer",
                name=name,
            )
        with self._locked():
            fresh = Register((), 0, on)
            register = self.register() if self.public_document.is_file() else fresh
            if register.issuer(_PREFIX + name) is not None:
                raise Refusal(
                    "issuer_known",
                    says("“{name}”已经登记过。"),
                    says("换密钥请用 gongyou certificates rotate-key。"),
                    field="issuer",
                    name=name,
                )
            key = make_key(on)
            self._keep(key)
            issuer = Issuer(_PREFIX + name, title, tuple(kinds), (key.public,), url)
            self._publish(replace(register, titles={**register.titles, **titles}).with_issuer(issuer, on), on)
        return issuer

    def rotate(self, name: str, on: date, algorithm: Algorithm = Algorithm.EDDSA) -> Issuer:
        """A new key from a day on; the old one's time ends with that day (what it signed that morning stays good), and
        it verifies for ever."""
        with self._locked():
            issuer = self.issuer(name)
            key = make_key(on, algorithm)
            self._keep(key)
            old = tuple(k if k.until_on else replace(k, until_on=max(on, k.from_on)) for k in issuer.keys)
            changed = replace(issuer, keys=(*old, key.public))
            self._publish(self.register().with_issuer(changed, on), on)
        return changed

    def signing_key(self, issuer: Issuer, on: date) -> SigningKey:
        """The newest key that signs on a day. Raises Refusal."""
        found = [key for key in issuer.keys if key.signs_on(on) and not key.is_compromised]
        path = self._key_path(found[-1].kid) if found else None
        if path is None or not path.is_file():
            raise Refusal(
                "no_key",
                says("“{title}”在{day}没有可用的签发密钥。"),
                says("请先运行 gongyou certificates rotate-key。"),
                field="issuer",
                title=issuer.title,
                day=on.isoformat(),
            )
        return SigningKey(found[-1], unb64(path.read_text(encoding="ascii")))

    def take_places(self, issuer: Issuer, count: int) -> range:
        """That many places nobody had, for certificates to be revoked by."""
        with self._locked():
            state = self._state(issuer)
            first = int(state["next_place"])
            self._write(self._state_path(issuer), json.dumps({**state, "next_place": first + count}))
        return range(first, first + count)

    def revoke(self, issuer: Issuer, places: Iterable[int]) -> tuple[int, ...]:
        """Every place revoked so far. A revocation is never taken back."""
        with self._locked():
            state = self._state(issuer)
            revoked = sorted({*state["revoked"], *places})
            self._write(self._state_path(issuer), json.dumps({**state, "revoked": revoked}))
        return tuple(revoked)

    def status_lists(self, issuer: Issuer, at: datetime) -> tuple[str, ...]:
        """The issuer's lists, signed now."""
        state = self._state(issuer)
        key = self.signing_key(issuer, at.date())
        numbers = range(max(1, -(-int(state["next_place"]) // LIST_SIZE)))
        return tuple(status.write(issuer, key, number, state["revoked"], at) for number in numbers)

    def _publish(self, register: Register, on: date) -> None:
        path = self.folder / "register.key"
        if path.is_file():
            written = json.loads(path.read_text(encoding="ascii"))
            key = SigningKey(public_from_jwk(written["jwk"], on), unb64(written["secret"]))
        else:
            key = make_key(on)
            content = json.dumps({"jwk": key.public.jwk(), "secret": to_text(key.secret)})
            self._write(path, content, mode=0o600)
        self._write(self.public_document, sign_register(register, key))

    def _keep(self, key: SigningKey) -> None:
        self._write(self._key_path(key.public.kid), to_text(key.secret), mode=0o600)

    def _key_path(self, kid: str) -> Path:
        return self.folder / f"{kid}.key"

    def _state_path(self, issuer: Issuer) -> Path:
        return self.folder / f"{issuer.id.removeprefix(_PREFIX)}.state.json"

    def _state(self, issuer: Issuer) -> dict[str, Any]:
        path = self._state_path(issuer)
        if not path.is_file():
            return {"next_place": 0, "revoked": []}
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def _write(self, path: Path, content: str, mode: int = 0o644) -> None:
        """By a temporary name and a rename: nobody reads half a file."""
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Two issuing at once take different places."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
