"""PostgreSQL's own tools for a dump and its return."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gongyou.basics.refusal import Refusal, says


def dump_postgres(database: Mapping[str, Any], target: Path) -> None:
    """One consistent snapshot in PostgreSQL's custom format. Raises Refusal."""
    command = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"]
    _run([*command, *_connection(database)], database)


def load_postgres(database: Mapping[str, Any], dump: Path) -> None:
    """Replace what stands in the database, all or nothing. Raises Refusal."""
    command = [
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
    ]
    _run([*command, *_connection(database), str(dump)], database)


def _connection(database: Mapping[str, Any]) -> list[str]:
    found = [f"--dbname={database['NAME']}"]
    for flag, key in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER")):
        if database.get(key):
            found.append(f"{flag}={database[key]}")
    return found


def _run(command: list[str], database: Mapping[str, Any]) -> None:
    tool = shutil.which(command[0])
    if tool is None:
        raise Refusal(
            "no_tool",
            says("本机没有 {tool}。"),
            says("请安装 PostgreSQL 客户端（Debian：postgresql-client）。"),
            tool=command[0],
        )
    # The password goes by the environment: a command line can be read by everybody on the machine.
    environment = {**os.environ, "PGPASSWORD": str(database.get("PASSWORD") or "")}
    done = subprocess.run(  # noqa: S603 — a fixed tool with our own arguments
        [tool, *command[1:]], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refusal(
            "tool_failed",
            says("{tool} 没有成功：{reason}"),
            tool=command[0],
            reason=done.stderr.strip()[-400:],
        )
