"""Policy runs of a demo: tables drawn from a recipe with a seed, written as files, run through the real run.

The recipe stands in the area's sample file; nothing here knows a policy or invents a result. Numbers of subjects are
well formed and nobody's.
"""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from gongyou.basics.money import fen_to_text
from gongyou.institutions.decisions import services
from gongyou.institutions.decisions.definitions import Order
from gongyou.institutions.decisions.pinned import declared, nearest_policy
from gongyou.institutions.decisions.receiving import receive_tables
from gongyou.kernel import jobs
from gongyou.kernel.access import Actor
from gongyou.offices import queries as offices
from gongyou.policy.cases import credit_code
from gongyou.policy.definitions import TableSpec

Recipe = Mapping[str, Any]


def run_sample(order: Recipe, actor: Actor) -> UUID:
    """One run of the sample file, from drawn tables to stored decisions; the run's id."""
    office = offices.office_by_code(order["office"])
    spec = declared(nearest_policy(office.area, order["programme"]).hash).spec
    on = date.fromisoformat(str(order["law_on"]))
    with TemporaryDirectory(prefix="gongyou-sample-") as folder:
        files = dict(_written(Path(folder), spec.table(spec.subject), spec.tables, order))
        tables = receive_tables(actor, office_id=office.id, programme=order["programme"], on=on, files=files)
    kept = services.keep_snapshot(actor, tables=tables)
    sets = {str(name): str(value) for name, value in order.get("set", {}).items()}
    ordered = services.order_run(actor, order=Order(kept.id, on, sets))
    jobs.run_due()
    return ordered.id


def _written(
    folder: Path, subject: TableSpec, tables: Sequence[TableSpec], order: Recipe
) -> Iterator[tuple[str, Path]]:
    dice = random.Random(order["seed"])  # noqa: S311 — a demo that is the same every time
    drawn = [_subject(dice, subject, order, number) for number in range(1, order["subjects"] + 1)]
    for table in tables:
        if table.is_optional and table.id not in order["rows"]:
            continue
        path = folder / f"{table.id}.csv"
        rows = drawn if table.id == subject.id else _children(dice, table, order["rows"][table.id], drawn)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([c.id for c in table.columns])
            writer.writerows([[row.get(c.id, "") for c in table.columns] for row in rows])
        yield path.name, path


def _subject(dice: random.Random, table: TableSpec, order: Recipe, number: int) -> dict[str, str]:
    row = {table.key[0]: credit_code(order["numbers_from"] + number)}
    for name, recipe in order["columns"].items():
        row[name] = _cell(dice, recipe, row)
    for name, recipe in order["columns"].items():
        is_empty = dice.random() * 100 < recipe.get("empty_percent", 0)  # drawn anyway: the dice stay in step
        if is_empty and not order.get("is_completed"):
            row[name] = ""
    return row


def _children(
    dice: random.Random, table: TableSpec, recipe: Recipe, subjects: Sequence[Mapping[str, str]]
) -> Iterator[dict[str, str]]:
    """Rows by `months`, or, where `of` names a column of yes and no, a few of whoever says yes."""
    if "months" in recipe:
        yield from _by_month(dice, table, recipe, subjects)
        return
    for subject in subjects:
        count = dice.randint(*recipe["count"]) if subject[recipe["of"]] == "是" else 0
        for number in range(1, count + 1):
            row = {table.key[0]: subject[table.key[0]], table.key[1]: f"{recipe['number']}{number}"}
            for name, cell in recipe["columns"].items():
                row[name] = _cell(dice, cell, row)
            yield row


def _by_month(
    dice: random.Random, table: TableSpec, recipe: Recipe, subjects: Sequence[Mapping[str, str]]
) -> Iterator[dict[str, str]]:
    first, last = (int(m[:4]) * 12 + int(m[5:]) - 1 for m in recipe["months"])
    for subject in subjects:
        rate = dice.randint(*recipe["fen_per_head"])
        missing = dice.randint(1, 3) if dice.random() * 100 < recipe["late_percent"] else 0
        heads = int(subject[recipe["heads"]] or 1)
        for number in range(first, last + 1 - missing):
            month = f"{number // 12}-{number % 12 + 1:02d}"
            paid = fen_to_text(rate * heads).replace(",", "")
            is_spoilt = dice.random() * 1000 < recipe.get("spoilt_permille", 0)
            yield {
                table.key[0]: subject[table.key[0]],
                "month": month,
                **{name: recipe["spoilt"] if is_spoilt else paid for name in recipe["paid"]},
                **{name: str(text).format(month=month) for name, text in recipe["same"].items()},
            }


def _cell(dice: random.Random, recipe: Recipe, row: Mapping[str, str]) -> str:
    """`words`: one of each list; `one_of`: by weight; `whole`: small numbers oftener; `share_of`: percent of a column."""
    if "words" in recipe:
        return "".join(dice.choice(words) for words in recipe["words"])
    if "one_of" in recipe:
        found = recipe["one_of"]
        return str(dice.choices(list(found), weights=[int(w) for w in found.values()])[0])
    if "whole" in recipe:
        least, most = recipe["whole"]
        return str(round(least * math.exp(dice.random() * math.log(most / least))))
    share = recipe["share_of"]
    percent = dice.uniform(*share["percent"]) if dice.random() * 100 < share.get("often", 100) else 0
    return str(int(int(row[share["column"]]) * percent / 100))
