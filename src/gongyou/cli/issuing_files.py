"""A table of holders becomes a folder of signed certificates; bad rows are written down with their reason."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from gongyou.basics.refusal import Refusal, says
from gongyou.connectors.exchange.rejects import Reject, write_rejects
from gongyou.connectors.exchange.tables import Column, Row, read_table
from gongyou.credentials.documents import printed
from gongyou.credentials.documents.issuers import Issuer
from gongyou.credentials.documents.issuing import Issued, Wanted, issue, titles_of
from gongyou.credentials.documents.store import PUBLIC, Store
from gongyou.credentials.recognition import RecognitionMap

TABLE = "certificates"
COLUMNS = (
    Column("holder_name", says("姓名"), True),
    Column("id_number", says("身份证号"), True),
    Column("certificate", says("证书"), True),
    Column("level", says("等级"), True),
    Column("number", says("证书编号"), True),
    Column("issued_on", says("发证日期"), True),
)
EVERY = 1_000
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


def issue_file(
    file: Path,
    *,
    store: Store,
    issuer: str,
    out: Path,
    recognition: RecognitionMap,
    at: datetime,
    has_pages: bool,
    progress: Callable[[int], None],
) -> dict[str, Any]:
    """Read, sign, write; the summary as a plain object. A number that stands twice for one kind rejects all its rows.

    Raises Refusal where the file, the issuer or the folder can't be used; then nothing is written.
    """
    body = store.issuer(issuer)
    rows = list(read_table(file, COLUMNS))
    out.mkdir(parents=True, exist_ok=True)
    key, titles = store.signing_key(body, at.date()), titles_of(recognition)
    rejects = list(_doubles(rows))
    bad = {reject.row for reject in rejects}
    good = [row for row in rows if row.number not in bad]
    places = iter(store.take_places(body, len(good)))
    names: set[str] = set()
    for done, row in enumerate(good, start=1):
        try:
            wanted = Wanted(**row.values)
            made = issue(
                wanted,
                recognition=recognition,
                issuer=body,
                key=key,
                take_place=lambda: next(places),
                titles=titles,
                at=at,
            )
            _write(out, names, made, body, titles if has_pages else None)
        except Refusal as refusal:
            column = {"resident_id": "id_number"}.get(refusal.field, refusal.field)
            rejects.append(Reject(TABLE, row.number, column, row.values.get(column, ""), refusal.sentence()))
        if done % EVERY == 0:
            progress(done)
    return _finished(out, store, body, rows, rejects, at)


def _finished(
    out: Path, store: Store, issuer: Issuer, rows: Sequence[Row], rejects: list[Reject], at: datetime
) -> dict[str, Any]:
    path = out / "rejects.csv"
    path.unlink(missing_ok=True)
    if rejects:
        write_rejects(path, sorted(rejects, key=lambda r: r.row))
    _put(out / PUBLIC, store.public_document.read_text(encoding="utf-8"))
    for number, text in enumerate(store.status_lists(issuer, at)):
        _put(out / f"status-{number}.jwt", text)
    rejected = len({r.row for r in rejects})
    counts = {"read": len(rows), "accepted": len(rows) - rejected, "rejected": rejected}
    summary = {
        "issuer": issuer.id,
        "tables": {TABLE: counts},
        "out": str(out),
        "rejects": str(path) if rejects else "",
        "public_document": str(out / PUBLIC),
    }
    _put(out / "summary.json", json.dumps(summary, ensure_ascii=False, indent=1))
    return summary


def _doubles(rows: Sequence[Row]) -> Iterator[Reject]:
    keys = [(row.values["certificate"].strip(), row.values["number"].strip()) for row in rows]
    counts = Counter(keys)
    for row, key in zip(rows, keys, strict=True):
        if key[1] and counts[key] > 1:
            reason = says("这个编号在表里出现了{count}次，不知以哪一行为准。").format(count=counts[key])
            yield Reject(TABLE, row.number, "number", key[1], reason)


def _write(out: Path, names: set[str], made: Issued, issuer: Issuer, titles: dict[str, str] | None) -> None:
    name = _UNSAFE.sub("_", made.claims.number)
    if name in names:
        name = f"{name}-{made.claims.serial}"
    names.add(name)
    _put(out / f"{name}.json", json.dumps({"credential": made.credential, "paper": made.paper}))
    if titles is not None:
        shown = f"{made.id_number[:3]}{'*' * 11}{made.id_number[-4:]}"
        page = printed.page(made.claims, made.paper, issuer, titles, name=made.name, number_shown=shown)
        _put(out / f"{name}.html", page)


def _put(path: Path, content: str) -> None:
    """By a temporary name and a rename: an interrupted run leaves no half file."""
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(content, encoding="utf-8")
    temporary.replace(path)
