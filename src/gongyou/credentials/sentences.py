"""Sentences that answers are made of: a msgid and what fills it, said in the reader's language where it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gongyou.basics.refusal import says

COMMA = says("、")


@dataclass(frozen=True)
class Sentence:
    """A Chinese msgid and what fills it: texts of packs, numbers, other sentences, several of them."""

    message: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)

    def tell(self, say: Callable[[str], str] = str) -> str:
        """In the reader's language; `say` translates both our own sentences and texts of packs."""
        return say(self.message).format(**{name: _told(value, say) for name, value in self.params.items()})

    def __str__(self) -> str:
        return self.tell()


def _told(value: object, say: Callable[[str], str]) -> object:
    if isinstance(value, Sentence):
        return value.tell(say)
    if isinstance(value, tuple):
        return say(COMMA).join(str(_told(one, say)) for one in value)
    return say(value) if isinstance(value, str) and value else value
