"""Editions of the holiday notice: typed days (off, on) read from YAML, never from free text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import yaml

from gongyou.basics.refusal import Refusal, says

ONE_DAY = timedelta(days=1)
SATURDAY = 5  # date.weekday()

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NEEDED = frozenset({"id", "covers", "source", "published_on", "off", "on"})
_KEYS = _NEEDED | {"confidence", "provisional"}
_CONFIDENCES = ("law", "notice", "article", "assumed")
_LONGEST_BLOCK = 31  # days; a longer block of rest is a typing error, not a holiday


@dataclass(frozen=True)
class Edition:
    """One published arrangement of days off and make-up working days.

    `off` and `on` are whole days inside `covered_from`..`covered_to` (both included); `on` days are Saturdays
    or Sundays on which people work. Where two editions cover one day, the later `published_on` decides.
    A provisional edition holds what is known before the notice (days fixed by law): it gives way to any other
    edition, and nothing computed with it is final. `notes` gives the holiday a day belongs to.
    """

    id: str
    covered_from: date
    covered_to: date
    off: frozenset[date]
    on: frozenset[date]
    source: str
    published_on: date
    confidence: str = "notice"
    is_provisional: bool = False
    notes: Mapping[date, str] = field(default_factory=dict, compare=False, repr=False)

    def covers(self, day: date) -> bool:
        return self.covered_from <= day <= self.covered_to


def read_edition(text: str, *, name: str) -> Edition:
    """Read one edition. `name` is the file's name, for the sentences.

    Raises Refusal naming file, line and key for: YAML that can't be read, an unknown, missing or repeated
    key, something that is no date, a day outside the coverage, a day named twice, an `on` day on a weekday.
    """
    return _Reader(name).edition(text)


def load_editions(folder: Path) -> tuple[Edition, ...]:
    """All `*.yaml` of a folder in order of coverage. Refuses an empty folder and an id used twice."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise Refusal(
            "no_calendar_editions",
            says("文件夹 {folder} 里没有工作日历文件（*.yaml）。"),
            says("请放入国务院办公厅放假通知对应的日历文件。"),
            field="folder",
            folder=folder,
        )
    editions: dict[str, Edition] = {}
    for path in paths:
        edition = read_edition(path.read_text(encoding="utf-8-sig"), name=path.name)
        if edition.id in editions:
            raise Refusal(
                "calendar_id_twice",
                says("{file}：日历编号 {id} 与另一个文件重复。"),
                says("请给每个日历文件不同的 id。"),
                field=f"{path.name}:id",
                file=path.name,
                id=edition.id,
            )
        editions[edition.id] = edition
    return tuple(sorted(editions.values(), key=lambda edition: (edition.covered_from, edition.published_on)))


