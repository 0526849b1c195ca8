"""A picture for each kind of matter."""

from __future__ import annotations

_ICONS = {
    "appeal": "message-2",
    "wish": "heart-handshake",
    "clue": "speakerphone",
    "application": "file-text",
    "suggestion": "bulb",
    "proposal": "clipboard-list",
}


def icon_of(kind: str) -> str:
    """The sprite's name; a kind of its own gets the plain bubble."""
    return _ICONS.get(str(kind), "message-2")
