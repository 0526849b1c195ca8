"""What a publicity list shows of a value. Whatever no mask knows is hidden whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gongyou.basics.identity.masking import HIDDEN, mask_credit_code, mask_name, mask_phone, mask_resident_id
from gongyou.institutions.procedures.definitions import PublicityRule


def _hidden(text: str) -> str:
    return HIDDEN if text else ""


_MASKS: Mapping[str, Callable[[str], str]] = {
    "full": lambda text: text,
    "name": mask_name,
    "resident_id": mask_resident_id,
    "credit_code": mask_credit_code,
    "phone": mask_phone,
    "hidden": _hidden,
}


def masked(mask: str, text: str) -> str:
    """`text` under a mask of a rule; under one nobody knows it is hidden whole."""
    return _MASKS.get(mask, _hidden)(text)


def shown_columns(rule: PublicityRule, columns: Mapping[str, str]) -> list[str]:
    """Values in the rule's order; a column the rule doesn't name is left out altogether."""
    return [masked(column.mask, columns.get(column.id, "")) for column in rule.columns]
