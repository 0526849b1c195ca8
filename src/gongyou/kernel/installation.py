"""What this installation gave the kernel: folders, keys, roles, wiring, ports. Only `config` fills it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from gongyou.kernel.roles import Role
    from gongyou.kernel.sealing import KeyRing


class SmsPort(Protocol):
    """Sends one text; `key` makes a repeated call harmless. Returns the carrier's reference."""

    def send(self, *, key: str, phone: str, text: str) -> str: ...


@dataclass(frozen=True)
class Installation:
    data_dir: Path
    packs_dir: Path
    keyring: KeyRing
    roles: Mapping[str, Role]
    public_url: str = ""
    handlers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Event name → job kinds that hear it (the table of `flows/wiring.py`)."""
    sms: SmsPort | None = None


_installed: list[Installation] = []


def install(installation: Installation) -> None:
    _installed[:] = [installation]


def installed() -> Installation:
    if not _installed:
        raise RuntimeError("gongyou is not installed: Django has not been set up")
    return _installed[0]
