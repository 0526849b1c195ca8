"""A list is prepared, sealed by the database, made public by another person, and closed when its days are over."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.utils import IntegrityError

from gongyou.basics.refusal import says
from gongyou.institutions.procedures.definitions import PublicityRule, check_days
from gongyou.institutions.procedures.events import ListPublished
from gongyou.institutions.procedures.masks import masked, shown_columns
from gongyou.institutions.procedures.models import Objection, PublicityLine, PublicityList
from gongyou.institutions.procedures.queries.declared import pinned_rule
from gongyou.institutions.procedures.queries.lists import totals_of
from gongyou.institutions.procedures.queries.views import ListView, list_view
from gongyou.institutions.procedures.steps.dates import due_in
from gongyou.kernel import catalogue
from gongyou.kernel.actions import Act
from gongyou.kernel.bulk import insert_many
from gongyou.kernel.canonical import plain
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.worklist import drop_todos, put_todo
from gongyou.offices import queries as offices

RULES = "publicity"  # the kind under which rules are pinned in the catalogue
END = "procedures.end_publicity"
PUBLISH_TODO, CLOSE_TODO = "procedures.publish", "procedures.close_list"
CHUNK = 20_000
COLUMNS = ("list_id", "position", "subject_key", "name", "shown", "amount_fen")


class ListLine(NamedTuple):
    """A line as the caller knows it; what of it is shown, the rule says. `amount_fen` in fen, ≥ 0."""

    subject_key: str
    name: str
    amount_fen: int
    columns: Mapping[str, str] = {}


def prepare_list(
    act: Act,
    *,
    rule: PublicityRule,
    office_path: str,
    programme: str,
    period: str,
    run_ref: str,
    title: str,
    lines: Iterable[ListLine],
    previous_id: UUID | None = None,
    prepared_by: UUID | None = None,
    prepared_by_name: str = "",
) -> ListView:
    """A draft with its lines, masked by the rule on the way in: COPY on PostgreSQL, chunks on SQLite.

    Raises NotFound, Refusal for a rule without days, DomainError for a subject named twice or a negative amount.
    """
    check_days(rule.days, rule.id)
    office = offices.office_at(office_path)
    row = PublicityList.objects.create(
        id=new_id(),
        office_id=office.id,
        office_path=office.path,
        area=office.area,
        rule=rule.id,
        rule_hash=catalogue.publish(
            act, kind=RULES, name=f"{office.area}/{rule.id}", content=plain(rule)
        ).hash,
        programme=programme,
        period=period,
        run_ref=run_ref,
        title=title,
        previous_id=previous_id,
        prepared_by=prepared_by or act.actor.id,
        prepared_by_name=prepared_by_name or (act.actor.name if prepared_by in (None, act.actor.id) else ""),
        prepared_at=act.now,
    )
    try:
        with transaction.atomic():
            for some in _chunks(_rows(row.pk, rule, lines)):
                insert_many(PublicityLine, COLUMNS, some)
    except IntegrityError as error:
        raise DomainError(
            "subject_twice",
            says("名单里有同一个对象的两行，整份名单没有保存。"),
            says("请核对名单，每个对象只列一行。"),
            status=409,
        ) from error
    return list_view(row)


def _rows(list_id: UUID, rule: PublicityRule, lines: Iterable[ListLine]) -> Iterator[tuple[Any, ...]]:
    of, written = list_id.hex, json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for position, line in enumerate(lines, start=1):
        if line.amount_fen < 0:
            raise DomainError(
                "line_negative",
                says("名单第{n}行的金额小于零，不能公示。"),
                says("应追回的对象不列入公示名单。"),
                n=position,
            )
        shown = shown_columns(rule, line.columns)
        text = written([_tidy(value) for value in shown])
        name = _tidy(masked(rule.name_mask, line.name))[:120]
        yield of, position, line.subject_key, name, text, line.amount_fen


def _tidy(text: str) -> str:
    """Without control characters: they part the fields of what is hashed."""
    return text if text.isprintable() else "".join(c for c in text if c.isprintable())


def _chunks(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while some := list(islice(rows, CHUNK)):
        yield some


def seal_list(act: Act, *, list_id: UUID) -> ListView:
    """Count, sum and hash as the database finds them; from now on no line changes. Raises NotFound, DomainError."""
    row = _locked(list_id, "draft")
    totals = totals_of(list_id)
    if not totals.count:
        raise DomainError("list_empty", says("名单里一行也没有，不能封存。"), status=409)
    row.line_count, row.sum_fen, row.digest = totals.count, totals.sum_fen, totals.digest
    row.state, row.sealed_at = "sealed", act.now
    row.save(update_fields=["line_count", "sum_fen", "digest", "state", "sealed_at"])
    due_at, is_provisional = due_in(row.area, act.now, 1, "working_day")
    _put(act, row, PUBLISH_TODO, due_at, is_provisional)
    act.about(f"list:{row.pk}", row.office_path)
    return list_view(row)


def publish_list(act: Act, *, list_id: UUID) -> ListView:
    """Made public by another person than prepared it, until the rule's days are over. Raises NotFound, DomainError."""
    row = _locked(list_id, "sealed")
    if act.actor.id == row.prepared_by:
        raise DomainError(
            "same_person",
            says("名单的制作和发布不能是同一个人。"),
            says("请由另一位同志发布。"),
            status=409,
        )
    rule = pinned_rule(row.rule_hash)
    row.state, row.published_by, row.published_at = "published", act.actor.id, act.now
    row.until_at, row.is_provisional = due_in(row.area, act.now, rule.days, rule.unit)
    row.save(update_fields=["state", "published_by", "published_at", "until_at", "is_provisional"])
    drop_todos(act, subject_id=row.pk, kinds=[PUBLISH_TODO])
    act.enqueue(END, {"list_id": row.pk}, due_at=row.until_at)
    act.about(f"list:{row.pk}", row.office_path)
    act.publish(ListPublished(row.pk, row.programme, row.period, row.run_ref))
    return list_view(row)