class _Reader:
    """Walks the YAML nodes of one file, so that every sentence can name the line.

    Nodes, not values: plain YAML reads the keys `on` and `off` as true and false, and keeps only the last of
    two equal keys without a word.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def edition(self, text: str) -> Edition:
        top = self._mapping(self._parsed(text), allowed=_KEYS, needed=_NEEDED, key="")
        ends = frozenset({"from", "to"})
        covers = self._mapping(top["covers"], allowed=ends, needed=ends, key="covers")
        first, last = self._date(covers["from"], "covers.from"), self._date(covers["to"], "covers.to")
        if last < first:
            raise self._refuse(
                covers["to"], "covers.to", says("工作日历 {file} 第{line}行 {key}：结束日期早于开始日期。")
            )
        notes: dict[date, str] = {}
        return Edition(
            id=self._text(top["id"], "id"),
            covered_from=first,
            covered_to=last,
            off=self._days(top["off"], "off", (first, last), notes),
            on=self._days(top["on"], "on", (first, last), notes),
            source=self._text(top["source"], "source"),
            published_on=self._date(top["published_on"], "published_on"),
            confidence=self._choice(top, "confidence", _CONFIDENCES, "notice"),
            is_provisional=self._choice(top, "provisional", ("true", "false"), "false") == "true",
            notes=notes,
        )

    def _parsed(self, text: str) -> yaml.Node:
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
            raise Refusal(
                "calendar_file_unreadable",
                says("工作日历 {file} 第{line}行附近不是可以读取的 YAML。"),
                says("请检查缩进、冒号和引号。"),
                field=self.name,
                file=self.name,
                line=mark.line + 1 if mark else 1,
            ) from error
        if root is None:
            raise Refusal(
                "calendar_file_empty",
                says("工作日历 {file} 是空的。"),
                says("请放入放假通知的日历。"),
                field=self.name,
                file=self.name,
            )
        return root

    def _days(
        self, node: yaml.Node, key: str, coverage: tuple[date, date], notes: dict[date, str]
    ) -> frozenset[date]:
        """The days of one list; `notes` collects the days of both lists and so finds a day named twice."""
        if not isinstance(node, yaml.SequenceNode):
            raise self._refuse(node, key, says("工作日历 {file} 第{line}行 {key}：这里应是日期列表。"))
        found: set[date] = set()
        for number, item in enumerate(node.value, start=1):
            where = f"{key}[{number}]"
            days, note = self._block(item, where)
            for day in days:
                self._check_day(item, where, day, coverage, notes)
                if key == "on" and day.weekday() < SATURDAY:
                    raise self._refuse(
                        item,
                        where,
                        says("工作日历 {file} 第{line}行 {key}：{day} 本来就是周一至周五，不是调休上班日。"),
                        day=day,
                    )
                notes[day] = note
                found.add(day)
        return frozenset(found)

    def _check_day(
        self, node: yaml.Node, key: str, day: date, coverage: tuple[date, date], seen: Mapping[date, str]
    ) -> None:
        if not coverage[0] <= day <= coverage[1]:
            raise self._refuse(
                node, key, says("工作日历 {file} 第{line}行 {key}：{day} 不在本日历覆盖的日期之内。"), day=day
            )
        if day in seen:
            raise self._refuse(node, key, says("工作日历 {file} 第{line}行 {key}：{day} 写了两次。"), day=day)

    def _block(self, node: yaml.Node, key: str) -> tuple[list[date], str]:
        """One entry: `{day, note}` or `{from, to, note}`."""
        allowed = frozenset({"day", "from", "to", "note"})
        entry = self._mapping(node, allowed=allowed, needed=frozenset({"note"}), key=key)
        note = self._text(entry["note"], f"{key}.note")
        if set(entry) == {"day", "note"}:
            return [self._date(entry["day"], f"{key}.day")], note
        if set(entry) != {"from", "to", "note"}:
            raise self._refuse(
                node, key, says("工作日历 {file} 第{line}行 {key}：请写 day，或同时写 from 和 to。")
            )
        first, last = self._date(entry["from"], f"{key}.from"), self._date(entry["to"], f"{key}.to")
        length = (last - first).days + 1
        if not 1 <= length <= _LONGEST_BLOCK:
            raise self._refuse(
                entry["to"],
                f"{key}.to",
                says("工作日历 {file} 第{line}行 {key}：一段应为1至{longest}天，这里是{length}天。"),
                longest=_LONGEST_BLOCK,
                length=length,
            )
        return [first + offset * ONE_DAY for offset in range(length)], note

    def _mapping(
        self, node: yaml.Node, *, allowed: frozenset[str], needed: frozenset[str], key: str
    ) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self._refuse(node, key, says("工作日历 {file} 第{line}行 {key}：这里应是“键: 值”的形式。"))
        entries: dict[str, yaml.Node] = {}
        for found, value in self._pairs(node):
            where = f"{key}.{found}" if key else found
            if found not in allowed:
                raise self._refuse(
                    value,
                    where,
                    says("工作日历 {file} 第{line}行 {key}：没有这个键；可用的键：{allowed}。"),
                    allowed="、".join(sorted(allowed)),
                )
            if found in entries:
                raise self._refuse(value, where, says("工作日历 {file} 第{line}行 {key}：这个键写了两次。"))
            entries[found] = value
        for missing in sorted(needed - set(entries)):
            where = f"{key}.{missing}" if key else missing
            raise self._refuse(node, where, says("工作日历 {file} 第{line}行 {key}：缺少这个键。"))
        return entries

    @staticmethod
    def _pairs(node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node]]:
        for key, value in node.value:
            yield (str(key.value) if isinstance(key, yaml.ScalarNode) else "?"), value

    def _text(self, node: yaml.Node, key: str) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise self._refuse(node, key, says("工作日历 {file} 第{line}行 {key}：这里应填文字，不能为空。"))
        return str(node.value).strip()

    def _date(self, node: yaml.Node, key: str) -> date:
        text = self._text(node, key)
        if _ISO_DATE.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass  # the right shape, but no such day: the same sentence as below
        raise self._refuse(
            node,
            key,
            says("工作日历 {file} 第{line}行 {key}：“{text}”不是日期，请写成 2026-10-01 的形式。"),
            text=text,
        )

    def _choice(self, top: dict[str, yaml.Node], key: str, allowed: tuple[str, ...], otherwise: str) -> str:
        if key not in top:
            return otherwise
        text = self._text(top[key], key)
        if text not in allowed:
            raise self._refuse(
                top[key],
                key,
                says("工作日历 {file} 第{line}行 {key}：只能是：{allowed}。"),
                allowed="、".join(allowed),
            )
        return text

    def _refuse(self, node: yaml.Node, key: str, message: str, **params: object) -> Refusal:
        return Refusal(
            "calendar_file_wrong",
            message,
            says("请对照放假通知改正后重新载入。"),
            field=f"{self.name}:{key}",
            status=400,
            file=self.name,
            line=node.start_mark.line + 1,
            key=key or "/",
            **params,
        )
