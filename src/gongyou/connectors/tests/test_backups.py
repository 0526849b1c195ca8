"""A backup that was packed anew by somebody who knows the format is still seen through."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.connectors.backups import make_backup, restore_backup
from gongyou.institutions.decisions import vault
from gongyou.kernel.errors import DomainError
from gongyou.kernel.installation import installed
from gongyou.kernel.sealing import KeyRing, make_keyring, rotate

Members = dict[str, bytes]
DUMP = "database/gongyou.sqlite3"


class Place:
    """A data folder with a small database of its own."""

    def __init__(self, folder: Path, value: str | None = None) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.database: dict[str, Any] = {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "gongyou.sqlite3",
        }
        if value is not None:
            with closing(sqlite3.connect(self.database["NAME"])) as database, database:
                database.execute("PRAGMA journal_mode=WAL")
                database.execute("CREATE TABLE said (what)")
                database.execute("INSERT INTO said VALUES (?)", [value])

    def value(self) -> str:
        with closing(sqlite3.connect(self.database["NAME"])) as database:
            return str(database.execute("SELECT what FROM said").fetchone()[0])


@pytest.fixture
def ring() -> KeyRing:
    return make_keyring()


@pytest.fixture
def archive(tmp_path: Path, ring: KeyRing) -> Path:
    source = Place(tmp_path / "source", "backed up")
    (source.folder / "files").mkdir()
    (source.folder / "files" / "aa").write_bytes(b"ciphertext")
    out = tmp_path / "b.tar.gz"
    made = make_backup(
        out,
        database=source.database,
        data_dir=source.folder,
        keyring=ring,
        made_at="2026-11-22T01:00:00+08:00",
    )
    assert (made.database, made.files) == ("sqlite", 1)
    return out


def restore(archive: Path, place: Place, ring: KeyRing, *, may_replace: bool = True) -> None:
    restore_backup(
        archive, database=place.database, data_dir=place.folder, keyring=ring, may_replace=may_replace
    )


def repacked(archive: Path, change: Callable[[Members], None]) -> Path:
    with tarfile.open(archive) as tar:
        members = {m.name: tar.extractfile(m).read() for m in tar if m.isfile()}  # type: ignore[union-attr]
    change(members)
    with tarfile.open(archive, "w:gz") as tar:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return archive


def manifest(change: Callable[[dict[str, Any]], None]) -> Callable[[Members], None]:
    def rewrite(members: Members) -> None:
        content = json.loads(members["manifest.json"])
        change(content)
        members["manifest.json"] = json.dumps(content).encode()

    return rewrite


CHANGES: dict[str, Callable[[Members], None]] = {
    "another database": lambda m: m.update({DUMP: m[DUMP][:-1] + b"x"}),
    "a file more": lambda m: m.update({"files/bb": b"more"}),
    "a file less": lambda m: m.pop("files/aa") and None,
    "no manifest": lambda m: m.pop("manifest.json") and None,
    "a manifest that is none": lambda m: m.update({"manifest.json": b"[]"}),
    "an unknown kind": manifest(lambda c: c.update(database="oracle")),
    "no database listed": manifest(lambda c: c["sha256"].pop(DUMP)),
    "a way out of the folder": manifest(lambda c: c["sha256"].update({"../../keys.json": "0"})),
    "a file outside": lambda m: m.update({"../outside": b"x"}),
    "another database server": manifest(lambda c: c.update(database="postgresql")),
    "other keys": manifest(lambda c: c.update(key_mark="00")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_an_altered_backup_changes_nothing(
    archive: Path, ring: KeyRing, tmp_path: Path, change: Callable[[Members], None]
) -> None:
    place = Place(tmp_path / "here", "stood here")
    before = sorted(p.name for p in place.folder.rglob("*"))
    with pytest.raises(Refusal):
        restore(repacked(archive, change), place, ring)
    assert place.value() == "stood here"
    assert sorted(p.name for p in place.folder.rglob("*")) == before
    assert not (tmp_path / "outside").exists()


def test_it_replaces_only_what_may_be_replaced(archive: Path, ring: KeyRing, tmp_path: Path) -> None:
    place = Place(tmp_path / "here", "stood here")
    with pytest.raises(Refusal, match="已有一个数据库"):
        restore(archive, place, ring, may_replace=False)
    assert place.value() == "stood here"
    restore(archive, place, ring)
    assert place.value() == "backed up"
    assert (place.folder / "files" / "aa").read_bytes() == b"ciphertext"
    assert sorted(p.name for p in place.folder.iterdir()) == ["files", "gongyou.sqlite3"]


def test_keys_that_were_rotated_since_still_open_it(archive: Path, ring: KeyRing, tmp_path: Path) -> None:
    place = Place(tmp_path / "here")
    with pytest.raises(Refusal, match="另一套密钥"):
        restore(archive, place, make_keyring())
    restore(archive, place, rotate(ring))
    assert place.value() == "backed up"


def test_the_log_of_the_old_database_is_not_played_into_the_new_one(
    archive: Path, ring: KeyRing, tmp_path: Path
) -> None:
    place = Place(tmp_path / "here", "stood here")
    with closing(sqlite3.connect(place.database["NAME"])) as open_still:
        open_still.execute("UPDATE said SET what = 'only in the log'")
        open_still.commit()
        assert (place.folder / "gongyou.sqlite3-wal").stat().st_size > 0
        restore(archive, place, ring)
        assert place.value() == "backed up"


def test_what_decisions_are_made_of_comes_back_from_a_backup(tmp_path: Path) -> None:
    """The vault of decisions, there and back: sealed contents are saved as they lie and open again."""
    plain = tmp_path / "facts.parquet"
    plain.write_bytes(b"facts of somebody" * 400_000)  # more than one piece
    digest = vault.put(plain)
    here = installed()
    kept = here.data_dir / "decisions" / digest[:2] / digest
    archive, place = tmp_path / "b.tar.gz", Place(tmp_path / "source", "backed up")
    make_backup(
        archive,
        database=place.database,
        data_dir=here.data_dir,
        keyring=here.keyring,
        made_at="2026-11-22T01:00:00+08:00",
    )
    kept.unlink()
    with pytest.raises(DomainError, match="丢失或损坏"):
        vault.take(digest, tmp_path / "gone")
    other = Place(tmp_path / "other")
    restore(archive, other, here.keyring)
    restored = other.folder / "decisions" / digest[:2] / digest
    assert b"somebody" not in restored.read_bytes()
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(restored, kept)
    vault.take(digest, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == plain.read_bytes()