def close_list(act: Act, *, list_id: UUID) -> ListView:
    """Its days are over and every objection is decided: nothing stands against it any more.

    Raises NotFound, DomainError.
    """
    row = _locked(list_id, "published")
    if row.over_at is None:
        raise DomainError(
            "publicity_runs",
            says("公示到{until:%Y-%m-%d %H:%M}才结束。"),
            says("请在公示期满后办结。"),
            status=409,
            until=row.until_at,
        )
    waiting = Objection.objects.filter(list=row, state="open").count()
    if waiting:
        raise DomainError(
            "objections_wait",
            says("还有{n}件异议没有答复，公示不能办结。"),
            says("请先答复异议。"),
            status=409,
            n=waiting,
        )
    return _end(act, row, "closed", "")


def withdraw_list(act: Act, *, list_id: UUID, reason: str) -> ListView:
    """A draft, sealed or public list that is wrong: taken back with a reason. Raises NotFound, DomainError."""
    return _end(act, _locked(list_id, "draft", "sealed", "published"), "withdrawn", reason)


def _end(act: Act, row: PublicityList, state: str, reason: str) -> ListView:
    row.state, row.ended_by, row.ended_at, row.ended_reason = state, act.actor.id, act.now, reason[:200]
    row.save(update_fields=["state", "ended_by", "ended_at", "ended_reason"])
    drop_todos(act, subject_id=row.pk, kinds=[PUBLISH_TODO, CLOSE_TODO])
    act.about(f"list:{row.pk}", row.office_path)
    return list_view(row)


def _put(act: Act, row: PublicityList, kind: str, due_at: Any, is_provisional: bool) -> None:
    put_todo(
        act,
        kind=kind,
        subject_id=row.pk,
        office_id=row.office_id,
        office_path=row.office_path,
        number="",
        title=row.title,
        due_at=due_at,
        is_provisional=is_provisional,
    )


def put_closing(act: Act, row: PublicityList) -> None:
    """The days are over: somebody closes the list within a working day."""
    due_at, is_provisional = due_in(row.area, act.now, 1, "working_day")
    _put(act, row, CLOSE_TODO, due_at, is_provisional)


def _locked(list_id: UUID, *states: str) -> PublicityList:
    row = PublicityList.objects.select_for_update().filter(pk=list_id).first()
    if row is None:
        raise NotFound(says("没有找到这份名单。"))
    if row.state not in states:
        raise DomainError(
            "list_state",
            says("这份名单现在不能这样办理，可能刚刚有人处理过。"),
            says("请刷新后查看最新状态。"),
            status=409,
        )
    return row
