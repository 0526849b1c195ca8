"""A PostgreSQL server for tests: one that is told, one that answers here, or a private one for this run."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

TOLD = "GONGYOU_TEST_POSTGRES"
USUAL = "postgresql://postgres@127.0.0.1:5432"
BINARIES = "/usr/lib/postgresql"
# Nothing of a test database has to survive a power cut.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


@dataclass(frozen=True)
class Server:
    """`url` has user, host and port and no database."""

    url: str
    origin: str

    def database(self, name: str) -> str:
        """The URL of a database on this server."""
        return f"{self.url}/{name}"


@contextmanager
def server() -> Iterator[Server | None]:
    """A server that lets us create databases, or None where there is none to be had.

    Raises RuntimeError when the one named by GONGYOU_TEST_POSTGRES does not.
    """
    told = os.environ.get(TOLD, "")
    if told:
        if not _lets_us_create(told):
            raise RuntimeError(f"{TOLD}: no server there that lets this user create databases")
        parts = urlsplit(told)
        yield Server(f"{parts.scheme}://{parts.netloc}", TOLD)
    elif _lets_us_create(USUAL):
        yield Server(USUAL, "127.0.0.1:5432")
    else:
        with _private() as found:
            yield found


def _lets_us_create(url: str) -> bool:
    """Whether the server answers and the user may create databases."""
    try:
        database = urlsplit(url).path.strip("/") or "postgres"
        with psycopg.connect(url, dbname=database, connect_timeout=3) as connection:
            row = connection.execute(
                "select rolsuper or rolcreatedb from pg_roles where rolname = current_user"
            ).fetchone()
    except psycopg.Error:
        return False
    return bool(row and row[0])


def _binaries() -> Path | None:
    initdb = shutil.which("initdb")
    if initdb:
        return Path(initdb).resolve().parent
    installed = sorted(Path(BINARIES).glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return installed[-1].parent if installed else None


@contextmanager
def _private() -> Iterator[Server | None]:
    """A throw-away cluster in a temporary folder, gone at the end; the machine's own are not touched."""
    binaries, user = _binaries(), _user()
    if binaries is None or user is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="gongyou-postgres-"))
    call = _caller(folder, user)
    port = _free_port()
    data = folder / "data"
    options = f"-k {folder} -p {port} -c listen_addresses=127.0.0.1 " + " ".join(f"-c {s}" for s in FAST)
    identity = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"]
    try:
        call([binaries / "initdb", "-D", data, *identity])
        call([binaries / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start"])
        try:
            yield Server(f"postgresql://postgres@127.0.0.1:{port}", "a private cluster for this run")
        finally:
            call([binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> str | None:
    """Who runs the server's programs: they refuse root, which lends them the user Debian made for them."""
    if os.geteuid() != 0:
        return ""
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return None


def _caller(folder: Path, user: str) -> Callable[[list[Path | str]], None]:
    if user:
        shutil.chown(folder, user, user)

    def call(command: list[Path | str]) -> None:
        with (folder.parent / f"{folder.name}.out").open("a+") as out:
            # Into a file, not a pipe: the server inherits it and would keep a pipe open.
            words = [str(part) for part in command]
            done = subprocess.run(
                words, cwd=folder, stdout=out, stderr=out, check=False, user=user or None, group=user or None
            )
            if done.returncode:
                out.seek(0)
                raise RuntimeError(f"{command[0]} failed:\n{out.read()[-2000:]}")
            Path(out.name).unlink()

    return call


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
