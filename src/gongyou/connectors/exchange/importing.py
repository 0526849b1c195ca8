"""Import a file row by row: good rows are stored, bad rows are written down with their reason, a second run doubles
nothing and goes on where the first stopped."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from gongyou.basics.refusal import Refusal, says
from gongyou.connectors.exchange.kind import Kind, check_required
from gongyou.connectors.exchange.kinds import KINDS
from gongyou.connectors.exchange.places import check_folder
from gongyou.connectors.exchange.rejects import Reject, write_rejects
from gongyou.connectors.exchange.tables import Row, read_table
from gongyou.kernel.access import Actor
from gongyou.kernel.canonical import canonical
from gongyou.kernel.writing import rehearsing
from gongyou.registry.inputs import read_area

Progress = Callable[[int], None]
EVERY = 200


@dataclass(frozen=True)
class Imported:
    """read = accepted + rejected. `rejects` is the file that names them, empty where there are none."""

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
    """Raises Refusal when the file itself can't be read or the kind is unknown; then nothing is stored.

    A rejects file of an earlier run is replaced, and removed where this run rejects nothing.
    """
    kind = kind_of(kind_id)
    area = read_area(area) if area.strip() else ""
    rows = list(read_table(path, kind.columns))
    check_folder(rejects_to)
    rejects = list(_doubles(kind, rows))
    bad = {reject.row for reject in rejects}
    good = _above_first(kind, [r for r in rows if r.number not in bad])
    with rehearsing() if is_dry_run else nullcontext():
        rejects += _take_all(actor, kind, good, area, progress)
    rejects.sort(key=lambda r: r.row)
    if rejects:
        write_rejects(rejects_to, rejects)
    else:
        rejects_to.unlink(missing_ok=True)
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


def _take_all(
    actor: Actor, kind: Kind, rows: Sequence[Row], area: str, progress: Progress
) -> Iterator[Reject]:
    if kind.take_many is not None:
        for row, refusal in kind.take_many(actor, rows, area, progress):
            yield _reject(kind, row, refusal)
        return
    for done, (row, intent) in enumerate(zip(rows, _intents(kind, rows, area), strict=True), start=1):
        yield from _take(actor.intending(intent), kind, row, area)
        if done % EVERY == 0:
            progress(done)


def kind_of(kind_id: str) -> Kind:
    """Raises Refusal for a kind nobody knows."""
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
    return kind


def _intents(kind: Kind, rows: Sequence[Row], area: str) -> Iterator[str]:
    """One idempotency key per row: of its content and how often that content stood before in the file.

    Not of the file's bytes: whoever corrects three rejected rows and saves anew must not double the others.
    """
    seen: Counter[str] = Counter()
    for row in rows:
        digest = hashlib.sha256(canonical([area, sorted(row.values.items())])).hexdigest()[:40]
        seen[digest] += 1
        # A kind that recognises its own records needs no key: a row may go back to an earlier content.
        yield "" if kind.is_known_by_key else f"import:{kind.id}:{digest}:{seen[digest]}"


def _key_of(kind: Kind, row: Row) -> str:
    """The row's key as the services read it; empty where the row names none."""
    return unicodedata.normalize("NFKC", row.values.get(kind.key, "")).strip().upper() if kind.key else ""


def _above_first(kind: Kind, rows: list[Row]) -> list[Row]:
    """Rows that others name as the one above them come first; circles keep the file's order."""
    if not kind.above:
        return rows
    places = {key: place for place, row in enumerate(rows) if (key := _key_of(kind, row))}
    ordered: list[Row] = []
    is_put = [False] * len(rows)

    def put(start: int) -> None:
        chain = [start]
        while (above := places.get(rows[chain[-1]].values.get(kind.above, "").strip().upper())) is not None:
            if is_put[above] or above in chain:
                break
            chain.append(above)
        for place in reversed(chain):
            is_put[place] = True
            ordered.append(rows[place])

    for place in range(len(rows)):
        if not is_put[place]:
            put(place)
    return ordered


def _doubles(kind: Kind, rows: Sequence[Row]) -> Iterator[Reject]:
    """All rows of a key that stands twice: nobody knows which one is meant."""
    keys = Counter(key for row in rows if (key := _key_of(kind, row)))
    for row in rows:
        if keys[_key_of(kind, row)] > 1:
            yield Reject(
                kind.id,
                row.number,
                kind.key,
                row.values.get(kind.key, ""),
                says("这个编号在文件里出现了不止一次。"),
            )


def _take(actor: Actor, kind: Kind, row: Row, area: str) -> list[Reject]:
    try:
        check_required(kind.columns, row)
        if kind.take is not None:
            kind.take(actor, row.values, area)
    except Refusal as refusal:
        return [_reject(kind, row, refusal)]
    return []


def _reject(kind: Kind, row: Row, refusal: Refusal) -> Reject:
    column = kind.column_of(refusal.field)
    return Reject(kind.id, row.number, column, row.values.get(column, ""), refusal.sentence())
