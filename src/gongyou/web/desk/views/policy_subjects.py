"""Decisions of a run: the list with its reasons, one subject explained and tried otherwise, copies as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import xlsxwriter
from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gongyou.basics.inputs import read_text
from gongyou.basics.money import fen_to_text
from gongyou.basics.refusal import Refusal, says
from gongyou.basics.sheets import safe_cell
from gongyou.institutions.decisions import queries, services
from gongyou.institutions.decisions.definitions import Order
from gongyou.institutions.decisions.pinned import declared, graph_of
from gongyou.institutions.decisions.queries import Explained, RunView, SubjectFilter
from gongyou.institutions.decisions.receiving import corrected_tables
from gongyou.kernel import files, moment
from gongyou.kernel.access import Actor
from gongyou.policy.nodes import Graph
from gongyou.policy.values import KeyedTable
from gongyou.web.desk.submitting import say_refused
from gongyou.web.guards import needs
from gongyou.web.policy_reasons import conditions_of, titles_in
from gongyou.web.problem import whole_sentence
from gongyou.web.requests import actor_of
from gongyou.web.templatetags.policy_words import OUTCOMES, engine_text, outcome_word, titled

READ, EXPORT, RUN = "decisions.read", "decisions.export", "decisions.run"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_PER_SHEET = 1_000_000
LONGEST_ID = 40
LONGEST_NAME = 120
MOST_FILES = 10
LONGEST_CELL = 60
FACTS_TOGETHER = 2


@dataclass(frozen=True)
class Asked:
    """What an officer tries otherwise: facts of the own row, cells of other rows, one value. All of it together."""

    facts: tuple[tuple[str, str], ...]
    """Column and text; always `FACTS_TOGETHER`, empty where nothing was chosen."""
    cells: Mapping[str, tuple[str, str, str]]
    """Table → key of the row, column, text."""
    value: str
    amount: str

    @property
    def chosen(self) -> list[tuple[str, str]]:
        return [(name, text) for name, text in self.facts if name]

    @property
    def changed_cells(self) -> list[tuple[str, str, str]]:
        return [cell for cell in self.cells.values() if cell[0] and cell[1]]

    @property
    def overrides(self) -> dict[str, str]:
        return {self.value: self.amount} if self.value and self.amount else {}

    def as_facts(self) -> dict[str, str]:
        """As `explain_decision` takes them."""
        cells = {
            queries.cell_name(table, key, column): text
            for table, (key, column, text) in self.cells.items()
            if key and column
        }
        return {**dict(self.chosen), **cells}


def _asked(request: HttpRequest, graph: Graph) -> Asked:
    def told(name: str) -> str:
        return request.GET.get(name, "").strip()[:LONGEST_CELL]

    names, texts = request.GET.getlist("fact"), request.GET.getlist("text")
    pairs = [
        (
            names[n][:LONGEST_CELL] if n < len(names) else "",
            texts[n].strip()[:LONGEST_CELL] if n < len(texts) else "",
        )
        for n in range(FACTS_TOGETHER)
    ]
    cells = {
        table.id: (told(f"key-{table.id}"), told(f"column-{table.id}"), told(f"cell-{table.id}"))
        for table in graph.children
    }
    return Asked(tuple(pairs), cells, told("value"), told("amount"))


@needs(READ)
def subject_list(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """GET outcome, failed, start, cursor."""
    actor = actor_of(request)
    found = queries.run_of(actor, run_id)
    outcome = request.GET.get("outcome", "")
    only = SubjectFilter(
        outcome=outcome if outcome in OUTCOMES else "",
        failed=request.GET.get("failed", "")[:60],
        start=request.GET.get("start", "")[:LONGEST_ID],
    )
    cursor = request.GET.get("cursor", "")[:LONGEST_ID]
    page = queries.list_subjects(actor, run_id, purpose=says("查看计算结果"), only=only, cursor=cursor)
    policy = declared(found.content)
    context = {
        "run": found,
        "spec": policy.spec,
        "titles": titles_in(policy.every()),
        "page": page,
        "only": only,
        "outcomes": OUTCOMES,
        "is_filtered": any((only.outcome, only.failed, only.start)),
    }
    return render(request, "desk/policy_subjects.html", context)


@needs(READ)
def subject_page(request: HttpRequest, run_id: UUID, subject: str) -> HttpResponse:
    """GET fact, text (twice); key-, column-, cell-<table>; value, amount: what would come out if all that were different.

    Nothing is kept.
    """
    actor = actor_of(request)
    found = queries.run_of(actor, run_id)
    policy = declared(found.content)
    graph = graph_of(found.content, found.area, found.law_on, found.overrides)
    asked = _asked(request, graph)
    overrides, facts = asked.overrides, asked.as_facts()
    explained, problem = _explained(actor, run_id, subject, overrides, facts)
    values = [graph.values[name] for name in sorted(graph.asked)]
    key = graph.subject.key[0]
    context = {
        "run": found,
        "spec": policy.spec,
        "titles": titles_in(policy.every()),
        "explained": explained,
        "asked": asked,
        "cells_asked": [(shown, *asked.cells[shown.table.id]) for shown in explained.rows],
        "problem": problem,
        "is_trying": bool(overrides or facts),
        "settable": [v for v in values if not isinstance(v.content, KeyedTable)],
        "facts": [fact for fact in explained.facts if fact.column.id != key],
        "changed": _changed(explained),
        "correcting": list(facts.items()) if facts and not overrides else [],
        "evidence": files.files_of(actor, f"snapshot:{found.snapshot_id}") if explained.correction else (),
        "may_correct": actor.may(RUN, found.office_path) and not found.is_simulated,
        "conditions": conditions_of(graph),
        "refused": [s for s in explained.explanation.steps if s.name in explained.stored.failed],
        "name": next((fact.shown for fact in explained.facts if fact.column.holds == "text"), ""),
    }
    return render(request, "desk/policy_subject.html", context, status=422 if problem else 200)


@needs(RUN)
@require_POST
def correct(request: HttpRequest, run_id: UUID, subject: str) -> HttpResponse:
    """POST fact, text (as often as needed), reason, uploads: facts put right after an objection, also in other rows
    (`cell_name`); this one subject is decided again by a run of its own."""
    actor = actor_of(request)
    found = queries.run_of(actor, run_id)
    pairs = zip(request.POST.getlist("fact"), request.POST.getlist("text"), strict=False)
    facts = {name[:LONGEST_NAME]: text.strip()[:LONGEST_CELL] for name, text in pairs}
    try:
        evidence = evidence_of(actor, request)
        reason = read_text(request.POST.get("reason", ""), field="reason", longest=200, is_needed=True)
        tables = corrected_tables(
            actor, run_id=run_id, subject=subject, facts=facts, reason=reason, files=evidence
        )
        kept = services.keep_snapshot(actor, tables=tables, evidence=evidence)
    except Refusal as refusal:
        say_refused(request, refusal)
        return redirect("desk:policy_subject", run_id=run_id, subject=subject)
    ordered = services.order_run(actor, order=Order(kept.id, found.law_on))
    flash.success(request, _("已按更正后的事实重新计算这一个单位；算完后在“发放”里读入，再公示更正名单。"))
    return redirect("desk:policy_run", run_id=ordered.id)


def evidence_of(actor: Actor, request: HttpRequest) -> tuple[UUID, ...]:
    """Uploads of a correction, cleaned and kept. Raises Refusal: none, too many, one that can't be read."""
    uploads = request.FILES.getlist("uploads")
    if not 0 < len(uploads) <= MOST_FILES:
        raise Refusal(
            "evidence_needed",
            says("更正事实要附1到{most}份证明材料。"),
            says("请上传核实用的照片或扫描件。"),
            field="uploads",
            most=MOST_FILES,
        )
    return tuple(files.receive_file(actor, name=one.name or "", content=one.read()).id for one in uploads)


