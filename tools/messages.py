"""The English catalogue: extracted from Python and templates, updated without losing a translation, compiled.

    messages.py update     put new msgids into the catalogue; what is gone becomes obsolete and is kept
    messages.py check      list missing and broken translations; exit 1 when there are any
    messages.py compile    write the .mo files
    messages.py missing    print msgids without a translation, one JSON string a line

Chinese is the source language: a msgid is the Chinese text itself.
"""

from __future__ import annotations

import json
import re
import string
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "gongyou"
LOCALE = SOURCE / "locale"
ENGLISH = LOCALE / "en" / "LC_MESSAGES" / "django.po"
HEADER = "# English for the Chinese source texts. Kept by tools/messages.py."
WIDTH = 110

KEYWORDS: dict[str, tuple[object, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "says": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# The code fills these besides the ones a Chinese date names: English writes the month as a word, the year always
# and the end of a span in full.
STAND_INS = {"month": "month_name", "last_day": "last"}
ALSO_FILLED = {"month": {"month_name", "year"}, "last_day": {"last"}}
PERCENT = re.compile(r"%\((\w+)\)[a-z]|%[sd]")

Key = tuple[str | None, str | tuple[str, ...]]


@dataclass(frozen=True)
class Problem:
    """One translation that is not there or cannot be shown."""

    msgid: str
    reason: str
    where: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}: {self.msgid}"


def _sources() -> Iterator[tuple[Path, bytes]]:
    for path in sorted(SOURCE.rglob("*")):
        if "tests" in path.parts or "migrations" in path.parts or "vendor" in path.parts:
            continue
        if path.suffix == ".py":
            yield path, path.read_bytes()
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            # Blanked-out markup keeps its indentation, which would mean something to a reader of Python.
            calls = templatize(path.read_text(encoding="utf-8")).splitlines()
            yield path, "\n".join(line.lstrip() for line in calls).encode()


def extracted() -> Catalog:
    """Every msgid of the tree with the places it stands at. Lines are left out: they change with every edit."""
    catalog = Catalog(locale="en", charset="utf-8")
    for path, content in _sources():
        name = str(path.relative_to(ROOT))
        for _line, msgid, _comments, context in extract("python", BytesIO(content), KEYWORDS, (), {}):
            if msgid and (msgid[0] if isinstance(msgid, tuple) else msgid):
                catalog.add(msgid, locations=[(name, 0)], context=context)
    return catalog


def _key(message: Message) -> Key:
    return message.context, message.id


def stored(path: Path = ENGLISH) -> Catalog:
    """The catalogue as it lies on disk, empty when there is none."""
    if not path.exists():
        return Catalog(locale="en", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def merged(old: Catalog, new: Catalog) -> Catalog:
    """`new` with the translations of `old`; what `new` no longer has is kept as obsolete."""
    known = {_key(m): m for m in [*old.obsolete.values(), *old] if m.id}
    result = Catalog(
        locale="en",
        charset="utf-8",
        header_comment=HEADER,
        fuzzy=False,
        project="gongyou",
        version="1",
        msgid_bugs_address="-",
        last_translator="-",
        language_team="-",
    )
    for message in new:
        if message.id:
            before = known.pop(_key(message), None)
            places = sorted({(name, None) for name, _line in message.locations})
            result.add(
                message.id,
                before.string if before else None,
                locations=places,
                flags={flag for flag in message.flags if flag != "fuzzy"},
                context=message.context,
            )
    for key, message in known.items():
        if any(_strings(message)):
            message.locations = []
            result.obsolete[(key[1], key[0]) if key[0] else key[1]] = message
    return result


def write(catalog: Catalog, path: Path = ENGLISH) -> None:
    # A fixed time: the file changes only when a text does.
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    out = BytesIO()
    write_po(out, catalog, width=WIDTH, sort_output=True, include_lineno=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out.getvalue())


def _strings(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, (tuple, list)) else (message.string or "",)


def placeholders(text: str) -> frozenset[str]:
    """The names in braces and percent signs that are filled while running."""
    try:
        braces = {
            name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(text) if name
        }
    except ValueError:
        braces = set()
    return frozenset(braces) | {match.group(0) for match in PERCENT.finditer(text)}


def problems(source: Catalog, english: Catalog) -> list[Problem]:
    """Msgids of `source` that `english` does not say, or says with other placeholders."""
    known = {_key(message): message for message in english if message.id}
    return [
        problem
        for message in source
        if message.id
        for problem in _of_message(message, known.get(_key(message)))
    ]


def _of_message(message: Message, translated: Message | None) -> Iterator[Problem]:
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    where = ", ".join(sorted({name for name, _line in message.locations})[:2])
    strings = _strings(translated) if translated else ()
    if not strings or not all(strings):
        yield Problem(ids[0], "no English", where)
        return
    wanted = frozenset().union(*(placeholders(text) for text in ids))
    for text in strings:
        used = placeholders(text)
        # A singular may leave the number out ("one day"); no form may use a name nobody fills.
        is_wrong = used - wanted if len(strings) > 1 else _said_otherwise(used, wanted)
        if is_wrong:
            yield Problem(ids[0], f"placeholders {sorted(used)} instead of {sorted(wanted)}", where)


def _said_otherwise(used: frozenset[str], wanted: frozenset[str]) -> bool:
    """Whether a translation leaves a name out without its stand-in, or uses one nobody fills."""
    left_out = {name for name in wanted - used if STAND_INS.get(name) not in used}
    allowed = wanted.union(*(ALSO_FILLED.get(name, set()) for name in wanted))
    return bool(left_out or used - allowed)


def _translated(catalog: Catalog) -> Catalog:
    """Without what is not translated yet: an empty plural would be shown as nothing at all."""
    for message in [message for message in catalog if message.id and not all(_strings(message))]:
        catalog.delete(message.id, message.context)
    return catalog


def compile_all() -> int:
    """Write a .mo beside every .po; returns how many."""
    count = 0
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, _translated(stored(path)))
        count += 1
    return count


def main(arguments: list[str]) -> int:
    verb = arguments[0] if arguments else ""
    if verb == "compile":
        print(f"{compile_all()} catalogues")
        return 0
    source = extracted()
    if verb == "update":
        result = merged(stored(), source)
        write(result)
        missing = problems(source, result)
        print(
            f"{len(result)} texts, {len(missing)} to translate or mend, {len(result.obsolete)} obsolete -> {ENGLISH}"
        )
        return 0
    found = problems(source, stored())
    if verb == "missing":
        for problem in found:
            print(json.dumps(problem.msgid, ensure_ascii=False))
        return 0
    if verb == "check":
        print("\n".join(map(str, found)) or f"{len(source)} texts, all in English")
        return int(bool(found))
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
