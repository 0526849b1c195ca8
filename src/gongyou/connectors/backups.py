"""A backup is one tar file: the database, the encrypted files, and a manifest with the SHA-256 of everything.

Keys are never inside: whoever finds a backup finds only ciphertext. They are written to a file of their own; the
manifest says by a keyed mark which keys open it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from gongyou import __version__
from gongyou.basics.refusal import Refusal, says
from gongyou.connectors.exchange.places import check_folder
from gongyou.connectors.postgres_tools import dump_postgres, load_postgres
from gongyou.kernel.sealing import KeyRing

MANIFEST = "manifest.json"
DUMPS = {"sqlite": "database/gongyou.sqlite3", "postgresql": "database/gongyou.pgdump"}
FOLDERS = ("files", "decisions")
"""Folders of sealed contents below the data folder."""
UNREADABLE = (tarfile.TarError, OSError, ValueError, EOFError, zlib.error, KeyError, TypeError)


@dataclass(frozen=True)
class Backup:
    """`files` counts attachments, `bytes` is the archive's size."""

    path: str
    database: str
    files: int
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """What an archive says about itself; `sha256` by name within it."""

    database: str
    key_mark: str
    sha256: Mapping[str, str]


def make_backup(
    out: Path, *, database: Mapping[str, Any], data_dir: Path, keyring: KeyRing, made_at: str
) -> Backup:
    """Write a consistent backup (mode 0600) under a temporary name and rename it. Raises Refusal."""
    check_folder(out)
    temporary = out.with_name(f".{out.name}.{os.getpid()}")
    kind = _kind(database)
    try:
        with (
            tempfile.TemporaryDirectory(dir=out.parent) as folder,
            _private(temporary) as raw,
            tarfile.open(fileobj=raw, mode="w:gz", compresslevel=1) as tar,
        ):
            dump = Path(folder) / Path(DUMPS[kind]).name
            # The database first: every attachment it speaks of is then still in the folder.
            _dump(kind, database, dump)
            digests = {name: _add(tar, name, path) for name, path in _contents(kind, dump, data_dir)}
            about = {"gongyou": __version__, "made_at": made_at, "database": kind, "key_mark": _mark(keyring)}
            _add_manifest(tar, {**about, "sha256": digests})
        temporary.replace(out)
    finally:
        temporary.unlink(missing_ok=True)
    return Backup(str(out), kind, len(digests) - 1, out.stat().st_size)


def _kind(database: Mapping[str, Any]) -> str:
    return "sqlite" if database["ENGINE"].endswith("sqlite3") else "postgresql"


def _mark(keyring: KeyRing) -> str:
    return keyring.digest(b"backup").hex()


def _private(path: Path) -> io.BufferedWriter:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _contents(kind: str, dump: Path, data_dir: Path) -> Iterator[tuple[str, Path]]:
    yield DUMPS[kind], dump
    for folder in FOLDERS:
        for path in sorted((data_dir / folder).rglob("*")):
            inside = path.relative_to(data_dir)
            if path.is_file() and not any(part.startswith(".") for part in inside.parts):
                yield inside.as_posix(), path


def _add(tar: tarfile.TarFile, name: str, path: Path) -> str:
    digest = _sha256(path)
    tar.add(path, arcname=name)
    return digest


def _add_manifest(tar: tarfile.TarFile, manifest: Mapping[str, Any]) -> None:
    raw = json.dumps(manifest, indent=1).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size = len(raw)
    tar.addfile(entry, io.BytesIO(raw))


def _dump(kind: str, database: Mapping[str, Any], target: Path) -> None:
    if kind == "postgresql":
        dump_postgres(database, target)
        return
    with closing(sqlite3.connect(database["NAME"])) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def restore_backup(
    archive: Path, *, database: Mapping[str, Any], data_dir: Path, keyring: KeyRing, may_replace: bool
) -> Backup:
    """Check everything first, then put files and database in place. Raises Refusal, and then nothing has changed.

    `keyring` are the keys the restored installation will have. `may_replace`: what stands there may go.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data_dir) as name:
        folder = Path(name)
        manifest = _unpacked(archive, folder)
        _check_target(manifest, _kind(database), keyring, may_replace)
        # Attachments are named by their content: one too many harms nobody, one missing would.
        for name_of_folder in FOLDERS:
            _place_files(folder / name_of_folder, data_dir / name_of_folder)
        _load(manifest, folder, database)
        return Backup(str(archive), manifest.database, len(manifest.sha256) - 1, archive.stat().st_size)


def _unpacked(archive: Path, folder: Path) -> Manifest:
    try:
        with tarfile.open(archive, "r:*") as tar:
            tar.extractall(folder, filter="data")
        raw = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(str(raw["database"]), str(raw.get("key_mark", "")), dict(raw["sha256"]))
        if DUMPS[manifest.database] not in manifest.sha256:
            raise KeyError(manifest.database)
    except UNREADABLE as error:
        raise Refusal(
            "broken_backup",
            says("备份文件“{file}”打不开或不完整。"),
            says("请换一份备份。数据没有改动。"),
            file=archive.name,
        ) from error
    _check_digests(manifest, folder)
    return manifest


def _check_digests(manifest: Manifest, folder: Path) -> None:
    """What the list names must be there as it was, and what it does not name must not be there."""
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {MANIFEST}
    for name in sorted(found | set(manifest.sha256)):
        is_inside = ".." not in PurePosixPath(name).parts and name in found
        if not is_inside or _sha256(folder / name) != manifest.sha256.get(name):
            raise Refusal(
                "altered_backup",
                says("备份里的“{name}”与清单不符。"),
                says("这份备份被改动或损坏，请换一份。数据没有改动。"),
                name=name,
            )


def _check_target(manifest: Manifest, kind: str, keyring: KeyRing, may_replace: bool) -> None:
    if manifest.database != kind:
        raise Refusal(
            "other_database",
            says("备份来自{theirs}，本机使用{ours}。"),
            says("请设置 GONGYOU_DATABASE 后再恢复。"),
            theirs=manifest.database,
            ours=kind,
        )
    if manifest.key_mark and manifest.key_mark != _mark(keyring):
        raise Refusal(
            "other_keys",
            says("这份备份要用另一套密钥才能读取。"),
            says("请用 --keys 指定备份时另存的密钥文件。数据没有改动。"),
            field="keys",
        )
    if not may_replace:
        raise Refusal(
            "not_empty",
            says("这里已有一个数据库。"),
            says("确定要用备份替换它，请先停止服务，再加 --replace。"),
        )


def _load(manifest: Manifest, folder: Path, database: Mapping[str, Any]) -> None:
    dump = folder / DUMPS[manifest.database]
    if manifest.database == "postgresql":
        load_postgres(database, dump)
        return
    target = Path(database["NAME"])
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.move(dump, fresh)  # the database may stand on another disk than the folder it was unpacked in
    # A log of the old database beside the new one would be played into it.
    for path in (target, *(target.with_name(target.name + suffix) for suffix in ("-wal", "-shm"))):
        if path.exists():
            path.rename(path.with_name(f"{path.name}.replaced"))
    fresh.replace(target)
    for suffix in ("", "-wal", "-shm"):
        target.with_name(f"{target.name}{suffix}.replaced").unlink(missing_ok=True)


def _place_files(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")):
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
