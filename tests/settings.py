"""The installation tests run on: the real settings over a data directory of their own, never ./var.

The environment is set before the real settings read it. GONGYOU_DATABASE stays (PostgreSQL runs set it);
whatever else the shell says about an installation is put aside.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

MEMORY_DISK = Path("/dev/shm")  # a full sync costs nothing there
ROOM_NEEDED = 256 * 1024 * 1024


def _temporary_data() -> Path:
    has_room = MEMORY_DISK.is_dir() and shutil.disk_usage(MEMORY_DISK).free > ROOM_NEEDED
    where = MEMORY_DISK if has_room and os.access(MEMORY_DISK, os.W_OK) else None
    path = Path(tempfile.mkdtemp(prefix="gongyou-test-", dir=where))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


KEPT = ("GONGYOU_DATABASE", "GONGYOU_CHROMIUM")
for _name in [name for name in os.environ if name.startswith("GONGYOU_")]:
    if _name not in KEPT and not _name.startswith("GONGYOU_TEST_"):
        del os.environ[_name]

_data = _temporary_data()
(_data / "static").mkdir()
os.environ["GONGYOU_DATA"] = str(_data)
os.environ["GONGYOU_PLAIN_STATIC"] = "1"
# A file, not memory: the threads of a test then share one database with WAL, as in production.
os.environ.setdefault("GONGYOU_TEST_SQLITE", str(_data / "test.sqlite3"))
# Playwright's synchronous interface runs an event loop in the test's thread.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from gongyou.config.settings import *  # noqa: E402, F403
