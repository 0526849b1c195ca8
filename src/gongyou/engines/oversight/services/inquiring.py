"""The inquiry: two officers, the person's explanation heard, then closed or filed; the clock and its extensions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.identity import mask_name, read_phone
from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.engines.oversight.definitions.routes import deadline_on
from gongyou.engines.oversight.definitions.words import (
    ANSWERS,
    EXPLANATIONS,
    RUNNING,
    Hearing,
    MatterState,
)
from gongyou.engines.oversight.events import MatterFiled
from gongyou.engines.oversight.models import Extension, Matter
from gongyou.engines.oversight.models import Hearing as HearingRow
from gongyou.engines.oversight.queries.dates import answer_by
from gongyou.engines.oversight.queries.rules import routes_of, rules_at
from gongyou.engines.oversight.services.clues import MatterRef
from gongyou.engines.oversight.steps.deciding import EXTENSION, end
from gongyou.engines.oversight.steps.matters import (
    count_days_again,
    locked,
    moved,
    require_heard,
    require_officer,
)
from gongyou.institutions.procedures import queries as procedures
from gongyou.institutions.procedures.steps import open_approval
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError
from gongyou.kernel.ids import new_id

INQUIRE = "oversight.inquire"


@dataclass(frozen=True)
class Said:
    """What was said, or why not: kind, when, where, in whose words; the document that shows a refusal or absence."""

    kind: str
    on: date
    text: str
    place: str = ""
    document: str = ""


@dataclass(frozen=True)
class PersonFacts:
    """What the officers found out; an empty field leaves what is known."""

    name: str = ""
    phone: str = ""
    employer_name: str = ""
    injured_on: date | None = None


@action("oversight.begin_inquiry", right=INQUIRE, answers=MatterRef)
def begin_inquiry(act: Act, *, matter_id: UUID, version: int) -> MatterRef:
    """Take a clue on: the first to come is the first officer, the next the second; then the inquiry begins.

    Raises NotFound, NotAllowed, Stale, DomainError.
    """
    row = locked(act, matter_id, version, INQUIRE, MatterState.CLUE)
    if row.first_officer is None:
        row.first_officer, row.first_officer_name = act.actor.id, act.actor.name[:40]
        moved(act, row, "first_officer")
    else:
        if row.first_officer == act.actor.id:
            raise DomainError(
                "same_person",
                says("您已经是第一位承办人。"),
                says("请另一位执法人员来点“参加承办”：至少两人。"),
                status=409,
            )
        row.second_officer, row.second_officer_name = act.actor.id, act.actor.name[:40]
        row.state = MatterState.INQUIRY
        moved(act, row, "inquiry")
    return _ref(row)


@action("oversight.note_facts", right=INQUIRE, answers=MatterRef)
def note_facts(act: Act, *, matter_id: UUID, version: int, facts: PersonFacts) -> MatterRef:
    """Who it is and when it happened, as the inquiry found. Raises NotFound, NotAllowed, Stale, DomainError, Refusal."""
    row = locked(act, matter_id, version, INQUIRE, MatterState.INQUIRY, *RUNNING)
    require_officer(act, row)
    if facts.name.strip():
        row.person_name = read_text(facts.name, field="name", longest=40)
        row.name_masked = mask_name(facts.name.strip())
    if facts.phone.strip():
        row.person_phone = read_phone(facts.phone)
    if facts.employer_name.strip():
        row.employer_name = read_text(facts.employer_name, field="employer_name", longest=80)
    if facts.injured_on is not None:
        _refuse_to_come(act, facts.injured_on, "injured_on")
        row.injured_on = facts.injured_on
        table = routes_of(row.area, row.programme)
        row.may_claim_until = next(
            (deadline_on(d, facts.injured_on) for d in table.deadlines if d.is_workers), None
        )
    given = sorted(name for name in ("name", "phone", "employer_name", "injured_on") if getattr(facts, name))
    moved(act, row, "facts", data={"fields": given})
    return _ref(row)


@action("oversight.hear", right=INQUIRE, answers=MatterRef)
def hear(act: Act, *, matter_id: UUID, version: int, said: Said) -> MatterRef:
    """Record what the person said, or that they refused or could not be found (then with the document that shows it).

    Raises NotFound, NotAllowed, Stale, DomainError, Refusal.
    """
    row = locked(act, matter_id, version, INQUIRE, MatterState.INQUIRY, *RUNNING)
    require_officer(act, row)
    is_after_notice = row.state in (MatterState.TOLD, MatterState.PROPOSED)
    if said.kind not in (ANSWERS if is_after_notice else EXPLANATIONS):
        raise DomainError("hearing_unknown", says("请选择这一步听取的是什么。"), field="kind")
    _refuse_to_come(act, said.on, "on")
    is_silent = said.kind in (Hearing.REFUSED, Hearing.ABSENT)
    document = read_text(said.document, field="document", longest=80, is_needed=is_silent)
    HearingRow.objects.create(
        id=new_id(),
        matter=row,
        kind=said.kind,
        at=act.now,
        on=said.on,
        place=read_text(said.place, field="place", longest=80),
        document=document,
        by=act.actor.id,
        by_name=act.actor.name[:40],
        second=_other_officer(row, act.actor.id)[0],
        second_name=_other_officer(row, act.actor.id)[1],
        text=read_text(said.text, field="text", longest=2000, is_needed=True),
    )
    moved(act, row, said.kind, document=document)
    return _ref(row)


@action("oversight.close_without_finding", right=INQUIRE, answers=MatterRef)
def close_without_finding(act: Act, *, matter_id: UUID, version: int, reason: str) -> MatterRef:
    """Nothing was found: the clue is closed, nothing stays against the person. Raises as `hear`."""
    row = locked(act, matter_id, version, INQUIRE, MatterState.INQUIRY, MatterState.FILED, MatterState.TOLD)
    require_officer(act, row)
    end(act, row, MatterState.CLOSED)
    moved(act, row, "closed", note=read_text(reason, field="reason", longest=200, is_needed=True))
    return _ref(row)


@action("oversight.file_matter", right=INQUIRE, answers=MatterRef)
def file_matter(act: Act, *, matter_id: UUID, version: int, document: str, reason: str) -> MatterRef:
    """立案: only after the person was heard (or could documentedly not be); the clock for the decision starts.

    Raises NotFound, NotAllowed, Stale, DomainError, Refusal.
    """
    row = locked(act, matter_id, version, INQUIRE, MatterState.INQUIRY)
    require_officer(act, row)
    require_heard(row)
    row.state, row.filed_on = MatterState.FILED, act.now.date()
    count_days_again(row)
    document = read_text(document, field="document", longest=80, is_needed=True)
    note = read_text(reason, field="reason", longest=200, is_needed=True)
    moved(act, row, "filed", document=document, note=note, data={"due_on": row.due_on.isoformat()})  # type: ignore[union-attr]
    act.publish(MatterFiled(row.pk))
    return _ref(row)


@action("oversight.ask_extension", right=INQUIRE, answers=MatterRef)
def ask_extension(
    act: Act, *, matter_id: UUID, version: int, days: int, document: str, reason: str
) -> MatterRef:
    """Ask for more days with the document that grants them; another person approves. Raises as `file_matter`."""
    row = locked(act, matter_id, version, INQUIRE, *RUNNING)
    require_officer(act, row)
    rules = rules_at(row.rules_hash)
    asked = sum(row.extensions.filter(is_refused=False).values_list("days", flat=True))
    left = rules.clocks.extend_most_days - asked
    if not 0 < days <= left:
        raise DomainError(
            "extension_too_long",
            says("延长{days}天不行：一共最多延长{most}天，还剩{left}天。"),
            says("请核对天数和批准文件。"),
            field="days",
            days=days,
            most=rules.clocks.extend_most_days,
            left=left,
        )
    extension = Extension(
        id=new_id(),
        matter=row,
        days=days,
        document=read_text(document, field="document", longest=80, is_needed=True),
        reason=read_text(reason, field="reason", longest=200, is_needed=True),
        asked_by=act.actor.id,
        asked_at=act.now,
    )
    asked_for = open_approval(
        act,
        plan=procedures.approval_plan(row.area, row.programme, rules.extension_approval),
        office_path=row.office_path,
        about_kind=EXTENSION,
        about_id=extension.id,
        digest=extension.id.hex * 2,
        count=days,
        sum_fen=0,
        title=f"{row.number} {extension.document}",
    )
    extension.approval_id = asked_for.id
    extension.save(force_insert=True)
    moved(
        act, row, "extension_asked", document=extension.document, note=extension.reason, data={"days": days}
    )
    return _ref(row)


@action("oversight.tell_intended", right=INQUIRE, answers=MatterRef)
def tell_intended(act: Act, *, matter_id: UUID, version: int, document: str, told_on: date) -> MatterRef:
    """The notice of the intended sanction was handed over: statement, defence and hearing may be asked for until a day.

    Raises as `file_matter`.
    """
    row = locked(act, matter_id, version, INQUIRE, MatterState.FILED)
    require_officer(act, row)
    require_heard(row)
    _refuse_to_come(act, told_on, "told_on")
    if row.filed_on is not None and told_on < row.filed_on:
        raise DomainError("before_filing", says("告知不能早于立案。"), says("请核对日期。"), field="told_on")
    row.state, row.told_on = MatterState.TOLD, told_on
    row.answer_until = answer_by(row.area, told_on, rules_at(row.rules_hash))
    document = read_text(document, field="document", longest=80, is_needed=True)
    moved(act, row, "told", document=document, data={"answer_until": row.answer_until.isoformat()})
    return _ref(row)


def _other_officer(row: Matter, actor_id: UUID) -> tuple[UUID | None, str]:
    if actor_id == row.first_officer:
        return row.second_officer, row.second_officer_name
    return row.first_officer, row.first_officer_name


def _refuse_to_come(act: Act, day: date, field: str) -> None:
    if day > act.now.date():
        raise DomainError("day_to_come", says("这个日子还没有到。"), says("请核对日期。"), field=field)


def _ref(row: Matter) -> MatterRef:
    return MatterRef(row.pk, row.number, row.version)
