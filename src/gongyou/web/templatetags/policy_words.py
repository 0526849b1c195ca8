"""What the policy engine says, in the reader's language: `{% load policy_words %}`.

The engine writes Chinese. Sentences of packs have English beside them; the engine's own small words ("12.00元",
"还差2") are recognised by the template they were made of and filled again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from string import Formatter
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from gongyou.basics.refusal import says
from gongyou.kernel.catalogue import content, current
from gongyou.packkit.texts import SOURCE_LANGUAGE, say
from gongyou.policy.definitions import PolicySpec

register = template.Library()

MADE_OF = (
    says("实际{found}，超出{points}个百分点"),
    says("实际{found}，还差{points}个百分点"),
    says("超出{distance}"),
    says("还差{distance}"),
    says("{amount}元"),
    says("{days}天"),
    says("{count}行的表"),
    says("不明"),
    says("是"),
    says("否"),
)
OUTCOMES: dict[str, str | Promise] = {
    "eligible": gettext_lazy("符合"),
    "ineligible": gettext_lazy("不符合"),
    "unknown": pgettext_lazy("outcome", "不明"),
}
TONES = {"eligible": "ok", "ineligible": "bad", "unknown": "warn"}
STATES: dict[str, str | Promise] = {
    "queued": gettext_lazy("排队等待"),
    "running": gettext_lazy("正在计算"),
    "done": gettext_lazy("已算完"),
    "stopped": gettext_lazy("已停止"),
    "failed": gettext_lazy("没有算成"),
}
STATE_TONES = {"queued": "wait", "running": "active", "done": "ok", "stopped": "closed", "failed": "bad"}
STAGES: dict[str, str | Promise] = {
    "unpacking": gettext_lazy("取出数据"),
    "computing": gettext_lazy("逐个判断"),
    "sealing": gettext_lazy("加密保存"),
    "comparing": gettext_lazy("和上一次比较"),
}
HOLDS: dict[str, str | Promise] = {
    "id": gettext_lazy("编号"),
    "credit_code": gettext_lazy("18位统一社会信用代码"),
    "text": gettext_lazy("文字"),
    "code": gettext_lazy("代码"),
    "count": gettext_lazy("整数"),
    "mean": gettext_lazy("数，可有小数"),
    "yuan": gettext_lazy("金额，元，两位小数"),
    "wan": gettext_lazy("金额，万元"),
    "flag": gettext_lazy("是或否"),
    "month": gettext_lazy("月份，如 2024-01"),
    "date": gettext_lazy("日期，如 2024-01-15"),
}
CHANGES: dict[str, str | Promise] = {
    "new": gettext_lazy("新增"),
    "gone": gettext_lazy("不再出现"),
    "outcome": gettext_lazy("结果不同"),
    "amount": gettext_lazy("金额不同"),
}


@lru_cache(maxsize=32)
def _pattern(made_of: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+\})", made_of)
    written = (f"(?P<{p[1:-1]}>.+)" if p.startswith("{") else re.escape(p) for p in parts)
    return re.compile("".join(written))


@register.filter
def engine_text(text: str) -> str:
    """A text the engine made, in the reader's language."""
    if (get_language() or SOURCE_LANGUAGE).startswith(SOURCE_LANGUAGE) or not text:
        return text
    for made_of in MADE_OF:
        found = _pattern(made_of).fullmatch(text)
        if found:
            return _(made_of).format(**{k: engine_text(v) for k, v in found.groupdict().items()})
    return say(text)


@register.filter
def step_text(step: Any) -> str:
    """A rule's sentence with its values."""
    return say(step.template).format(**{name: engine_text(text) for name, text in step.params.items()})


@register.filter
def sources_said(text: str) -> str:
    """The articles of a rule's bodies, each in the reader's language."""
    return _("；").join(say(part) for part in text.split("；"))


@register.filter
def outcome_word(outcome: str) -> str | Promise:
    return OUTCOMES.get(outcome, outcome)


@register.filter
def outcome_tone(outcome: str) -> str:
    return TONES.get(outcome, "plain")


@register.filter
def state_word(state: str) -> str | Promise:
    return STATES.get(state, state)


@register.filter
def state_tone(state: str) -> str:
    return STATE_TONES.get(state, "plain")


@register.filter
def change_word(change: str) -> str | Promise:
    return CHANGES.get(change, change)


@register.filter
def titled(name: str, titles: Mapping[str, str]) -> str:
    """A rule, value or column by its name in sentences."""
    return say(titles.get(name, name))


@register.filter
def titled_all(names: Iterable[str], titles: Mapping[str, str]) -> str:
    """Several of them in one line, each name once; the columns of a table are the table."""
    return _("、").join(dict.fromkeys(titled(name, titles) for name in names))


@register.filter
def said(sentence: str, titles: Mapping[str, str]) -> str:
    """A rule's sentence with the names of its values where the values will stand."""
    names = {field: f"〔{titled(field, titles)}〕" for _, field, _, _ in Formatter().parse(sentence) if field}
    return say(sentence).format(**names)


@register.filter
def yuan_text(amount: str) -> str:
    """An amount as it is written in a worked example, with its unit."""
    return _("{amount}元").format(amount=amount)


@register.filter
def holds_word(holds: str) -> str | Promise:
    """How a column is to be filled in."""
    return HOLDS.get(holds, holds)


@register.filter
def iso(day: date | None) -> str:
    """2026-10-10: days of law are written with their year."""
    return day.isoformat() if day else ""


@register.filter
def area_name(code: str) -> str:
    """An area by the title of its published pack; its code where it has none."""
    published = current("area", code) if code else None
    if published is None:
        return code or _("全国")
    return say(str(_area_title(published.hash)))


@lru_cache(maxsize=128)
def _area_title(hash: str) -> str:
    return str(content(hash)["title"])


@register.filter
def fact_said(name: str, spec: PolicySpec) -> str:
    """A fact that was put right: a column of the subject's own row, or a row and a column of another table."""
    table, _slash, rest = name.partition("/")
    if not rest:
        return say(spec.table(spec.subject).column(name).title)
    key, _slash, column = rest.rpartition("/")
    other = spec.table(table)
    return f"{say(other.title)} {key} {say(other.column(column).title)}"
