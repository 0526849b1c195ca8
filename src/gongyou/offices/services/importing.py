"""Offices from a file, row by row: a wrong row is rejected with its reason, the rest goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from gongyou.basics.refusal import Refusal, says
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError
from gongyou.offices.inputs import read_code
from gongyou.offices.models import Office
from gongyou.offices.queries.calendars import forget_keys
from gongyou.offices.steps import WRITE, found_office, write_office


@dataclass(frozen=True)
class OfficeRow:
    """One row of a file; `number` is its line there. `parent_code` empty: the root of `area`."""

    number: int
    code: str
    name: str
    kind: str
    parent_code: str = ""
    area: str = ""
    name_en: str = ""
    opens: str = "08:30"
    closes: str = "17:00"
    phone: str = ""
    address: str = ""
    lon: str = ""
    lat: str = ""


@dataclass(frozen=True)
class Rejected:
    number: int
    field: str
    reason: str


@dataclass(frozen=True)
class Imported:
    """`added + changed + len(rejected)` is what was read; `is_trial`: nothing was kept."""

    added: int
    changed: int
    rejected: tuple[Rejected, ...]
    is_trial: bool


@action("offices.import_offices", right=WRITE, answers=Imported)
def import_offices(act: Act, *, rows: Sequence[OfficeRow], is_trial: bool = False) -> Imported:
    """Found or change the offices of a file, parents before children. Raises NotAllowed for the right itself."""
    counts = {True: 0, False: 0}
    rejected: list[Rejected] = []
    with transaction.atomic():
        for row in rows:
            try:
                with transaction.atomic():
                    counts[_import_row(act, row)] += 1
            except Refusal as refusal:
                rejected.append(Rejected(row.number, refusal.field, refusal.sentence()))
        if is_trial:
            transaction.set_rollback(True)
    forget_keys()
    return Imported(counts[True], counts[False], tuple(rejected), is_trial)


def _import_row(act: Act, row: OfficeRow) -> bool:
    """True: a new office; False: a known one, brought to what the file says."""
    known = Office.objects.select_for_update().filter(code=read_code(row.code)).first()
    parent = _parent_of(row)
    facts: dict[str, Any] = {
        "name": row.name,
        "name_en": row.name_en,
        "kind": row.kind,
        "opens": row.opens,
        "closes": row.closes,
        "phone": row.phone,
        "address": row.address,
        "lon": row.lon,
        "lat": row.lat,
    }
    if known is None:
        found_office(act, code=row.code, parent=parent, area=row.area, **facts)
        return True
    act.require(WRITE, known.path)
    if known.parent_id != (parent.pk if parent else None):
        raise DomainError(
            "office_moved",
            says("“{office}”已经在另一个上级下面，单位不能移动。"),
            says("请停用原单位，用新编码重新建立。"),
            field="parent_code",
            office=known.name,
        )
    write_office(known, **facts)
    known.version += 1
    known.save()
    return False


def _parent_of(row: OfficeRow) -> Office | None:
    if not row.parent_code.strip():
        return None
    parent = Office.objects.filter(code=read_code(row.parent_code), is_active=True).first()
    if parent is None:
        raise DomainError(
            "parent_unknown",
            says("没有编码为“{parent_code}”的在用上级单位。"),
            says("请把上级写在下级前面，或核对编码。"),
            field="parent_code",
            parent_code=row.parent_code.strip()[:20],
        )
    return parent