def _explained(
    actor: Actor, run_id: UUID, subject: str, overrides: dict[str, str], facts: dict[str, str]
) -> tuple[Explained, str]:
    """The decision, with what was tried where that can be read, else with the sentence why not."""
    purpose = says("解释一个单位的结果")
    if overrides or facts:
        try:
            return queries.explain_decision(
                actor, run_id, subject, purpose=purpose, overrides=overrides, facts=facts
            ), ""
        except Refusal as refusal:
            if refusal.status in {403, 404}:
                raise
            problem = whole_sentence(refusal)
            return queries.explain_decision(actor, run_id, subject, purpose=purpose), problem
    return queries.explain_decision(actor, run_id, subject, purpose=purpose), ""


def _changed(explained: Explained) -> list[tuple[Any, Any]]:
    """Steps that come out otherwise in what was tried."""
    if explained.tried is None:
        return []
    before = {step.name: step for step in explained.explanation.steps}
    return [
        (before.get(step.name), step)
        for step in explained.tried.steps
        if step.name not in before or before[step.name].value != step.value
    ]


@needs(READ)
@require_POST
def rejects(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """POST: the rows that were not taken, as a file to send back to whoever made the tables."""
    actor = actor_of(request)
    found = queries.run_of(actor, run_id)
    content = queries.rejects_file(actor, found.snapshot_id, purpose=says("下载没有采用的行"))
    return as_file(content, f"rejects-{moment.today():%Y%m%d}.csv", "text/csv; charset=utf-8")


@needs(EXPORT)
@require_POST
def export(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """POST kind: xlsx or csv. A download is a copy that leaves the house, so it is never a mere link."""
    actor = actor_of(request)
    found = queries.run_of(actor, run_id)
    kind = "csv" if request.POST.get("kind") == "csv" else "xlsx"
    services.note_export(actor, run_id=run_id, kind=kind)
    lines = _lines(actor, found)
    name = f"decisions-{found.law_on:%Y}-{moment.today():%Y%m%d}.{kind}"
    if kind == "csv":
        return as_file(_csv(lines), name, "text/csv; charset=utf-8")
    watermark = f"{actor.name or actor.kind} {moment.now():%Y-%m-%d %H:%M}"
    return as_file(_xlsx(lines, watermark), name, XLSX)


def _lines(actor: Actor, found: RunView) -> Iterator[list[str]]:
    """Headings, then every decision as text in the reader's language."""
    policy = declared(found.content)
    titles = titles_in(policy.every())
    fixed = {
        "subject_id": _("编号"),
        "outcome": _("结果"),
        "amount_fen": _("金额（元）"),
        "failed": _("不符合的条件"),
        "needs": _("还需要"),
    }
    graph = graph_of(found.content, found.area, found.law_on, found.overrides)
    money = {node.name for node in graph.results() if node.unit.kind.value == "Fen"} | {"amount_fen"}
    is_first = True
    for names, row in queries.every_subject(actor, found.id, purpose=says("导出计算结果")):
        if is_first:
            yield [str(fixed.get(name) or titled(name, titles)) for name in names]
            is_first = False
        yield [_cell(name, value, titles, money) for name, value in zip(names, row, strict=True)]


def _cell(name: str, value: Any, titles: dict[str, str], money: set[str]) -> str:
    if value is None:
        return ""
    if name == "outcome":
        return str(outcome_word(str(value)))
    if isinstance(value, list):
        return str(_("、")).join(titled(one, titles) for one in value)
    if isinstance(value, bool):
        return engine_text("是" if value else "否")
    if name in money:
        return fen_to_text(value)
    return titled(str(value), titles)


def _csv(lines: Iterator[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([[safe_cell(cell) for cell in line] for line in lines])
    return text.getvalue().encode("utf-8-sig")


def _xlsx(lines: Iterator[Sequence[str]], watermark: str) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"constant_memory": True}) as book:
        # The footer is on every printed page; the properties stay with the file.
        book.set_properties({"author": watermark, "comments": watermark})
        sheet = None
        for number, line in enumerate(lines):
            if sheet is None or number % ROWS_PER_SHEET == 0:
                sheet = book.add_worksheet()
                sheet.set_footer(f"&L{watermark}&R&P/&N")
            for place, cell in enumerate(line):
                sheet.write_string(number % ROWS_PER_SHEET, place, safe_cell(cell))
    return content.getvalue()


def as_file(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
