"""Broken packs: one change to a sound pack, the finding it must cause, and the line it must name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Broken:
    """In `file`, `old` becomes `new`; then `check` is the only finding, on the line that holds `at`."""

    check: str
    file: str
    old: str
    new: str
    at: str
    in_file: str = ""
    """Where the finding stands, if not in the changed file."""
    also: tuple[str, ...] = ()
    """What necessarily follows from the same mistake."""


P = "programmes/sample"
A = "areas/990102"
CASE, VALUES, SOURCES, EN = f"{P}/case.yaml", f"{P}/values.yaml", f"{P}/sources.yaml", f"{P}/i18n/en.yaml"
HEAD, EXAMPLES, AREA = f"{P}/programme.yaml", f"{P}/cases/settling.yaml", f"{A}/area.yaml"
LOCAL = f"{A}/values/sample.yaml"
SETTLE = "{amount: 5, from: 2026-01-01, source: basis, confidence: notice, bounds: {least: 1, most: 10}}"
OBJECTION = "{amount: 1, from: 2026-01-01, source: assumption, confidence: assumed}\n  - id: call_back"

FILES = [
    Broken("file.yaml", HEAD, "owner: 负责单位", "owner: [负责单位", "source: basis"),
    Broken("file.key_twice", HEAD, "level: county", "level: county\nlevel: city", "level: city"),
    Broken(
        "file.alias", CASE, "budget: {any: receipt}", "budget: &b {any: receipt}\n        more: *b", "more:"
    ),
    Broken("file.tag", HEAD, "level: county ", "level: !!python/name:os.system county ", "level:"),
    Broken("file.missing", AREA, "", "", "", f"{A}/i18n/en.yaml"),
]
KEYS = [
    Broken("keys.unknown", HEAD, "summary: 一", "sumary: 一\nsummary: 一", "sumary:"),
    Broken(
        "keys.unknown",
        CASE,
        "    needs_approval: []",
        "    may_be_anonymuos: true\n    needs_approval: []",
        "may_be_anonymuos:",
    ),
    Broken("keys.missing", HEAD, "owner: 负责单位\n", "", "id: sample"),
    Broken("keys.choice", CASE, "owner: caller", "owner: callers", "owner: callers"),
    Broken(
        "keys.choice",
        VALUES,
        "source: basis, confidence: notice}",
        "source: basis, confidence: sure}",
        "sure",
    ),
    Broken("keys.form", AREA, 'opens: "08:30"', "opens: 8点半", "opens:"),
    Broken(
        "keys.form",
        VALUES,
        "from: 2026-01-01, source: basis, confidence: notice, b",
        "from: 今年, source: basis, confidence: notice, b",
        "今年",
    ),
    Broken("keys.form", AREA, 'code: "990102" ', "code: 990102 ", "code:"),
    Broken("keys.like", CASE, "  - id: appeal\n", "  - id: appeal\n    like: appael\n", "like: appael"),
]
NAMES = [
    Broken("ids.folder", HEAD, "id: sample", "id: simple", "id: simple"),
    Broken("ids.form", CASE, "id: other, title", "id: Other, title", "Other"),
    Broken("ids.twice", CASE, "{id: other, title", "{id: wages, title", "{id: wages, title: 其他"),
    Broken(
        "ids.unknown", CASE, "title: 其他, first_class: simple", "title: 其他, first_class: simpel", "simpel"
    ),
    Broken("ids.unknown", CASE, "dispatch: straight", "dispatch: strait", "dispatch:"),
    Broken(
        "ids.unknown",
        CASE,
        "needs_approval: [] ",
        "needs_approval: [hard] ",
        "needs_approval:",
        also=("transitions.needed",),
    ),
]
GRAPH = [
    Broken(
        "transitions.state",
        CASE,
        "{on: accepted, at: [offered], to: in_progress}",
        "{on: accepted, at: [offered], to: in_progres}",
        "in_progres}",
    ),
    Broken(
        "transitions.twice",
        CASE,
        "      - {on: settled,",
        "      - {on: accepted, at: [offered], to: offered}\n      - {on: settled,",
        "to: offered}\n      - {on: settled",
    ),
    Broken(
        "transitions.unreachable",
        CASE,
        "      settled:\n",
        "      nowhere:\n        title: 办理中\n        public: 站点正在办理。\n      settled:\n",
        "nowhere:",
    ),
    Broken(
        "transitions.needed",
        CASE,
        "      - {on: call_tried, at: [settled], to: settled}\n",
        "",
        "call_back:  ",
    ),
    Broken(
        "transitions.start",
        CASE,
        "      - {on: received, to: offered}\n",
        "      - {on: received, at: [offered], to: offered}\n",
        "transitions:",
        also=("clocks.never", "examples.step"),
    ),
]
PROMISES = [
    Broken(
        "clocks.none",
        CASE,
        "starts: [received, reviewed, reopened]",
        "starts: [received, reopened]",
        "in_progress:",
    ),
    Broken(
        "clocks.never", CASE, "        starts: [objected]\n", "        starts: [paused]\n", "starts: [paused]"
    ),
    Broken("clocks.endless", CASE, "        ends: [settled]\n", "        ends: [paused]\n", "ends: [paused]"),
    Broken(
        "clocks.budget",
        CASE,
        "budget: {simple: settle_simple, complex: settle_complex}",
        "budget: {simple: settle_simple, any: 0}\n        unit: working_day",
        "any: 0",
        also=("values.unused",),
    ),
    Broken("clocks.at_end", CASE, "at_end: accepted", "at_end: settled", "at_end:"),
    Broken(
        "clocks.missing",
        CASE,
        "      - id: receipt\n        title",
        "      - id: recept\n        title",
        "clocks:",
    ),
]
CLOSING = [
    Broken(
        "closing.way",
        CASE,
        "{on: settled, at: [in_progress], to: settled}",
        "{on: settled, at: [in_progress], to: settled}\n      - {on: accepted, at: [in_progress], to: closed_satisfied}",
        "to: closed_satisfied}\n      - {on: call_tried",
    ),
    Broken(
        "closing.way",
        CASE,
        "      - {on: explained, at: [reviewing], to: closed_explained}\n",
        "      - {on: explained, at: [reviewing, in_progress], to: closed_explained}\n",
        "on: explained",
    ),
    Broken(
        "dissatisfied.review",
        CASE,
        "{on: called_dissatisfied, at: [settled, closed_unreached], to: reviewing}",
        "{on: called_dissatisfied, at: [settled], to: reviewing}\n"
        "      - {on: called_dissatisfied, at: [closed_unreached], to: closed_unreached}",
        "at: [closed_unreached], to: closed_unreached",
    ),
    Broken(
        "dissatisfied.owner", CASE, "owner: caller", "owner: handler", "owner: handler\n      - id: review"
    ),
]
MESSAGES = [
    Broken("messages.unknown", CASE, "      - id: unreached\n", "      - id: unreachd\n", "unreachd"),
    Broken(
        "messages.unknown",
        CASE,
        "{number}已答复",
        "{numbers}已答复",
        "{numbers}已答复",
        also=("english.missing", "english.unused"),
    ),
    Broken(
        "messages.receipt",
        CASE,
        "      - id: receipt\n        text",
        "      - id: resumed\n        text",
        "messages:",
    ),
]
NUMBERS = [
    Broken("sources.unknown", VALUES, SETTLE, SETTLE.replace("basis", "bases"), "bases"),
    Broken("sources.confidence", VALUES, SETTLE, SETTLE.replace("notice", "law"), "confidence: law"),
    Broken(
        "sources.unused",
        SOURCES,
        "  - id: assumption\n",
        "  - id: spare\n    kind: notice\n    title: 依据文件的全称\n  - id: assumption\n",
        "spare",
    ),
    Broken("values.unknown", CASE, "simple: settle_simple", "simple: settle_simpel", "settle_simpel"),
    Broken(
        "values.gap",
        VALUES,
        SETTLE,
        SETTLE.replace("source", "until: 2026-06-01, source", 1)
        + f"\n      - {SETTLE.replace('2026-01-01', '2026-08-01')}",
        "2026-08-01",
    ),
    Broken(
        "values.overlap",
        VALUES,
        SETTLE,
        f"{SETTLE}\n      - {SETTLE.replace('2026-01-01', '2026-06-01')}",
        "2026-06-01",
    ),
    Broken("values.bounds", VALUES, SETTLE, SETTLE.replace("most: 10", "most: 4"), "most: 4"),
    Broken(
        "values.unit",
        VALUES,
        "title: 复杂问题办结时限\n    unit: working_day",
        "title: 复杂问题办结时限\n    unit: calendar_day",
        "budget: {simple",
        CASE,
    ),
    Broken(
        "values.whole",
        VALUES,
        OBJECTION,
        OBJECTION.replace("amount: 1", "amount: 一天"),
        "budget: {any: objection}",
        CASE,
    ),
    Broken("values.bounds", LOCAL, "amount: 4", "amount: 11", "amount: 11"),
    Broken("values.unknown", LOCAL, "id: settle_simple", "id: settle_simpel", "settle_simpel"),
    Broken("sources.unknown", LOCAL, "source: local", "source: locale", "locale"),
]
AREAS = [
    Broken("areas.programme", AREA, "programmes: [sample]", "programmes: [sampel]", "programmes:"),
    Broken("areas.parent", AREA, "overlay_days: []", 'overlay_days: []\nparent: "990000"', "parent:"),
    Broken("areas.folder", AREA, '"990102"', '"990103"', "code:"),
    Broken("areas.hours", AREA, 'closes: "17:00"', 'closes: "08:00"', "closes:"),
    Broken("areas.programme", LOCAL, "programme: sample", "programme: sampel", "programme:"),
    Broken(
        "areas.day_twice",
        AREA,
        "overlay_days: []",
        "overlay_days:\n  - {day: 2026-08-05, kind: off, reason: 工会}\n  - {day: 2026-08-05, kind: on, reason: 工会}",
        "kind: on",
    ),
]
ENGLISH = [
    Broken("english.missing", EN, '待签收: "Waiting for acceptance"\n', "", "title: 待签收", CASE),
    Broken("english.unused", EN, "待签收: ", '待签收了: "x"\n待签收: ', "待签收了"),
    Broken("english.han", EN, '"Waiting for acceptance"', '"Waiting 签收"', "待签收: "),
    Broken(
        "english.placeholders",
        EN,
        "We have received your matter, number {number}.",
        "We have received your matter.",
        "您说的事我们收到了",
    ),
]
TRIALS = [
    Broken("examples.differs", EXAMPLES, "{due: 2026-10-13T17:00}", "{due: 2026-10-12T17:00}", "10-12T17:00"),
    Broken("examples.differs", EXAMPLES, "state: reviewing", "state: settled", "state: settled"),
    Broken(
        "examples.step", EXAMPLES, "happens: called_dissatisfied}", "happens: reviewed}", "happens: reviewed"
    ),
    Broken(
        "examples.type",
        EXAMPLES,
        "type: appeal\n    because: 依据文件：5个工作日内复盘",
        "type: wish\n    because: 依据文件：5个工作日内复盘",
        "type: wish",
    ),
    Broken(
        "examples.values",
        EXAMPLES,
        "at: 2026-09-30T15:00, happens: received",
        "at: 2025-09-30T15:00, happens: received",
        "given:",
    ),
]

ALL = [*FILES, *KEYS, *NAMES, *GRAPH, *PROMISES, *CLOSING, *MESSAGES, *NUMBERS, *AREAS, *ENGLISH, *TRIALS]
