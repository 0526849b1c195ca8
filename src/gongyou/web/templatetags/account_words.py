"""Words of the administrators' pages: names of roles, people and offices by their keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from gongyou.web.admin_accounts.action_words import ACTIONS, SUBJECTS

register = template.Library()


@register.filter
def named(names: Mapping[Any, str], key: Any) -> str:
    """The name of a key, translated where it is a word of the platform; the key itself where it has none."""
    found = names.get(key)
    return _(found) if found else str(key)


@register.filter
def role_word(title: str) -> str:
    """A role's title in the reader's language."""
    return _(title) if title else ""


@register.filter
def action_word(action: str) -> str:
    """What an action of the audit log is called; empty for one without a word."""
    return str(ACTIONS.get(action, ""))


@register.filter
def subject_word(subject: str) -> str:
    """What kind of thing `account:<id>` is; empty for a kind without a word."""
    return str(SUBJECTS.get(subject.partition(":")[0], ""))
