"""Tables handed in by an officer: unpacked, read with the same eyes as the run, profiled, sealed.

Nothing is kept of what can't be read at all; rows that can't be read are counted and told one by one.
"""

# ruff: noqa: S608 — the only name in the SQL is the engine's own table

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path, PurePosixPath
from uuid import UUID

import duckdb

from gongyou.basics.refusal import Refusal, says
from gongyou.basics.sheets import safe_cell
from gongyou.institutions.decisions import vault
from gongyou.institutions.decisions.definitions import Correction, SealedTables
from gongyou.institutions.decisions.pinned import graph_of, nearest_policy
from gongyou.institutions.decisions.queries import run_of, write_subject
from gongyou.institutions.decisions.queries.corrected import FILE, write_correction
from gongyou.kernel.access import Actor
from gongyou.offices import queries as offices
from gongyou.policy.nodes import Graph
from gongyou.policy.run import connected
from gongyou.policy.tables import Loaded, load_tables
from gongyou.policy.tables.cells import quoted
from gongyou.policy.tables.loading import REJECTS
from gongyou.policy.tables.profile import profile_of_facts

RUN = "decisions.run"
MEMORY = "1GB"
KINDS = frozenset({".parquet", ".csv", ".xlsx"})
MOST_BYTES = 500 * 1024 * 1024
"""Of one hand-in, unpacked. More comes by the command line."""


def receive_tables(
    actor: Actor,
    *,
    office_id: UUID,
    programme: str,
    on: date,
    files: Mapping[str, Path],
    only_subject: str = "",
) -> SealedTables:
    """Read, profile and seal tables (file name → path; a .zip is unpacked).

    `only_subject`: facts of one subject put right after an objection; no other may stand in the tables.
    Raises NotAllowed, Refusal.
    """
    office = offices.office(office_id)
    actor.require(RUN, office.path)
    published = nearest_policy(office.area, programme)
    graph = graph_of(published.hash, office.area, on)
    with vault.workspace() as work:
        data = work / "data"
        data.mkdir()
        for name, path in files.items():
            _lay(name, path, data)
        _only_tables(data, graph)
        return _sealed(graph, data, work, SealedTables(office_path=office.path, programme=programme,
                       area=office.area, content=published.hash, digest="", files={}, sizes={}, profile="",
                       rejects="", counts={}, only_subject=only_subject))  # fmt: skip


def corrected_tables(
    actor: Actor,
    *,
    run_id: UUID,
    subject: str,
    facts: Mapping[str, str],
    reason: str = "",
    files: tuple[UUID, ...] = (),
) -> SealedTables:
    """One subject's rows of a run with facts put right (column or `cell_name` → text as in a file), sealed anew.

    `reason`, `files`: why, and the evidence; they are sealed with the tables. `keep_snapshot` (with the same files) and
    `order_run` then decide this subject again. Raises NotAllowed, NotFound, Refusal.
    """
    run = run_of(actor, run_id)
    actor.require(RUN, run.office_path)
    with vault.workspace() as work:
        data = work / "data"
        data.mkdir()
        changed = write_subject(actor, run_id, subject, facts, data, purpose=says("更正事实后重新计算"))
        write_correction(work / FILE, Correction(reason[:200], changed, files))
        graph = graph_of(run.content, run.area, run.law_on)
        found = _sealed(graph, data, work, SealedTables(office_path=run.office_path, programme=run.programme,
                        area=run.area, content=run.content, digest="", files={}, sizes={}, profile="", rejects="",
                        counts={}, only_subject=subject.strip().upper()), work / FILE)  # fmt: skip
    if any(count["rejected"] for count in found.counts.values()):
        raise Refusal(
            "fact_unreadable",
            says("改的这项事实读不懂。"),
            says("人数写整数，金额写元，是否写 是 或 否，日期写 2026-01-01；不知道就留空。"),
            field="fact",
        )
    return found


def _sealed(graph: Graph, data: Path, work: Path, head: SealedTables, *beside: Path) -> SealedTables:
    """The tables in a folder, profiled and sealed, and what belongs to them."""
    loaded = _profiled(graph, data, work, head.only_subject)
    kept = [*sorted(data.iterdir()), *beside]
    sealed = {path.name: vault.put(path) for path in kept}
    text = json.dumps([sealed, head.only_subject] if head.only_subject else sealed, sort_keys=True)
    return replace(
        head,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        files=sealed,
        sizes={path.name: path.stat().st_size for path in kept},
        profile=vault.put(work / "profile.json"),
        rejects=vault.put(work / "rejects.csv"),
        counts={name: asdict(count) for name, count in loaded.counts.items()},
    )


