"""Count, sum and digest of rows as the database finds them, so that no row travels to be counted."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import CharField, F, Func, QuerySet
from django.db.models.expressions import Combinable

_DIGEST = {
    "postgresql": "encode(sha256(convert_to(coalesce(string_agg(line, ''), ''), 'UTF8')), 'hex')",
    "sqlite": "SHA256(coalesce(group_concat(line, ''), ''))",
}
_CHARACTER = {"postgresql": "chr", "sqlite": "char"}


class Hex(Func):
    """An id as 32 hex digits, as the bank and the books carry it."""

    output_field = CharField()
    template = "%(expressions)s"  # SQLite keeps it so

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="encode(uuid_send(%(expressions)s), 'hex')", **extra
        )


def totals_of_rows(
    rows: QuerySet[Any], fen: str, cells: tuple[str | Combinable, ...]
) -> tuple[int, int, str]:
    """Rows, the sum of their column `fen`, and SHA-256 over their cells, in the order the rows have.

    Cells are parted by U+001F, rows ended by a line feed.
    """
    character = _CHARACTER[connection.vendor]
    columns = {f"c{n}": F(cell) if isinstance(cell, str) else cell for n, cell in enumerate((fen, *cells))}
    sql, params = rows.values(**columns).query.sql_with_params()
    line = f" || {character}(31) || ".join(f"c{n}" for n in range(1, len(columns)))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), coalesce(sum(c0), 0), {_DIGEST[connection.vendor]}"  # noqa: S608 — our own names
            f" FROM (SELECT c0, {line} || {character}(10) AS line FROM ({sql}) AS q) AS r",
            params,
        )
        count, found, digest = cursor.fetchone()
    return int(count), int(found), digest
