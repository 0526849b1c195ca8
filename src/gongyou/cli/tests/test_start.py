"""What a verb does not need, it does not pay for."""

from __future__ import annotations

import os
import subprocess
import sys

CODE = """
import sys
from gongyou.cli.starting import start
start()
from gongyou.basics.later import HEAVY, Waiting
print(sorted(name for name in HEAVY if not isinstance(sys.modules[name], Waiting)))
import duckdb
from sqlglot import exp
print(duckdb.connect().sql("select 41 + 1").fetchall(), exp.And.__name__)
print(sorted(name for name in HEAVY if not isinstance(sys.modules[name], Waiting)))
"""


def test_starting_loads_no_heavy_library_and_the_first_use_loads_it() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "gongyou.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout.splitlines() == [
        "[]",
        "[(42,)] And",
        "['duckdb', 'sqlglot', 'sqlglot.expressions']",
    ], done.stderr
