"""One index over everything findable: character bigrams for Chinese, infixes for numbers, scope in the same query.

SQLite answers from an FTS5 table beside `SearchEntry` (kept by triggers, see migrations), PostgreSQL from a GIN index
over a generated column `vector`: both hold exactly the grams made here, no parser guesses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db import connection

from gongyou.kernel import bars
from gongyou.kernel.access import Actor, Scope
from gongyou.kernel.actions import Act
from gongyou.kernel.inserting import insert, new_row
from gongyou.kernel.models.search import SearchEntry

MAX_TEXT = 5000
MAX_QUERY = 64
MAX_RUN = 32
LEAST_INFIX = 3
# Marks of tokens that no text can produce: no letter or digit is among them.
KIND, BELOW, EXACT = "¶", "§", "¤"
FIRST_CJK = "\u2e80"
NUMBER = re.compile(r"[0-9a-z]+(?:-[0-9a-z]+)+")


@dataclass(frozen=True)
class Term:
    """Grams that stand next to each other; with `is_prefix` the only gram is the beginning of one."""

    grams: tuple[str, ...]
    is_prefix: bool = False

    @property
    def is_infix(self) -> bool:
        """A part of a number or a Latin word, rather than Chinese."""
        return self.is_prefix and self.grams[0] < FIRST_CJK

    def whole(self) -> Term:
        return Term(self.grams) if self.is_infix else self


def index_text(act: Act, *, kind: str, subject_id: UUID, office_path: str, text: str) -> None:
    """Make a thing findable by a text, or replace its text (step)."""
    grams = _with_marks(kind, office_path, " ".join(_grams(text[:MAX_TEXT])))
    insert(
        new_row(
            SearchEntry, kind=kind, subject_id=subject_id, office_path=office_path, grams=grams, at=act.now
        ),
        replaces=("office_path", "grams", "at"),
        on=("kind", "subject_id"),
    )


def move_entry(act: Act, *, kind: str, subject_id: UUID, office_path: str) -> None:
    """The thing lies with another office now (step)."""
    entry = SearchEntry.objects.filter(kind=kind, subject_id=subject_id).first()
    if entry is None:
        return
    body = [gram for gram in entry.grams.split(" ") if gram[:1] not in {KIND, BELOW, EXACT}]
    entry.office_path = office_path
    entry.grams = _with_marks(kind, office_path, " ".join(body))
    entry.save(update_fields=["office_path", "grams"])


def drop_entry(act: Act, *, kind: str, subject_id: UUID) -> None:
    """The thing can't be found any more (step)."""
    SearchEntry.objects.filter(kind=kind, subject_id=subject_id).delete()


def find(actor: Actor, right: str, kind: str, text: str, limit: int = 50) -> list[UUID]:
    """Things of a kind that hold every word of the text, newest first, where `right` reaches.

    工资 finds 农民工工资拖欠; one Chinese character finds every text it stands in; three or more digits or letters find a
    number or name by any part, words and endings first; fewer find whole words only. An empty text finds nothing.
    Raises NotAllowed.
    """
    actor.require(right)
    terms = _terms(text)
    if not terms:
        return []
    search = _find_in_sqlite if connection.vendor == "sqlite" else _find_in_postgresql
    # Whole grams first: a code that stands in every number (a division) is answered without walking all of them.
    found = search(actor.scope(right), kind, [term.whole() for term in terms], limit)
    if len(found) < limit and any(term.is_infix for term in terms):
        more = search(actor.scope(right), kind, terms, limit)
        found += [subject for subject in more if subject not in set(found)][: limit - len(found)]
    barred = bars.barred_ids(actor)
    return [subject for subject in found if subject not in barred] if barred else found


def _with_marks(kind: str, office_path: str, body: str) -> str:
    return f"{_marks(kind, office_path)} {body}"


@lru_cache(maxsize=2048)
def _marks(kind: str, office_path: str) -> str:
    parts = office_path.split("/")[:-1]
    below = [BELOW + _mark("/".join(parts[: depth + 1]) + "/") for depth in range(len(parts))]
    return " ".join([KIND + kind, EXACT + _mark(office_path), *below])


