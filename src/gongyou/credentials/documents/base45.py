"""Base45 (RFC 9285): bytes in the letters a QR code packs densest."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE = {letter: number for number, letter in enumerate(ALPHABET)}
_BASE = 45


def encode(raw: bytes) -> str:
    letters = []
    for place in range(0, len(raw) - 1, 2):
        rest, first = divmod(raw[place] * 256 + raw[place + 1], _BASE)
        third, second = divmod(rest, _BASE)
        letters += [first, second, third]
    if len(raw) % 2:
        letters += [raw[-1] % _BASE, raw[-1] // _BASE]
    return "".join(ALPHABET[letter] for letter in letters)


def decode(text: str) -> bytes:
    """Raises ValueError for a letter outside the alphabet, a length no bytes have, a value beyond two bytes."""
    try:
        values = [_VALUE[letter] for letter in text]
    except KeyError as error:
        raise ValueError("letter") from error
    if len(values) % 3 == 1:
        raise ValueError("length")
    out = bytearray()
    for place in range(0, len(values), 3):
        three = values[place : place + 3]
        number = sum(value * _BASE**power for power, value in enumerate(three))
        size = len(three) - 1
        if number >= 256**size:
            raise ValueError("value")
        out += number.to_bytes(size, "big")
    return bytes(out)
