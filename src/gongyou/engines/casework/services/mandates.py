"""Mandates: noted with their proof, withdrawn by the person; the person corrects what was said in their name."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.casework.models import CaseParty, Mandate
from gongyou.engines.casework.queries.proof import Own
from gongyou.engines.casework.queries.views import Standing
from gongyou.engines.casework.steps import round_facts
from gongyou.engines.casework.steps.mandates import MandateGiven, ask_for_mandate, store_mandate
from gongyou.engines.casework.steps.matter import Matter, load, write_text
from gongyou.engines.casework.steps.standing import standing
from gongyou.kernel import files, search
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.inserting import insert
from gongyou.offices import queries as offices
from gongyou.registry import steps as registry

__all__ = ["MandateGiven", "correct_filing", "disown_mandate", "note_mandate", "withdraw_mandate"]

HANDLE = "casework.handle"


@action("casework.note_mandate", right=HANDLE, answers=Standing)
def note_mandate(
    act: Act, *, case_id: UUID, given: MandateGiven, proxy_name: str = "", proxy_phone: str = ""
) -> Standing:
    """Note that the proxy may speak, or that somebody (an heir, a guardian) does from now on."""
    matter = load(act, case_id)
    act.require(HANDLE, matter.row.office_path)
    _check_dates(act, given)
    proxy = _proxy(act, matter, proxy_name, proxy_phone)
    if given.file_id is not None:
        files.bind_files(act, ids=[given.file_id], subject=matter.subject, office_path=matter.row.office_path)
    store_mandate(act, matter, proxy, given)
    return standing(matter)


def _check_dates(act: Act, given: MandateGiven) -> None:
    today: date = act.now.date()
    if given.valid_until is not None and given.valid_until < today:
        raise DomainError(
            "mandate_over", says("这份委托已经过期。"), says("请本人重新委托。"), field="valid_until"
        )


def _proxy(act: Act, matter: Matter, name: str, phone: str) -> UUID:
    """The one who speaks: named now, or noted at filing. Raises DomainError where there is nobody."""
    if not (name.strip() or phone.strip()):
        known = matter.row.parties.filter(role="proxy").order_by("id").last()
        if known is None:
            raise DomainError(
                "no_proxy", says("没有写明由谁代办。"), says("请填写代办人姓名和电话。"), field="proxy_name"
            )
        return known.person_id
    person_id = registry.note_person(
        act,
        name=name.strip(),
        phone=phone.strip(),
        controller=f"union:{matter.row.area}",
        area=matter.row.area,
        source="desk",
        purpose=f"casework:{matter.row.programme}",
    )
    if not matter.row.parties.filter(role="proxy", person_id=person_id).exists():
        registry.tie_person(
            act,
            person_id=person_id,
            subject=matter.subject,
            role="proxy",
            office_path=matter.row.office_path,
        )
        insert(CaseParty(case=matter.row, role="proxy", person_id=person_id))
        round_facts.note_proxy(matter.row)
    return person_id


@action("casework.withdraw_mandate", right=HANDLE, answers=Standing)
def withdraw_mandate(act: Act, *, case_id: UUID, reason: str) -> Standing:
    """The person told the office that nobody speaks for them any more."""
    matter = load(act, case_id)
    act.require(HANDLE, matter.row.office_path)
    write_text(act, matter, "reason", reason)
    _withdraw(act, matter)
    return standing(matter)


def _withdraw(act: Act, matter: Matter) -> None:
    standing_ones = Mandate.objects.filter(case=matter.row, withdrawn_at__isnull=True)
    if not standing_ones.update(withdrawn_at=act.now, withdrawn_by=act.actor.id):
        raise NotFound(says("没有生效的委托。"))


@action("casework.correct_filing", right="casework.track", answers=Standing)
def correct_filing(act: Act, *, own: Own, text: str) -> Standing:
    """The person sets right what somebody said in their name; both versions stay, theirs is found by search."""
    matter = load(act, own.case_id)
    _require_subject(matter, own)
    written = write_text(act, matter, "correction", text)
    search.index_text(
        act,
        kind="case",
        subject_id=matter.row.pk,
        office_path=matter.row.office_path,
        text=f"{matter.row.number} {written.text} {matter.row.place}",
    )
    return standing(matter)


@action("casework.disown_mandate", right="casework.track", answers=Standing)
def disown_mandate(act: Act, *, own: Own) -> Standing:
    """The person says: nobody speaks for me. The office is asked to find out how it came to that."""
    matter = load(act, own.case_id)
    _require_subject(matter, own)
    Mandate.objects.filter(case=matter.row, withdrawn_at__isnull=True).update(
        withdrawn_at=act.now, withdrawn_by=act.actor.id
    )
    ask_for_mandate(act, matter, offices.office(matter.row.office_id))
    return standing(matter)


def _require_subject(matter: Matter, own: Own) -> None:
    """Only where somebody spoke for the person, and only the person. Raises DomainError."""
    if own.is_proxy:
        raise DomainError("subject_only", says("这一步只能由本人来做。"), status=403)
    if not matter.row.parties.filter(role="proxy").exists():
        raise DomainError(
            "not_by_proxy",
            says("这件事是您自己说的。"),
            says("有新情况请选择“补充情况或照片”。"),
            status=409,
        )