def _lay(name: str, path: Path, data: Path) -> None:
    if PurePosixPath(name).suffix.lower() == ".zip":
        _unzip(path, data)
        return
    target = data / PurePosixPath(name.replace("\\", "/")).name.lower()
    if target.exists():
        raise _twice(target.name)
    shutil.copyfile(path, target)


def _unzip(path: Path, data: Path) -> None:
    try:
        with zipfile.ZipFile(path) as parts:
            wanted = [p for p in parts.infolist() if PurePosixPath(p.filename).suffix.lower() in KINDS]
            if sum(p.file_size for p in wanted) > MOST_BYTES:
                raise _too_large()
            for part in wanted:
                target = data / PurePosixPath(part.filename).name.lower()
                if target.exists():
                    raise _twice(target.name)
                with parts.open(part) as source, target.open("wb") as file:
                    shutil.copyfileobj(source, file)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise Refusal(
            "zip_broken",
            says("这个压缩包打不开。"),
            says("请重新压缩成不带密码的 .zip 再上传。"),
            field="tables",
        ) from error


def _too_large() -> Refusal:
    return Refusal(
        "tables_large",
        says("这些表一共超过{limit_mb} MB，不能从网页上传。"),
        says("请改存为 Parquet，或请系统管理员用命令行计算。"),
        field="tables",
        status=413,
        limit_mb=MOST_BYTES // (1024 * 1024),
    )


def _twice(name: str) -> Refusal:
    return Refusal(
        "table_twice",
        says("“{file}”上传了两份。"),
        says("一张表只传一个文件。"),
        field="tables",
        file=name,
    )


def _only_tables(data: Path, graph: Graph) -> None:
    """One file per table, named like it. Raises Refusal that says which names there are."""
    tables = {t.id: t.title for t in graph.policy.spec.tables}
    stems = [path.stem for path in data.iterdir()]
    if sum(path.stat().st_size for path in data.iterdir()) > MOST_BYTES:
        raise _too_large()
    for path in sorted(data.iterdir()):
        if path.suffix not in KINDS or path.stem not in tables:
            raise Refusal(
                "table_unknown",
                says("“{file}”不是这个政策要的表。"),
                says("要的表是：{tables}；文件名用英文名，格式是 .csv、.xlsx 或 .parquet。"),
                field="tables",
                file=path.name,
                tables="、".join(f"{id}（{title}）" for id, title in tables.items()),
            )
        if stems.count(path.stem) > 1:
            raise _twice(path.stem)


def _profiled(graph: Graph, data: Path, work: Path, only_subject: str) -> Loaded:
    with connected(MEMORY, work) as con:
        loaded = load_tables(con, graph.policy.spec, data, work)
        if only_subject:
            _refuse_others(con, graph, only_subject)
        rejects = con.execute(f"SELECT tbl, row_no, col, val, reason FROM {REJECTS} ORDER BY tbl, row_no")
        with (work / "rejects.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["table", "row", "column", "value", "reason"])
            writer.writerows(_lines(iter(rejects.fetchone, None)))
        profile = profile_of_facts(con, (graph.subject, *graph.children), loaded)
    (work / "profile.json").write_text(json.dumps(profile, ensure_ascii=False), encoding="utf-8")
    return loaded


def _refuse_others(con: duckdb.DuckDBPyConnection, graph: Graph, subject: str) -> None:
    key = quoted(graph.subject.column(graph.subject.key[0]).name)
    found = con.execute(f"SELECT DISTINCT {key} FROM {quoted(graph.subject.id)} LIMIT 2").fetchall()
    if found != [(subject,)]:
        raise Refusal(
            "other_subjects",
            says("个案更正的表里要有且只有{subject}一个单位。"),
            says("请删去其他单位，核对编号后重新上传。"),
            field="only_subject",
            subject=subject[:40],
        )


def _lines(rows: Iterator[tuple[str, int, str, str | None, str]]) -> Iterator[list[object]]:
    for table, row, column, value, reason in rows:
        yield [table, row, column, safe_cell(value or ""), reason]
