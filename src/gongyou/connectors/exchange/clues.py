"""Clues of a screen (`clues.parquet` of its output folder) into the office of an area: the same folder twice is once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from gongyou.basics.refusal import Refusal, says
from gongyou.connectors.exchange.importing import Imported
from gongyou.connectors.exchange.places import check_folder
from gongyou.connectors.exchange.rejects import Reject, write_rejects
from gongyou.engines.oversight.services import ClueIn, take_in_clues
from gongyou.kernel.access import Actor
from gongyou.kernel.writing import rehearsing
from gongyou.offices import queries as offices
from gongyou.registry.inputs import read_area

KIND, FILE = "clues", "clues.parquet"
NEEDED = (
    "clue_id", "person_id", "settlement_ids", "score", "reasons", "amount_fen", "employer_id", "first_seen_at",
    "worker_may_claim_until",
)  # fmt: skip
AT_ONCE = 200
Progress = Callable[[int], None]


def import_clues(
    actor: Actor, path: Path, *, area: str, is_dry_run: bool, rejects_to: Path, progress: Progress
) -> Imported:
    """Raises Refusal where the file can't be read or lacks a column; then nothing is stored."""
    file = path / FILE if path.is_dir() else path
    office = offices.root_of(read_area(area))
    check_folder(rejects_to)
    good: list[ClueIn] = []
    rejects: list[Reject] = []
    for number, row in enumerate(_rows(file), start=1):
        found = _clue(row, number)
        rejects.append(found) if isinstance(found, Reject) else good.append(found)
    with rehearsing() if is_dry_run else nullcontext():
        for start in range(0, len(good), AT_ONCE):
            take_in_clues(actor, office_id=office.id, clues=tuple(good[start : start + AT_ONCE]))
            progress(min(start + AT_ONCE, len(good)))
    if rejects:
        write_rejects(rejects_to, rejects)
    else:
        rejects_to.unlink(missing_ok=True)
    return Imported(
        kind=KIND,
        file=file.name,
        read=len(good) + len(rejects),
        accepted=len(good),
        rejected=len(rejects),
        rejects=str(rejects_to) if rejects else "",
        is_dry_run=is_dry_run,
    )


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    if not file.is_file():
        raise Refusal(
            "no_clues",
            says("没有找到{file}。"),
            says("请写比对结果的文件夹（oversight screen 的 --out）。"),
            field="file",
            file=file.name,
        )
    try:
        with duckdb.connect() as database:
            found = database.execute("SELECT * FROM read_parquet(?)", [str(file)])
            names = [column[0] for column in found.description or ()]
            _require(file, names)
            for some in iter(lambda: found.fetchmany(1000), []):
                for row in some:
                    yield dict(zip(names, row, strict=True))
    except duckdb.Error as error:
        raise Refusal(
            "clues_unreadable",
            says("{file}读不出来，不是完整的 Parquet 文件。"),
            says("请重新运行比对。"),
            field="file",
            file=file.name,
        ) from error


def _require(file: Path, names: Sequence[str]) -> None:
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise Refusal(
            "column_missing",
            says("{file}缺少这些列：{columns}。"),
            says("请用本系统的比对结果。"),
            field="file",
            file=file.name,
            columns="、".join(missing),
        )


def _clue(row: dict[str, Any], number: int) -> ClueIn | Reject:
    """A row as a clue, or what is wrong with it."""
    for name in ("clue_id", "person_id", "settlement_ids", "amount_fen", "first_seen_at"):
        if row[name] in (None, "", []):
            return Reject(KIND, number, name, "", says("这一项没有填写。"))
    if not 0 <= int(row["score"] or 0) <= 100:
        return Reject(KIND, number, "score", str(row["score"]), says("得分应在0到100之间。"))
    return ClueIn(
        clue_id=str(row["clue_id"])[:64],
        person_id=str(row["person_id"]),
        settlement_ids=tuple(map(str, row["settlement_ids"])),
        score=int(row["score"] or 0),
        reasons=tuple(map(str, row["reasons"] or ())),
        amount_fen=int(row["amount_fen"]),
        employer_id=str(row["employer_id"] or ""),
        first_seen_on=_day(row["first_seen_at"]),
        may_claim_until=_day(row["worker_may_claim_until"]) if row["worker_may_claim_until"] else None,
        hospitals=tuple(map(str, row.get("hospitals") or ())),
    )


def _day(value: date | datetime | str) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(value[:10])