def _mark(path: str) -> str:
    # Only characters the index keeps apart from separators: '/' would split the token.
    return "".join(c if c.isalnum() else "·" for c in path)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _runs(text: str) -> Iterator[str]:
    """Runs of Chinese characters and runs of Latin letters or digits, apart from each other."""
    run = ""
    for char in text:
        if not char.isalnum():
            kept = ""
        elif run and (char >= FIRST_CJK) == (run[-1] >= FIRST_CJK):
            run += char
            continue
        else:
            kept = char
        if run:
            yield run
        run = kept
    if run:
        yield run


def _grams(text: str) -> Iterator[str]:
    normal = _normal(text)
    for number in NUMBER.findall(normal):
        yield from _infixes(number.replace("-", ""))
    for run in _runs(normal):
        if run[0] >= FIRST_CJK:
            yield from (run[i : i + 2] for i in range(len(run)))  # the last one is a single character
        else:
            yield from _infixes(run)


def _infixes(run: str) -> Iterator[str]:
    """The run and its endings: every part of it is the beginning of one of them."""
    run = run[:MAX_RUN]
    yield run
    yield from (run[start:] for start in range(1, len(run) - LEAST_INFIX + 1))


def _terms(text: str) -> list[Term]:
    normal = NUMBER.sub(lambda found: found[0].replace("-", ""), _normal(text[:MAX_QUERY]))
    return [_term(run) for run in _runs(normal)]


def _term(run: str) -> Term:
    if run[0] < FIRST_CJK:
        return Term((run[:MAX_RUN],), is_prefix=len(run) >= LEAST_INFIX)
    if len(run) == 1:
        return Term((run,), is_prefix=True)
    return Term(tuple(run[i : i + 2] for i in range(len(run) - 1)))


def _scope_marks(scope: Scope) -> list[str]:
    """The marks one of which an entry must carry; empty: no bound (the whole installation)."""
    if "" in scope.subtree:
        return []
    return [BELOW + _mark(path) for path in scope.subtree] + [EXACT + _mark(path) for path in scope.own]


def _find_in_sqlite(scope: Scope, kind: str, terms: list[Term], limit: int) -> list[UUID]:
    wanted = [f'"{KIND}{kind}"']
    wanted += [f'"{" ".join(term.grams)}"' + (" *" if term.is_prefix else "") for term in terms]
    marks = _scope_marks(scope)
    if marks:
        wanted.append("(" + " OR ".join(f'"{mark}"' for mark in marks) + ")")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.subject_id, e.office_path FROM kernel_search_fts"
            " CROSS JOIN kernel_searchentry e ON e.id = kernel_search_fts.rowid"
            " WHERE kernel_search_fts MATCH %s ORDER BY kernel_search_fts.rowid DESC LIMIT %s",
            [" AND ".join(wanted), limit],
        )
        return [UUID(subject) for subject, path in cursor.fetchall() if scope.covers(path)]


def _find_in_postgresql(scope: Scope, kind: str, terms: list[Term], limit: int) -> list[UUID]:
    wanted = [_lexeme(KIND + kind)]
    for term in terms:
        wanted += [_lexeme(gram) + (":*" if term.is_prefix else "") for gram in term.grams]
    marks = _scope_marks(scope)
    if marks:
        wanted.append("(" + " | ".join(map(_lexeme, marks)) + ")")
    phrases = [f" {' '.join(term.grams)} " for term in terms if len(term.grams) > 1]
    # The index knows no neighbours: the phrase itself is looked for in the few rows it left.
    nearby = " AND position(%s in grams || ' ') > 0" * len(phrases)
    query = f"""SELECT subject_id, office_path FROM kernel_searchentry
        WHERE vector @@ %s::tsquery {nearby} ORDER BY id DESC LIMIT %s"""  # noqa: S608 — constant text alone
    with connection.cursor() as cursor:
        cursor.execute(query, [" & ".join(wanted), *phrases, limit])
        return [subject for subject, path in cursor.fetchall() if scope.covers(path)]


def _lexeme(gram: str) -> str:
    return "'" + gram.replace("\\", "\\\\").replace("'", "''") + "'"
