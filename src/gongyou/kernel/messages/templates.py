"""Texts with `{names}`: a template is filled completely or refused."""

from __future__ import annotations

import string

from gongyou.basics.refusal import Refusal, says


def fill(template_text: str, **params: object) -> str:
    """Put the params into the `{names}` of a text. Unknown, missing or fancy placeholders are refused."""
    parts: list[str] = []
    used: set[str] = set()
    for literal, name, spec, conversion in _pieces(template_text):
        parts.append(literal)
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise Refusal(
                "message_placeholder",
                says("短信模板中的占位“{placeholder}”写法不对。"),
                says("占位只能写成花括号加名称。"),
                placeholder=name or "{}",
            )
        if name not in params:
            raise Refusal(
                "message_value_missing",
                says("短信模板需要“{placeholder}”，但没有提供。"),
                says("请在模板中删去它，或补上内容。"),
                placeholder=name,
            )
        used.add(name)
        parts.append(str(params[name]))
    unknown = sorted(set(params) - used)
    if unknown:
        raise Refusal(
            "message_value_unused",
            says("短信模板里没有“{placeholder}”的位置。"),
            says("请在模板中加上它，或不再提供。"),
            placeholder="、".join(unknown),
        )
    return "".join(parts)


def _pieces(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        return list(string.Formatter().parse(text))
    except ValueError as error:
        raise Refusal(
            "message_braces",
            says("短信模板的花括号不成对。"),
            says("请检查模板：每个左花括号都要有右花括号。"),
            field="template",
        ) from error
