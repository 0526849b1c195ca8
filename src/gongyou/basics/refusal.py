"""What a person reads when something can't be done: what happened, where, and what to do next."""

from __future__ import annotations


def says(msgid: str) -> str:
    """Mark a Chinese sentence for the catalogue; it is translated where it is shown."""
    return msgid


class Refusal(Exception):
    """An input or a wish that is refused.

    `message` and `hint` are Chinese msgids marked with `says`; `params` fill their `{names}`.
    `field` names the input it belongs to, so that a form can show it there.
    """

    def __init__(
        self, code: str, message: str, hint: str = "", *, field: str = "", status: int = 400, **params: object
    ) -> None:
        super().__init__(message.format(**params) if params else message)
        self.code = code
        self.message = message
        self.hint = hint
        self.field = field
        self.status = status
        self.params = params

    def sentence(self) -> str:
        """The whole sentence in the source language (Chinese)."""
        text = self.message + self.hint
        return text.format(**self.params) if self.params else text
