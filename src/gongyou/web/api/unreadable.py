"""Why an input of the API could not be read, as a sentence in the reader's language."""

from __future__ import annotations

from typing import Any

from gongyou.basics.refusal import Refusal, says

REASONS: tuple[tuple[str, str], ...] = (
    ("missing", says("缺少“{name}”这一项。")),
    ("extra_forbidden", says("没有“{name}”这一项。")),
    ("string_too_long", says("“{name}”太长，最多{most}个字。")),
    ("string_too_short", says("“{name}”太短。")),
    ("too_long", says("“{name}”太多，最多{most}个。")),
    ("greater_than", says("“{name}”的数字太小。")),
    ("less_than", says("“{name}”的数字太大。")),
    ("date", says("“{name}”不是日期，请写成 2026-10-08 这样。")),
    ("uuid", says("“{name}”不是有效的编号。")),
    ("int", says("“{name}”不是整数。")),
    ("bool", says("“{name}”要写 true 或 false。")),
    ("string", says("“{name}”不是文字。")),
    ("literal_error", says("“{name}”不在可以选的值里。")),
    ("json", says("“{name}”不是有效的 JSON。")),
)
"""By the beginning of the type pydantic gives an error; the first that fits."""
ELSE = says("“{name}”这一项的格式不对。")
HINT = says("请对照接口说明核对。")


def unreadable_input(errors: list[dict[str, Any]]) -> Refusal:
    """The refusal for the first of pydantic's errors: 422 with the input's name as `field`."""
    first = errors[0] if errors else {}
    kind = str(first.get("type", ""))
    # ('body', 'payload', 'contact', 'phone') is what pydantic calls contact.phone
    place = [str(part) for part in first.get("loc", ())[1:]]
    field = ".".join(place[1:] if place[:1] == ["payload"] else place)
    limits = first.get("ctx") or {}
    sentence = next((text for begins, text in REASONS if kind.startswith(begins)), ELSE)
    return Refusal(
        "invalid",
        sentence,
        HINT,
        field=field,
        status=422,
        name=field or "JSON",
        most=limits.get("max_length", ""),
    )
