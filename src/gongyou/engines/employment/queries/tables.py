"""The tables of a run: consented intentions and public posts of an area, as matching reads them, written in stretches."""

# ruff: noqa: S608 — paths are literals

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from django.db.models import Q

from gongyou.basics.money import fen_to_text
from gongyou.engines.employment.definitions import IntentionState, PostState
from gongyou.engines.employment.models import Intention, Post
from gongyou.matching.tables.columns import GROUPS, POSTS, WORKERS, Column, text

STRETCH = 20_000
TABLES = ("workers", "posts", "groups")


def within(area: str) -> Q:
    """Rows of an area and those below it: a province's code ends with 0000, a city's with 00."""
    if area.endswith("0000"):
        return Q(area__startswith=area[:2])
    return Q(area__startswith=area[:4]) if area.endswith("00") else Q(area=area)


def open_intentions(area: str, on: date) -> Any:
    """Intentions in force whose people did not opt out of a personal order; a consent taken back withdrew them."""
    return Intention.objects.filter(
        within(area), state=IntentionState.ACTIVE, is_plain=False, from_on__lte=on, until_on__gte=on
    )


def open_posts(area: str, on: date) -> Any:
    return Post.objects.filter(within(area), state=PostState.PUBLIC, expires_on__gte=on)


def write_tables(area: str, on: date, folder: Path) -> dict[str, int]:
    """`workers`, `posts`, `groups` as Parquet in `folder`; each whole or not there. Rows by table."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    people = open_intentions(area, on).order_by("id")
    return {
        "workers": _write(folder, "workers", WORKERS, map(_worker, people.iterator(STRETCH))),
        "posts": _write(
            folder, "posts", POSTS, map(_post, open_posts(area, on).order_by("id").iterator(STRETCH))
        ),
        "groups": _write(folder, "groups", GROUPS, map(_group, people.iterator(STRETCH))),
    }


def _write(folder: Path, table: str, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> int:
    target, draft = folder / f"{table}.parquet", folder / f".{table}.csv"
    count = 0
    with draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        for row in rows:
            writer.writerow(["" if cell is None else cell for cell in row])
            count += 1
    names = ", ".join(f"{text(c.id)}: 'VARCHAR'" for c in columns)
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        con.execute(
            f"COPY (SELECT * FROM read_csv({text(str(draft))}, header = false, auto_detect = false, delim = ',', "
            f"quote = '\"', escape = '\"', max_line_size = 10000000, columns = {{{names}}})) "
            f"TO {text(str(target) + '.new')} (FORMAT parquet, COMPRESSION zstd)"
        )
    draft.unlink()
    os.replace(str(target) + ".new", target)
    return count


def _worker(row: Intention) -> list[object]:
    """In the order of `WORKERS`; sex, village and name are not among them."""
    return [
        row.pk, row.division, row.lon, row.lat, row.birth_on, "|".join(row.occupations), "|".join(row.certificates),
        _yuan(row.wage_min_fen), "|".join(row.willing), row.max_km, "|".join(row.shifts), _flag(row.wants_gig), "",
    ]  # fmt: skip


def _post(row: Post) -> list[object]:
    return [
        row.pk, row.organisation_id, row.division, row.lon, row.lat, row.occupation, row.headcount,
        "|".join(row.certificates), _yuan(_daily(row, row.wage_low_fen)), _yuan(_daily(row, row.wage_high_fen)),
        row.shift, row.age_min, row.age_max, _flag(row.is_gig), "",
    ]  # fmt: skip


def _daily(row: Post, fen: int | None) -> int | None:
    """Matching takes a gig's wage per day and every other's per month."""
    return None if fen is None or row.is_daily != row.is_gig else fen


def _group(row: Intention) -> list[object]:
    """For the report on fairness alone."""
    return [row.pk, row.sex, row.township[:9] or row.division]


def _yuan(fen: int | None) -> str:
    return "" if fen is None else fen_to_text(fen).replace(",", "")


def _flag(value: bool) -> str:
    return "true" if value else "false"


def write_pair(intention: Intention, post: Post, folder: Path) -> None:
    """The same for one person and one post, as plain sheets: why this one, why not that one."""
    for table, columns, row in (("workers", WORKERS, _worker(intention)), ("posts", POSTS, _post(post))):
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([column.id for column in columns])
            writer.writerow(["" if cell is None else cell for cell in row])
