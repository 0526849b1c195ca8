"""Import a file row by row: good rows are stored, bad rows are written down with their reason, a second run doubles
nothing and goes on where the first stopped."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
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
    good = _above_first(kind, [r for r in rows if r.number not in bad])
    with rehearsing() if is_dry_run else nullcontext():
        for done, row in enumerate(good, start=1):
            intent = actor.intending(f"import:{fingerprint}:{row.number}")
            rejects += _take(intent, kind, row, area)
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


def _above_first(kind: Kind, rows: list[Row]) -> list[Row]:
    """Rows that others name as the one above them come first; circles keep the file's order."""
    if not kind.above:
        return rows
    waiting = {row.values.get(kind.key[0], "").strip(): row for row in rows}
    ordered: list[Row] = []

    def put(row: Row) -> None:
        key = row.values.get(kind.key[0], "").strip()
        if waiting.pop(key, None) is None:
            return
        above = waiting.get(row.values.get(kind.above, "").strip())
        if above is not None:
            put(above)
        ordered.append(row)

    for row in rows:
        put(row)
    return ordered


def _doubles(kind: Kind, rows: list[Row]) -> list[Reject]:
    if not kind.key:
        return []
    keys = Counter(tuple(row.values.get(c, "").strip() for c in kind.key) for row in rows)
    return [
        Reject(kind.id, row.number, kind.key[0], key[0], says("这个编号在文件里出现了不止一次。"))
        for row in rows
        if keys[key := tuple(row.values.get(c, "").strip() for c in kind.key)] > 1
    ]


def _take(actor: Actor, kind: Kind, row: Row, area: str) -> list[Reject]:
    try:
        _check_required(kind, row)
        kind.take(actor, row.values, area)
    except Refusal as refusal:
        column = refusal.field or kind.columns[0].id
        return [Reject(kind.id, row.number, column, row.values.get(column, ""), refusal.sentence())]
    return []


def _check_required(kind: Kind, row: Row) -> None:
    for column in kind.columns:
        if column.is_required and not row.values.get(column.id, "").strip():
            raise Refusal("empty", says("必填的“{title}”是空的。"), field=column.id, title=column.title)
