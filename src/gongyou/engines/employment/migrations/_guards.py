"""What models can't say: answers and happenings are never altered, paths compare by bytes."""

from __future__ import annotations

from typing import Any

PATHS = ("surveyanswer", "intention", "humanask", "post", "matchrun", "referral", "placement")
APPEND_ONLY = ("surveyanswer", "posthappening", "referralhappening")


def add(apps: Any, schema_editor: Any) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in _sqlite() if is_sqlite else _postgresql():
        schema_editor.execute(statement, params=None)


def _sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER append_only_employment_{table}_{operation.lower()} BEFORE {operation} ON employment_{table}"
        f" BEGIN SELECT RAISE(ABORT, 'employment_{table} is append-only'); END"
        for table in APPEND_ONLY
        for operation in ("UPDATE", "DELETE")
    ]


def _postgresql() -> list[str]:
    paths = [
        f'ALTER TABLE employment_{table} ALTER COLUMN office_path TYPE varchar(120) COLLATE "C"'
        for table in PATHS
    ]
    return paths + [
        f"CREATE TRIGGER append_only_employment_{table}_{operation.lower()} BEFORE {operation}"
        f" ON employment_{table} FOR EACH ROW EXECUTE FUNCTION kernel_append_only()"
        for table in APPEND_ONLY
        for operation in ("UPDATE", "DELETE")
    ]
