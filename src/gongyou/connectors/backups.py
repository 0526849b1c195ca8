"""A backup is one tar file: the database, the encrypted files, and a manifest with the SHA-256 of everything.

Keys are never inside: whoever finds a backup finds only ciphertext. They are written to a file of their own.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gongyou import __version__
from gongyou.basics.refusal import Refusal, says

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Backup:
    path: str
    database: str
    files: int
    bytes: int


def make_backup(out: Path, *, database: Mapping[str, Any], data_dir: Path, made_at: str) -> Backup:
    """Write a consistent backup under a temporary name and rename it. Raises Refusal."""
    temporary = out.with_name(f".{out.name}.{os.getpid()}")
    digests: dict[str, str] = {}
    with (
        tempfile.TemporaryDirectory(dir=out.parent) as folder,
        tarfile.open(temporary, "w:gz", compresslevel=1) as tar,
    ):
        kind, dump = _dump(database, Path(folder))
        for name, path in [(f"database/{dump.name}", dump), *_stored_files(data_dir)]:
            digests[name] = _sha256(path)
            tar.add(path, arcname=name)
        manifest = {"gongyou": __version__, "made_at": made_at, "database": kind, "sha256": digests}
        raw = json.dumps(manifest, indent=1).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(raw)
        tar.addfile(entry, io.BytesIO(raw))
    temporary.replace(out)
    return Backup(str(out), kind, len(digests) - 1, out.stat().st_size)


def _stored_files(data_dir: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted((data_dir / "files").rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield f"files/{path.relative_to(data_dir / 'files').as_posix()}", path


def _dump(database: Mapping[str, Any], folder: Path) -> tuple[str, Path]:
    if database["ENGINE"].endswith("sqlite3"):
        target = folder / "gongyou.sqlite3"
        with sqlite3.connect(database["NAME"]) as source, sqlite3.connect(target) as copy:
            source.backup(copy)
        return "sqlite", target
    target = folder / "gongyou.pgdump"
    _run(["pg_dump", "--format=custom", "--no-owner", f"--file={target}", *_connection(database)], database)
    return "postgresql", target


def _connection(database: Mapping[str, Any]) -> list[str]:
    found = [f"--dbname={database['NAME']}"]
    for flag, key in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER")):
        if database.get(key):
            found.append(f"{flag}={database[key]}")
    return found


def _run(command: list[str], database: Mapping[str, Any]) -> None:
    environment = {**os.environ, "PGPASSWORD": str(database.get("PASSWORD") or "")}
    if shutil.which(command[0]) is None:
        raise Refusal(
            "no_tool",
            says("本机没有 {tool}。"),
            says("请安装 PostgreSQL 客户端（Debian：postgresql-client）。"),
            tool=command[0],
        )
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise Refusal(
            "tool_failed",
            says("{tool} 没有成功：{reason}"),
            tool=command[0],
            reason=done.stderr.strip()[-400:],
        )


def restore_backup(
    archive: Path, *, database: Mapping[str, Any], data_dir: Path, may_replace: bool
) -> Backup:
    """Check every digest first, then put database and files in place. Raises Refusal, and then changes nothing."""
    with tempfile.TemporaryDirectory(dir=_made(data_dir)) as name:
        folder = Path(name)
        manifest = _unpacked(archive, folder)
        _check_target(manifest, database, may_replace)
        _load(manifest, folder, database)
        _place_files(folder / "files", data_dir / "files")
        return Backup(str(archive), manifest["database"], len(manifest["sha256"]) - 1, archive.stat().st_size)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _unpacked(archive: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(archive, "r:*") as tar:
            tar.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (tarfile.TarError, OSError, ValueError, EOFError) as error:
        raise Refusal(
            "broken_backup",
            says("备份文件“{file}”打不开或不完整。"),
            says("请换一份备份。数据没有改动。"),
            file=archive.name,
        ) from error
    for name, digest in manifest["sha256"].items():
        path = folder / name
        if not path.is_file() or _sha256(path) != digest:
            raise Refusal(
                "altered_backup",
                says("备份里的“{name}”与清单不符。"),
                says("这份备份被改动或损坏，请换一份。数据没有改动。"),
                name=name,
            )
    return manifest


def _check_target(manifest: Mapping[str, Any], database: Mapping[str, Any], may_replace: bool) -> None:
    kind = "sqlite" if database["ENGINE"].endswith("sqlite3") else "postgresql"
    if manifest["database"] != kind:
        raise Refusal(
            "other_database",
            says("备份来自{theirs}，本机使用{ours}。"),
            says("请设置 GONGYOU_DATABASE 后再恢复。"),
            theirs=manifest["database"],
            ours=kind,
        )
    if kind == "sqlite" and Path(database["NAME"]).exists() and not may_replace:
        raise Refusal(
            "not_empty",
            says("这里已有一个数据库：{path}。"),
            says("确定要用备份替换它，请加 --replace。"),
            path=database["NAME"],
        )


def _load(manifest: Mapping[str, Any], folder: Path, database: Mapping[str, Any]) -> None:
    if manifest["database"] == "sqlite":
        target = Path(database["NAME"])
        _made(target.parent)
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        (folder / "database" / "gongyou.sqlite3").replace(target)
        return
    dump = folder / "database" / "gongyou.pgdump"
    command = [
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        *_connection(database),
    ]
    _run([*command, str(dump)], database)


def _place_files(source: Path, target: Path) -> None:
    if not source.is_dir():
        return
    for path in source.rglob("*"):
        if path.is_file():
            place = target / path.relative_to(source)
            _made(place.parent)
            path.replace(place)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
