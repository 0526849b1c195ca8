"""Ways to send a text: a working local outbox, or an HTTP gateway with a signed body."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import os
import shutil
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gongyou.kernel import moment
from gongyou.kernel.installation import SmsPort
from gongyou.kernel.messages import CarrierRefused

TIMEOUT_SECONDS = 10
OUTBOX_DAYS = 7
"""The local outbox holds phones and texts in clear: it is a carrier's tray, not an archive."""
WORTH_ANOTHER_TRY = frozenset({408, 425, 429})
"""Statuses below 500 that a later try may overcome."""


def sms_port(data_dir: Path, *, kind: str = "local", url: str = "", secret: str = "") -> SmsPort:
    """The carrier of this installation: `local` or `http`. Raises RuntimeError for a setting that can't work."""
    if kind == "local":
        return LocalOutbox(data_dir / "sms")
    if kind == "http":
        return HttpGateway(url=url, secret=secret)
    raise RuntimeError(f"GONGYOU_SMS must be local or http, not {kind!r}")


@dataclass(frozen=True)
class LocalOutbox:
    """One file per text, named by its key, in a folder per day; a repeated key writes nothing."""

    folder: Path

    def send(self, *, key: str, phone: str, text: str) -> str:
        """Raises OSError when the disk refuses."""
        today = moment.today()
        self._forget_old(today)
        if not any((self.folder / _day(today, back) / f"{key}.json").exists() for back in range(OUTBOX_DAYS)):
            self._write(self.folder / _day(today, 0), key, phone, text)
        return f"local-{key}"

    def _write(self, folder: Path, key: str, phone: str, text: str) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        content = {"key": key, "at": moment.now().isoformat(), "phone": phone, "text": text}
        draft = folder / f".{key}.{os.getpid()}"
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            json.dump(content, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / f"{key}.json")

    def _forget_old(self, today: date) -> None:
        oldest = _day(today, OUTBOX_DAYS)
        for day in self.folder.glob("????-??-??"):
            if day.name < oldest:
                shutil.rmtree(day, ignore_errors=True)


def _day(today: date, back: int) -> str:
    return (today - timedelta(days=back)).isoformat()


class HttpGateway:
    """Posts JSON {key, phone, text} to a gateway; README.md of this folder is its contract."""

    def __init__(self, *, url: str, secret: str, timeout: float = TIMEOUT_SECONDS) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise RuntimeError("GONGYOU_SMS_URL must be an http(s) address")
        if not secret:
            raise RuntimeError("GONGYOU_SMS_SECRET must hold the secret shared with the SMS gateway")
        self._url = url
        self._secret = secret.encode()
        self._timeout = timeout

    def send(self, *, key: str, phone: str, text: str) -> str:
        """Raises CarrierRefused for a final no, OSError for what may work later."""
        body = json.dumps({"key": key, "phone": phone, "text": text}, ensure_ascii=False).encode()
        stamp = str(int(time.time()))
        request = urllib.request.Request(  # noqa: S310 — the scheme was checked above
            self._url,
            data=body,
            method="POST",
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "Idempotency-Key": key,
                "X-Gongyou-Timestamp": stamp,
                "X-Gongyou-Signature": signature(self._secret, stamp, body),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:  # noqa: S310
                return _reference(answer.read(100_000))
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code not in WORTH_ANOTHER_TRY:
                # Only the status: an answer's body may repeat the phone.
                raise CarrierRefused(f"HTTP {error.code}") from error
            raise ConnectionError(f"HTTP {error.code}") from error
        except http.client.HTTPException as error:
            raise ConnectionError(type(error).__name__) from error


def signature(secret: bytes, stamp: str, body: bytes) -> str:
    """Hex HMAC-SHA256 over timestamp, a full stop and the body."""
    return hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _reference(body: bytes) -> str:
    try:
        answer: Any = json.loads(body)
    except ValueError as error:
        raise ConnectionError("the gateway's answer is no JSON") from error
    reference = answer.get("reference") if isinstance(answer, dict) else None
    if not isinstance(reference, str):
        raise ConnectionError("the gateway's answer has no reference")
    return reference
