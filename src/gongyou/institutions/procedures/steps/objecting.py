"""An objection is taken in: it has a number, a clock by the office's calendar, and its evidence bound to it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gongyou.basics.identity.masking import mask_name
from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.institutions.procedures.definitions import ObjectionGround, ObjectionRule
from gongyou.institutions.procedures.events import ObjectionRaised
from gongyou.institutions.procedures.models import Objection, PublicityList
from gongyou.institutions.procedures.queries.views import ObjectionView, objection_view
from gongyou.institutions.procedures.steps.dates import due_in
from gongyou.kernel import catalogue
from gongyou.kernel.actions import Act
from gongyou.kernel.canonical import plain
from gongyou.kernel.errors import DomainError
from gongyou.kernel.files import bind_files
from gongyou.kernel.ids import new_id
from gongyou.kernel.numbers import take_serial
from gongyou.kernel.worklist import put_todo
from gongyou.offices import queries as offices

TODO = "procedures.decide_objection"
RULES = "objection"  # the kind under which rules are pinned in the catalogue
LONGEST = 2000
MOST_FILES = 10


@dataclass(frozen=True)
class Words:
    """Who objects, why, and what they hand in. `raised_by_id`: their row in the registry, where there is one."""

    raised_by_kind: str
    raised_by_name: str
    ground: str
    text: str
    contact_name: str = ""
    contact_phone: str = ""
    raised_by_id: UUID | None = None
    files: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Target:
    """What is objected to: a subject of a run, on a public list or missing from it."""

    office_path: str
    programme: str
    run_ref: str
    subject_key: str
    list_id: UUID | None = None


def open_objection(act: Act, *, target: Target, words: Words, rule: ObjectionRule) -> ObjectionView:
    """Take an objection in. The caller has checked that it may be raised and by whom.

    Raises Refusal for words that are missing or too long, DomainError for one that is open already or comes too late.
    """
    office = offices.office_at(target.office_path)
    public = _public_list(act, target)
    ground = _ground(rule, words)
    due_at, is_provisional = due_in(office.area, act.now, rule.days, rule.unit)
    name = read_text(words.raised_by_name, field="raised_by_name", longest=120, is_needed=True)
    is_person = words.raised_by_kind == "person"
    row = Objection(
        id=new_id(),
        number=_number(act, office.area),
        office_id=office.id,
        office_path=office.path,
        list=public,
        list_maker=public.prepared_by if public else None,
        programme=target.programme,
        subject_key=read_text(target.subject_key, field="subject_key", longest=64, is_needed=True),
        run_ref=target.run_ref,
        rule=rule.id,
        rule_hash=catalogue.publish(
            act, kind=RULES, name=f"{office.area}/{rule.id}", content=plain(rule)
        ).hash,
        raised_by_kind=words.raised_by_kind,
        raised_by_id=words.raised_by_id,
        raised_by_name=mask_name(name) if is_person else name,
        ground=ground.id,
        ground_title=ground.title,
        file_count=len(words.files),
        entered_by=act.actor.id,
        raised_at=act.now,
        due_at=due_at,
        is_provisional=is_provisional,
        text=read_text(words.text, field="text", longest=LONGEST, is_needed=True),
        contact_name=read_text(words.contact_name, field="contact_name", longest=40)
        or (name if is_person else ""),
        contact_phone=read_text(words.contact_phone, field="contact_phone", longest=30),
    )
    _refuse_twice(row)
    row.save(force_insert=True)
    return _taken_in(act, row, words.files)


def _taken_in(act: Act, row: Objection, files: tuple[UUID, ...]) -> ObjectionView:
    if files:
        bind_files(act, ids=files, subject=f"objection:{row.pk}", office_path=row.office_path)
    put_todo(
        act,
        kind=TODO,
        subject_id=row.pk,
        office_id=row.office_id,
        office_path=row.office_path,
        number="",
        title=row.ground_title,
        due_at=row.due_at,
        is_provisional=row.is_provisional,
    )
    act.about(f"objection:{row.pk}", row.office_path)
    act.publish(ObjectionRaised(row.pk, row.list_id, row.programme, row.subject_key, row.run_ref))
    return objection_view(row)


def _public_list(act: Act, target: Target) -> PublicityList | None:
    if target.list_id is None:
        return None
    row = PublicityList.objects.filter(pk=target.list_id, state="published").first()
    if row is None or row.over_at is not None or (row.until_at is not None and row.until_at < act.now):
        raise DomainError(
            "objection_late",
            says("这份公示已经结束，不能再按公示异议受理。"),
            says("仍有不同意见的，请按信访或行政复议渠道反映。"),
            status=409,
        )
    return row


def _ground(rule: ObjectionRule, words: Words) -> ObjectionGround:
    found = next((ground for ground in rule.grounds if ground.id == words.ground), None)
    if found is None:
        raise DomainError("ground_unknown", says("请选择异议的理由。"), field="ground")
    if found.needs_evidence and not words.files:
        raise DomainError(
            "evidence_needed",
            says("“{ground}”要附上证明材料。"),
            says("请上传照片或扫描件后再提交。"),
            field="files",
            ground=found.title,
        )
    if len(words.files) > MOST_FILES:
        raise DomainError("files_many", says("最多附{most}份材料。"), field="files", most=MOST_FILES)
    return found


def _refuse_twice(row: Objection) -> None:
    same = Objection.objects.filter(
        run_ref=row.run_ref, subject_key=row.subject_key, raised_by_name=row.raised_by_name, state="open"
    ).first()
    if same is not None:
        raise DomainError(
            "objected_before",
            says("同一单位对同一事项的异议{number}还在办理，没有重复受理。"),
            says("补充材料请交给承办人。"),
            status=409,
            number=same.number,
        )


def _number(act: Act, area: str) -> str:
    """`123456-26-Y00012`: area, year, Y (异议) and a serial."""
    series = f"objection-{area}{act.now:%y}"
    return f"{area}-{act.now:%y}-Y{take_serial(act, series=series, holder=area):05d}"
