"""`benefits.yaml` as one area runs it on one day: names of values become numbers, as in `stations.yaml`."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date
from typing import Any

from gongyou.basics.refusal import says
from gongyou.basics.values import Confidence
from gongyou.engines.benefits.definitions import BenefitRules
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Document, Keys, Packs, ProgrammePack, read_as
from gongyou.packkit.resolving import ValueInForce, refuse_wrong, value_in_force

BENEFITS = "benefits"
FLAGS = ("confirms_account", "account_by_two")
DAYS = ("list_after_days", "lapse_after_days")


def resolve_benefits(
    packs: Packs, pack: ProgrammePack, area: str, on: date
) -> tuple[BenefitRules | None, tuple[ValueInForce, ...], list[Finding]]:
    """The rules with values filled in, the values used, and what is wrong; None where the pack pays nothing."""
    document = pack.documents.get(BENEFITS)
    if document is None or not isinstance(document.data, dict):
        return None, (), []
    data = copy.deepcopy(document.data)
    used: dict[str, ValueInForce] = {}
    findings: list[Finding] = []
    for holder, key, keys, kind in _named(data):
        name = holder[key]
        value = value_in_force(packs, pack, name, area, on)
        if value is None or type(value.amount) is not kind:
            message = says("没有“{name}”这个值，或它在这一天不是这里要的数。")
            findings.append(document.finding("values.unknown", message, keys, name=name))
            continue
        used[name] = value
        holder[key] = value.amount
    if findings:
        return None, (), findings
    data["assumed"] = sorted(name for name, value in used.items() if value.confidence is Confidence.ASSUMED)
    content, findings = read_as(Document(document.file, data, document.lines), BenefitRules)
    return content, tuple(used[name] for name in sorted(used)), findings


def running_benefits(packs: Packs, pack: ProgrammePack, area: str, on: date) -> BenefitRules | None:
    """For publishing. Raises Refusal for what `packs check` would have said."""
    content, _used, findings = resolve_benefits(packs, pack, area, on)
    refuse_wrong(findings)
    return content


def _named(data: dict[str, Any]) -> Iterator[tuple[Any, Any, Keys, type]]:
    """Every place that may hold the name of a value, and what the value must be."""
    for key in FLAGS:
        if isinstance(data.get(key), str):
            yield data, key, (key,), bool
    chase = data.get("chase")
    if not isinstance(chase, dict):
        return
    for key in DAYS:
        if isinstance(chase.get(key), str):
            yield chase, key, ("chase", key), int
    if isinstance(chase.get("lapse_on"), str):
        yield chase, "lapse_on", ("chase", "lapse_on"), str
    yield from _reminders(chase)


def _reminders(chase: dict[str, Any]) -> Iterator[tuple[Any, Any, Keys, type]]:
    days = chase.get("message_days")
    for number, name in enumerate(days if isinstance(days, list) else []):
        if isinstance(name, str):
            yield days, number, ("chase", "message_days", number), int
