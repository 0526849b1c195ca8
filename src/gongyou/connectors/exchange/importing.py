"""Import a file row by row: good rows are stored, bad rows are written down with their reason, a second run doubles
nothing and goes on where the first stopped."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gongyou.basics.refusal import Refusal, says
from gongyou.connectors.exchange.kinds import KINDS, Kind
from gongyou.connectors.exchange.rejects import Reject, write_rejects
from gongyou.connectors.exchange.tables import Row, read_table
from gongyou.kernel.access import Actor
from gongyou.kernel.writing import rehearsing

Progress = Callable[[int], None]
EVERY = 200


@dataclass(frozen=True)
class Imported:
    """read = accepted + rejected."""

    kind: str
    file: str
    read: int
    accepted: int
    rejected: int
    rejects: str
    is_dry_run: bool


def import_file(
    actor: Actor,
    kind_id: str,
    path: Path,
    *,
    area: str,
    is_dry_run: bool,
    rejects_to: Path,
    progress: Progress,
) -> Imported:
    """Raises Refusal when the file itself can't be read or the kind is unknown."""
    kind = KINDS.get(kind_id)
    if kind is None:
        raise Refusal(
            "import_kind",
            says("不能导入“{kind}”。"),
            says("可以导入：{known}。"),
            field="kind",
            kind=kind_id,
            known="、".join(KINDS),
        )
    rows = list(read_table(path, kind.columns))
    fingerprint = hashlib.sha256(path.read_bytes()).hexdigest()[:24]
    rejects = _doubles(kind, rows)
    bad = {reject.row for reject in rejects}
    for done, row in enumerate(rows, start=1):
        if row.number not in bad:
            rejects += _take(actor, kind, row, area, f"import:{fingerprint}:{row.number}", is_dry_run)
        if done % EVERY == 0:
            progress(done)
    rejects.sort(key=lambda r: r.row)
    if rejects:
        write_rejects(rejects_to, rejects)
    rejected = len({r.row for r in rejects})
    return Imported(
        kind=kind.id,
        file=path.name,
        read=len(rows),
        accepted=len(rows) - rejected,
        rejected=rejected,
        rejects=str(rejects_to) if rejects else "",
        is_dry_run=is_dry_run,
    )


def _doubles(kind: Kind, rows: list[Row]) -> list[Reject]:
    if not kind.key:
        return []
    keys = Counter(tuple(row.values.get(c, "").strip() for c in kind.key) for row in rows)
    return [
        Reject(kind.id, row.number, kind.key[0], key[0], says("这个编号在文件里出现了不止一次。"))
        for row in rows
        if keys[key := tuple(row.values.get(c, "").strip() for c in kind.key)] > 1
    ]


def _take(actor: Actor, kind: Kind, row: Row, area: str, intent: str, is_dry_run: bool) -> list[Reject]:
    try:
        _check_required(kind, row)
        if is_dry_run:
            with rehearsing():
                kind.take(actor, row.values, area)
        else:
            kind.take(actor.intending(intent), row.values, area)
    except Refusal as refusal:
        column = refusal.field or kind.columns[0].id
        return [Reject(kind.id, row.number, column, row.values.get(column, ""), refusal.sentence())]
    return []


def _check_required(kind: Kind, row: Row) -> None:
    for column in kind.columns:
        if column.is_required and not row.values.get(column.id, "").strip():
            raise Refusal("empty", says("必填的“{title}”是空的。"), field=column.id, title=column.title)
