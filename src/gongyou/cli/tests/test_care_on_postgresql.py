"""Backing up and restoring an installation on PostgreSQL: every verb a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from gongyou.cli.tests.conftest import Machine
from gongyou.cli.tests.test_care import there_and_back


@pytest.mark.postgres
def test_backup_and_restore_on_postgresql(tmp_path: Path) -> None:
    with two_databases() as (first, second):
        source = Machine(tmp_path / "source", {"GONGYOU_DATABASE": first})
        assert source("migrate").code == 0
        assert source("packs", "publish").code == 0
        there_and_back(source, Machine(tmp_path / "other", {"GONGYOU_DATABASE": second}), tmp_path)


@contextmanager
def two_databases() -> Iterator[tuple[str, str]]:
    given = connection.settings_dict
    place = f"{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT'] or 5432}"
    names = [f"gy_cli_{uuid4().hex[:12]}" for _ in range(2)]
    with psycopg.connect(f"postgresql://{place}/postgres", autocommit=True) as server:
        for name in names:
            server.execute(f"CREATE DATABASE {name}")
        try:
            yield f"postgresql://{place}/{names[0]}", f"postgresql://{place}/{names[1]}"
        finally:
            for name in names:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")
